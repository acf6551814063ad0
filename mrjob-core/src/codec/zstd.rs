//! Zstandard: frames, one after the other, and what is to be skipped between them.

use std::io::{self, Read};

use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::decoder::other;
use super::tap::Tap;
use super::{Codec, CodecError};

const MAGIC: u32 = 0xfd2f_b528;

pub(super) fn decoder(mut from: Tap, window: u64) -> io::Result<Box<dyn Read + Send>> {
    let start = from.peek(4)?;
    if !begins_frame(start, MAGIC) {
        return Err(other(Codec::Zstd, "the bytes 28 b5 2f fd", start));
    }
    let mut frame = FrameDecoder::new();
    frame.set_max_window_size(window);
    Ok(Box::new(Zstd {
        from,
        frame,
        length: 0,
        inside: false,
    }))
}

/// Whether a frame begins here, with this number or one to be skipped, as far as can be told.
pub(super) fn begins_frame(start: &[u8], magic: u32) -> bool {
    match number(start) {
        Some(number) => number == magic || is_skippable(number),
        None => magic.to_le_bytes().starts_with(start),
    }
}

/// The number that a frame begins with, if there is enough of it.
fn number(start: &[u8]) -> Option<u32> {
    start.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

/// Whether a frame that begins like this is none of the codec's, for zstd and lz4.
fn is_skippable(number: u32) -> bool {
    number & 0xffff_fff0 == 0x184d_2a50
}

/// Skips frames that are none of the codec's, and zeros behind the last one; whether there is another one.
pub(super) fn next_frame(from: &mut Tap) -> io::Result<bool> {
    while number(from.peek(4)?).is_some_and(is_skippable) {
        let mut header = [0; 8];
        from.read_exact(&mut header)?;
        let [_, _, _, _, length @ ..] = header;
        from.skip(u32::from_le_bytes(length).into())?;
    }
    if from.peek(1)?.starts_with(&[0]) {
        from.skip_padding()?;
        if !from.is_at_end()? {
            return Err(io::Error::other("no frame begins where one ends"));
        }
    }
    Ok(!from.is_at_end()?)
}

struct Zstd {
    from: Tap,
    frame: FrameDecoder,
    /// Plain bytes of the frame so far.
    length: u64,
    inside: bool,
}

impl Zstd {
    fn begin(&mut self) -> io::Result<()> {
        let offset = self.from.position();
        let start = self.from.peek(4)?;
        let shown = start.len().min(4);
        if offset > 0 && start[..shown] != MAGIC.to_le_bytes()[..shown] {
            return Err(io::Error::other("no frame begins where one ends"));
        }
        self.frame
            .init(&mut self.from)
            .map_err(|error| match error {
                FrameDecoderError::WindowSizeTooBig { requested, max } => CodecError::TooLarge {
                    codec: Codec::Zstd,
                    offset,
                    needed: requested,
                    allowed: max,
                }
                .into(),
                FrameDecoderError::DictNotProvided { .. } => CodecError::Unread {
                    what: "zstd with a dictionary",
                }
                .into(),
                error => io::Error::other(error),
            })?;
        self.length = 0;
        self.inside = true;
        Ok(())
    }

    /// Checks what the frame says of its content.
    fn end(&mut self) -> io::Result<()> {
        self.inside = false;
        let said = self.frame.content_size();
        if said != 0 && said != self.length {
            return Err(io::Error::other(format!(
                "a frame should have {said} bytes and has {}",
                self.length
            )));
        }
        match self.frame.get_checksum_from_data() {
            Some(sum) if self.frame.get_calculated_checksum() != Some(sum) => {
                Err(io::Error::other("a frame's checksum is wrong"))
            }
            _ => Ok(()),
        }
    }
}

impl Read for Zstd {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.inside {
                if !next_frame(&mut self.from)? {
                    return Ok(0);
                }
                self.begin()?;
            }
            while self.frame.can_collect() == 0 && !self.frame.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                self.frame
                    .decode_blocks(&mut self.from, one)
                    .map_err(io::Error::other)?;
            }
            let read = self.frame.read(into)?;
            self.length += read as u64;
            if read > 0 {
                return Ok(read);
            }
            self.end()?;
        }
    }
}
