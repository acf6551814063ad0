//! Addresses of services, and who the user is there.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

/// The address of a web service. The password in it is neither shown nor serialized.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceUrl {
    /// `https://host:port/path`, without a slash at its end.
    pub(crate) url: String,
    #[serde(skip)]
    pub(crate) credentials: Option<Credentials>,
}

/// What says who the user is; it isn't shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Credentials {
    /// A user and a password.
    Basic(String),
    /// A delegation token.
    Token(String),
}

impl ServiceUrl {
    /// Its `host:port`.
    pub(crate) fn server(&self) -> &str {
        server_of(&self.url)
    }

    /// Takes the user and the password out of an address as people write it: `https://user:password@host/path`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.trim_end_matches('/').split_once("://")?;
        if !matches!(scheme, "http" | "https") {
            return None;
        }
        let end = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        if host.is_empty() || path.contains(['?', '#', ' ']) {
            return None;
        }
        let credentials = user.map(|user| {
            let (user, password) = user.split_once(':').unwrap_or((user, ""));
            Credentials::basic(&decoded(user), &decoded(password))
        });
        Some(ServiceUrl {
            url: format!("{scheme}://{host}{path}"),
            credentials,
        })
    }
}

impl Credentials {
    pub(crate) fn basic(user: &str, password: &str) -> Self {
        Credentials::Basic(format!(
            "Basic {}",
            STANDARD.encode(format!("{user}:{password}"))
        ))
    }

    /// The value of the header that says them, if that does.
    pub(super) fn header(&self) -> Option<&str> {
        match self {
            Credentials::Basic(header) => Some(header),
            Credentials::Token(_) => None,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// The `host:port` of a URL.
pub(crate) fn server_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let authority = &rest[..end];
    authority
        .rsplit_once('@')
        .map_or(authority, |(_, server)| server)
}

/// `http://node:8088` of `http://node:8088/path`.
pub(crate) fn origin(url: &str) -> &str {
    let server = server_of(url);
    let end = url.find(server).map_or(0, |start| start + server.len());
    &url[..end]
}

/// `%41` is `A`.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        let digits = more.get(..2).filter(|_| *first == b'%');
        let byte = digits.and_then(|digits| str::from_utf8(digits).ok());
        match byte.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &more[2..];
            }
            None => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_leave_the_address() {
        let place =
            ServiceUrl::parse("https://ann:p%40ss@knox:8443/gateway/default/webhdfs/v1/").unwrap();
        assert_eq!(place.url, "https://knox:8443/gateway/default/webhdfs/v1");
        assert_eq!(place.credentials, Some(Credentials::basic("ann", "p@ss")));
        assert!(!format!("{place:?}").contains("QW5u"), "{place:?}");
        assert_eq!(
            ServiceUrl::parse("http://node:9870").unwrap().url,
            "http://node:9870"
        );
        for wrong in ["knox:8443", "ftp://a/b", "https:///a", "https://a/b?c=d"] {
            assert_eq!(ServiceUrl::parse(wrong), None, "{wrong}");
        }
        assert_eq!(server_of("https://node:1/a?b=c"), "node:1");
    }
}
