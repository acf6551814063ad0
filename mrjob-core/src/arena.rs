//! Strings that live as long as the record they were read from.

use std::cell::RefCell;

/// Holds what a record's fields borrow when its bytes can't be lent as they stand: a JSON string with escapes, a line
/// that isn't UTF-8. One arena serves one record after the other.
#[derive(Debug, Default)]
pub struct Arena {
    strings: RefCell<Vec<String>>,
}
