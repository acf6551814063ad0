//! Strings of at most 16 bytes, which most keys are, as one number.
//!
//! Copies and loops of variable length are calls and mispredicted branches: encoding a word of 5 to 10 bytes takes 3 ns
//! this way and 8 ns by `copy_from_slice`, decoding it 5 ns and 23 ns by a check of its UTF-8 alone.

use super::place::MARK;
use super::sink::INLINE;

const EACH: u128 = u128::MAX / 0xff;
const HIGH_BITS: u128 = EACH << 7;

/// Reads UTF-8.
#[inline]
#[expect(
    unsafe_code,
    reason = "checking a short string by number and again by byte costs four times as much"
)]
pub(super) fn text(bytes: &[u8]) -> Option<&str> {
    if bytes.len() <= INLINE && padded(bytes) & HIGH_BITS == 0 {
        // SAFETY: no byte has its high bit set, so all are ASCII, which is UTF-8.
        return Some(unsafe { str::from_utf8_unchecked(bytes) });
    }
    simdutf8::basic::from_utf8(bytes).ok()
}

/// Whether no byte has to be escaped.
#[inline]
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    if bytes.len() > INLINE {
        return bytes.iter().all(|&byte| byte > MARK);
    }
    // The lowest byte in which no bit but the last is set; the padding is one.
    let rest = padded(bytes) & !(EACH * u128::from(MARK));
    let special = rest.wrapping_sub(EACH) & !rest & HIGH_BITS;
    special.trailing_zeros() as usize / 8 >= bytes.len()
}

/// At most 16 bytes, zero padded, as a little-endian number, by loads of fixed size that overlap.
#[inline]
pub(super) fn padded(bytes: &[u8]) -> u128 {
    let (low, high) = match bytes.len().checked_sub(4) {
        Some(last) => words(bytes, last),
        None => (few(bytes), 0),
    };
    u128::from(high) << 64 | u128::from(low)
}

/// 4 to 16 bytes; four start at `last`.
#[inline]
fn words(bytes: &[u8], last: usize) -> (u64, u64) {
    let four = |at: usize| {
        let chunk = bytes[at..].first_chunk();
        u64::from(chunk.map_or(0, |chunk| u32::from_le_bytes(*chunk)))
    };
    let (second, third) = (last.min(4), last.min(8));
    let low = four(0) | four(second) << (8 * second);
    // The third and the last four are the same up to 12 bytes. Half the shift, twice, as one by 64 would overflow.
    let half = 4 * (8 - third);
    let high = ((four(third) | four(last) << (8 * (last - third))) >> half) >> half;
    (low, high)
}

/// At most 3 bytes.
#[inline]
fn few(bytes: &[u8]) -> u64 {
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else {
        return 0;
    };
    let (middle, end) = (bytes.len() / 2, bytes.len() - 1);
    u64::from(first) | u64::from(bytes[middle]) << (8 * middle) | u64::from(last) << (8 * end)
}
