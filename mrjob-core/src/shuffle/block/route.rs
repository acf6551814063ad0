//! The key of a block: a prefix that Hadoop sorts it by, and bytes that bring it to its partition.

use std::num::NonZeroU32;

use crate::partition::hash;

/// Bytes of the prefix.
pub(super) const PREFIX: usize = 64;

/// Bytes of a route at most: so many reach every hash there is.
pub(super) const ROUTE: usize = 7;

/// What a block is sorted by.
pub(super) type Prefix = [u8; PREFIX];

/// The prefix of a block whose first record has this key.
pub(super) fn prefix(key: &[u8]) -> Prefix {
    let mut prefix = [0; PREFIX];
    let kept = key.len().min(PREFIX);
    prefix[..kept].copy_from_slice(&key[..kept]);
    prefix
}

/// Whether the prefix of `key` comes before `prefix`, so that `key` comes before all that have that one.
#[inline]
pub(super) fn is_before(key: &[u8], prefix: &Prefix) -> bool {
    let (head, rest) = prefix.split_at(key.len().min(PREFIX));
    key[..head.len()] < *head || key[..head.len()] == *head && rest.iter().any(|byte| *byte != 0)
}

/// The least of all keys that have this prefix.
pub(super) fn least(prefix: &Prefix) -> &[u8] {
    let zeros = prefix.iter().rev().take_while(|byte| **byte == 0).count();
    &prefix[..PREFIX - zeros]
}

/// The fewest bytes behind `prefix` with which Hadoop's `HashPartitioner` takes the whole for `partition`.
///
/// A byte more multiplies the hash by 31 and adds -128 to 127; `n` bytes reach 255 · (31ⁿ - 1) / 30 + 1 hashes in a row.
pub(super) fn route(prefix: &Prefix, partition: u32, partitions: NonZeroU32) -> Vec<u8> {
    let hash = hash(prefix);
    (0..=ROUTE)
        .find_map(|bytes| route_of(hash, bytes, partition, partitions))
        .expect("seven bytes reach every hash")
}

/// The same with this number of bytes, if they reach the partition.
fn route_of(hash: i32, bytes: usize, partition: u32, partitions: NonZeroU32) -> Option<Vec<u8>> {
    const HASHES: i64 = 1 << 31;
    let weight = |bytes: usize| 31_i64.pow(bytes as u32);
    // All digits of 1: what a digit more for each byte adds.
    let ones = |bytes: usize| (weight(bytes) - 1) / 30;
    let least = i64::from(hash)
        .wrapping_mul(weight(bytes))
        .wrapping_sub(128 * ones(bytes));
    // The partitioner drops the sign bit, so that hashes go round at 2^31.
    let start = least.rem_euclid(HASHES);
    let (partition, partitions) = (i64::from(partition), i64::from(partitions.get()));
    let ahead = (partition - start).rem_euclid(partitions);
    let ahead = match start + ahead < HASHES {
        true => ahead,
        false => HASHES - start + partition,
    };
    if ahead > 255 * ones(bytes) {
        return None;
    }
    let mut rest = ahead - 128 * ones(bytes);
    let mut route = Vec::with_capacity(bytes);
    for after in (0..bytes).rev() {
        // As little as leaves no more than the bytes after it can make up.
        let digit = -(127 * ones(after) - rest).div_euclid(weight(after));
        let digit = digit.max(-128);
        rest -= digit * weight(after);
        route.push((digit as i8).cast_unsigned());
    }
    Some(route)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partition::hash_partition;

    /// A block of each partition gets there, whatever its prefix.
    #[test]
    fn routes_lead_to_their_partitions() {
        let prefixes: Vec<Prefix> = (0..200u64)
            .map(|seed| {
                let bytes: Vec<u8> = (0..seed % 70)
                    .map(|at| (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (at % 57)) as u8)
                    .collect();
                prefix(&bytes)
            })
            .collect();
        for partitions in [
            1,
            2,
            127,
            128,
            129,
            256,
            5000,
            8192,
            100_000,
            i32::MAX as u32,
        ] {
            let reducers = NonZeroU32::new(partitions).unwrap();
            let step = (partitions / 5000).max(1) as usize;
            let mut longest = 0;
            for (number, prefix) in prefixes.iter().enumerate() {
                let some = (0..partitions).skip(number % step).step_by(step * 7);
                for partition in some.chain([0, partitions - 1]).take(2000) {
                    let route = route(prefix, partition, reducers);
                    let key = [prefix.as_slice(), &route].concat();
                    assert_eq!(hash_partition(&key, reducers), partition, "{key:?}");
                    longest = longest.max(route.len());
                }
            }
            let expected = match partitions {
                1 => 0,
                2..=256 => 2,
                257..=8192 => 3,
                8193..=200_000 => 4,
                _ => ROUTE,
            };
            assert!(longest <= expected, "{longest} bytes for {partitions}");
        }
    }

    #[test]
    fn hashes_go_round() {
        let reducers = NonZeroU32::new(200).unwrap();
        for near in [i32::MAX - 3, i32::MIN + 2, -1, 0, 5] {
            for bytes in 1..=ROUTE {
                for partition in 0..200 {
                    let Some(route) = route_of(near, bytes, partition, reducers) else {
                        assert_eq!(bytes, 1);
                        continue;
                    };
                    let hash = route.iter().fold(near, |hash, byte| {
                        hash.wrapping_mul(31)
                            .wrapping_add(i32::from(byte.cast_signed()))
                    });
                    assert_eq!((hash & i32::MAX) as u32 % 200, partition);
                }
            }
        }
    }

    #[test]
    fn what_is_before_a_prefix() {
        let long = [7; 100];
        assert!(is_before(b"a", &prefix(b"b")) && !is_before(b"b", &prefix(b"a")));
        assert!(is_before(b"a", &prefix(b"ab")) && !is_before(b"a", &prefix(b"a")));
        assert!(!is_before(b"a\0", &prefix(b"a")) && !is_before(b"a", &prefix(b"a\0")));
        assert!(!is_before(&long, &prefix(&long[..64])));
        assert!(is_before(&long[..63], &prefix(&long)));
        assert_eq!(least(&prefix(b"a\0\0")), b"a");
        assert_eq!(least(&prefix(&long)), &long[..64]);
        assert_eq!(least(&prefix(b"")), b"");
    }
}
