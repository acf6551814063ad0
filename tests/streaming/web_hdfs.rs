//! HDFS's web service, as far as tasks read by it: a name node and a data node at one address.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A file system with one file, `/in.txt`, wherever its name ends.
pub(crate) struct WebHdfs {
    address: String,
    state: Arc<State>,
}

struct State {
    content: Vec<u8>,
    /// What happens to requests for the content, the first one first; later ones are answered.
    faults: Mutex<Vec<Fault>>,
    modified: AtomicUsize,
    opened: AtomicUsize,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// The connection breaks after so many bytes.
    Break(usize),
    /// So much comes, and when that is over the file is another one.
    Replaced(usize),
    /// The name node isn't ready.
    SafeMode,
    /// The user may not read it.
    Denied,
}

impl WebHdfs {
    pub(crate) fn new(content: &[u8], faults: &[Fault]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let state = Arc::new(State {
            content: content.to_vec(),
            faults: Mutex::new(faults.to_vec()),
            modified: AtomicUsize::new(17),
            opened: AtomicUsize::new(0),
        });
        let (theirs, own) = (Arc::clone(&state), address.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, address) = (Arc::clone(&theirs), own.clone());
                thread::spawn(move || state.answer(&stream, &address));
            }
        });
        WebHdfs { address, state }
    }

    /// How often the content was asked for.
    pub(crate) fn opened(&self) -> usize {
        self.state.opened.load(Ordering::SeqCst)
    }

    /// A map task's line of a manifest for `of` tasks: parts of files of these names.
    pub(crate) fn line(&self, of: usize, parts: &[(&str, usize, Option<usize>)]) -> String {
        let server = format!("http://{}/webhdfs/v1", self.address);
        let access = serde_json::json!({"servers": [server], "user": "ann"}).to_string();
        let part = |(name, start, end): &(&str, usize, Option<usize>)| {
            serde_json::json!({
                "file": format!("hdfs://name:8020/{name}"), "bytes": self.state.content.len(),
                "version": "17", "start": start, "end": end,
            })
        };
        let parts: Vec<serde_json::Value> = parts.iter().map(part).collect();
        format!(
            "{}\n",
            serde_json::json!({"of": of, "access": access, "parts": parts})
        )
    }
}

impl State {
    fn answer(&self, mut stream: &TcpStream, address: &str) {
        let mut reader = BufReader::new(stream);
        let mut request = String::new();
        reader.read_line(&mut request).unwrap();
        let mut line = String::new();
        while reader.read_line(&mut line).unwrap() > 2 {
            line.clear();
        }
        let target = request.split(' ').nth(1).unwrap();
        let parameter = |name: &str| {
            let found = target
                .split(['?', '&'])
                .find_map(|pair| pair.strip_prefix(name));
            found.map(|value| value.parse::<usize>().unwrap())
        };
        if target.contains("op=GETFILESTATUS") {
            let json = format!(
                r#"{{"FileStatus":{{"length":{},"modificationTime":{},"pathSuffix":"","type":"FILE"}}}}"#,
                self.content.len(),
                self.modified.load(Ordering::SeqCst)
            );
            return say(stream, "200 OK", &json);
        }
        let (from, length) = (parameter("offset=").unwrap(), parameter("length=").unwrap());
        let all = &self.content[from..(from + length).min(self.content.len())];
        if !target.starts_with("/data/") {
            // The name node.
            let mut faults = self.faults.lock().unwrap();
            let refused = match faults.first() {
                Some(Fault::SafeMode) => Some(("403 Forbidden", "SafeModeException")),
                Some(Fault::Denied) => Some(("403 Forbidden", "AccessControlException")),
                _ => None,
            };
            if let Some((status, exception)) = refused {
                faults.remove(0);
                let json = format!(
                    r#"{{"RemoteException":{{"exception":"{exception}","message":"not for you"}}}}"#
                );
                return say(stream, status, &json);
            }
            let head = format!(
                "HTTP/1.1 307 Go\r\nLocation: http://{address}/data{target}\r\nContent-Length: 0\r\n\r\n"
            );
            return stream.write_all(head.as_bytes()).unwrap();
        }
        self.opened.fetch_add(1, Ordering::SeqCst);
        let fault = {
            let mut faults = self.faults.lock().unwrap();
            (!faults.is_empty()).then(|| faults.remove(0))
        };
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", all.len());
        let sent = match fault {
            Some(Fault::Break(bytes) | Fault::Replaced(bytes)) => &all[..bytes.min(all.len())],
            _ => all,
        };
        // A task that has read enough may be gone.
        let _ = stream.write_all(&[head.as_bytes(), sent].concat());
        if let Some(Fault::Replaced(_)) = fault {
            // Not before the task has looked.
            thread::sleep(std::time::Duration::from_millis(200));
            self.modified.store(18, Ordering::SeqCst);
        }
    }
}

fn say(mut stream: &TcpStream, status: &str, json: &str) {
    let length = json.len();
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{json}");
    stream.write_all(answer.as_bytes()).unwrap();
}
