//! The first byte of an encoded value.
//!
//! | first byte | value | what follows |
//! |---|---|---|
//! | 00–7f | an integer from 0 to 127 | |
//! | 80–bf | a string of 0 to 63 bytes | its bytes |
//! | c0–cf | an integer from −16 to −1 | |
//! | d0–d2 | null, `false`, `true` | |
//! | d3 | `Some`, only where what follows is null or a `Some` too | the value |
//! | d4–d8 | an integer from 0 up | 1, 2, 4, 8, 16 bytes |
//! | d9–dd | a negative integer | 1, 2, 4, 8, 16 bytes |
//! | de, df | `f32`, `f64` | 4, 8 bytes |
//! | e0 | a string | length, bytes |
//! | e1, e2 | bytes; a sequence of `u8` | length, bytes |
//! | e3, e4 | a sequence; a map | length, elements or keys and values |
//! | e5, e6 | the same of unknown length | elements or keys and values, e7 |
//! | e8–ef | a sequence of 0 to 7 elements | the elements |
//! | f0–f7 | a map of 0 to 7 entries | keys and values |
//!
//! Numbers are little-endian, lengths LEB128. Structs are maps from the names of their fields, because every serde
//! attribute (`skip_serializing_if`, `flatten`, `untagged`) is right with names; tuples are sequences. Enums are what
//! they are in JSON, a string or a map of one entry: serde buffers untagged enums in a type that knows no others.

pub(super) const SHORT_STR: u8 = 0x80;
pub(super) const SHORT_STR_MAX: usize = 63;
pub(super) const SMALL_NEGATIVE: u8 = 0xc0;
pub(super) const SMALL_NEGATIVE_LAST: u8 = 0xcf;
pub(super) const NULL: u8 = 0xd0;
pub(super) const FALSE: u8 = 0xd1;
pub(super) const TRUE: u8 = 0xd2;
pub(super) const SOME: u8 = 0xd3;
pub(super) const U8: u8 = 0xd4;
pub(super) const U16: u8 = 0xd5;
pub(super) const U32: u8 = 0xd6;
pub(super) const U64: u8 = 0xd7;
pub(super) const U128: u8 = 0xd8;
pub(super) const I8: u8 = 0xd9;
pub(super) const I16: u8 = 0xda;
pub(super) const I32: u8 = 0xdb;
pub(super) const I64: u8 = 0xdc;
pub(super) const I128: u8 = 0xdd;
pub(super) const F32: u8 = 0xde;
pub(super) const F64: u8 = 0xdf;
pub(super) const STR: u8 = 0xe0;
pub(super) const BYTES: u8 = 0xe1;
pub(super) const BYTE_SEQ: u8 = 0xe2;
pub(super) const SEQ: u8 = 0xe3;
pub(super) const MAP: u8 = 0xe4;
pub(super) const OPEN_SEQ: u8 = 0xe5;
pub(super) const OPEN_MAP: u8 = 0xe6;
pub(super) const END: u8 = 0xe7;
pub(super) const SHORT_SEQ: u8 = 0xe8;
pub(super) const SHORT_MAP: u8 = 0xf0;
pub(super) const SHORT_MAP_LAST: u8 = 0xf7;
pub(super) const SHORT_MAX: usize = 7;

/// How deep values may be nested, an `Option` counted as a level. As encoding refuses what decoding would, nothing is
/// written that can't be read.
pub(super) const MAX_DEPTH: u8 = u8::MAX;
