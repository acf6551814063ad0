//! Types that say how a key or a sorted value is ordered: [`Desc`], [`Encoded`].

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::encode;

/// The name by which the encoder and the decoder know a [`Desc`].
pub(super) const DESC: &str = "$mrjob::Desc";

/// A key, or a value of a job with `sort_values`, in descending order.
///
/// It stands alone or anywhere inside a tuple, struct or enum, and leaves no trace in what is read and written: each
/// protocol writes what is inside it. Where lines of text are sorted instead of encoded keys (by hand, with
/// `--shuffle text`, between shell commands) it is refused.
///
/// ```
/// use mrjob_core::key::{Desc, encode};
///
/// let (mut nine, mut ten) = (Vec::new(), Vec::new());
/// encode(&(Desc(9), "page"), &mut nine)?;
/// encode(&(Desc(10), "page"), &mut ten)?;
/// assert!(ten < nine && Desc(10) < Desc(9));
/// # Ok::<(), mrjob_core::key::KeyError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename = "$mrjob::Desc")]
pub struct Desc<T>(
    /// What is ordered.
    pub T,
);

impl<T: Ord> Ord for Desc<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.cmp(&self.0)
    }
}

impl<T: PartialOrd> PartialOrd for Desc<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        other.0.partial_cmp(&self.0)
    }
}

/// A key, or a value of a job with `sort_values`, whose order and equality are those of its encoding, whatever its
/// type's own [`Ord`] and [`Eq`] say.
///
/// A job that only groups by a key doesn't care in which order the keys come: with `Encoded` it says so. Each protocol
/// reads and writes what is inside. The table of encodings is in the [module's documentation](super).
///
/// ```
/// use std::cmp::Reverse;
/// use mrjob_core::key::Encoded;
///
/// assert!(Reverse(9) > Reverse(10));
/// assert!(Encoded(Reverse(9)) < Encoded(Reverse(10)));
/// ```
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Encoded<T>(
    /// What is encoded.
    pub T,
);

impl<T: Serialize> Encoded<T> {
    /// The encoding; as far as it got for a value that can't be a key, which no job emits.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let _ = encode(&self.0, &mut bytes);
        bytes
    }
}

impl<T: Serialize> PartialEq for Encoded<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl<T: Serialize> Eq for Encoded<T> {}

impl<T: Serialize> Ord for Encoded<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes().cmp(&other.bytes())
    }
}

impl<T: Serialize> PartialOrd for Encoded<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Serialize> Hash for Encoded<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes().hash(state);
    }
}
