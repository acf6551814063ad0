//! An object as a stream: fetched by ranges, the next one while this one is read.

use std::io::{self, Cursor, ErrorKind, Read};
use std::sync::Arc;

use mrjob_core::task::RemoteFile;
use tokio::task::JoinHandle;

use super::address::Address;
use super::client::{Client, client, runtime};
use super::failure::{Failure, chain};
use crate::fs::Access;

/// Bytes of a request: enough that its latency doesn't count, few enough to be asked for again.
const RANGE: u64 = 4 << 20;
/// Bytes of a request past what is wanted: the rest of a record.
const TAIL: u64 = 64 << 10;
/// Bytes of memory of a reader: the range that is read, the next one, and its copy when it has come.
pub(super) const READING: usize = 3 * RANGE as usize;
/// How often a range is asked for whose bytes don't come to their end. What fails before, the library tries again.
const ATTEMPTS: u32 = 4;

/// Opens the object `file` at `offset`, to read about `wanted` bytes.
pub(super) fn open(
    file: &RemoteFile,
    offset: u64,
    wanted: u64,
) -> io::Result<Box<dyn Read + Send>> {
    let access = match &file.access {
        Some(access) => serde_json::from_str(access)?,
        None => Access::default(),
    };
    let access = &access;
    let address = Address::of(&file.address).map_err(io::Error::other)?;
    let address = address.ok_or(ErrorKind::Unsupported)?;
    let object = Object {
        client: client(access).map_err(io::Error::other)?,
        address,
        version: file.version.clone(),
    };
    let mut reader = Reader {
        object: Arc::new(object),
        range: Cursor::default(),
        next: None,
        at: offset,
        wanted: offset
            .saturating_add(wanted)
            .saturating_add(TAIL)
            .min(file.bytes),
        end: file.bytes,
    };
    reader.ask()?;
    Ok(Box::new(reader))
}

struct Object {
    client: Arc<Client>,
    address: Address,
    version: Option<String>,
}

struct Reader {
    object: Arc<Object>,
    range: Cursor<Vec<u8>>,
    next: Option<JoinHandle<io::Result<Vec<u8>>>>,
    /// What comes after the ranges that were asked for.
    at: u64,
    /// Up to here it pays to ask ahead.
    wanted: u64,
    end: u64,
}

impl Reader {
    /// Asks for the next range, if there is one.
    fn ask(&mut self) -> io::Result<()> {
        let until = if self.at < self.wanted {
            self.wanted
        } else {
            self.end
        };
        let most = if self.at < self.wanted { RANGE } else { TAIL };
        let length = until.saturating_sub(self.at).min(most);
        if length > 0 {
            let object = Arc::clone(&self.object);
            let asked = fetch(object, self.at, length);
            self.next = Some(runtime()?.spawn(asked));
            self.at += length;
        }
        Ok(())
    }
}

impl Read for Reader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.range.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            if self.next.is_none() {
                self.ask()?;
            }
            let Some(next) = self.next.take() else {
                return Ok(0);
            };
            let fetched = runtime()?.block_on(next);
            self.range = Cursor::new(fetched.map_err(io::Error::other)??);
            if self.at < self.wanted {
                self.ask()?;
            }
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(next) = &self.next {
            next.abort();
        }
    }
}

/// Fetches `length` bytes from `start` on.
async fn fetch(object: Arc<Object>, start: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut attempt = 1;
    loop {
        let request = object.client.s3.get_object();
        let answer = request
            .bucket(&object.address.bucket)
            .key(&object.address.key)
            .range(format!("bytes={start}-{}", start + length - 1))
            .set_if_match(object.version.clone())
            .send()
            .await;
        let answer = answer.map_err(|error| refused(Failure::of(error)))?;
        let problem = match answer.body.collect().await {
            Ok(bytes) => {
                let bytes = bytes.to_vec();
                if bytes.len() as u64 == length {
                    return Ok(bytes);
                }
                format!("{} of {length} bytes came", bytes.len())
            }
            Err(error) => chain(&error),
        };
        if attempt == ATTEMPTS {
            let problem =
                format!("the connection broke {ATTEMPTS} times at byte {start}: {problem}");
            return Err(io::Error::new(ErrorKind::UnexpectedEof, problem));
        }
        attempt += 1;
    }
}

/// A request that S3 refused.
fn refused(failure: Failure) -> io::Error {
    let change = match (failure.status, failure.code.as_deref()) {
        (Some(412 | 416), _) => "it was replaced by another object while the job read it",
        (_, Some("NoSuchKey")) => "it was deleted while the job read it",
        _ => return io::Error::other(failure.reason),
    };
    io::Error::other(format!(
        "{change}\nhint: run it again when nothing writes there, or on a copy"
    ))
}
