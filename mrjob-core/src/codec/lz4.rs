//! LZ4: frames, one after the other, or Hadoop's blocks.

use std::io::{self, Read};

use lz4_flex::frame::FrameDecoder;

use super::Codec;
use super::decoder::other;
use super::hadoop::{self, Blocks};
use super::tap::Tap;
use super::zstd::{begins_frame, next_frame};

const MAGIC: u32 = 0x184d_2204;

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
                // The library reads LZ4's legacy frames too, which don't show where they end.
                if !begins_frame(from.peek(4)?, MAGIC) {
                    return Err(io::Error::other("no frame begins here"));
                }
                self.inside = true;
            }
            let read = self.frames.read(into)?;
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
