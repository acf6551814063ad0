//! What a job left: its output, typed, and its counters.

use std::io::{self, BufRead, BufReader, Read};
use std::marker::PhantomData;
use std::{fmt, iter};

use mrjob_core::counter::Counters;
use mrjob_core::emit::Part;
use mrjob_core::protocol::{Framing, Protocol};
use mrjob_core::{Arena, BoxError, Settings};
use serde::de::DeserializeOwned;

use crate::output;
use crate::run::Finished;

/// The outcome of a run that went well. Temporary files live as long as it does.
pub struct Outcome<J> {
    finished: Finished,
    job: PhantomData<fn() -> J>,
}

impl<J> fmt::Debug for Outcome<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("finished", &self.finished)
            .finish_non_exhaustive()
    }
}

/// Why output can't be read back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutcomeError {
    /// A part can't be read.
    #[error("failed to read part {part} of the output: {source}")]
    Read {
        /// Its number, from 0.
        part: usize,
        /// Why.
        source: io::Error,
    },
    /// A record isn't of the types that were asked for.
    #[error("failed to read `{record}` as a record of the wanted types: {source}")]
    Record {
        /// The record, as it stands in the output.
        record: String,
        /// Why.
        source: BoxError,
    },
}

impl<J> Outcome<J> {
    pub(super) fn new(finished: Finished) -> Self {
        Outcome {
            finished,
            job: PhantomData,
        }
    }

    /// The user's counters, a map a step.
    pub fn counters(&self) -> &[Counters] {
        &self.finished.counters
    }

    /// One counter of a step, counted from 0; 0 if nothing was counted.
    pub fn counter(&self, step: usize, group: &str, name: &str) -> i64 {
        let amount = || self.counters().get(step)?.get(group)?.get(name);
        amount().copied().unwrap_or(0)
    }

    /// The parts of the output, in order.
    pub fn parts(&self) -> &[Part] {
        &self.finished.parts
    }

    /// The whole output as it would be on standard output; bytes that aren't UTF-8 become U+FFFD.
    ///
    /// # Errors
    ///
    /// When a part can't be read.
    pub fn text(&self) -> Result<String, OutcomeError> {
        let mut bytes = Vec::new();
        for (part, reader) in self.readers() {
            let read = reader.and_then(|mut reader| reader.read_to_end(&mut bytes));
            read.map_err(|source| OutcomeError::Read { part, source })?;
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The lines of the output, without their ends.
    pub fn lines(&self) -> impl Iterator<Item = Result<Vec<u8>, OutcomeError>> {
        self.records(Framing::Lines)
    }

    fn records(&self, framing: Framing) -> impl Iterator<Item = Result<Vec<u8>, OutcomeError>> {
        self.readers().flat_map(move |(part, reader)| {
            let mut reader = Some(reader);
            iter::from_fn(move || {
                let record = match reader.take()? {
                    Ok(mut open) => {
                        let record = next_record(open.as_mut(), framing);
                        // After an error nothing follows.
                        reader = record.is_ok().then_some(Ok(open));
                        record
                    }
                    Err(error) => Err(error),
                };
                let record = record.map_err(|source| OutcomeError::Read { part, source });
                record.transpose()
            })
        })
    }

    fn readers(&self) -> impl Iterator<Item = (usize, io::Result<Box<dyn BufRead + '_>>)> {
        self.finished.parts.iter().map(open).enumerate()
    }
}

impl<J: Settings> Outcome<J> {
    /// The records of the output, read by the job's output protocol. `()` stands for the key of a protocol without keys.
    pub fn output<K: DeserializeOwned, V: DeserializeOwned>(
        &self,
    ) -> impl Iterator<Item = Result<(K, V), OutcomeError>> {
        self.records(J::Output::FRAMING).map(|line| {
            let line = line?;
            J::Output::read(&line, &Arena::default()).map_err(|source| OutcomeError::Record {
                record: String::from_utf8_lossy(&line).into_owned(),
                source,
            })
        })
    }
}

fn open(part: &Part) -> io::Result<Box<dyn BufRead + '_>> {
    match part {
        Part::File(path) => Ok(Box::new(BufReader::new(output::open(path)?))),
        Part::Memory(bytes) => Ok(Box::new(bytes.as_slice())),
        _ => Err(io::ErrorKind::Unsupported.into()),
    }
}

/// The next record, without what frames it; none at the end.
fn next_record(reader: &mut dyn BufRead, framing: Framing) -> io::Result<Option<Vec<u8>>> {
    let mut record = Vec::new();
    match framing {
        Framing::Lines => {
            if reader.read_until(b'\n', &mut record)? == 0 {
                return Ok(None);
            }
            if record.last() == Some(&b'\n') {
                record.pop();
            }
        }
        Framing::Lengths => {
            if reader.fill_buf()?.is_empty() {
                return Ok(None);
            }
            let mut length = [0; 4];
            reader.read_exact(&mut length)?;
            record.resize(u32::from_le_bytes(length) as usize, 0);
            reader.read_exact(&mut record)?;
        }
        _ => return Err(io::ErrorKind::Unsupported.into()),
    }
    Ok(Some(record))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut bytes: &[u8], framing: Framing) -> io::Result<Vec<Vec<u8>>> {
        iter::from_fn(|| next_record(&mut bytes, framing).transpose()).collect()
    }

    #[test]
    fn lines() {
        let lines = all(b"a\n\nb", Framing::Lines).unwrap();
        assert_eq!(lines, [&b"a"[..], b"", b"b"]);
    }

    #[test]
    fn lengths() {
        let records = all(b"\x02\0\0\0a\n\0\0\0\0\x01\0\0\0b", Framing::Lengths).unwrap();
        assert_eq!(records, [&b"a\n"[..], b"", b"b"]);
        let error = all(b"\x02\0\0\0a", Framing::Lengths).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
