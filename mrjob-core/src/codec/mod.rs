//! Compressed files: which there are, how they are read and written.
//!
//! A file's name says how it is compressed, and its first bytes have to agree. What can be read from its middle is
//! bzip2 only; all else is one stream.

#[cfg(not(feature = "compression"))]
mod absent;
#[cfg(feature = "compression")]
mod bzip2;
#[cfg(feature = "compression")]
mod decoder;
#[cfg(feature = "compression")]
mod encoder;
mod error;
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
#[cfg(feature = "compression")]
pub use decoder::Decoder;
#[cfg(feature = "compression")]
pub(crate) use encoder::Encoder;
pub use error::CodecError;
pub use name::{Codec, unknown_codec};
