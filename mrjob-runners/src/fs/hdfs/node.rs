//! A file as tasks read it that nothing of ours gets at: by the `hadoop` of their machine, with the configuration of their job.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use mrjob_core::task::RemoteFile;

use super::installation::program;
use super::shell::{QUICK, last_words, literal};

/// How a task reads a file that nothing of ours gets at, as [`RemoteFile::access`] has it.
pub(crate) const BY_NODE: &str = "hadoop fs";

/// Bytes of heap of the Java that reads a file for a task.
pub(crate) const READER_HEAP: u64 = 128 << 20;

/// The job's configuration, which Hadoop puts into a task's working directory.
const CONFIGURATION: &str = "job.xml";

/// Opens `file` at `offset`. What is before it is read, too.
pub(crate) fn open(file: &RemoteFile, offset: u64) -> io::Result<Box<dyn Read + Send>> {
    let program = program().map_err(io::Error::other)?;
    let stderr = tempfile::tempfile()?;
    let mut command = Command::new(program);
    command.arg("fs");
    if Path::new(CONFIGURATION).is_file() {
        command.args(["-conf", CONFIGURATION]);
    }
    let child = command
        .args(["-cat", &literal(&file.address)])
        .env("HADOOP_CLIENT_OPTS", format!("-Xmx{READER_HEAP} {QUICK}"))
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(stderr.try_clone()?)
        .spawn()?;
    let mut reader = Reader {
        child,
        stderr,
        read: 0,
        bytes: file.bytes,
    };
    io::copy(&mut reader.by_ref().take(offset), &mut io::sink())?;
    Ok(Box::new(reader))
}

struct Reader {
    child: Child,
    stderr: File,
    read: u64,
    /// The file's size when it was listed.
    bytes: u64,
}

impl Read for Reader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Some(from) = self.child.stdout.as_mut().filter(|_| !into.is_empty()) else {
            return Ok(0);
        };
        let read = from.read(into)?;
        self.read += read as u64;
        if read == 0 {
            self.end()?;
        }
        if read == 0 && self.read < self.bytes || self.read > self.bytes {
            let now = if read > 0 { "more" } else { "fewer" };
            let message = format!(
                "it had {} bytes when it was listed, and now {now}",
                self.bytes
            );
            return Err(io::Error::new(ErrorKind::InvalidData, message));
        }
        Ok(read)
    }
}

impl Reader {
    /// Waits for the client, which says what went wrong.
    fn end(&mut self) -> io::Result<()> {
        if self.child.wait()?.success() {
            return Ok(());
        }
        let mut said = Vec::new();
        self.stderr.seek(SeekFrom::Start(0))?;
        self.stderr.read_to_end(&mut said)?;
        Err(io::Error::other(last_words(&said)))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
