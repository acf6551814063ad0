//! Why a server didn't answer, in words: never in those of the operating system.

use std::error::Error as _;
use std::io::{self, ErrorKind};
use std::time::Duration;

use super::trust;

/// What a server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    NameNode,
    DataNode,
    ResourceManager,
    NodeManager,
    HistoryServer,
    /// HttpFS, Knox: whatever is at the address that the user named.
    Gateway,
}

impl Role {
    /// As it stands before an address.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Role::NameNode => "the NameNode",
            Role::DataNode => "the DataNode",
            Role::ResourceManager => "the ResourceManager",
            Role::NodeManager => "the NodeManager",
            Role::HistoryServer => "the history server",
            Role::Gateway => "the HDFS gateway",
        }
    }
}

/// A server didn't answer, or not in a way that can be understood.
#[derive(Debug, thiserror::Error)]
#[error("{} {server} {reason}", role.name())]
pub struct Unanswered {
    pub(super) role: Role,
    /// `host:port`.
    pub(super) server: String,
    pub(super) reason: Reason,
}

/// What happened, as it follows the server's name.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Reason {
    #[error("refused the connection")]
    Refused,
    #[error("can't be reached: no machine of the network leads there")]
    Unreachable,
    #[error("did not accept a connection within {} s", .0.as_secs().max(1))]
    Unconnected(Duration),
    #[error("has a name that no name server knows")]
    Unknown,
    #[error("did not answer within {} s", .0.as_secs().max(1))]
    Silent(Duration),
    #[error("closed the connection before its answer was complete")]
    Closed,
    #[error("was asked no further: the run is to stop")]
    Stopped,
    #[cfg_attr(not(feature = "tls"), expect(dead_code, reason = "there is no TLS"))]
    #[error("{0}")]
    Tls(String),
    #[cfg_attr(feature = "tls", expect(dead_code, reason = "there is TLS"))]
    #[error("is asked by TLS, which this program was built without")]
    NoTls,
    #[error("doesn't answer as a web server does: {0}")]
    Strange(String),
    /// What was to be sent can't be read.
    #[error("wasn't sent all of it: {0}")]
    Unread(io::Error),
    #[error("can't be asked: {0}")]
    Other(String),
}

impl Unanswered {
    /// Whether the answer may come later.
    pub(crate) fn is_passing(&self) -> bool {
        self.reason.is_passing()
    }

    pub(crate) fn reason(&self) -> &Reason {
        &self.reason
    }

    /// The way out, if there is one.
    pub(crate) fn hint(&self) -> Option<String> {
        Some(match &self.reason {
            Reason::Refused | Reason::Unreachable | Reason::Unconnected(_) | Reason::Unknown => {
                "is it up, and is this machine in its network? `HADOOP_CONF_DIR` is the folder of the configuration with its \
                 address"
                    .to_owned()
            }
            Reason::Silent(_) | Reason::Closed => {
                "its log says what it does; `--hadoop-patience SECONDS` waits longer".to_owned()
            }
            Reason::Tls(_) => {
                "`--hadoop-ca-file FILE` (`hadoop_ca_file`) names the certificates, as PEM, of an authority to trust beside the \
                 system's; `keytool -exportcert -rfc` writes one from a truststore"
                    .to_owned()
            }
            Reason::NoTls => {
                "build it with mrjob's feature `tls`, which is one of its default features".to_owned()
            }
            Reason::Strange(_) => {
                "is the port that of its web service, and the scheme, `http` or `https`, the right one?".to_owned()
            }
            Reason::Stopped | Reason::Unread(_) | Reason::Other(_) => return None,
        })
    }

    /// Whether it is a matter of certificates or of TLS itself.
    pub(crate) fn is_of_tls(&self) -> bool {
        matches!(self.reason, Reason::Tls(_) | Reason::NoTls)
    }
}

impl Reason {
    pub(crate) fn is_passing(&self) -> bool {
        matches!(
            self,
            Reason::Refused
                | Reason::Unreachable
                | Reason::Unconnected(_)
                | Reason::Silent(_)
                | Reason::Closed
        )
    }

    /// What the library's error means, where the server had `silence` to answer.
    pub(super) fn of(error: ureq::Error, silence: Duration, connect: Duration) -> Self {
        match error {
            ureq::Error::Io(error) => Reason::of_io(error),
            ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
                Reason::Unconnected(connect)
            }
            ureq::Error::Timeout(_) => Reason::Silent(silence),
            ureq::Error::HostNotFound => Reason::Unknown,
            ureq::Error::ConnectionFailed => Reason::Refused,
            ureq::Error::Protocol(error) => Reason::Strange(error.to_string()),
            ureq::Error::LargeResponseHeader(..) => {
                Reason::Strange("the head of its answer has no end".to_owned())
            }
            error => trust::reason(&error).unwrap_or_else(|| Reason::Other(error.to_string())),
        }
    }

    /// What an error of a connection means.
    pub(super) fn of_io(error: io::Error) -> Self {
        if let Some(reason) = error.get_ref().and_then(|inner| trust::reason(inner)) {
            return reason;
        }
        match error.kind() {
            ErrorKind::ConnectionRefused => Reason::Refused,
            ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => Reason::Unreachable,
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof => Reason::Closed,
            ErrorKind::NotConnected => Reason::Stopped,
            _ if is_about_names(&error) => Reason::Unknown,
            _ => Reason::Other(error.to_string()),
        }
    }
}

/// Whether the system failed to find the address of a host: its error has no kind of its own.
fn is_about_names(error: &io::Error) -> bool {
    error.source().is_none() && error.to_string().starts_with("failed to lookup address")
}
