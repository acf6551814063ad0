//! The codecs, and the names by which files show them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Codec {
    /// gzip, of one or many members (RFC 1952).
    Gzip,
    /// bzip2, of one or many streams; the only one that is read from the middle of a file.
    Bzip2,
    /// Zstandard, of one or many frames (RFC 8878).
    Zstd,
    /// LZ4 frames, or Hadoop's blocks of LZ4.
    Lz4,
    /// Snappy's framing format, or Hadoop's blocks of Snappy.
    Snappy,
}

impl Codec {
    /// Whether this program was built with them (the cargo feature `compression`).
    pub const BUILT_IN: bool = cfg!(feature = "compression");

    /// How the file of this name is compressed, by the end of the name; `None` if it isn't, or not as we know it.
    ///
    /// ```
    /// # use mrjob_core::codec::Codec;
    /// assert_eq!(Codec::of("logs/2026-01-02.gz"), Some(Codec::Gzip));
    /// assert_eq!(Codec::of("gz"), None);
    /// ```
    pub fn of(name: &str) -> Option<Self> {
        Some(match suffix_of(name)?.as_str() {
            "gz" | "bgz" => Codec::Gzip,
            "bz2" => Codec::Bzip2,
            "zst" | "zstd" => Codec::Zstd,
            "lz4" => Codec::Lz4,
            "snappy" | "sz" => Codec::Snappy,
            _ => return None,
        })
    }

    /// What the names of its files end in: `gz` in `part-00000.gz`.
    pub fn suffix(self) -> &'static str {
        match self {
            Codec::Gzip => "gz",
            Codec::Bzip2 => "bz2",
            Codec::Zstd => "zst",
            Codec::Lz4 => "lz4",
            Codec::Snappy => "snappy",
        }
    }

    /// The command that reads and writes it.
    pub(super) fn tool(self) -> &'static str {
        match self {
            Codec::Gzip => "gzip",
            Codec::Bzip2 => "bzip2",
            Codec::Zstd => "zstd",
            Codec::Lz4 => "lz4",
            Codec::Snappy => "snzip",
        }
    }

    /// Bytes of memory that reading it takes, of a task's `memory`.
    pub(crate) fn memory(self, memory: usize) -> usize {
        const MIB: usize = 1 << 20;
        match self {
            Codec::Gzip | Codec::Snappy => MIB,
            Codec::Bzip2 => 6 * MIB,
            Codec::Lz4 => 13 * MIB,
            // Every reader has to take windows of 8 MiB, says RFC 8878.
            Codec::Zstd => (memory / 4).max(8 * MIB),
        }
        .min(memory / 2)
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Codec::Snappy => "snappy",
            other => other.tool(),
        })
    }
}

/// The command that unpacks the file of this name, where that is a compression or archive which isn't a [`Codec`].
///
/// ```
/// # use mrjob_core::codec::unknown_codec;
/// assert_eq!(unknown_codec("logs.xz"), Some("xz -dc"));
/// assert_eq!(unknown_codec("logs.txt"), None);
/// ```
pub fn unknown_codec(name: &str) -> Option<&'static str> {
    Some(match suffix_of(name)?.as_str() {
        "xz" | "lzma" => "xz -dc",
        "br" => "brotli -dc",
        "z" => "gzip -dc",
        "lzo" => "lzop -dc",
        "lz" => "lzip -dc",
        "deflate" => "zlib-flate -uncompress <",
        "zip" => "unzip -p",
        "7z" => "7z x -so",
        "txz" => "tar -xJOf",
        _ => return None,
    })
}

/// What the name of a file ends in that would have been known by its first bytes, were it what the name says.
///
/// ```
/// # use mrjob_core::codec::known_suffix;
/// assert_eq!(known_suffix("logs.XZ"), Some("xz"));
/// assert_eq!(known_suffix("logs.br"), None);
/// ```
pub fn known_suffix(name: &str) -> Option<&'static str> {
    let suffix = suffix_of(name)?;
    ["xz", "z", "lzo", "lz", "zip", "7z"]
        .into_iter()
        .find(|known| *known == suffix)
}

/// What follows the last dot of a name, in small letters; nothing if that is all of the name.
fn suffix_of(name: &str) -> Option<String> {
    let file = name.rsplit('/').next().unwrap_or(name);
    let (stem, suffix) = file.rsplit_once('.')?;
    (!stem.is_empty()).then(|| suffix.to_ascii_lowercase())
}
