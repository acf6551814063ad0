//! Words and varints in bytes.

/// The first eight bytes as a big-endian word, zeros after the end: comparing words compares prefixes.
#[inline]
pub(super) fn word(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<8>() {
        Some(head) => u64::from_be_bytes(*head),
        None => {
            let mut head = [0; 8];
            for (to, from) in head.iter_mut().zip(bytes) {
                *to = *from;
            }
            u64::from_be_bytes(head)
        }
    }
}

/// Appends `number` in groups of seven bits, the lowest first; the top bit says that more follow.
#[inline]
pub(super) fn put_varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// The varint at `at` and the position after it; `None` where the bytes end too early.
#[inline]
pub(super) fn varint(bytes: &[u8], mut at: usize) -> Option<(u64, usize)> {
    let first = *bytes.get(at)?;
    if first < 0x80 {
        return Some((u64::from(first), at + 1));
    }
    let mut number = u64::from(first & 0x7f);
    for shift in (7..64).step_by(7) {
        at += 1;
        let byte = *bytes.get(at)?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    Some((number, at + 1))
}

/// The little-endian number at `at`; the caller has checked the length.
pub(super) fn number(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}
