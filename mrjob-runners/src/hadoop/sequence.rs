//! Records between steps that aren't lines, as Hadoop keeps what tasks write as `rawbytes`: a
//! [`SequenceFile`](https://hadoop.apache.org/docs/stable/api/org/apache/hadoop/io/SequenceFile.html), not compressed.
//!
//! ```text
//! file   := header (record | mark)*
//! header := "SEQ" 6, class of keys, class of values, compressed?, by blocks?, u32 pairs of metadata, sync
//! mark   := -1 as u32, sync                                      sync: 16 bytes, others in each file
//! record := u32 bytes of key and value, u32 bytes of key, key, value
//! value  := u32 length, bytes                                    as a key; all u32 big-endian
//! ```

use std::io::{self, BufReader, ErrorKind, Read};

/// A header up to whether values are compressed, the only one that `rawbytes` gets.
const BEGINNING: &[u8] =
    b"SEQ\x06\x22org.apache.hadoop.io.BytesWritable\x22org.apache.hadoop.io.BytesWritable";
/// Not compressed, in no way, and no metadata.
const PLAIN: [u8; 6] = [0; 6];
const SYNC: usize = 16;
const HEADER: usize = BEGINNING.len() + PLAIN.len() + SYNC;

/// What stands before a mark's sync, where a record has its length.
const ESCAPE: [u8; 4] = [0xff; 4];

/// The first values that begin behind `start`, and behind a mark unless that is the file's beginning: about `bytes` bytes of
/// them, one whole value at least; nothing where none begins there. `open` is given an offset, and how much is read from there.
pub(super) fn values<R: Read>(
    open: impl Fn(u64, u64) -> io::Result<R>,
    start: u64,
    bytes: u64,
) -> io::Result<Vec<u8>> {
    let mut header = [0; HEADER];
    open(0, HEADER as u64)?.read_exact(&mut header)?;
    let (beginning, sync) = header.split_at(HEADER - SYNC);
    if beginning != [BEGINNING, &PLAIN].concat() {
        let message = "it isn't what tasks write between steps, or Hadoop compressed it";
        return Err(io::Error::new(ErrorKind::InvalidData, message));
    }
    let start = start.max(HEADER as u64);
    let mut from = open(start, bytes)?;
    let mut passed = Vec::new();
    if start > HEADER as u64 {
        let mark = [&ESCAPE, sync].concat();
        match behind(&mark, &mut from, bytes, &mut passed)? {
            None => return Ok(Vec::new()),
            Some(at) => passed.drain(..at),
        };
    }
    read(BufReader::new(passed.chain(from)), bytes)
}

/// Reads into `passed`, `bytes` at a time, until the mark is in it; where what follows it begins.
fn behind(
    mark: &[u8],
    from: &mut impl Read,
    bytes: u64,
    passed: &mut Vec<u8>,
) -> io::Result<Option<usize>> {
    loop {
        // A mark may have begun in what was read before.
        let known = passed.len().saturating_sub(mark.len());
        if from.by_ref().take(bytes).read_to_end(passed)? == 0 {
            return Ok(None);
        }
        let mut places = passed[known..].windows(mark.len());
        if let Some(at) = places.position(|place| place == mark) {
            return Ok(Some(known + at + mark.len()));
        }
    }
}

/// Values of records, until they are `bytes` bytes together.
fn read(mut from: impl Read, bytes: u64) -> io::Result<Vec<u8>> {
    let mut values = Vec::new();
    while (values.len() as u64) < bytes {
        let Some(length) = number(&mut from)? else {
            break;
        };
        if length == u32::from_be_bytes(ESCAPE) {
            skip(&mut from, SYNC as u64)?;
            continue;
        }
        let key = number(&mut from)?.ok_or(ErrorKind::UnexpectedEof)?;
        skip(&mut from, key.into())?;
        let value = number(&mut from)?.ok_or(ErrorKind::UnexpectedEof)?;
        let read = from.by_ref().take(value.into()).read_to_end(&mut values)?;
        if read < value as usize {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(values)
}

/// The next number; `None` at the end.
fn number(from: &mut impl Read) -> io::Result<Option<u32>> {
    let mut number = [0; 4];
    match from.read(&mut number[..1])? {
        0 => Ok(None),
        _ => {
            from.read_exact(&mut number[1..])?;
            Ok(Some(u32::from_be_bytes(number)))
        }
    }
}

fn skip(from: &mut impl Read, bytes: u64) -> io::Result<()> {
    match io::copy(&mut from.take(bytes), &mut io::sink())? {
        skipped if skipped == bytes => Ok(()),
        _ => Err(ErrorKind::UnexpectedEof.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYNC_OF_IT: [u8; SYNC] = *b"0123456789abcdef";

    fn header(plain: [u8; 6]) -> Vec<u8> {
        [BEGINNING, &plain, &SYNC_OF_IT].concat()
    }

    fn record(value: &[u8]) -> Vec<u8> {
        let number = |number: usize| (number as u32).to_be_bytes();
        let (key, length) = ([0; 4], number(value.len()));
        let sizes = [number(8 + value.len()), number(key.len())];
        [&sizes.concat(), &key[..], &length, value].concat()
    }

    fn read_at(file: &[u8], start: u64, bytes: u64) -> io::Result<Vec<u8>> {
        values(|offset, _| Ok(&file[offset as usize..]), start, bytes)
    }

    #[test]
    fn whole_values_from_the_first_mark_on() {
        let values = ["one", "two", "", "three"];
        let mut file = header(PLAIN);
        // Where the mark of each value begins.
        let mut marks = Vec::new();
        for value in values {
            marks.push(file.len() as u64);
            file.extend([&ESCAPE, &SYNC_OF_IT[..]].concat());
            file.extend(record(value.as_bytes()));
        }
        for start in 0..file.len() as u64 {
            // Before all records nothing has to be found.
            let behind = marks.partition_point(|mark| *mark < start.max(1));
            let first = if start <= HEADER as u64 { 0 } else { behind };
            for bytes in [1, 20, 1000] {
                let read = read_at(&file, start, bytes).unwrap();
                let all = values[first..].concat();
                assert!(all.as_bytes().starts_with(&read), "{start} {bytes}");
                assert!(
                    read.len() as u64 >= bytes.min(all.len() as u64),
                    "{start} {bytes}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_such_file_is_an_error() {
        let file = [header([1, 0, 0, 0, 0, 0]), record(b"one")].concat();
        let error = read_at(&file, 0, 10).unwrap_err();
        assert!(
            error.to_string().contains("Hadoop compressed it"),
            "{error}"
        );
        let file = [header(PLAIN), record(b"one")].concat();
        for cut in (0..HEADER).chain(HEADER + 1..file.len()) {
            assert!(read_at(&file[..cut], 0, 10).is_err(), "{cut}");
        }
    }
}
