//! What code written by the macros names. Not for users: it changes without notice.

pub use std::assert;
pub use std::convert::Into;
pub use std::default::Default;
pub use std::option::Option::{self, None, Some};
pub use std::path::{Path, PathBuf};
pub use std::primitive::str;
pub use std::result::Result::{self, Ok};
pub use std::string::String;
pub use std::vec;
pub use std::vec::Vec;

pub use crate::step;
pub use mrjob_core::key::order;
pub use mrjob_core::step::Method;
pub use mrjob_core::{Emitter, Settings, Steps, Values, check, counter, protocol};
pub use mrjob_runners::arguments::Arguments;
pub use mrjob_runners::clap;
pub use mrjob_runners::job::Job;
