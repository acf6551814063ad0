//! Requests and answers.

use std::io::{self, Read};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use ureq::http::{Method, Request as HttpRequest, Response, header};
use ureq::{Agent, AsSendBody, Body, SendBody};

use super::error::{Reason, Role, Unanswered};
use super::trust;
use super::url::{Credentials, server_of};
use crate::stop::Stop;

const CONNECT: Duration = Duration::from_secs(10);
/// How long a server has to take or refuse a body before it is sent without a word.
const TAKEN: Duration = Duration::from_secs(5);
/// How long an answer may be that is read whole: 64 MiB.
const LONGEST: u64 = 64 << 20;
const LONGEST_HEAD: usize = 64 << 10;
const BUFFER: usize = 256 << 10;

/// What asks servers, and keeps connections to them. Clones share these.
#[derive(Debug, Clone)]
pub(crate) struct Client(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    agents: Mutex<Agents>,
    /// A file with authorities to trust beside the system's.
    authorities: Option<PathBuf>,
}

/// One for each kind of connection, made when it is needed: the system's authorities take some milliseconds to read.
#[derive(Debug, Default)]
struct Agents {
    plain: Option<Agent>,
    secure: Option<Agent>,
}

/// What is asked of a server.
pub(crate) struct Request<'a> {
    pub(crate) role: Role,
    pub(crate) method: Method,
    pub(crate) url: &'a str,
    /// How long the server may be silent.
    pub(crate) silence: Duration,
    pub(crate) credentials: Option<&'a Credentials>,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    is_json: bool,
    role: Role,
    server: String,
    silence: Duration,
    body: Body,
}

/// What follows the head of an answer, whole: a connection that ends early is an error.
pub(crate) struct Content {
    from: Box<dyn Read + Send>,
    role: Role,
    server: String,
    silence: Duration,
}

impl Client {
    /// One that trusts the authorities in this file beside the system's.
    pub(crate) fn new(authorities: Option<PathBuf>) -> Self {
        Client(Arc::new(Shared {
            agents: Mutex::default(),
            authorities,
        }))
    }

    /// That of all tasks of this process, which open many files.
    pub(crate) fn of_process(authorities: Option<PathBuf>) -> Self {
        static CLIENTS: Mutex<Vec<Client>> = Mutex::new(Vec::new());
        let mut clients = lock(&CLIENTS);
        let known = clients
            .iter()
            .find(|client| client.0.authorities == authorities);
        if let Some(client) = known {
            return client.clone();
        }
        let client = Client::new(authorities);
        clients.push(client.clone());
        client
    }

    /// Ends what is asked of servers when the run is to stop. What is asked after that is answered.
    pub(crate) fn end_on(&self, stop: &Stop) {
        let client = self.clone();
        stop.on_request(move || {
            let agents = std::mem::take(&mut *lock(&client.0.agents));
            let all = agents.plain.into_iter().chain(agents.secure);
            all.for_each(Agent::shutdown);
        });
    }

    /// Asks, without a body.
    pub(crate) fn ask(&self, request: &Request<'_>) -> Result<Answer, Unanswered> {
        self.send(request, None, &mut io::empty(), 0)
    }

    /// Sends JSON.
    pub(crate) fn send_json(
        &self,
        request: &Request<'_>,
        json: &str,
    ) -> Result<Answer, Unanswered> {
        let length = json.len() as u64;
        self.send(
            request,
            Some("application/json"),
            &mut json.as_bytes(),
            length,
        )
    }

    /// Sends the `length` bytes that `from` has, once the server has said that it takes them.
    pub(crate) fn send_data(
        &self,
        request: &Request<'_>,
        from: &mut dyn Read,
        length: u64,
    ) -> Result<Answer, Unanswered> {
        self.send(request, Some("application/octet-stream"), from, length)
    }

    fn send(
        &self,
        request: &Request<'_>,
        kind: Option<&str>,
        from: &mut dyn Read,
        length: u64,
    ) -> Result<Answer, Unanswered> {
        let server = server_of(request.url).to_owned();
        let failed = |reason| Unanswered {
            role: request.role,
            server: server.clone(),
            reason,
        };
        let is_secure = request.url.starts_with("https://");
        let agent = self.agent(is_secure).map_err(failed)?;
        let mut builder = HttpRequest::builder()
            .method(&request.method)
            .uri(request.url);
        if let Some(header) = request.credentials.and_then(Credentials::header) {
            builder = builder.header(header::AUTHORIZATION, header);
        }
        if request.method == Method::PUT || request.method == Method::POST {
            builder = builder.header(header::CONTENT_LENGTH, length);
        }
        if let Some(kind) = kind {
            builder = builder.header(header::CONTENT_TYPE, kind);
        }
        if length > 0 && kind == Some("application/octet-stream") {
            builder = builder.header(header::EXPECT, "100-continue");
        }
        let mut body = Sent {
            from,
            left: length,
            failed: None,
        };
        // A server that doesn't come to shake hands is a silent one.
        let connect = if is_secure { request.silence } else { CONNECT };
        let answered = match request.method {
            Method::PUT | Method::POST => {
                let built = builder.body(SendBody::from_reader(&mut body));
                run(&agent, built, request.silence, connect)
            }
            _ => run(&agent, builder.body(()), request.silence, connect),
        };
        if let Some(error) = body.failed {
            return Err(failed(Reason::Unread(error)));
        }
        let answered =
            answered.map_err(|error| failed(Reason::of(error, request.silence, connect)))?;
        let (parts, body) = answered.into_parts();
        let text =
            |name: &header::HeaderName| Some(parts.headers.get(name)?.to_str().ok()?.to_owned());
        Ok(Answer {
            status: parts.status.as_u16(),
            location: text(&header::LOCATION),
            is_json: text(&header::CONTENT_TYPE)
                .is_some_and(|kind| kind.starts_with("application/json")),
            role: request.role,
            server,
            silence: request.silence,
            body,
        })
    }

    fn agent(&self, is_secure: bool) -> Result<Agent, Reason> {
        let mut agents = lock(&self.0.agents);
        let agent = match is_secure {
            true => &mut agents.secure,
            false => &mut agents.plain,
        };
        if let Some(agent) = agent {
            return Ok(agent.clone());
        }
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(concat!("mrjob/", env!("CARGO_PKG_VERSION")))
            .max_response_header_size(LONGEST_HEAD)
            .input_buffer_size(BUFFER)
            .output_buffer_size(BUFFER)
            .timeout_await_100(Some(TAKEN));
        if is_secure {
            config = trust::secured(config, self.0.authorities.as_deref())?;
        }
        Ok(agent.insert(config.build().new_agent()).clone())
    }
}

fn run<B: AsSendBody>(
    agent: &Agent,
    request: Result<HttpRequest<B>, ureq::http::Error>,
    silence: Duration,
    connect: Duration,
) -> Result<Response<Body>, ureq::Error> {
    let request = agent
        .configure_request(request?)
        .timeout_connect(Some(connect))
        .timeout_per_read(Some(silence))
        .timeout_per_write(Some(silence));
    agent.run(request.build())
}

/// A body on its way. A failure to read it is kept apart from those of the connection.
struct Sent<'a> {
    from: &'a mut dyn Read,
    left: u64,
    failed: Option<io::Error>,
}

impl Read for Sent<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = into
            .len()
            .min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if most == 0 {
            return Ok(0);
        }
        let read = match self.from.read(&mut into[..most]) {
            Ok(0) => {
                let message = "the file became shorter while it was read";
                Err(io::Error::new(io::ErrorKind::UnexpectedEof, message))
            }
            read => read,
        };
        match read {
            Ok(read) => {
                self.left -= read as u64;
                Ok(read)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.failed = Some(error);
                Err(io::ErrorKind::Other.into())
            }
        }
    }
}

impl Answer {
    /// Whether the server calls the body JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.is_json
    }

    /// The body as text.
    pub(crate) fn text(self) -> Result<String, Unanswered> {
        let mut bytes = Vec::new();
        let (role, server, silence) = (self.role, self.server.clone(), self.silence);
        let mut content = self.content().from.take(LONGEST);
        let read = content.read_to_end(&mut bytes);
        read.map_err(|error| Unanswered {
            role,
            server,
            reason: unread(error, silence),
        })?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The body, if it is JSON: servers that aren't ready answer with pages.
    pub(crate) fn json(self) -> Result<Option<Value>, Unanswered> {
        Ok(serde_json::from_str(&self.text()?).ok())
    }

    pub(crate) fn content(self) -> Content {
        Content {
            from: Box::new(self.body.into_with_config().limit(u64::MAX).reader()),
            role: self.role,
            server: self.server,
            silence: self.silence,
        }
    }
}

impl Content {
    /// Reads the next bytes; none at the end.
    pub(crate) fn next(&mut self, into: &mut [u8]) -> Result<usize, Unanswered> {
        loop {
            match self.from.read(into) {
                Ok(read) => return Ok(read),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(Unanswered {
                        role: self.role,
                        server: self.server.clone(),
                        reason: unread(error, self.silence),
                    });
                }
            }
        }
    }
}

impl Read for Content {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.next(into).map_err(io::Error::other)
    }
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Content")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

/// Why a body doesn't come.
fn unread(error: io::Error, silence: Duration) -> Reason {
    match error.downcast::<ureq::Error>() {
        Ok(error) => Reason::of(error, silence, CONNECT),
        Err(error) => Reason::of_io(error),
    }
}

/// Checks that somebody listens at `host:port`.
pub(crate) fn reach(role: Role, server: &str) -> Result<(), Unanswered> {
    let connect = || {
        let mut failed = Reason::Unknown;
        let addresses = server.to_socket_addrs().map_err(|_| Reason::Unknown)?;
        for address in addresses {
            match TcpStream::connect_timeout(&address, CONNECT) {
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                    failed = Reason::Unconnected(CONNECT);
                }
                Err(error) => failed = Reason::of_io(error),
            }
        }
        Err(failed)
    };
    connect().map_err(|reason| Unanswered {
        role,
        server: server.to_owned(),
        reason,
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
