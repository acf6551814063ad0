//! What a source is: decided by its first bytes, and by its name where they don't show it.
//!
//! Here alone. The launcher asks for files that it may cut, tasks ask when they open a source, and again for what comes out
//! of a decoder.

use std::io::{self, Cursor, Read};

use super::{Codec, CodecError, Decoder, Foreign};

/// Bytes that show what a source is: a tar archive's header.
pub const SHOWN: usize = 512;

/// UTF-8's byte order mark.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// What a frame of zstd begins with.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// What a source is, as far as its first bytes show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// Nothing that is known: it is read as it is.
    Plain,
    /// UTF-8 behind its byte order mark.
    Marked,
    /// Compressed in a way that is read.
    Compressed(Codec),
    /// Of a kind that isn't read as lines.
    Foreign(Foreign),
}

impl Content {
    /// What a source is that begins with `start`: [`SHOWN`] bytes, or all that it has.
    ///
    /// Short signatures aren't enough: whatever could be text is text.
    ///
    /// ```
    /// # use mrjob_core::codec::{Codec, Content};
    /// assert_eq!(Content::of(b"\x1f\x8b\x08\x00\x00"), Content::Compressed(Codec::Gzip));
    /// assert_eq!(Content::of(b"BZh9 is what bzip2 writes first"), Content::Plain);
    /// ```
    pub fn of(start: &[u8]) -> Self {
        if let Some(codec) = codec(start) {
            return Content::Compressed(codec);
        }
        match foreign(start) {
            Some(foreign) => Content::Foreign(foreign),
            None if start.starts_with(MARK) => Content::Marked,
            None => Content::Plain,
        }
    }
}

impl Codec {
    /// How a source of lines is compressed that messages call `name` and that begins with `start`: [`SHOWN`] bytes, or all that it
    /// has. Where these don't show it, it is compressed as `expected`, which is what its name says.
    ///
    /// # Errors
    ///
    /// [`CodecError::Foreign`] if it is of a kind that isn't read as lines, [`CodecError::Other`] if it can't be what is
    /// expected, [`CodecError::NotBuiltIn`] if it is compressed and this program was built without the codecs.
    pub fn of_lines(name: &str, expected: Option<Self>, start: &[u8]) -> io::Result<Option<Self>> {
        match Content::of(start) {
            Content::Foreign(what) => Err(refused(name, what, None)),
            content => Self::of_content(content, expected, start),
        }
    }

    /// How a file is compressed that is read as a whole, whatever else it is.
    ///
    /// # Errors
    ///
    /// As of [`Codec::of_lines`], except for kinds of files.
    pub fn of_file(expected: Option<Self>, start: &[u8]) -> io::Result<Option<Self>> {
        Self::of_content(Content::of(start), expected, start)
    }

    fn of_content(
        content: Content,
        expected: Option<Self>,
        start: &[u8],
    ) -> io::Result<Option<Self>> {
        let codec = match (content, expected) {
            // Frames to be skipped are of either.
            (Content::Compressed(Codec::Zstd), Some(Codec::Lz4)) if start[0] != ZSTD[0] => {
                Codec::Lz4
            }
            (Content::Compressed(codec), _) => codec,
            (_, None) => return Ok(None),
            // An empty file has no records, whatever its name.
            _ if start.is_empty() => return Ok(None),
            (_, Some(codec)) => {
                // Hadoop's blocks are known by the name alone.
                Decoder::new(codec, Cursor::new(start.to_vec()), 0)?;
                codec
            }
        };
        match Self::BUILT_IN {
            true => Ok(Some(codec)),
            false => Err(CodecError::NotBuiltIn { codec }.into()),
        }
    }
}

/// The first bytes of `from`, [`SHOWN`] or all that there are, and all of it.
///
/// # Errors
///
/// When it can't be read.
pub fn peek<R: Read>(mut from: R) -> io::Result<(Vec<u8>, impl Read + use<R>)> {
    let mut start = Vec::with_capacity(SHOWN);
    from.by_ref().take(SHOWN as u64).read_to_end(&mut start)?;
    // Where the end was met there is no more to ask for: at a terminal that would wait for a second Ctrl-D.
    let rest = if start.len() < SHOWN { 0 } else { u64::MAX };
    let whole = Cursor::new(start.clone()).chain(from.take(rest));
    Ok((start, whole))
}

/// The lines of a source called `name`, decompressed and without a byte order mark; decoding takes at most about `memory` bytes.
///
/// # Errors
///
/// When `from` can't be read, and those of [`Codec::of_lines`].
pub fn lines(
    name: &str,
    from: impl Read + Send + 'static,
    memory: usize,
) -> io::Result<Box<dyn Read + Send>> {
    let (start, from) = peek(from)?;
    let codec = Codec::of_lines(name, Codec::of(name), &start)?;
    let Some(codec) = codec else {
        return Ok(unmarked(from, &start));
    };
    let (start, plain) = peek(Decoder::new(codec, from, memory)?)?;
    check_plain(name, Some(codec), &start)?;
    Ok(unmarked(plain, &start))
}

fn unmarked(mut from: impl Read + Send + 'static, start: &[u8]) -> Box<dyn Read + Send> {
    if start.starts_with(MARK) {
        // They are in memory.
        let _ = from.read_exact(&mut [0; MARK.len()]);
    }
    Box::new(from)
}

/// Checks the first plain bytes of the source `name`, which a decoder of `within` gave or which stand there as they are. Returns
/// the length of a byte order mark at their front, or 0.
///
/// # Errors
///
/// [`CodecError::Foreign`] if it is of a kind that isn't read as lines.
pub fn check_plain(name: &str, within: Option<Codec>, start: &[u8]) -> io::Result<usize> {
    match Content::of(start) {
        Content::Plain => Ok(0),
        Content::Marked => Ok(MARK.len()),
        Content::Compressed(codec) => Err(refused(name, Foreign::Twice(codec), within)),
        Content::Foreign(what) => Err(refused(name, what, within)),
    }
}

fn refused(name: &str, what: Foreign, within: Option<Codec>) -> io::Error {
    CodecError::Foreign {
        name: name.to_owned(),
        what,
        within,
    }
    .into()
}

/// How what begins like this is compressed, in those ways that are read.
fn codec(start: &[u8]) -> Option<Codec> {
    match start {
        // Deflate is the only method, and three of the flags are reserved.
        [0x1f, 0x8b, 8] => Some(Codec::Gzip),
        [0x1f, 0x8b, 8, flags, ..] if flags & 0xe0 == 0 => Some(Codec::Gzip),
        [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..] => {
            let is_mark =
                rest.starts_with(b"1AY&SY") || rest.starts_with(b"\x17\x72\x45\x38\x50\x90");
            is_mark.then_some(Codec::Bzip2)
        }
        _ if start.starts_with(&ZSTD) => Some(Codec::Zstd),
        [0x04, 0x22, 0x4d, 0x18, ..] => Some(Codec::Lz4),
        // A frame to be skipped, in either codec; of lz4 the next one shows it.
        [0x50..=0x5f, 0x2a, 0x4d, 0x18, rest @ ..] => {
            let after = rest
                .split_first_chunk()
                .and_then(|(length, rest)| rest.get(u32::from_le_bytes(*length) as usize..));
            Some(after.and_then(codec).unwrap_or(Codec::Zstd))
        }
        _ => start
            .starts_with(b"\xff\x06\x00\x00sNaPpY")
            .then_some(Codec::Snappy),
    }
}

/// The kind of what begins like this, if it isn't read as lines.
fn foreign(start: &[u8]) -> Option<Foreign> {
    Some(match start {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Foreign::Utf32,
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Foreign::Utf16,
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 7, 8, b'P', b'K', 3, 4, ..] => Foreign::Zip,
        [b'P', b'K', 5, 6, 0, 0, 0, 0, ..] => Foreign::Zip,
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => Foreign::SevenZip,
        [b'R', b'a', b'r', b'!', 0x1a, 7, ..] => Foreign::Rar,
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Foreign::Xz,
        // A dictionary of some kilobytes at least, and a length that is unknown or below a terabyte.
        [0x5d, 0, 0, _, _, rest @ ..] if is_lzma_length(rest) => Foreign::Lzma,
        [b'L', b'Z', b'I', b'P', 0 | 1, ..] => Foreign::Lzip,
        [0x89, b'L', b'Z', b'O', 0, ..] => Foreign::Lzop,
        [0x1f, 0x9d, bits, ..] if (9..=16).contains(&(bits & 0x1f)) => Foreign::Compress,
        [0x02, 0x21, 0x4c, 0x18, ..] => Foreign::OldLz4,
        [b'P', b'A', b'R', b'1', rest @ ..] if is_binary(rest) => Foreign::Parquet,
        [b'O', b'b', b'j', 1, rest @ ..] if memchr::memmem::find(rest, b"avro.").is_some() => {
            Foreign::Avro
        }
        [b'O', b'R', b'C', rest @ ..] if is_binary(rest) => Foreign::Orc,
        [b'S', b'E', b'Q', 4..=6, length, rest @ ..] if is_class(rest, *length) => {
            Foreign::Sequence
        }
        _ if is_tar(start) => Foreign::Tar,
        _ => return utf16_without_mark(start),
    })
}

/// Whether there are bytes that no text has. Those below 4 and 28 to 31 it may have, as separators of fields.
fn is_binary(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .any(|byte| matches!(byte, 0 | 4..=7 | 0x0e..=0x1a))
}

fn is_lzma_length(rest: &[u8]) -> bool {
    let length = rest.first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
    length.is_some_and(|length| length == u64::MAX || length < 1 << 40)
}

/// Whether this is the name of a class in Java.
fn is_class(rest: &[u8], length: u8) -> bool {
    let name = rest.get(..usize::from(length)).unwrap_or_default();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"._$".contains(byte);
    name.contains(&b'.') && name.iter().all(is_part)
}

/// Whether this is the header of a file in a tar archive, with its right checksum, as every kind of them has one.
fn is_tar(start: &[u8]) -> bool {
    const SUM: std::ops::Range<usize> = 148..156;
    let Some(header) = start.get(..SHOWN) else {
        return false;
    };
    let digits = header[SUM].trim_ascii_start();
    let end = digits.iter().position(|byte| !byte.is_ascii_digit());
    let said = std::str::from_utf8(&digits[..end.unwrap_or(digits.len())]);
    let said = said
        .ok()
        .and_then(|digits| u32::from_str_radix(digits, 8).ok());
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    let spaces = 8 * u32::from(b' ');
    header[0] != 0 && said == Some(sum(header) - sum(&header[SUM]) + spaces)
}

/// Text in UTF-16 without a mark: lines of ASCII, each character beside a NUL. Nothing that is read as lines begins like that:
/// of its lines all but the first would begin with a NUL, or end with one.
fn utf16_without_mark(start: &[u8]) -> Option<Foreign> {
    let (units, _) = start.as_chunks::<2>();
    let is_text = |byte: u8| matches!(byte, b'\t' | b'\r' | b'\n' | b' '..=b'~');
    let all = |text: usize| {
        units.len() >= 4
            && units
                .iter()
                .all(|unit| is_text(unit[text]) && unit[1 - text] == 0)
            && units.iter().any(|unit| unit[text] == b'\n')
    };
    match start {
        [_, 0, ..] if all(0) => Some(Foreign::Utf16Le),
        [0, _, ..] if all(1) => Some(Foreign::Utf16Be),
        _ => None,
    }
}
