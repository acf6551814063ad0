//! What this program was built with: cargo features that others ask for.

/// Whether it reads configuration files.
pub(crate) const CONFIGURATION: bool = cfg!(feature = "configuration");

/// Whether it has the options for variables, files and setup of tasks.
pub(crate) const ENVIRONMENT: bool = cfg!(feature = "environment");
