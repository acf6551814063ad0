//! MapReduce jobs as one Rust struct.
