//! What tasks open remote files by.

use std::io::{self, Read};

use mrjob_core::task::{Remote, RemoteFile};

#[cfg(feature = "emr")]
use super::{Access, s3};
use crate::hadoop::hdfs;

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
        if file.access.as_deref() == Some(hdfs::BY_NODE) {
            return hdfs::open_by_node(file, offset);
        }
        if file.address.starts_with("hdfs:") {
            return hdfs::open(file, offset, wanted);
        }
        #[cfg(feature = "emr")]
        {
            let access = match &file.access {
                Some(access) => serde_json::from_str(access)?,
                None => Access::default(),
            };
            s3::open(file, &access, offset, wanted)
        }
        #[cfg(not(feature = "emr"))]
        Err(io::ErrorKind::Unsupported.into())
    }

    fn memory(&self) -> usize {
        #[cfg(feature = "emr")]
        {
            s3::READING.max(hdfs::READING)
        }
        #[cfg(not(feature = "emr"))]
        hdfs::READING
    }
}
