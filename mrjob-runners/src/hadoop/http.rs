//! What Hadoop's web services answer, by HTTP 1.0: an answer ends with its connection.
//!
//! They are spoken to in the clear, in a cluster's own network; where TLS or Kerberos is wanted, Hadoop's programs are
//! asked instead. A library for that was a tenth of a job's program.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::time::Duration;

use serde_json::Value;

const CONNECT: Duration = Duration::from_secs(10);
/// How long a server may be silent.
const SILENCE: Duration = Duration::from_secs(30);
/// How long one may that moves data.
const DATA_SILENCE: Duration = Duration::from_secs(300);
/// How long one may take to notice that a request was given up.
const ABANDONED: Duration = Duration::from_secs(5);
/// How long an answer may be that is read whole: 64 MiB.
const LONGEST: u64 = 64 << 20;
/// How long the lines before it may be.
const LONGEST_HEAD: u64 = 64 << 10;
const BUFFER: usize = 256 << 10;

/// What was answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    body: Content,
}

/// What follows the head of an answer, whole: a connection that ends early is an error.
#[derive(Debug)]
pub(super) struct Content {
    from: BufReader<TcpStream>,
    /// Bytes that are still to come, if the server said how many.
    left: Option<u64>,
}

/// Nothing was answered, or nothing that can be understood.
#[derive(Debug, thiserror::Error)]
#[error("{server}: {source}")]
pub struct Unanswered {
    /// `host:port`.
    server: String,
    source: io::Error,
}

/// A request without a body.
pub(super) fn ask(method: &str, url: &str) -> Result<Answer, Unanswered> {
    request(method, url, "", &mut io::empty(), 0, SILENCE)
}

/// A request for as much data as there may be.
pub(super) fn read(url: &str) -> Result<Answer, Unanswered> {
    request("GET", url, "", &mut io::empty(), 0, DATA_SILENCE)
}

/// Sends JSON.
pub(super) fn put_json(url: &str, json: &str) -> Result<Answer, Unanswered> {
    let length = json.len() as u64;
    request(
        "PUT",
        url,
        "application/json",
        &mut json.as_bytes(),
        length,
        SILENCE,
    )
}

/// Sends the `length` bytes that `from` has.
pub(super) fn write(url: &str, from: &mut dyn Read, length: u64) -> Result<Answer, Unanswered> {
    request(
        "PUT",
        url,
        "application/octet-stream",
        from,
        length,
        DATA_SILENCE,
    )
}

/// The JSON at `url`; nothing where there is none, as where a server isn't ready or has gone.
pub(super) fn json(url: &str) -> Option<Value> {
    let answer = ask("GET", url).ok()?;
    (answer.status == 200).then(|| answer.json())?
}

/// The text at `url`, with the same proviso.
pub(super) fn text(url: &str) -> Option<String> {
    let answer = ask("GET", url).ok()?;
    (answer.status == 200).then(|| answer.text())
}

impl Answer {
    /// The body as text, as far as it comes.
    pub(super) fn text(self) -> String {
        let mut bytes = Vec::new();
        let _ = self.body.take(LONGEST).read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The body, if it is JSON: servers that aren't ready answer with pages.
    pub(super) fn json(self) -> Option<Value> {
        serde_json::from_str(&self.text()).ok()
    }

    pub(super) fn content(self) -> Content {
        self.body
    }
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(left) = &mut self.left else {
            return self.from.read(buffer);
        };
        let most = buffer
            .len()
            .min(usize::try_from(*left).unwrap_or(usize::MAX));
        let read = self.from.read(&mut buffer[..most])?;
        if read == 0 && most > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        *left -= read as u64;
        Ok(read)
    }
}

fn request(
    method: &str,
    url: &str,
    kind: &str,
    from: &mut dyn Read,
    length: u64,
    silence: Duration,
) -> Result<Answer, Unanswered> {
    let rest = url.strip_prefix("http://").unwrap_or(url);
    let (server, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let mut answered = || {
        let stream = connect(server)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(silence))?;
        stream.set_write_timeout(Some(silence))?;
        let kind = match kind {
            "" => String::new(),
            kind => format!("Content-Type: {kind}\r\n"),
        };
        let head = format!(
            "{method} {path} HTTP/1.0\r\nHost: {server}\r\n{kind}Content-Length: {length}\r\n\r\n"
        );
        (&stream).write_all(head.as_bytes())?;
        match send(&stream, from, length) {
            Ok(()) => answer(stream),
            Err(Unsent::Unread(error)) => {
                abandon(stream);
                Err(error)
            }
            // A server that refuses doesn't wait for the rest.
            Err(Unsent::Untaken(error)) => answer(stream).map_err(|_| error),
        }
    };
    answered().map_err(|source| Unanswered {
        server: server.to_owned(),
        source,
    })
}

/// Why a body wasn't sent whole.
enum Unsent {
    /// It can't be read.
    Unread(io::Error),
    /// The server takes no more.
    Untaken(io::Error),
}

fn send(mut to: &TcpStream, from: &mut dyn Read, length: u64) -> Result<(), Unsent> {
    let mut buffer = vec![0; BUFFER.min(length as usize)];
    let mut left = length;
    while left > 0 {
        let most = buffer.len().min(left as usize);
        let read = match from.read(&mut buffer[..most]) {
            Ok(0) => {
                let message = "the file became shorter while it was read";
                Err(io::Error::new(io::ErrorKind::UnexpectedEof, message))
            }
            read => read,
        };
        let read = read.map_err(Unsent::Unread)?;
        to.write_all(&buffer[..read]).map_err(Unsent::Untaken)?;
        left -= read as u64;
    }
    Ok(())
}

/// Ends a request whose body has no end, and waits until the server has noticed: what it began with the first bytes is there
/// by then, and can be deleted.
fn abandon(mut stream: TcpStream) {
    let _ = stream.set_read_timeout(Some(ABANDONED));
    let _ = stream.shutdown(Shutdown::Write);
    let _ = io::copy(&mut stream, &mut io::sink());
}

fn answer(stream: TcpStream) -> io::Result<Answer> {
    let mut from = BufReader::with_capacity(BUFFER, stream);
    let mut head = from.by_ref().take(LONGEST_HEAD);
    let (status, location, left) = loop {
        match read_head(&mut head)? {
            // A data node says `100 Continue` first, though nobody asked it to.
            (100..200, ..) => {}
            head => break head,
        }
    };
    Ok(Answer {
        status,
        location,
        body: Content { from, left },
    })
}

/// A head: its status, where it sends one, and how long the body is.
fn read_head(head: &mut impl BufRead) -> io::Result<(u16, Option<String>, Option<u64>)> {
    let mut line = String::new();
    head.read_line(&mut line)?;
    let status = line
        .strip_prefix("HTTP/1.")
        .and_then(|line| line.split(' ').nth(1));
    let status = status.and_then(|status| status.parse().ok());
    let status: u16 = status.ok_or_else(|| strange("it doesn't answer as a web server does"))?;
    let (mut location, mut left) = (None, None);
    loop {
        line.clear();
        if head.read_line(&mut line)? == 0 {
            return Err(strange("its answer ends before it begins"));
        }
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "location" => location = Some(value.to_owned()),
            "content-length" => left = value.parse().ok(),
            "transfer-encoding" => {
                return Err(strange("it answers in pieces, which weren't asked for"));
            }
            _ => {}
        }
    }
    Ok((status, location, left))
}

fn strange(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Connects to `host:port`, whichever of its addresses answers.
pub(super) fn connect(server: &str) -> io::Result<TcpStream> {
    let mut failed = io::Error::from(io::ErrorKind::NotFound);
    for address in server.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, CONNECT) {
            Ok(stream) => return Ok(stream),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// What a server is asked that answers `answer`, and what is made of it.
    fn asked(answer: &'static str, body: &str) -> (String, Result<Answer, Unanswered>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/a?b=c", listener.local_addr().unwrap());
        let length = body.len();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = Vec::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while !asked.ends_with(b"\r\n\r\n") {
                reader.read_until(b'\n', &mut asked).unwrap();
            }
            let mut rest = vec![0; length];
            reader.read_exact(&mut rest).unwrap();
            asked.extend(rest);
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8(asked).unwrap()
        });
        let answer = put_json(&url, body);
        (server.join().unwrap(), answer)
    }

    #[test]
    fn a_request_and_its_answer() {
        let (asked, answer) = asked(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 307 Go\r\nLocation: http://x/y\r\nContent-Length: 2\r\n\r\n[]more",
            "{}",
        );
        assert!(
            asked.starts_with("PUT /a?b=c HTTP/1.0\r\nHost: 127.0.0.1:"),
            "{asked}"
        );
        assert!(asked.ends_with("Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"));
        let answer = answer.unwrap();
        assert_eq!(
            (answer.status, answer.location.as_deref()),
            (307, Some("http://x/y"))
        );
        assert_eq!(answer.text(), "[]");
    }

    #[test]
    fn what_ends_early_is_an_error() {
        let (_, answer) = asked("HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nab", "");
        let read = answer.unwrap().content().read_to_end(&mut Vec::new());
        assert_eq!(read.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        for text in ["", "hello", "HTTP/1.0 200 OK\r\nA: b\r\n"] {
            assert!(asked(text, "").1.is_err(), "{text}");
        }
    }
}
