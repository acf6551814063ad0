//! HDFS by its web service: WebHDFS of its NameNodes and DataNodes, or HttpFS or Knox before them.

use std::io::{self, Read};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;
use ureq::http::Method;

use super::error::HdfsError;
use super::files::Status;
use crate::web::{
    Answer, Client, Content, Credentials, Patience, Request, Role, origin, server_of,
};

/// How long a server may be silent that moves data.
const DATA_SILENCE: Duration = Duration::from_secs(300);

/// Bytes of a file: to its end where no length is said.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Range {
    pub(super) offset: u64,
    pub(super) length: Option<u64>,
}

/// Where a file system is.
#[derive(Debug, Clone)]
pub(super) struct Service {
    /// URLs to which paths are added: `http://node:9870/webhdfs/v1`; several where there are several NameNodes.
    pub(super) urls: Vec<String>,
    /// What is there.
    pub(super) role: Role,
    pub(super) credentials: Option<Credentials>,
}

/// A file system.
#[derive(Debug)]
pub(super) struct WebHdfs<'a> {
    client: Client,
    service: Service,
    /// The server that answered last: of several one is active.
    active: AtomicUsize,
    /// What each URL ends with.
    identity: String,
    patience: Patience<'a>,
}

impl<'a> WebHdfs<'a> {
    pub(super) fn new(
        client: Client,
        service: Service,
        user: &str,
        patience: Patience<'a>,
    ) -> Self {
        let identity = match &service.credentials {
            Some(Credentials::Token(token)) => format!("&delegation={}", encoded(token)),
            Some(Credentials::Basic(_)) => String::new(),
            None => format!("&user.name={}", encoded(user)),
        };
        WebHdfs {
            client,
            service,
            active: AtomicUsize::new(0),
            identity,
            patience,
        }
    }

    /// The path of the user's own folder.
    pub(super) fn home(&self) -> Result<String, HdfsError> {
        let answer = self.json(Method::GET, "/", "GETHOMEDIRECTORY")?;
        let path = answer.as_ref().and_then(|json| json["Path"].as_str());
        path.map(str::to_owned).ok_or(HdfsError::Declined)
    }

    /// What is at `path`, if anything is.
    pub(super) fn status(&self, path: &str) -> Result<Option<Status>, HdfsError> {
        let answer = match self.json(Method::GET, path, "GETFILESTATUS") {
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
            let answer = self.json(Method::GET, path, &operation)?;
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
        let answer = self.json(Method::GET, path, "GETCONTENTSUMMARY")?;
        let size = answer
            .as_ref()
            .and_then(|json| json["ContentSummary"]["length"].as_u64());
        size.ok_or(HdfsError::Declined)
    }

    pub(super) fn make_folders(&self, path: &str) -> Result<(), HdfsError> {
        done(self.json(Method::PUT, path, "MKDIRS&permission=755")?)
    }

    /// Makes the file at `path`, or makes it anew, in a folder that is there: a DataNode that comes to it after the folder was
    /// deleted must not bring that back. The NameNode is asked again where it doesn't answer; the server that takes the data isn't,
    /// since what `from` has can be read once.
    pub(super) fn create(
        &self,
        path: &str,
        from: &mut dyn Read,
        length: u64,
    ) -> Result<(), HdfsError> {
        self.write(
            "CREATE&overwrite=true&createparent=false",
            path,
            from,
            length,
        )
    }

    /// Makes an empty file at `path` where there is none, in a folder that is there.
    pub(super) fn create_new(&self, path: &str) -> Result<(), HdfsError> {
        let operation = "CREATE&overwrite=false&createparent=false";
        self.write(operation, path, &mut io::empty(), 0)
    }

    fn write(
        &self,
        operation: &str,
        path: &str,
        from: &mut dyn Read,
        length: u64,
    ) -> Result<(), HdfsError> {
        let place = self.ask(Method::PUT, path, operation, &mut |answer, url| {
            Ok((elsewhere(answer)?, url.to_owned()))
        })?;
        let (Some(place), from_url) = place else {
            return Err(HdfsError::Declined);
        };
        let request = self.at(Method::PUT, &place, &from_url);
        checked(&request, self.client.send_data(&request, from, length)?)?;
        Ok(())
    }

    /// What is in the file at `path`, from the DataNode nearest to this machine but not from the machine `avoided`; `node` becomes
    /// the DataNode's machine as soon as it is known.
    pub(super) fn open(
        &self,
        path: &str,
        range: Range,
        avoided: Option<&str>,
        node: &mut Option<String>,
    ) -> Result<Content, HdfsError> {
        let mut operation = format!("OPEN&offset={}", range.offset);
        if let Some(length) = range.length {
            operation += &format!("&length={length}");
        }
        if let Some(avoided) = avoided {
            operation += &format!("&excludedatanodes={}", encoded(avoided));
        }
        let opened = self.ask(Method::GET, path, &operation, &mut |answer, url| {
            if answer.status == 200 && !answer.is_json() {
                // A gateway sends the data itself.
                return Ok(Opened::Here(answer.content()));
            }
            let place = elsewhere(answer)?.ok_or(HdfsError::Declined)?;
            Ok(Opened::At(place, url.to_owned()))
        })?;
        let (place, from_url) = match opened {
            Opened::Here(content) => return Ok(content),
            Opened::At(place, from_url) => (place, from_url),
        };
        *node = server_of(&place)
            .rsplit_once(':')
            .map(|(machine, _)| machine.to_owned());
        let request = self.at(Method::GET, &place, &from_url);
        Ok(checked(&request, self.client.ask(&request)?)?.content())
    }

    /// Moves a folder over one that is empty or isn't there.
    pub(super) fn rename(&self, from: &str, to: &str) -> Result<(), HdfsError> {
        let operation = format!("RENAME&renameoptions=OVERWRITE&destination={}", encoded(to));
        let source = self.status(from)?;
        let mut wait = self.patience.begin();
        let mut may_be_done = false;
        loop {
            let asked = self.ask_each(
                Method::PUT,
                from,
                &operation,
                wait.silence(),
                &mut |_, _| Ok(()),
            );
            let Err(error) = asked else { return Ok(()) };
            may_be_done |= error.may_be_done();
            let asks_again = error.is_passing() && wait.again(&error.plain());
            // What was asked first may have been done without an answer: then the source isn't there any more.
            if may_be_done
                && let Some(source) = &source
                && self.has_moved(source, from, to)?
            {
                return Ok(());
            }
            if !asks_again {
                return Err(error.after(wait.waited()));
            }
        }
    }

    /// Whether `source`, which was at `from`, is at `to` now.
    fn has_moved(&self, source: &Status, from: &str, to: &str) -> Result<bool, HdfsError> {
        let (before, after) = (self.status(from)?, self.status(to)?);
        Ok(before.is_none() && after.is_some_and(|after| after.id == source.id))
    }

    /// Deletes what is at `path` and below, if anything is.
    pub(super) fn delete(&self, path: &str) -> Result<(), HdfsError> {
        self.json(Method::DELETE, path, "DELETE&recursive=true")?;
        Ok(())
    }

    /// Asks for JSON. Only for what may be done twice.
    fn json(
        &self,
        method: Method,
        path: &str,
        operation: &str,
    ) -> Result<Option<Value>, HdfsError> {
        self.ask(method, path, operation, &mut |answer, _| Ok(answer.json()?))
    }

    /// Asks, and again where there is no answer, as long as that goes. Only for what may be done twice.
    fn ask<T>(
        &self,
        method: Method,
        path: &str,
        operation: &str,
        read: &mut dyn FnMut(Answer, &str) -> Result<T, HdfsError>,
    ) -> Result<T, HdfsError> {
        let mut wait = self.patience.begin();
        loop {
            match self.ask_each(method.clone(), path, operation, wait.silence(), read) {
                Err(error) if error.is_passing() && wait.again(&error.plain()) => {}
                Err(error) => return Err(error.after(wait.waited())),
                answer => return answer,
            }
        }
    }

    /// Asks the active NameNode, which another one may be by now. A redirection is an answer.
    fn ask_each<T>(
        &self,
        method: Method,
        path: &str,
        operation: &str,
        silence: Duration,
        read: &mut dyn FnMut(Answer, &str) -> Result<T, HdfsError>,
    ) -> Result<T, HdfsError> {
        let urls = &self.service.urls;
        let first = self.active.load(Ordering::Relaxed);
        let mut failed = Vec::new();
        for turn in 0..urls.len() {
            let number = (first + turn) % urls.len();
            let url = format!(
                "{}{}?op={operation}{}",
                urls[number],
                encoded_path(path),
                self.identity
            );
            let request = Request {
                role: self.service.role,
                method: method.clone(),
                url: &url,
                silence,
                credentials: self.service.credentials.as_ref(),
            };
            let answer = self.client.ask(&request).map_err(HdfsError::from);
            let answer = answer.and_then(|answer| checked(&request, answer));
            match answer.and_then(|answer| read(answer, &url)) {
                Ok(answer) => {
                    self.active.store(number, Ordering::Relaxed);
                    return Ok(answer);
                }
                Err(error) if error.is_passing() => failed.push(error),
                Err(error) => return Err(error),
            }
        }
        Err(match failed.len() {
            0 => HdfsError::Declined,
            1 => failed.remove(0),
            _ => HdfsError::NoneActive(failed),
        })
    }

    /// What is asked of the server that another one, at `from_url`, has named.
    fn at<'u>(&'u self, method: Method, url: &'u str, from_url: &str) -> Request<'u> {
        let is_same = origin(url) == origin(from_url);
        Request {
            role: if is_same {
                self.service.role
            } else {
                Role::DataNode
            },
            method,
            url,
            silence: DATA_SILENCE,
            // Nobody else is to know them.
            credentials: self.service.credentials.as_ref().filter(|_| is_same),
        }
    }
}

enum Opened {
    Here(Content),
    /// At this address, which the server at the other has named.
    At(String, String),
}

/// Where data are moved: a redirection says so, and some servers an answer.
fn elsewhere(answer: Answer) -> Result<Option<String>, HdfsError> {
    if let Some(place) = &answer.location {
        return Ok(Some(place.clone()));
    }
    let json = answer.json()?.unwrap_or_default();
    Ok(json["Location"].as_str().map(str::to_owned))
}

/// The answer, if it is one of success or sends somewhere else.
fn checked(request: &Request<'_>, answer: Answer) -> Result<Answer, HdfsError> {
    let status = answer.status;
    if (200..400).contains(&status) {
        return Ok(answer);
    }
    let server = format!("{} {}", request.role.name(), server_of(request.url));
    let json = answer.json()?.unwrap_or_default();
    let said = |name: &str| json["RemoteException"][name].as_str().map(str::to_owned);
    let (Some(exception), Some(message)) = (said("exception"), said("message")) else {
        return Err(HdfsError::Status { server, status });
    };
    // Behind the first line is a Java stack.
    let message = message.lines().next().unwrap_or_default().to_owned();
    let is = |name: &str| exception == name || message.contains(name);
    Err(if is("StandbyException") {
        HdfsError::Standby { server }
    } else if is("SafeModeException") {
        HdfsError::SafeMode { server, message }
    } else {
        HdfsError::Refused { exception, message }
    })
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
        id: json["fileId"].as_u64().unwrap_or_default(),
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
