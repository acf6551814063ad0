//! A file as tasks read it: by ranges, from the data node that the name node finds nearest, and from another one when that is lost.

use std::io::{self, ErrorKind, Read};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use mrjob_core::task::RemoteFile;
use serde::{Deserialize, Serialize};

use super::error::HdfsError;
use super::web::{Range, Service, WebHdfs};
use crate::web::{Client, Content, Patience, Role};

/// Bytes that are asked for past what is wanted: the rest of a record.
const TAIL: u64 = 64 << 10;
/// Bytes of a request for more than that.
const MORE: u64 = 1 << 20;
/// Bytes of memory of a reader.
pub(crate) const READING: usize = 256 << 10;
/// How long nothing may come before a task gives up: a data node that is started again takes less.
const PATIENCE: Duration = Duration::from_secs(120);
/// The pause before the second attempt; each further one is twice as long, up to the other.
const PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The name under which a task finds the authorities whose certificates it trusts, where the user has named some.
pub(crate) const AUTHORITIES: &str = "mrjob-authorities.pem";

/// How a task gets at files: what isn't secret of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct WebAccess {
    /// The web services of the name nodes: `http://node:9870/webhdfs/v1`.
    pub(super) servers: Vec<String>,
    pub(super) user: String,
    /// The launcher's file with authorities to trust; beside a task it has a name of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) authorities: Option<PathBuf>,
}

impl WebAccess {
    fn connect(self) -> WebHdfs<'static> {
        let beside = || Some(PathBuf::from(AUTHORITIES)).filter(|file| file.is_file());
        let authorities = self.authorities.map(|own| beside().unwrap_or(own));
        let service = Service {
            urls: self.servers,
            role: Role::NameNode,
            credentials: None,
        };
        // It is the reader that has patience, with all servers together.
        let client = Client::of_process(authorities);
        WebHdfs::new(client, service, &self.user, Patience::none())
    }
}

/// Opens `file` at `offset`, to read about `wanted` bytes.
pub(crate) fn open(
    file: &RemoteFile,
    offset: u64,
    wanted: u64,
) -> io::Result<Box<dyn Read + Send>> {
    let access: WebAccess = serde_json::from_str(file.access.as_deref().unwrap_or_default())?;
    let mut reader = Reader {
        web: access.connect(),
        file: file.clone(),
        content: None,
        at: offset,
        wanted: offset
            .saturating_add(wanted)
            .saturating_add(TAIL)
            .min(file.bytes),
        until: offset,
        node: None,
        avoided: None,
        trouble: None,
    };
    reader.connect()?;
    Ok(Box::new(reader))
}

struct Reader {
    web: WebHdfs<'static>,
    file: RemoteFile,
    content: Option<Content>,
    /// The next byte.
    at: u64,
    /// Up to here it pays to ask at once.
    wanted: u64,
    /// The end of what was asked for.
    until: u64,
    /// The machine of the data node, and that of one that was lost.
    node: Option<String>,
    avoided: Option<String>,
    /// When what is asked for was first in vain, and how often since.
    trouble: Option<(Instant, u32)>,
}

impl Read for Reader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.at == self.file.bytes || into.is_empty() {
                return Ok(0);
            }
            if self.at == self.until {
                self.content = None;
            }
            let Some(content) = &mut self.content else {
                self.connect()?;
                continue;
            };
            let most = into
                .len()
                .min(usize::try_from(self.until - self.at).unwrap_or(usize::MAX));
            match content.read(&mut into[..most]) {
                Ok(read) if read > 0 => {
                    self.at += read as u64;
                    self.trouble = None;
                    return Ok(read);
                }
                Ok(_) => self.lost(ErrorKind::UnexpectedEof.into())?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => self.lost(error)?,
            }
        }
    }
}

impl Reader {
    /// Asks for the next bytes until there is an answer.
    fn connect(&mut self) -> io::Result<()> {
        while self.at < self.file.bytes && self.content.is_none() {
            self.until = match self.at < self.wanted {
                true => self.wanted,
                false => self.file.bytes.min(self.at + MORE),
            };
            match self.ask() {
                Ok(content) => self.content = Some(content),
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Passing(error)) => self.lost(error)?,
            }
        }
        Ok(())
    }

    fn ask(&mut self) -> Result<Content, Failure> {
        let path = path(&self.file.address);
        let range = Range {
            offset: self.at,
            length: Some(self.until - self.at),
        };
        // Perhaps there is no other one than that which was lost.
        let avoided = self.avoided.take();
        let node = &mut self.node;
        let content = self.web.open(path, range, avoided.as_deref(), node);
        let content = content.map_err(Failure::of)?;
        // What was opened is what is there now: had it been replaced before, that would show.
        let there = self.web.status(path).map_err(Failure::of)?;
        let version = there.as_ref().map(|there| there.modified.to_string());
        match there {
            None => Err(changed("deleted")),
            Some(there) if there.bytes != self.file.bytes || version != self.file.version => {
                Err(changed("replaced or written to"))
            }
            Some(_) => Ok(content),
        }
    }

    /// Waits a little after a failure; not when nothing has come for long.
    fn lost(&mut self, error: io::Error) -> io::Result<()> {
        self.content = None;
        self.avoided = self.node.take();
        let (since, times) = *self.trouble.get_or_insert((Instant::now(), 0));
        if since.elapsed() > PATIENCE {
            return Err(io::Error::new(
                error.kind(),
                format!(
                    "tried for {} s at byte {}: {error}\n\
                     hint: tasks read by WebHDFS; `--splits hadoop` lets Hadoop read",
                    PATIENCE.as_secs(),
                    self.at
                ),
            ));
        }
        self.trouble = Some((since, times + 1));
        thread::sleep(LONGEST_PAUSE.min(PAUSE * 2_u32.pow(times.min(8))));
        Ok(())
    }
}

/// Why there is no answer.
enum Failure {
    /// There may be one later.
    Passing(io::Error),
    Final(io::Error),
}

impl Failure {
    fn of(error: HdfsError) -> Self {
        let is_final = match &error {
            error if error.is_missing() => return changed("deleted"),
            HdfsError::Refused { exception, .. } => PERMANENT.contains(&exception.as_str()),
            HdfsError::Status { status, .. } => *status == 401,
            error => error.is_of_tls(),
        };
        match is_final {
            true => Failure::Final(io::Error::other(error)),
            false => Failure::Passing(io::Error::other(error)),
        }
    }
}

/// What the name node says that it will say again.
const PERMANENT: [&str; 4] = [
    "AccessControlException",
    "SecurityException",
    "IllegalArgumentException",
    "UnsupportedOperationException",
];

fn changed(how: &str) -> Failure {
    Failure::Final(io::Error::other(format!(
        "it was {how} while the job read it\nhint: run it again when nothing writes there, or on a copy"
    )))
}

/// The path of `hdfs://host:port/path`.
fn path(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.find('/').map_or("/", |slash| &rest[slash..])
}
