//! How file systems are got at, as far as the user said it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Values of the options that file systems have, whose names [`options`](super::options) gives. They aren't shown: there may be a
/// password in an address.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access(BTreeMap<String, String>);

impl Access {
    /// Sets an option.
    pub fn set(&mut self, option: &str, value: impl Into<String>) {
        self.0.insert(option.to_owned(), value.into());
    }

    /// Sets all options that `other` has.
    pub fn set_all(&mut self, other: Access) {
        self.0.extend(other.0);
    }

    /// The value of an option, if it has one.
    pub fn get(&self, option: &str) -> Option<&str> {
        self.0.get(option).map(String::as_str)
    }

    /// What of it is for the options of one file system.
    pub fn only(&self, options: &[&str]) -> Self {
        let own = self.0.iter();
        let own = own.filter(|(option, _)| options.contains(&option.as_str()));
        Access(
            own.map(|(option, value)| (option.clone(), value.clone()))
                .collect(),
        )
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
