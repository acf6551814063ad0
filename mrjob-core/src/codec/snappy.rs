//! Snappy: its framing format, or Hadoop's blocks, told apart by the first bytes.

use std::io::{self, Read};

use snap::read::FrameDecoder;

use super::Codec;
use super::decoder::other;
use super::hadoop::{self, Blocks};
use super::tap::Tap;

const FRAMED: &[u8] = b"\xff\x06\x00\x00sNaPpY";

pub(super) fn decoder(mut from: Tap) -> io::Result<Box<dyn Read + Send>> {
    let start = from.peek(FRAMED.len().max(hadoop::START))?;
    if FRAMED.starts_with(&start[..start.len().min(FRAMED.len())]) {
        return Ok(Box::new(FrameDecoder::new(from)));
    }
    if hadoop::is_start(start) {
        return Ok(Box::new(Blocks::new(from, hadoop::Inside::Snappy)));
    }
    let expected = "ff 06 00 00 `sNaPpY` or a block of Hadoop's";
    Err(other(Codec::Snappy, expected, start))
}
