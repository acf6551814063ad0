//! Records as the compact bytes of the value codec.

use serde::{Deserialize, Serialize};

use super::{Framing, Protocol};
use crate::value::{self, Decoder};
use crate::{Arena, BoxError};

/// Key and value as [`value`] encodes them, one after the other: for many steps in a row that want speed.
///
/// ```
/// # use mrjob_core::{Arena, protocol::{Compact, Protocol}};
/// let mut out = Vec::new();
/// Compact::write(&"the", &3_u64, &mut out)?;
/// assert_eq!(out, b"\x83the\x03");
/// assert_eq!(Compact::read::<&str, u64>(&out, &Arena::new())?, ("the", 3));
/// # Ok::<(), mrjob_core::BoxError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Compact;

impl Protocol for Compact {
    const FRAMING: Framing = Framing::Lengths;

    #[inline]
    fn read<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
        line: &'de [u8],
        _: &'de Arena,
    ) -> Result<(K, V), BoxError> {
        let mut decoder = Decoder::new(line);
        let key = K::deserialize(&mut decoder)?;
        let value = V::deserialize(&mut decoder)?;
        decoder.end()?;
        Ok((key, value))
    }

    #[inline]
    fn write<K: Serialize, V: Serialize>(
        key: &K,
        value: &V,
        out: &mut Vec<u8>,
    ) -> Result<(), BoxError> {
        value::encode(key, out)?;
        value::encode(value, out)?;
        Ok(())
    }
}
