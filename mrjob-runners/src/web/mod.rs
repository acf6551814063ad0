//! Web services of other machines: requests, TLS, patience with servers that are slow or restarting, and words for what went wrong.
//!
//! | module | what is in it |
//! |---|---|
//! | `client` | requests and answers |
//! | `url` | an address of a service, with the credentials for it |
//! | `crypto` | the cryptography of TLS |
//! | `trust` | TLS: the authorities that are trusted |
//! | `patience` | how long a server is asked again |
//! | `error` | why there is no answer |

mod client;
#[cfg(feature = "tls")]
mod crypto;
mod error;
mod patience;
mod trust;
mod url;

pub(crate) use client::{Answer, Client, Content, Request, reach};
pub use error::Unanswered;
pub(crate) use error::{Reason, Role};
pub(crate) use patience::{LIMIT, Patience};
pub use url::ServiceUrl;
pub(crate) use url::{Credentials, origin, server_of};
