//! gzip: members, one after the other.

use std::io::{self, Read};

use flate2::bufread::GzDecoder;

use super::Codec;
use super::decoder::other;
use super::tap::Tap;

const MAGIC: &[u8] = b"\x1f\x8b";

pub(super) fn decoder(mut from: Tap) -> io::Result<Box<dyn Read + Send>> {
    let start = from.peek(MAGIC.len())?;
    if !begins_member(start) {
        return Err(other(Codec::Gzip, "the bytes 1f 8b", start));
    }
    let member = Some(GzDecoder::new(from));
    Ok(Box::new(Gzip { member }))
}

/// Whether a member begins here, as far as can be told.
fn begins_member(start: &[u8]) -> bool {
    start.starts_with(MAGIC) || MAGIC.starts_with(start)
}

struct Gzip {
    /// There is one until the end of the file or an error.
    member: Option<GzDecoder<Tap>>,
}

impl Read for Gzip {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(into)?;
            if read > 0 {
                return Ok(read);
            }
            // The library's reader of many members takes a few other bytes for a header that is cut off.
            let mut from = self.member.take().expect("it is there").into_inner();
            // `gzip` lets them pass as well.
            let is_padded = from.peek(1)?.starts_with(&[0]);
            from.skip_padding()?;
            if !from.is_at_end()? {
                if is_padded || !begins_member(from.peek(MAGIC.len())?) {
                    return Err(io::Error::other("no member begins where one ends"));
                }
                self.member = Some(GzDecoder::new(from));
            }
        }
        Ok(0)
    }
}
