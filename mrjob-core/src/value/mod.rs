//! Values of any serde type as compact bytes.
//!
//! | file | what is in it |
//! |---|---|
//! | `tag` | the format: what the first byte of a value says |
//! | `encode` | from a type to bytes |
//! | `compound` | what serde asks of those who write tuples, structs and maps |
//! | `bytes` | sequences of `u8`, which are kept as plain bytes |
//! | `decode` | from bytes to a type |
//! | `access` | the elements, entries and variants of a value that is being decoded |
//! | `check` | whether a type is read back, before there are data |
//! | `weigh` | about how much memory a value takes |
//! | `error` | what can go wrong |

mod access;
mod bytes;
mod check;
mod compound;
mod decode;
mod encode;
mod error;
mod tag;
mod weigh;

pub(crate) use bytes::byte;
pub use check::check;
pub(crate) use decode::Decoder;
pub use decode::decode;
pub use encode::encode;
pub use error::ValueError;
pub(crate) use weigh::weigh;
