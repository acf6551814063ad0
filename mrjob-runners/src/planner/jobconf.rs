//! Properties as `-D KEY=VALUE` sets them.

use std::num::NonZeroU32;

use mrjob_core::codec::Codec;
use mrjob_core::task::LONGEST_RECORD;

/// Reads `KEY=VALUE`; the value may contain `=` and be empty.
///
/// # Errors
///
/// A sentence for the user.
pub(crate) fn parse(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.to_owned()))
        }
        _ => Err("a property is set by `KEY=VALUE`, such as `mapreduce.job.reduces=4`".to_owned()),
    }
}

/// The names of a property that says how many tasks there are: today's and that of Hadoop 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TaskCount([&'static str; 2]);

pub(crate) const REDUCES: TaskCount = TaskCount(["mapreduce.job.reduces", "mapred.reduce.tasks"]);
pub(crate) const MAPS: TaskCount = TaskCount(["mapreduce.job.maps", "mapred.map.tasks"]);

/// Checks what `jobconf` says of the longest record.
///
/// # Errors
///
/// A sentence for the user, when that is no number of bytes.
pub(crate) fn check_longest_record(jobconf: &[(String, String)]) -> Result<(), String> {
    let wrong = |(key, value): &&(String, String)| {
        key == LONGEST_RECORD && value.trim().parse::<usize>().is_err()
    };
    match jobconf.iter().find(wrong) {
        Some((key, value)) => Err(format!("`-D {key}={value}` must be a number of bytes")),
        None => Ok(()),
    }
}

impl TaskCount {
    /// The name by which `jobconf` says it last.
    pub(crate) fn key(self, jobconf: &[(String, String)]) -> Option<&str> {
        let mut keys = jobconf.iter().rev().map(|(key, _)| key.as_str());
        keys.find(|key| self.0.contains(key))
    }

    /// What `jobconf` says last.
    ///
    /// # Errors
    ///
    /// A sentence for the user, when it says no number from 1.
    pub(crate) fn find(self, jobconf: &[(String, String)]) -> Result<Option<NonZeroU32>, String> {
        let Some((key, value)) = jobconf
            .iter()
            .rev()
            .find(|(key, _)| self.0.contains(&key.as_str()))
        else {
            return Ok(None);
        };
        match value.trim().parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(format!(
                "`-D {key}={value}` must be a whole number, 1 or more"
            )),
        }
    }
}

/// How the output is to be compressed, by Hadoop's properties of today or those of Hadoop 1.
///
/// # Errors
///
/// A sentence for the user, when that is a codec which isn't written.
pub(crate) fn compression(jobconf: &[(String, String)]) -> Result<Option<Codec>, String> {
    let last = |names: [&str; 2]| {
        let mut latest = jobconf.iter().rev();
        latest.find(|(key, _)| names.contains(&key.as_str()))
    };
    let wished = last([
        "mapreduce.output.fileoutputformat.compress",
        "mapred.output.compress",
    ]);
    if !wished.is_some_and(|(_, value)| value.trim().eq_ignore_ascii_case("true")) {
        return Ok(None);
    }
    let names = [
        "mapreduce.output.fileoutputformat.compress.codec",
        "mapred.output.compression.codec",
    ];
    let class = last(names).map_or(
        "org.apache.hadoop.io.compress.DefaultCodec",
        |(_, value)| value.trim(),
    );
    match class.rsplit('.').next() {
        Some("GzipCodec") => Ok(Some(Codec::Gzip)),
        Some("BZip2Codec") => Ok(Some(Codec::Bzip2)),
        Some("ZStandardCodec") => Ok(Some(Codec::Zstd)),
        Some("Lz4Codec") => Ok(Some(Codec::Lz4)),
        Some("SnappyCodec") => Ok(Some(Codec::Snappy)),
        _ => Err(format!(
            "output can't be compressed by `{class}`\nhint: `-D {}=org.apache.hadoop.io.compress.GzipCodec`, or \
             `--output-compression gz`",
            names[0]
        )),
    }
}
