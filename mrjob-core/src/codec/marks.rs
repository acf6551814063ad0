//! The marks in a bzip2 file at which blocks begin and streams end: 48 bits at any bit.

/// What a mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// A block begins: the first digits of π.
    Block,
    /// The stream ends: those of its root.
    End,
}

/// Bits of a mark.
pub(super) const LENGTH: u64 = 48;
const BLOCK: u64 = 0x3141_5926_5359;
const END: u64 = 0x1772_4538_5090;

/// Bytes that have to be there from the one in which a mark begins; more than that follow on every mark.
pub(super) const REACH: usize = 7;

impl Mark {
    /// The mark that begins at this bit of `bytes`.
    pub(super) fn at(bytes: &[u8], bit: usize) -> Option<Self> {
        let from = bit / 8;
        let mut word = [0; 8];
        word[..REACH].copy_from_slice(bytes.get(from..from + REACH)?);
        match u64::from_be_bytes(word) << (bit % 8) >> (64 - LENGTH) {
            BLOCK => Some(Mark::Block),
            END => Some(Mark::End),
            _ => None,
        }
    }

    /// The first mark of `bytes` that begins at bit `from` or later.
    pub(super) fn find(bytes: &[u8], from: usize) -> Option<(usize, Self)> {
        let last = bytes.len().checked_sub(REACH)?;
        for byte in from / 8..=last {
            // The next byte is wholly inside a mark that begins in this one.
            if !POSSIBLE[bytes[byte + 1] as usize] {
                continue;
            }
            for bit in (8 * byte).max(from)..8 * byte + 8 {
                if let Some(mark) = Mark::at(bytes, bit) {
                    return Some((bit, mark));
                }
            }
        }
        None
    }
}

/// The bytes that can be the second of a mark.
const POSSIBLE: [bool; 256] = {
    let mut possible = [false; 256];
    let mut bit = 0;
    while bit < 8 {
        possible[(BLOCK >> (32 + bit)) as usize & 0xff] = true;
        possible[(END >> (32 + bit)) as usize & 0xff] = true;
        bit += 1;
    }
    possible
};
