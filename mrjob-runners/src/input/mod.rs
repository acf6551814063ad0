//! What the user named as input, found: files, folders, patterns and standard input.
//!
//! [`resolve`] takes all of them and says all that is wrong at once. `place` tells the forms apart, `walk` finds
//! the files of a folder, `pattern` those that a pattern means; `remote` finds those of other machines; `contents` looks into
//! files. `overlap` compares inputs with output folders.

mod contents;
mod error;
mod overlap;
mod pattern;
mod place;
#[cfg(feature = "emr")]
mod remote;
mod resolve;
mod walk;

pub use contents::Contents;
pub use error::InputError;
#[cfg(feature = "hadoop")]
pub(crate) use overlap::addresses_overlap;
pub(crate) use overlap::overlaps;
#[cfg(feature = "hadoop")]
pub(crate) use pattern::alternatives;
pub(crate) use pattern::expand;
pub(crate) use place::{is_s3, local};
pub use resolve::resolve;
#[cfg(feature = "emr")]
pub use resolve::resolve_anywhere;
