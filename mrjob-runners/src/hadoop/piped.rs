//! Reading of pipes that ends when the run is to stop.

use std::io::{self, Read};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::fs::stoppable::check;
use crate::stop::Stop;

const PAUSE: Duration = Duration::from_millis(100);
const CHUNK: usize = 256 << 10;
/// Chunks that are read ahead.
const AHEAD: usize = 4;

/// Reads a pipe, which may be silent for long, until the run is to stop.
pub(super) struct Piped<'a> {
    chunks: Receiver<io::Result<Vec<u8>>>,
    chunk: io::Cursor<Vec<u8>>,
    stop: &'a Stop,
}

impl<'a> Piped<'a> {
    pub(super) fn new(mut from: impl Read + Send + 'static, stop: &'a Stop) -> Self {
        let (sender, chunks) = mpsc::sync_channel(AHEAD);
        thread::spawn(move || {
            loop {
                let mut chunk = vec![0; CHUNK];
                let read = from.read(&mut chunk).map(|read| {
                    chunk.truncate(read);
                    chunk
                });
                let is_end = !read.as_ref().is_ok_and(|chunk| !chunk.is_empty());
                if sender.send(read).is_err() || is_end {
                    return;
                }
            }
        });
        Piped {
            chunks,
            chunk: io::Cursor::default(),
            stop,
        }
    }
}

impl Read for Piped<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.chunk.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            check(self.stop)?;
            match self.chunks.recv_timeout(PAUSE) {
                Ok(chunk) => self.chunk = io::Cursor::new(chunk?),
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
            }
            if self.chunk.get_ref().is_empty() {
                return Ok(0);
            }
        }
    }
}
