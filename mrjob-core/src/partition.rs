//! Hadoop's hash partitioning, so that part files are the same wherever a job runs.

use std::num::NonZeroU32;

/// The partition, from 0, that Hadoop's `HashPartitioner` gives a key of these encoded bytes.
///
/// ```
/// use std::num::NonZeroU32;
/// use mrjob_core::partition::hash_partition;
///
/// assert_eq!(hash_partition(b"a", NonZeroU32::new(10).unwrap()), 8);
/// ```
#[inline]
pub fn hash_partition(key: &[u8], reducers: NonZeroU32) -> u32 {
    (hash(key) & i32::MAX).cast_unsigned() % reducers
}

/// Hadoop's `WritableComparator.hashBytes`, which is `BytesWritable.hashCode`: `h = 31·h + byte` from 1, with Java's
/// signed bytes and wrapping arithmetic.
#[inline]
pub fn hash(bytes: &[u8]) -> i32 {
    bytes.iter().fold(1, |h: i32, &byte| {
        h.wrapping_mul(31).wrapping_add(byte.cast_signed().into())
    })
}
