//! The web services of a cluster over the files of a [`Fake`]: NameNode, DataNode, ResourceManager at one address. A test decides what
//! becomes of each request.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::fake::{Fake, architecture, resources};

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Answered,
    /// Answered after this time.
    Late(Duration),
    /// The connection is cut before anything is done.
    Dropped,
    /// It is done, and the connection cut in the middle of the head, or the body.
    CutInHead,
    CutInBody,
    /// This status, and a page that isn't JSON.
    Status(u16),
    /// An exception of Hadoop's.
    Exception(&'static str),
}

/// Decides by the number of the request, from 0, and its first line and headers.
pub(crate) type Decide = Box<dyn FnMut(usize, &str) -> Fate + Send>;

pub(crate) struct Services {
    pub(crate) address: SocketAddr,
    is_secure: bool,
    state: Arc<State>,
}

struct State {
    root: PathBuf,
    tls: Option<Arc<ServerConfig>>,
    decide: Mutex<(usize, Decide)>,
    /// First lines and headers.
    asked: Mutex<Vec<String>>,
}

/// What is answered.
struct Reply {
    status: u16,
    location: Option<String>,
    kind: &'static str,
    body: Vec<u8>,
}

impl Services {
    pub(crate) fn new(fake: &Fake, decide: Decide) -> Self {
        Self::with(fake, None, decide)
    }

    pub(crate) fn with(fake: &Fake, tls: Option<Arc<ServerConfig>>, decide: Decide) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        Self::on(listener, fake, tls, decide)
    }

    /// Those of the listener.
    pub(crate) fn on(
        listener: TcpListener,
        fake: &Fake,
        tls: Option<Arc<ServerConfig>>,
        decide: Decide,
    ) -> Self {
        let address = listener.local_addr().unwrap();
        let is_secure = tls.is_some();
        let state = Arc::new(State {
            root: fake.path("hdfs"),
            tls,
            decide: Mutex::new((0, decide)),
            asked: Mutex::default(),
        });
        let theirs = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&theirs);
                thread::spawn(move || state.serve(stream));
            }
        });
        Services {
            address,
            is_secure,
            state,
        }
    }

    /// Names them in the configuration of `fake`, as a cluster's with or without TLS.
    pub(crate) fn configure(&self, fake: &Fake) {
        let address = &*self.address.to_string();
        let hdfs: &[_] = match self.is_secure {
            true => &[
                ("dfs.webhdfs.enabled", "true"),
                ("dfs.http.policy", "HTTPS_ONLY"),
                ("dfs.namenode.https-address", address),
            ],
            false => &[
                ("dfs.webhdfs.enabled", "true"),
                ("dfs.namenode.http-address", address),
            ],
        };
        fake.configure("hdfs-site.xml", hdfs);
        if self.is_secure {
            fake.configure(
                "yarn-site.xml",
                &[
                    ("yarn.http.policy", "HTTPS_ONLY"),
                    ("yarn.resourcemanager.webapp.https.address", address),
                ],
            );
        }
    }

    /// The heads of the requests so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.state.asked.lock().unwrap().clone()
    }
}

impl State {
    fn serve(&self, stream: TcpStream) {
        match &self.tls {
            None => self.answer(stream, "http"),
            Some(config) => {
                let connection = ServerConnection::new(Arc::clone(config)).unwrap();
                self.answer(StreamOwned::new(connection, stream), "https");
            }
        }
    }

    /// Answers one request.
    fn answer(&self, stream: impl Read + Write, scheme: &str) {
        let mut stream = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            // Who doesn't trust us says nothing.
            match stream.read_line(&mut head) {
                Ok(1..) => {}
                _ => return,
            }
        }
        self.asked.lock().unwrap().push(head.clone());
        let fate = {
            let (number, decide) = &mut *self.decide.lock().unwrap();
            *number += 1;
            decide(*number - 1, &head)
        };
        if let Fate::Late(time) = fate {
            thread::sleep(time);
        }
        let reply = match fate {
            Fate::Dropped => return,
            Fate::Status(status) => Reply {
                status,
                location: None,
                kind: "text/html",
                body: b"<html>no</html>".to_vec(),
            },
            Fate::Exception(name) => exception(name, "not now"),
            _ => {
                let header = |name: &str| {
                    let lines = head.lines().map(|line| line.split_once(": "));
                    let found = lines
                        .flatten()
                        .find(|(key, _)| key.eq_ignore_ascii_case(name));
                    found.map(|(_, value)| value.to_owned())
                };
                let length = header("content-length").map_or(0, |value| value.parse().unwrap());
                if header("expect").is_some() {
                    let _ = stream.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
                    let _ = stream.get_mut().flush();
                }
                let mut body = vec![0; length];
                if stream.read_exact(&mut body).is_err() {
                    return;
                }
                let host = header("host").unwrap();
                self.reply(&head, &format!("{scheme}://{host}"), &body)
            }
        };
        let location = reply.location.map(|place| format!("Location: {place}\r\n"));
        let mut bytes = format!(
            "HTTP/1.1 {} X\r\nConnection: close\r\n{}Content-Type: {}\r\nContent-Length: {}\r\n\r\n",
            reply.status,
            location.unwrap_or_default(),
            reply.kind,
            reply.body.len()
        )
        .into_bytes();
        let end = bytes.len();
        bytes.extend(reply.body);
        let sent = match fate {
            Fate::CutInHead => &bytes[..end / 2],
            Fate::CutInBody => &bytes[..end + (bytes.len() - end) / 2],
            _ => &bytes,
        };
        // Who has waited for long may be gone.
        let _ = stream.get_mut().write_all(sent);
        let _ = stream.get_mut().flush();
    }

    fn reply(&self, head: &str, origin: &str, body: &[u8]) -> Reply {
        let mut words = head.split(' ');
        let (method, target) = (words.next().unwrap(), words.next().unwrap());
        let Some(rest) = target
            .strip_prefix("/webhdfs/v1")
            .or_else(|| target.strip_prefix("/data"))
        else {
            let (_, address) = origin.split_once("://").unwrap();
            return json(resources(target, address, architecture()));
        };
        let (path, query) = rest.split_once('?').unwrap();
        let parameter = |name: &str| {
            let found = query
                .split('&')
                .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            found.map(decoded)
        };
        let own = |path: &str| self.root.join(decoded(path).trim_start_matches('/'));
        let at = own(path);
        let operation = parameter("op").unwrap();
        match (method, operation.as_str()) {
            ("PUT", "CREATE") if target.starts_with("/data") => {
                if parameter("createparent").as_deref() != Some("false") {
                    fs::create_dir_all(at.parent().unwrap()).unwrap();
                }
                if fs::write(at, body).is_err() {
                    return exception("FileNotFoundException", "Parent directory doesn't exist");
                }
                json(String::new()).status(201)
            }
            ("GET", "OPEN") if target.starts_with("/data") => {
                let offset = parameter("offset").map_or(0, |text| text.parse().unwrap());
                let Ok(bytes) = fs::read(at) else {
                    return exception("FileNotFoundException", "File does not exist");
                };
                Reply {
                    kind: "application/octet-stream",
                    body: bytes[offset..].to_vec(),
                    ..json(String::new())
                }
            }
            (_, "CREATE" | "OPEN") => Reply {
                status: 307,
                location: Some(format!("{origin}/data{rest}")),
                ..json(String::new())
            },
            (_, "GETHOMEDIRECTORY") => json(r#"{"Path":"/user/ann"}"#.to_owned()),
            (_, "GETFILESTATUS") => match status(&at, "") {
                Some(status) => json(format!(r#"{{"FileStatus":{status}}}"#)),
                None => exception("FileNotFoundException", "File does not exist"),
            },
            (_, "LISTSTATUS_BATCH") => {
                let Ok(entries) = fs::read_dir(&at) else {
                    return exception("FileNotFoundException", "File does not exist");
                };
                let after = parameter("startAfter");
                let all: Vec<String> = entries
                    .filter(|_| after.is_none())
                    .map(|entry| entry.unwrap())
                    .map(|entry| {
                        status(&entry.path(), entry.file_name().to_str().unwrap()).unwrap()
                    })
                    .collect();
                json(format!(
                    r#"{{"DirectoryListing":{{"partialListing":{{"FileStatuses":{{"FileStatus":[{}]}}}},"remainingEntries":0}}}}"#,
                    all.join(",")
                ))
            }
            (_, "MKDIRS") => {
                fs::create_dir_all(at).unwrap();
                json(r#"{"boolean":true}"#.to_owned())
            }
            (_, "RENAME") => {
                let to = own(&parameter("destination").unwrap());
                let _ = fs::remove_dir(&to);
                match fs::rename(&at, &to) {
                    Ok(()) => json(String::new()),
                    Err(_) => exception("FileNotFoundException", "rename source not found"),
                }
            }
            (_, "DELETE") => {
                let deleted = fs::remove_dir_all(&at).or_else(|_| fs::remove_file(&at));
                json(format!(r#"{{"boolean":{}}}"#, deleted.is_ok()))
            }
            _ => exception("UnsupportedOperationException", &operation),
        }
    }
}

impl Reply {
    fn status(self, status: u16) -> Self {
        Reply { status, ..self }
    }
}

fn json(text: String) -> Reply {
    Reply {
        status: 200,
        location: None,
        kind: "application/json",
        body: text.into_bytes(),
    }
}

fn exception(name: &str, message: &str) -> Reply {
    let text = format!(r#"{{"RemoteException":{{"exception":"{name}","message":"{message}"}}}}"#);
    let status = if name == "FileNotFoundException" {
        404
    } else {
        403
    };
    json(text).status(status)
}

fn status(at: &Path, name: &str) -> Option<String> {
    let data = fs::metadata(at).ok()?;
    let (kind, length) = match data.is_dir() {
        true => ("DIRECTORY", 0),
        false => ("FILE", data.len()),
    };
    Some(format!(
        r#"{{"pathSuffix":"{name}","type":"{kind}","length":{length},"modificationTime":17,"fileId":{}}}"#,
        data.ino()
    ))
}

/// `%2F` is `/`.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}
