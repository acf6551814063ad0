//! The logs that a cluster leaves in S3, some time after what they tell of.

use std::io::{BufRead, BufReader, Read};

use mrjob_core::codec::{Codec, Decoder};
use mrjob_core::task::{Remote, TaskFailure};

use super::api::Cluster;
use crate::cluster::Message;
use crate::cluster::client_output::ClientOutput;
use crate::fs::{FileEntry, FileSystem, Files};

/// Bytes of memory for reading a compressed log.
const READING: usize = 64 << 20;
/// Containers whose logs are read to find why a step failed.
const MOST: usize = 200;

/// The logs of a cluster.
pub(super) struct Logs<'a> {
    pub(super) files: &'a dyn FileSystem,
    /// Their folder, without a `/` at its end.
    pub(super) folder: String,
}

/// Where the logs of a cluster are, without a `/` at the end. EMR may say it by an older scheme.
pub(super) fn log_folder(cluster: &Cluster) -> Option<String> {
    let uri = cluster.log_uri.as_ref()?.trim_end_matches('/');
    let uri = uri.replacen("s3n://", "s3://", 1);
    Some(format!("{uri}/{}", cluster.id))
}

impl Logs<'_> {
    /// Where a step's logs are.
    pub(super) fn of_step(&self, step: &str) -> String {
        format!("{}/steps/{step}", self.folder)
    }

    /// What Hadoop's client said of a step, as far as it is there.
    pub(super) fn said(&self, step: &str) -> ClientOutput {
        let mut said = ClientOutput::default();
        for name in ["syslog", "stderr", "controller"] {
            let address = format!("{}/{name}.gz", self.of_step(step));
            if let Ok(Some(found)) = self.files.file(&address) {
                lines(&found, &mut |line| drop(said.line(line)));
            }
        }
        said
    }

    /// Why a task of an application failed, in its own words, and the log that says it.
    pub(super) fn failure(&self, application: &str) -> Option<(Box<TaskFailure>, String)> {
        let found = self.files.below(&self.of_application(application)).ok()?;
        let logs = found.iter();
        let logs = logs.filter(|log| log.file.address.ends_with("/stderr.gz"));
        for log in logs.take(MOST) {
            if let Some(failure) = last_failure(log) {
                return Some((failure, log.file.address.clone()));
            }
        }
        None
    }

    /// Where the logs of an application's tasks will be.
    pub(super) fn of_application(&self, application: &str) -> String {
        format!("{}/containers/{application}/", self.folder)
    }
}

/// The application that Hadoop's client has named.
pub(super) fn application(said: &ClientOutput) -> Option<String> {
    let by_job = || Some(said.job.as_ref()?.replacen("job", "application", 1));
    said.application.clone().or_else(by_job)
}

/// What a task said last of why it failed.
pub(super) fn last_failure(log: &FileEntry) -> Option<Box<TaskFailure>> {
    let mut last = None;
    lines(log, &mut |line| {
        if let Some(Message::Failure(failure)) = Message::parse(line) {
            last = Some(failure);
        }
    });
    last
}

/// Hands out the lines of a log, which may be compressed. One that can't be read is one that isn't there yet.
pub(super) fn lines(found: &FileEntry, take: &mut dyn FnMut(&str)) {
    let Ok(opened) = Files.open(&found.file, 0, found.file.bytes) else {
        return;
    };
    let opened: Box<dyn Read> = match Codec::of(&found.file.address) {
        None => Box::new(opened),
        Some(codec) => match Decoder::new(codec, opened, READING) {
            Ok(decoder) => Box::new(decoder),
            Err(_) => return,
        },
    };
    let mut reader = BufReader::new(opened);
    let mut line = Vec::new();
    while let Ok(1..) = reader.read_until(b'\n', &mut line) {
        take(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']));
        line.clear();
    }
}
