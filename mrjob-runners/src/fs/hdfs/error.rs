//! Why a file system of the cluster didn't do what it was asked to.

use std::io;
use std::time::Duration;

use crate::web::{Reason, Unanswered};

/// Why a file system of the cluster didn't do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HdfsError {
    /// It refused.
    #[error("{message} ({exception})")]
    Refused {
        /// The class of its exception: `AccessControlException`.
        exception: String,
        /// What it said.
        message: String,
    },
    /// It answered something else than it should.
    #[error("{server} {}", status_words(*status))]
    Status {
        /// Which server, and what it is: "the NameNode node:9870".
        server: String,
        /// HTTP's status.
        status: u16,
    },
    /// A NameNode only waits to take the other one's place.
    #[error(
        "no NameNode is active: {server} is on standby\nhint: `hdfs haadmin -getAllServiceState` shows the state of each"
    )]
    Standby {
        /// Which server.
        server: String,
    },
    /// The file system is to be read only, for now.
    #[error(
        "{server} is in safe mode and changes nothing: {message}\nhint: it leaves safe mode by itself after a start; \
         `hdfs dfsadmin -safemode get` shows its state, `-safemode leave` ends it"
    )]
    SafeMode {
        /// Which server.
        server: String,
        /// What it said.
        message: String,
    },
    /// None of several NameNodes answered as it should.
    #[error("no NameNode takes the request: {}{}", plain_list(.0), hint_of(.0))]
    NoneActive(
        /// Why, each of them.
        Vec<HdfsError>,
    ),
    /// The failure goes on.
    #[error("{}; it was asked again for {} s{}", .source.plain(), .waited.as_secs(), hint_of(std::slice::from_ref(&**.source)))]
    Waited {
        /// How long it was asked again.
        waited: Duration,
        /// The last failure.
        source: Box<HdfsError>,
    },
    /// A password would be sent that anyone on the way can read.
    #[error(
        "a password would go to {server} without TLS\n\
         hint: name an https address, `--hdfs-url https://HOST:PORT/PATH`; where none is asked for, unset MRJOB_HDFS_PASSWORD"
    )]
    InClear {
        /// Which server.
        server: String,
    },
    /// It said no without a reason.
    #[error("the file system didn't do it and gave no reason")]
    Declined,
    /// It can't be reached, or went away.
    #[error("{}{}", .0, line(.0.hint()))]
    Unanswered(#[from] Unanswered),
    /// `hadoop fs` said this.
    #[error("{0}")]
    Shell(String),
    /// A file or process on this machine.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Exceptions of a server that may do it later.
const PASSING: [&str; 4] = [
    "RetriableException",
    "ServerTooBusyException",
    "ConnectException",
    "SocketTimeoutException",
];

impl HdfsError {
    /// Whether there is no such file.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self, HdfsError::Refused { exception, .. } if exception == "FileNotFoundException")
    }

    /// Whether there is a file of that name.
    pub(super) fn is_there_already(&self) -> bool {
        matches!(self, HdfsError::Refused { exception, .. } if exception == "FileAlreadyExistsException" || exception == "AlreadyBeingCreatedException")
    }

    /// Whether the answer may be another one later, or from another server.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            HdfsError::Unanswered(error) => error.is_passing(),
            HdfsError::Status { status, .. } => matches!(status, 429 | 502..=504),
            HdfsError::Standby { .. } | HdfsError::SafeMode { .. } => true,
            HdfsError::NoneActive(errors) => errors.iter().any(HdfsError::is_passing),
            HdfsError::Refused { exception, .. } => PASSING.contains(&exception.as_str()),
            _ => false,
        }
    }

    /// Whether another way to the same file system may go.
    pub(super) fn is_of_the_way(&self) -> bool {
        match self {
            HdfsError::Unanswered(error) => !matches!(error.reason(), Reason::Unread(_)),
            HdfsError::Status { .. } | HdfsError::Standby { .. } | HdfsError::NoneActive(_) => true,
            HdfsError::Waited { source, .. } => source.is_of_the_way(),
            _ => false,
        }
    }

    /// Whether what was asked may have been done nevertheless.
    pub(super) fn may_be_done(&self) -> bool {
        match self {
            HdfsError::Unanswered(error) => {
                matches!(error.reason(), Reason::Silent(_) | Reason::Closed)
            }
            HdfsError::Status { status, .. } => matches!(status, 502 | 504),
            HdfsError::NoneActive(errors) => errors.iter().any(HdfsError::may_be_done),
            _ => false,
        }
    }

    /// Whether nobody listens there.
    pub(crate) fn is_no_connection(&self) -> bool {
        let Some(error) = self.unanswered() else {
            return false;
        };
        matches!(
            error.reason(),
            Reason::Refused | Reason::Unreachable | Reason::Unconnected(_) | Reason::Unknown
        )
    }

    fn unanswered(&self) -> Option<&Unanswered> {
        match self {
            HdfsError::Unanswered(error) => Some(error),
            HdfsError::NoneActive(errors) => errors.first()?.unanswered(),
            _ => None,
        }
    }

    /// Whether requests were repeated until patience ran out.
    pub(super) fn is_waited(&self) -> bool {
        matches!(self, HdfsError::Waited { .. })
    }

    /// Whether it is a matter of certificates.
    pub(crate) fn is_of_tls(&self) -> bool {
        matches!(self, HdfsError::Unanswered(error) if error.is_of_tls())
    }

    /// This, after it was asked again for so long.
    pub(crate) fn after(self, waited: Option<Duration>) -> Self {
        match waited {
            Some(waited) if self.is_passing() => HdfsError::Waited {
                waited,
                source: Box::new(self),
            },
            _ => self,
        }
    }

    /// The text without its hint.
    pub(crate) fn plain(&self) -> String {
        let text = self.to_string();
        match text.split_once("\nhint: ") {
            Some((plain, _)) => plain.to_owned(),
            None => text,
        }
    }
}

fn status_words(status: u16) -> String {
    match status {
        401 => format!("wants another login (HTTP status {status})"),
        429 | 502..=504 => format!("is too busy or restarting (HTTP status {status})"),
        _ => format!("answered with HTTP status {status}"),
    }
}

fn plain_list(errors: &[HdfsError]) -> String {
    let all: Vec<String> = errors
        .iter()
        .map(|error| match error {
            HdfsError::Standby { server } => format!("{server} is on standby"),
            error => error.plain(),
        })
        .collect();
    all.join("; ")
}

/// The first hint among them, as a line.
fn hint_of(errors: &[HdfsError]) -> String {
    let mut all = errors.iter();
    line(all.find_map(|error| {
        let text = error.to_string();
        text.split_once("\nhint: ").map(|(_, hint)| hint.to_owned())
    }))
}

fn line(hint: Option<String>) -> String {
    hint.map_or_else(String::new, |hint| format!("\nhint: {hint}"))
}
