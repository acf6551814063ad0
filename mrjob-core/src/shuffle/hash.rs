//! A key with its hash, computed once on emit.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;

use foldhash::fast::FixedState;

/// Keys up to so many bytes live in the table's slots.
pub(super) const INLINE: usize = 16;

/// Seeded once a process, so that nobody can prepare an input whose keys all collide. Nothing that is written depends
/// on it: tables are drained in sorted order.
static SEED: LazyLock<Seed> = LazyLock::new(|| {
    let random = RandomState::new();
    Seed {
        a: random.hash_one(1),
        b: random.hash_one(2),
        long: FixedState::with_seed(random.hash_one(3)),
    }
});

struct Seed {
    a: u64,
    b: u64,
    long: FixedState,
}

/// A key of a [`CombineTable`](super::CombineTable) with its hash: the key itself where it has up to 16 bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct HashedKey {
    pub(super) a: u64,
    pub(super) b: u64,
    pub(super) len: u32,
    pub(super) hash: u64,
}

impl HashedKey {
    /// A key of up to 16 bytes, as two little-endian words with zeros after its end.
    #[inline]
    pub fn short(a: u64, b: u64, len: u32) -> Self {
        debug_assert!(len as usize <= INLINE);
        Self {
            a,
            b,
            len,
            hash: hash_short(a, b, len),
        }
    }

    /// A key of more than 16 bytes, which has to be handed to the table beside this.
    #[inline]
    pub fn long(key: &[u8]) -> Self {
        debug_assert!(key.len() > INLINE && u32::try_from(key.len()).is_ok());
        let mut hasher = SEED.long.build_hasher();
        hasher.write(key);
        Self {
            a: 0,
            b: 0,
            len: key.len() as u32,
            hash: hasher.finish(),
        }
    }

    /// A key of any length.
    #[inline]
    pub fn new(key: &[u8]) -> Self {
        if key.len() > INLINE {
            return Self::long(key);
        }
        let mut words = [0; INLINE];
        words[..key.len()].copy_from_slice(key);
        let words = u128::from_le_bytes(words);
        Self::short(words as u64, (words >> 64) as u64, key.len() as u32)
    }

    /// Bytes of the key that don't live in this: all of a long one's, none of a short one's.
    #[inline]
    pub fn long_len(&self) -> usize {
        if self.len as usize > INLINE {
            self.len as usize
        } else {
            0
        }
    }

    /// The key's bytes: `long` if it is a long one, else those in this, by way of `short`.
    #[inline]
    pub fn bytes<'k>(&self, long: &'k [u8], short: &'k mut [u8; INLINE]) -> &'k [u8] {
        if self.len as usize > INLINE {
            return long;
        }
        *short = (u128::from(self.a) | u128::from(self.b) << 64).to_le_bytes();
        &short[..self.len as usize]
    }

    /// A short key as a little-endian number.
    #[inline]
    pub(crate) fn number(&self) -> Option<u128> {
        let number = u128::from(self.a) | u128::from(self.b) << 64;
        (self.len as usize <= INLINE).then_some(number)
    }

    /// The hash, for a [`Prefetcher`](super::Prefetcher).
    #[inline]
    pub fn hash(&self) -> u64 {
        self.hash
    }
}

/// 2^64 divided by the golden ratio.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// A folded multiplication of both words, as in wyhash and foldhash, and one more: of keys of up to eight bytes the second word
/// is always the same, and of numbers in a row one seed in some tens would leave long rows of full slots.
#[inline]
pub(super) fn hash_short(a: u64, b: u64, len: u32) -> u64 {
    let seed = &*SEED;
    let product = u128::from(a ^ seed.a ^ u64::from(len)) * u128::from(b ^ seed.b);
    let folded = (product as u64 ^ (product >> 64) as u64).wrapping_mul(MIX);
    folded ^ folded >> 32
}
