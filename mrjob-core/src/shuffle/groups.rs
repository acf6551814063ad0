//! What a reducer reads: groups of values, one after the other.

use super::error::ShuffleError;

/// Groups in the order of their keys.
pub trait Groups {
    /// The next group: its key, and its values to be read while they last. What was not read of the group before is
    /// skipped.
    ///
    /// # Errors
    ///
    /// Where the runs can't be read or are damaged.
    #[expect(clippy::type_complexity, reason = "the pair is the group")]
    fn next_group(&mut self) -> Result<Option<(&[u8], &mut dyn ValueBytes)>, ShuffleError>;

    /// Records and bytes read so far.
    fn progress(&self) -> (u64, u64);
}

/// The values of one group.
pub trait ValueBytes {
    /// The next value of the group, encoded; `None` after the last.
    ///
    /// # Errors
    ///
    /// Where the runs can't be read or are damaged.
    fn next_value(&mut self) -> Result<Option<&[u8]>, ShuffleError>;
}
