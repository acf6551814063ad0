//! Standard output, which belongs to the data.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::sync::Arc;
#[cfg(feature = "cluster")]
use std::sync::atomic::AtomicU64;
use std::sync::atomic::{AtomicBool, Ordering};

use super::closed;
use crate::error::JobError;
use crate::output::OutputError;

/// Takes standard output away from everybody else: what a job's methods print goes to standard error from now on.
///
/// # Errors
///
/// When it can't be had, or was closed when the program began.
pub(super) fn claim() -> io::Result<File> {
    check_open()?;
    claim_if_open()
}

/// Claims standard output without a look whether it is open: nothing will be written there.
pub(super) fn claim_if_open() -> io::Result<File> {
    io::stdout().flush()?;
    let data = rustix::io::fcntl_dupfd_cloexec(io::stdout(), 3)?;
    rustix::stdio::dup2_stdout(io::stderr())?;
    Ok(File::from(data))
}

/// Checks that standard output was open when the program began.
///
/// # Errors
///
/// When it wasn't: what is written there now is lost.
pub fn check_open() -> io::Result<()> {
    match closed::stdout_was_closed() {
        true => Err(io::Error::other(
            "it is closed\nhint: redirect it to a file: `> FILE`",
        )),
        false => Ok(()),
    }
}

/// Writes all of `text` to standard output. A reader who has gone has seen enough.
///
/// # Errors
///
/// When it is closed or can't be written to.
pub fn print(text: &str) -> io::Result<()> {
    check_open()?;
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

pub(super) fn cannot_write(source: io::Error) -> JobError {
    JobError::Output(OutputError::Io {
        action: "write to standard output".to_owned(),
        source,
    })
}

/// What a task writes, seen by who watches it.
pub(super) struct Output<W> {
    inner: W,
    watch: Watch,
}

/// What is seen of an [`Output`].
#[derive(Clone, Default)]
pub(super) struct Watch {
    closed: Arc<AtomicBool>,
    #[cfg(feature = "cluster")]
    written: Arc<AtomicU64>,
}

impl<W> Output<W> {
    pub(super) fn new(inner: W) -> (Self, Watch) {
        let watch = Watch::default();
        let output = Output {
            inner,
            watch: watch.clone(),
        };
        (output, watch)
    }

    fn note<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if matches!(&result, Err(error) if error.kind() == ErrorKind::BrokenPipe) {
            self.watch.closed.store(true, Ordering::Relaxed);
        }
        result
    }
}

impl Watch {
    /// Whether its reader went away, which is no failure of the task's.
    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Bytes written.
    #[cfg(feature = "cluster")]
    pub(super) fn written(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.written)
    }
}

impl<W: Write> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes);
        #[cfg(feature = "cluster")]
        if let Ok(written) = written {
            let written = written as u64;
            self.watch.written.fetch_add(written, Ordering::Relaxed);
        }
        self.note(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.inner.flush();
        self.note(flushed)
    }
}
