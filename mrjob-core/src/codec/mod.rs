//! The contents of a source, told by its first bytes, and compressed files, read and written.
//!
//! A source's first bytes say how it is compressed, and its name where they don't show it. What can be read from its middle
//! is bzip2 only; all else is one stream.

#[cfg(not(feature = "compression"))]
mod absent;
#[cfg(feature = "compression")]
mod bzip2;
mod content;
#[cfg(feature = "compression")]
mod decoder;
#[cfg(feature = "compression")]
mod encoder;
mod error;
mod foreign;
#[cfg(feature = "compression")]
mod gzip;
#[cfg(feature = "compression")]
mod hadoop;
#[cfg(feature = "compression")]
mod lz4;
#[cfg(feature = "compression")]
mod marks;
mod name;
#[cfg(feature = "compression")]
mod snappy;
#[cfg(feature = "compression")]
mod tap;
#[cfg(feature = "compression")]
mod zstd;

#[cfg(not(feature = "compression"))]
pub use absent::Decoder;
#[cfg(not(feature = "compression"))]
pub(crate) use absent::Encoder;
pub use content::{Content, SHOWN, check_plain, lines, peek};
#[cfg(feature = "compression")]
pub use decoder::Decoder;
#[cfg(feature = "compression")]
pub(crate) use encoder::Encoder;
pub use error::CodecError;
pub use foreign::Foreign;
pub use name::{Codec, known_suffix, unknown_codec};
