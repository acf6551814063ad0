//! What tasks open remote files by.

use std::io::{self, Read};

use mrjob_core::task::{Remote, RemoteFile};

use super::system::{SYSTEMS, known};

/// Opens a file of any of the file systems, by its scheme.
#[derive(Debug)]
pub struct Files;

impl Remote for Files {
    fn open(
        &self,
        file: &RemoteFile,
        offset: u64,
        wanted: u64,
    ) -> io::Result<Box<dyn Read + Send>> {
        #[cfg(feature = "hdfs")]
        if file.access.as_deref() == Some(super::hdfs::BY_NODE) {
            return super::hdfs::open_by_node(file, offset);
        }
        let built = known(&file.address).and_then(|system| system.built.as_ref());
        let built = built.ok_or(io::ErrorKind::Unsupported)?;
        (built.open)(file, offset, wanted)
    }

    fn memory(&self) -> usize {
        let built = SYSTEMS.iter().filter_map(|system| system.built.as_ref());
        built.map(|built| built.reading).max().unwrap_or(0)
    }
}
