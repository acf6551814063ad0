//! Standard output, which belongs to the data.

use std::fs::File;
use std::io::{self, Write};

/// Takes standard output away from everybody else: what a job's methods print goes to standard error from now on.
pub(super) fn claim() -> io::Result<File> {
    io::stdout().flush()?;
    let data = rustix::io::fcntl_dupfd_cloexec(io::stdout(), 3)?;
    rustix::stdio::dup2_stdout(io::stderr())?;
    Ok(File::from(data))
}
