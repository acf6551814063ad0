//! Where an encoded key goes.

use super::short::padded;

/// Takes a key's bytes.
pub trait KeySink {
    /// Appends a byte.
    fn push(&mut self, byte: u8);

    /// Appends bytes.
    fn extend(&mut self, bytes: &[u8]);
}

impl KeySink for Vec<u8> {
    #[inline]
    fn push(&mut self, byte: u8) {
        Vec::push(self, byte);
    }

    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// The bytes that an [`InlineKey`] holds without allocating.
pub const INLINE: usize = 16;

/// A key that stays in 16 bytes where it fits.
///
/// ```
/// use mrjob_core::key::{InlineKey, encode_to};
///
/// let mut key = InlineKey::default();
/// encode_to("word", &mut key)?;
/// assert_eq!(key.as_bytes(), b"word");
/// assert_eq!(key.words().0 >> 32, u64::from(u32::from_be_bytes(*b"word")));
/// # Ok::<(), mrjob_core::key::KeyError>(())
/// ```
#[derive(Debug, Default)]
pub struct InlineKey {
    /// The first bytes, zero padded, also of a longer key.
    head: [u8; INLINE],
    len: usize,
    /// The whole of a longer key.
    spilled: Vec<u8>,
}

impl InlineKey {
    /// Empties the key; keeps the memory of a longer one.
    #[inline]
    pub fn clear(&mut self) {
        self.head = [0; INLINE];
        self.len = 0;
    }

    /// Makes it a key of up to 16 bytes, given as a little-endian number with zeros after its end.
    #[inline]
    pub(crate) fn set_short(&mut self, key: u128, len: usize) {
        debug_assert!(len <= INLINE);
        self.head = key.to_le_bytes();
        self.len = len;
    }

    /// The key's length in bytes.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the key has no bytes, as an empty string has none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether the key fits in its two [`words`](Self::words).
    #[inline]
    pub fn is_inline(&self) -> bool {
        self.len <= INLINE
    }

    /// The key's bytes.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        self.head.get(..self.len).unwrap_or(&self.spilled)
    }

    /// The first 16 bytes, zero padded, as two big-endian numbers: they compare as the bytes do.
    #[inline]
    pub fn words(&self) -> (u64, u64) {
        let both = u128::from_be_bytes(self.head);
        ((both >> 64) as u64, both as u64)
    }

    #[cold]
    #[inline(never)]
    fn spill(&mut self, bytes: &[u8]) {
        if self.is_inline() {
            self.spilled.clear();
            self.spilled.extend_from_slice(&self.head[..self.len]);
            let fit = INLINE - self.len;
            self.head[self.len..].copy_from_slice(&bytes[..fit]);
        }
        self.spilled.extend_from_slice(bytes);
        self.len = self.spilled.len();
    }
}

impl PartialEq for InlineKey {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len
            && self.head == other.head
            && (self.is_inline() || self.spilled == other.spilled)
    }
}

impl Eq for InlineKey {}

impl KeySink for InlineKey {
    #[inline]
    fn push(&mut self, byte: u8) {
        match self.head.get_mut(self.len) {
            Some(place) => {
                *place = byte;
                self.len += 1;
            }
            None => self.spill(&[byte]),
        }
    }

    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        let len = self.len + bytes.len();
        if len > INLINE {
            self.spill(bytes);
            return;
        }
        if self.len == 0 {
            self.head = padded(bytes).to_le_bytes();
        } else {
            self.head[self.len..len].copy_from_slice(bytes);
        }
        self.len = len;
    }
}

/// Gathers single bytes, so that a sequence of `u8` doesn't cost a call and a check of the sink for each. One type
/// for all sinks, because sequences within sequences would make ever new ones.
pub(super) struct Chunk<'a> {
    bytes: [u8; CHUNK],
    len: usize,
    sink: &'a mut dyn KeySink,
}

const CHUNK: usize = 32;

impl<'a> Chunk<'a> {
    #[inline]
    pub(super) fn new(sink: &'a mut dyn KeySink) -> Self {
        Chunk {
            bytes: [0; CHUNK],
            len: 0,
            sink,
        }
    }

    #[inline]
    pub(super) fn flush(&mut self) {
        self.sink.extend(&self.bytes[..self.len]);
        self.len = 0;
    }
}

impl KeySink for Chunk<'_> {
    #[inline]
    fn push(&mut self, byte: u8) {
        if self.len == CHUNK {
            self.flush();
        }
        self.bytes[self.len] = byte;
        self.len += 1;
    }

    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        self.flush();
        self.sink.extend(bytes);
    }
}

/// Flips each bit on its way. One type for all sinks, as [`Chunk`] is.
pub(super) struct Flipped<'a> {
    sink: &'a mut dyn KeySink,
}

impl<'a> Flipped<'a> {
    #[inline]
    pub(super) fn new(sink: &'a mut dyn KeySink) -> Self {
        Flipped { sink }
    }
}

impl KeySink for Flipped<'_> {
    #[inline]
    fn push(&mut self, byte: u8) {
        self.sink.push(!byte);
    }

    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        let mut flipped = [0; CHUNK];
        for chunk in bytes.chunks(CHUNK) {
            flipped[..chunk.len()].copy_from_slice(chunk);
            flipped.iter_mut().for_each(|byte| *byte = !*byte);
            self.sink.extend(&flipped[..chunk.len()]);
        }
    }
}

/// Compares a key with another while it is encoded, and writes it nowhere.
#[derive(Debug)]
pub(crate) struct Same<'k> {
    /// The other's first bytes, as in [`padded`].
    head: u128,
    other: &'k [u8],
    at: usize,
    same: bool,
}

impl<'k> Same<'k> {
    /// A comparison with `key`.
    #[inline]
    pub(crate) fn new(key: &'k InlineKey) -> Self {
        Same {
            head: u128::from_le_bytes(key.head),
            other: key.as_bytes(),
            at: 0,
            same: true,
        }
    }

    /// Whether all of it was the same, and was all of the other.
    #[inline]
    pub(crate) fn is_whole(&self) -> bool {
        self.same && self.other.len() == self.at
    }
}

impl KeySink for Same<'_> {
    #[inline]
    fn push(&mut self, byte: u8) {
        self.same &= self.other.get(self.at) == Some(&byte);
        self.at += 1;
    }

    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        let (from, to) = (self.at, self.at + bytes.len());
        self.at = to;
        self.same &= if from == 0 && to == self.other.len() && to <= INLINE {
            // Most keys are one string.
            self.head == padded(bytes)
        } else {
            self.other.get(from..to) == Some(bytes)
        };
    }
}
