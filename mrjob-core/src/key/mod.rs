//! Keys as bytes whose order is the type's.
//!
//! Comparing two encoded keys byte by byte gives what `Ord` gives for the values, so the shuffle sorts and groups
//! without knowing the type, and every runner has the same order.
//!
//! | what | bytes |
//! |---|---|
//! | integers | big-endian, the sign flipped; `usize` as `u64` |
//! | floats | big-endian, in the order of `total_cmp`: -0 before 0; every NaN is the same one, behind infinity |
//! | `bool` | 00, 01 |
//! | `char` | its number, four bytes big-endian |
//! | strings, bytes | in last place as they are, to the key's end; elsewhere 00 → 01 01, 01 → 01 02, then 00 |
//! | sequences of `u8` | as bytes, so that `Vec<u8>` can be read as `&[u8]` |
//! | other sequences | 01 and the element, for each; then 00 where not in last place |
//! | tuples, structs, arrays | field by field |
//! | `Option` | 00, or 01 and the value |
//! | enums | the variant's number in order of declaration (one byte, or ff and four), then its content |
//! | units | nothing |
//! | newtypes | what is inside |
//! | [`Desc`] | what is inside, as if not in last place, each bit flipped |
//!
//! *Last place* is the whole key, the last field of a tuple, struct or variant in last place, the content of an
//! `Option` or newtype in last place; never an element of a sequence.
//!
//! Where the order isn't `Ord`'s (an enum with explicit discriminants is ordered by declaration, [`std::cmp::Reverse`] is
//! what is inside it), the reducer's task fails: [`order`] compares neighbours. [`Desc`] sorts in descending order,
//! [`Encoded`] says that the encoding's order will do. Types without `Ord` have the encoding's order. Types that have a form for people and another for programs
//! are asked for the latter: addresses such as [`std::net::IpAddr`] are ordered as numbers.
//!
//! What can't be a key: maps, hash sets, flattened fields, untagged and internally tagged enums, `skip_serializing_if`. Serde numbers
//! an enum's variants by declaration when it writes, and leaves those with `#[serde(skip)]` out of the count when it
//! reads, so a skipped one before others would turn these into one another. [`check`] finds all of that before any data
//! are read; where a type doesn't let it, [`verify`] finds the latter key by key.

mod check;
mod decode;
mod encode;
mod error;
pub mod order;
mod place;
mod probe;
mod short;
mod sink;
mod wrapper;

pub use check::{Checked, check, descends, verify};
pub use decode::decode;
pub use encode::{encode, encode_to};
pub use error::KeyError;
pub(crate) use probe::samples;
pub(crate) use sink::Same;
pub use sink::{INLINE, InlineKey, KeySink};
pub use wrapper::{Desc, Encoded};
