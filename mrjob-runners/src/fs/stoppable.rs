//! Reading that ends when the run is to stop.

use std::io::{self, Read};

use crate::stop::Stop;

/// Reads, until the run is to stop.
pub(crate) struct Stoppable<'a, R> {
    pub(crate) from: R,
    pub(crate) stop: &'a Stop,
}

impl<R: Read> Read for Stoppable<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        check(self.stop)?;
        self.from.read(into)
    }
}

/// Fails once the run is to stop.
pub(crate) fn check(stop: &Stop) -> io::Result<()> {
    match stop.requested() {
        // Not of the kind `Interrupted`, which means: try again.
        true => Err(io::Error::other("interrupted")),
        false => Ok(()),
    }
}
