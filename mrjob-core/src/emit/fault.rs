//! Why a pair was emitted in vain.

use crate::BoxError;
use crate::error::StepError;
use crate::shuffle::ShuffleError;

/// Why an emitted pair couldn't be put away.
#[doc(hidden)]
#[derive(Debug)]
pub enum Fault {
    /// The pair: a key or value that can't be encoded.
    Pair(BoxError),
    /// What takes it: the disk, mostly.
    Io(BoxError),
    /// The combiner, which runs while its mapper emits.
    Combiner(StepError),
}

impl From<ShuffleError> for Fault {
    fn from(error: ShuffleError) -> Self {
        Fault::Io(error.into())
    }
}
