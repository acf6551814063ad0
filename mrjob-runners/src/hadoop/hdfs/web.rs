//! HDFS by its web service, WebHDFS.

use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use super::super::http::{self, Answer, Content};
use super::error::HdfsError;
use super::files::Status;

/// Bytes of a file: to its end where no length is said.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Range {
    pub(super) offset: u64,
    pub(super) length: Option<u64>,
}

/// A file system.
#[derive(Debug)]
pub(super) struct WebHdfs {
    /// The web servers of its name nodes, `host:port`.
    servers: Vec<String>,
    /// The one that answered last: of several one is active.
    active: AtomicUsize,
    user: String,
}

impl WebHdfs {
    pub(super) fn new(servers: Vec<String>, user: &str) -> Self {
        WebHdfs {
            servers,
            active: AtomicUsize::new(0),
            user: encoded(user),
        }
    }

    /// The path of the user's own folder.
    pub(super) fn home(&self) -> Result<String, HdfsError> {
        let answer = self.ask("/", "GETHOMEDIRECTORY", |url| Ok(http::ask("GET", url)?))?;
        let path = answer.as_ref().and_then(|json| json["Path"].as_str());
        path.map(str::to_owned).ok_or(HdfsError::Declined)
    }

    /// What is at `path`, if anything is.
    pub(super) fn status(&self, path: &str) -> Result<Option<Status>, HdfsError> {
        let answer = match self.ask(path, "GETFILESTATUS", |url| Ok(http::ask("GET", url)?)) {
            Err(error) if error.is_missing() => return Ok(None),
            answer => answer?,
        };
        Ok(answer.as_ref().map(|json| status(&json["FileStatus"])))
    }

    /// What is in the folder at `path`, by names.
    pub(super) fn list(&self, path: &str) -> Result<Vec<Status>, HdfsError> {
        let mut all: Vec<Status> = Vec::new();
        loop {
            // By portions, since an answer has a longest length.
            let operation = match all.last() {
                None => "LISTSTATUS_BATCH".to_owned(),
                Some(last) => format!("LISTSTATUS_BATCH&startAfter={}", encoded(&last.name)),
            };
            let answer = self.ask(path, &operation, |url| Ok(http::ask("GET", url)?))?;
            let listing = &answer.ok_or(HdfsError::Declined)?["DirectoryListing"];
            let entries = listing["partialListing"]["FileStatuses"]["FileStatus"].as_array();
            let entries = entries.ok_or(HdfsError::Declined)?;
            all.extend(entries.iter().map(status));
            if entries.is_empty() || listing["remainingEntries"] == 0 {
                return Ok(all);
            }
        }
    }

    /// Bytes of all files at and below `path`.
    pub(super) fn size(&self, path: &str) -> Result<u64, HdfsError> {
        let answer = self.ask(path, "GETCONTENTSUMMARY", |url| Ok(http::ask("GET", url)?))?;
        let size = answer
            .as_ref()
            .and_then(|json| json["ContentSummary"]["length"].as_u64());
        size.ok_or(HdfsError::Declined)
    }

    pub(super) fn make_folders(&self, path: &str) -> Result<(), HdfsError> {
        done(self.ask(path, "MKDIRS&permission=755", |url| {
            Ok(http::ask("PUT", url)?)
        })?)
    }

    /// Makes the file at `path`, or makes it anew.
    pub(super) fn create(
        &self,
        path: &str,
        from: &mut dyn Read,
        length: u64,
    ) -> Result<(), HdfsError> {
        let mut place = None;
        self.ask(path, "CREATE&overwrite=true", |url| {
            let answer = http::ask("PUT", url)?;
            place.clone_from(&answer.location);
            Ok(answer)
        })?;
        let place = place.ok_or(HdfsError::Declined)?;
        checked(&place, http::write(&place, from, length)?)?;
        Ok(())
    }

    /// What is in the file at `path`.
    pub(super) fn open(&self, path: &str) -> Result<Content, HdfsError> {
        content(&self.place(path, Range::default(), None)?)
    }

    /// The URL of a data node that has what is in the file at `path`: nearest to this machine, and on another one than `avoided`.
    pub(super) fn place(
        &self,
        path: &str,
        range: Range,
        avoided: Option<&str>,
    ) -> Result<String, HdfsError> {
        let mut place = None;
        let mut operation = format!("OPEN&offset={}", range.offset);
        if let Some(length) = range.length {
            operation += &format!("&length={length}");
        }
        if let Some(avoided) = avoided {
            operation += &format!("&excludedatanodes={}", encoded(avoided));
        }
        self.ask(path, &operation, |url| {
            let answer = http::ask("GET", url)?;
            place.clone_from(&answer.location);
            Ok(answer)
        })?;
        place.ok_or(HdfsError::Declined)
    }

    /// Moves a folder over one that is empty or isn't there.
    pub(super) fn rename(&self, from: &str, to: &str) -> Result<(), HdfsError> {
        let operation = format!("RENAME&renameoptions=OVERWRITE&destination={}", encoded(to));
        self.ask(from, &operation, |url| Ok(http::ask("PUT", url)?))?;
        Ok(())
    }

    /// Deletes what is at `path` and below, if anything is.
    pub(super) fn delete(&self, path: &str) -> Result<(), HdfsError> {
        self.ask(path, "DELETE&recursive=true", |url| {
            Ok(http::ask("DELETE", url)?)
        })?;
        Ok(())
    }

    /// Asks the active name node, which another one may be by now. A redirection is an answer.
    fn ask(
        &self,
        path: &str,
        operation: &str,
        mut request: impl FnMut(&str) -> Result<Answer, HdfsError>,
    ) -> Result<Option<Value>, HdfsError> {
        let first = self.active.load(Ordering::Relaxed);
        let mut failed = HdfsError::Declined;
        for turn in 0..self.servers.len() {
            let number = (first + turn) % self.servers.len();
            let url = format!(
                "http://{}/webhdfs/v1{}?op={operation}&user.name={}",
                self.servers[number],
                encoded_path(path),
                self.user
            );
            match request(&url).and_then(|answer| checked(&url, answer)) {
                Ok(answer) => {
                    self.active.store(number, Ordering::Relaxed);
                    return Ok(answer.json());
                }
                Err(error) if error.is_of_the_way() => failed = error,
                Err(error) => return Err(error),
            }
        }
        Err(failed)
    }
}

/// What a data node sends from a [place](WebHdfs::place).
pub(super) fn content(place: &str) -> Result<Content, HdfsError> {
    Ok(checked(place, http::read(place)?)?.content())
}

/// The answer, if it is one of success or sends somewhere else.
fn checked(url: &str, answer: Answer) -> Result<Answer, HdfsError> {
    let status = answer.status;
    if (200..400).contains(&status) {
        return Ok(answer);
    }
    let json = answer.json().unwrap_or_default();
    let said = |name: &str| json["RemoteException"][name].as_str().map(str::to_owned);
    match (said("exception"), said("message")) {
        (Some(exception), Some(message)) => {
            // Behind the first line is a Java stack.
            let message = message.lines().next().unwrap_or_default().to_owned();
            Err(HdfsError::Refused { exception, message })
        }
        _ => {
            let server = url.split('/').nth(2).unwrap_or(url).to_owned();
            Err(HdfsError::Status { server, status })
        }
    }
}

fn done(answer: Option<Value>) -> Result<(), HdfsError> {
    match answer.as_ref().and_then(|json| json["boolean"].as_bool()) {
        Some(true) => Ok(()),
        _ => Err(HdfsError::Declined),
    }
}

fn status(json: &Value) -> Status {
    Status {
        name: json["pathSuffix"].as_str().unwrap_or_default().to_owned(),
        is_folder: json["type"] == "DIRECTORY",
        bytes: json["length"].as_u64().unwrap_or_default(),
        modified: json["modificationTime"].as_u64().unwrap_or_default(),
    }
}

/// A path as it stands in a URL.
pub(super) fn encoded_path(path: &str) -> String {
    path.split('/').map(encoded).collect::<Vec<_>>().join("/")
}

/// Text as it stands in a URL.
fn encoded(text: &str) -> String {
    let mut url = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                url.push(byte.into());
            }
            byte => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url
}
