//! What is done with bytes that nobody foresaw: a function each target, which panics where something is wrong.
//!
//! The targets below `fuzz_targets` look for bytes, and a test of the workspace takes those that were kept in `corpus`.

mod codecs;
mod configuration;
mod lines;
mod pairs;
mod runs;

pub use codecs::{bzip2, gzip, lz4, snappy, zstd};
pub use configuration::configuration;
pub use lines::lines;
pub use pairs::{json, keys, values};
pub use runs::runs;

/// Takes bytes, and panics where something is wrong.
pub type Target = fn(&[u8]);

/// Every target by its name, which is that of its corpus too.
pub const TARGETS: [(&str, Target); 11] = [
    ("lines", lines),
    ("keys", keys),
    ("values", values),
    ("json", json),
    ("gzip", gzip),
    ("bzip2", bzip2),
    ("zstd", zstd),
    ("lz4", lz4),
    ("snappy", snappy),
    ("runs", runs),
    ("configuration", configuration),
];
