//! LZ4: frames, one after the other, or Hadoop's blocks.

use std::io::{self, Read};

use lz4_flex::frame::{Error, FrameDecoder};

use super::decoder::other;
use super::hadoop::{self, Blocks};
use super::tap::Tap;
use super::zstd::{begins_frame, next_frame};
use super::{Codec, CodecError};

const MAGIC: u32 = 0x184d_2204;
/// What frames began with at first; they don't show where they end.
const LEGACY: [u8; 4] = [0x02, 0x21, 0x4c, 0x18];

pub(super) fn decoder(mut from: Tap) -> io::Result<Box<dyn Read + Send>> {
    let start = from.peek(hadoop::START)?;
    if begins_frame(start, MAGIC) {
        let frames = FrameDecoder::new(from);
        let inside = false;
        return Ok(Box::new(Lz4 { frames, inside }));
    }
    if hadoop::is_start(start) {
        return Ok(Box::new(Blocks::new(from, hadoop::Inside::Lz4)));
    }
    if start.starts_with(&LEGACY) {
        let what = "in lz4's legacy format";
        return Err(CodecError::Unread { what }.into());
    }
    let expected = "the bytes 04 22 4d 18 or a block of Hadoop's";
    Err(other(Codec::Lz4, expected, start))
}

struct Lz4 {
    frames: FrameDecoder<Tap>,
    inside: bool,
}

impl Read for Lz4 {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.inside {
                let from = self.frames.get_mut();
                if !next_frame(from)? {
                    return Ok(0);
                }
                // The library reads legacy frames too.
                if !begins_frame(from.peek(4)?, MAGIC) {
                    return Err(io::Error::other("no frame begins here"));
                }
                self.inside = true;
            }
            let read = self.frames.read(into).map_err(in_words)?;
            if read > 0 {
                return Ok(read);
            }
            // The library gives no error where the file ends instead of the frame.
            if self.frames.get_ref().gauge.starved.get() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.inside = false;
        }
    }
}

/// The library's error, where that is a name of its own.
fn in_words(error: io::Error) -> io::Error {
    let library = error.get_ref().and_then(|error| error.downcast_ref());
    let problem = match library {
        Some(Error::HeaderChecksumError) => "a frame's header or its checksum is wrong",
        Some(Error::BlockChecksumError) => "a block's checksum is wrong",
        Some(Error::ContentChecksumError) => "a frame's checksum is wrong",
        Some(Error::ContentLengthError { expected, actual }) => {
            let problem = format!("a frame should have {expected} bytes and has {actual}");
            return io::Error::other(problem);
        }
        Some(Error::DictionaryNotSupported) => {
            let what = "lz4 with a dictionary";
            return CodecError::Unread { what }.into();
        }
        Some(
            Error::UnsupportedBlocksize(_)
            | Error::UnsupportedVersion(_)
            | Error::ReservedBitsSet
            | Error::InvalidBlockInfo
            | Error::BlockTooBig
            | Error::DecompressionError(_),
        ) => "a frame's header or a block is wrong",
        _ => return error,
    };
    io::Error::other(problem)
}
