//! Whether values of a type can be read back, before there are data.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{ValueError, decode, encode};
use crate::key::samples;

/// Finds out whether a type's values can be read back, by making some up.
///
/// ```
/// use mrjob_core::value;
///
/// /// It is written as a text and read as a number.
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Level(#[serde(serialize_with = "as_text")] u8);
///
/// fn as_text<S: serde::Serializer>(level: &u8, to: S) -> Result<S::Ok, S::Error> {
///     to.collect_str(level)
/// }
///
/// assert!(value::check::<(u8, Option<String>)>().is_ok());
/// assert!(value::check::<Vec<Level>>().is_err());
/// ```
///
/// # Errors
///
/// The first error, when none of the values can be read back. Some types look at what is there, or take a text of a special form:
/// no value of them can be made up, and they pass.
pub fn check<V: Serialize + DeserializeOwned>() -> Result<(), ValueError> {
    let (mut is_read, mut first) = (false, None);
    samples::<V>(|value| {
        let mut bytes = Vec::new();
        if !is_read && encode(&value, &mut bytes).is_ok() {
            match decode::<V>(&bytes) {
                Ok(_) => is_read = true,
                Err(error) => first = first.take().or(Some(error)),
            }
        }
    });
    match (is_read, first) {
        (false, Some(error)) => Err(error),
        _ => Ok(()),
    }
}
