//! What Hadoop's web services answer.

use std::fmt;
use std::io::Read;
use std::time::Duration;

use serde_json::Value;
use ureq::http::Response;
use ureq::{Agent, Body, SendBody};

const CONNECT: Duration = Duration::from_secs(10);
/// How long an answer may be that is read whole: 64 MiB.
const LONGEST: u64 = 64 << 20;

/// Makes requests.
#[derive(Debug, Clone)]
pub(super) struct Http {
    agent: Agent,
    patient: Agent,
}

/// What was answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    body: Body,
}

/// Nothing was answered, or not whole.
#[derive(Debug, thiserror::Error)]
#[error("{server}: {reason}")]
pub struct Unanswered {
    /// `host:port`.
    server: String,
    reason: String,
}

impl Http {
    /// Of requests for data, only connecting takes a limited time.
    pub(super) fn new() -> Self {
        let config = || {
            Agent::config_builder()
                .max_redirects(0)
                .http_status_as_error(false)
                .timeout_connect(Some(CONNECT))
        };
        Http {
            agent: config().timeout_global(Some(3 * CONNECT)).build().into(),
            patient: config().build().into(),
        }
    }

    pub(super) fn get(&self, url: &str) -> Result<Answer, Unanswered> {
        answer(url, self.agent.get(url).call())
    }

    /// For as much data as there may be.
    pub(super) fn read(&self, url: &str) -> Result<Answer, Unanswered> {
        answer(url, self.patient.get(url).call())
    }

    pub(super) fn put(&self, url: &str) -> Result<Answer, Unanswered> {
        answer(url, self.agent.put(url).send_empty())
    }

    pub(super) fn delete(&self, url: &str) -> Result<Answer, Unanswered> {
        answer(url, self.agent.delete(url).call())
    }

    pub(super) fn put_json(&self, url: &str, json: &str) -> Result<Answer, Unanswered> {
        let request = self.agent.put(url).content_type("application/json");
        answer(url, request.send(json))
    }

    /// Sends what `from` has, in one piece where `length` is known.
    pub(super) fn write(
        &self,
        url: &str,
        from: &mut dyn Read,
        length: Option<u64>,
    ) -> Result<Answer, Unanswered> {
        let mut request = self
            .patient
            .put(url)
            .content_type("application/octet-stream");
        if let Some(length) = length {
            request = request.header("content-length", length.to_string());
        }
        let mut from = from;
        answer(url, request.send(SendBody::from_reader(&mut from)))
    }

    /// The JSON at `url`; nothing where there is none, as where a server isn't ready or has gone.
    pub(super) fn json(&self, url: &str) -> Option<Value> {
        let answer = self.get(url).ok()?;
        (answer.status == 200).then(|| answer.json())?
    }

    /// The text at `url`, with the same proviso.
    pub(super) fn text(&self, url: &str) -> Option<String> {
        let answer = self.get(url).ok()?;
        (answer.status == 200).then(|| answer.text())
    }
}

impl Answer {
    /// The body as text, as far as it comes.
    pub(super) fn text(self) -> String {
        let mut bytes = Vec::new();
        let _ = self.reader().take(LONGEST).read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The body, if it is JSON: servers that aren't ready answer with pages.
    pub(super) fn json(self) -> Option<Value> {
        serde_json::from_str(&self.text()).ok()
    }

    pub(super) fn reader(self) -> impl Read {
        self.body.into_reader()
    }
}

fn answer(url: &str, answer: Result<Response<Body>, ureq::Error>) -> Result<Answer, Unanswered> {
    match answer {
        Ok(answer) => {
            let (parts, body) = answer.into_parts();
            let location = parts.headers.get("location");
            Ok(Answer {
                status: parts.status.as_u16(),
                location: location.and_then(|value| Some(value.to_str().ok()?.to_owned())),
                body,
            })
        }
        Err(error) => Err(Unanswered {
            server: server(url).to_owned(),
            reason: reason(&error),
        }),
    }
}

/// `host:port` of a URL.
fn server(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

fn reason(error: &dyn fmt::Display) -> String {
    let text = error.to_string();
    text.strip_prefix("io: ")
        .map_or(text.clone(), str::to_owned)
}
