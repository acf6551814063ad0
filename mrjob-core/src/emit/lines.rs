//! Pairs on their way into a part of the output, in the step's protocol.

use std::io::{self, Write};

use serde::Serialize;

use super::fault::Fault;
use super::{As, PartWriter, Written};
use crate::BoxError;
use crate::protocol::{Framing, Protocol};

/// Bytes gathered before they are written.
const BUFFER: usize = 256 << 10;

/// Bytes of a record's length in front of it.
const LENGTH: usize = 4;

type WriteRecord<K, V> = fn(&K, &V, &mut Vec<u8>) -> Result<(), BoxError>;

/// Writes pairs as records of a protocol.
pub(crate) struct Lines<K, V> {
    /// The pair being written, whose memory is reused; the protocol writes a `&K` and a `&V`.
    key: Option<K>,
    value: Option<V>,
    record: RecordWriter<K, V>,
    to: PartWriter,
    records: u64,
    bytes: u64,
}

/// A protocol's way to write a record, and the records that it wrote.
struct RecordWriter<K, V> {
    write: WriteRecord<K, V>,
    framing: Framing,
    buffer: Vec<u8>,
}

impl<K, V> RecordWriter<K, V> {
    #[inline]
    fn write(&mut self, key: &K, value: &V) -> Result<(), Fault> {
        let start = self.buffer.len();
        if self.framing == Framing::Lengths {
            self.buffer.extend_from_slice(&[0; LENGTH]);
        }
        (self.write)(key, value, &mut self.buffer).map_err(Fault::Pair)?;
        match self.framing {
            Framing::Lines => self.buffer.push(b'\n'),
            Framing::Lengths => {
                let length = u32::try_from(self.buffer.len() - start - LENGTH);
                let length =
                    length.map_err(|_| Fault::Pair("the record is longer than 4 GiB".into()))?;
                self.buffer[start..start + LENGTH].copy_from_slice(&length.to_le_bytes());
            }
        }
        Ok(())
    }
}

impl<K: Serialize, V: Serialize> Lines<K, V> {
    pub(crate) fn new<P: Protocol>(to: PartWriter) -> Self {
        Lines {
            key: None,
            value: None,
            record: RecordWriter {
                write: P::write,
                framing: P::FRAMING,
                buffer: Vec::new(),
            },
            to,
            records: 0,
            bytes: 0,
        }
    }
}

impl<K, V> Lines<K, V> {
    #[inline]
    pub(crate) fn push<M, N>(
        &mut self,
        key: impl As<K, M>,
        value: impl As<V, N>,
    ) -> Result<(), Fault> {
        let key = stored(&mut self.key, key);
        let value = stored(&mut self.value, value);
        self.record.write(key, value)?;
        self.written()
    }

    /// A pair as it stands.
    pub(crate) fn push_ref(&mut self, key: &K, value: &V) -> Result<(), Fault> {
        self.record.write(key, value)?;
        self.written()
    }

    #[inline]
    fn written(&mut self) -> Result<(), Fault> {
        self.records += 1;
        if self.record.buffer.len() >= BUFFER {
            self.write_out()
                .map_err(|e| Fault::Io(Unwritten(e).into()))?;
        }
        Ok(())
    }

    #[inline(never)]
    fn write_out(&mut self) -> io::Result<()> {
        self.to.write_all(&self.record.buffer)?;
        self.bytes += self.record.buffer.len() as u64;
        self.record.buffer.clear();
        Ok(())
    }

    /// Writes what is left.
    pub(crate) fn finish(mut self) -> io::Result<Written> {
        self.write_out()?;
        self.to.flush()?;
        Ok(Written {
            part: self.to.finish()?,
            records: self.records,
            bytes: self.bytes,
        })
    }
}

/// Output that couldn't be written.
#[derive(Debug, thiserror::Error)]
#[error("write the task's output")]
struct Unwritten(#[source] io::Error);

#[inline]
fn stored<T, How>(slot: &mut Option<T>, from: impl As<T, How>) -> &T {
    match slot {
        Some(held) => {
            from.store(held);
            held
        }
        None => slot.insert(from.own()),
    }
}
