//! Hadoop Streaming's `rawbytes`: the length of a key (`u32`, big-endian), the key, and the same of a value.

use std::io::{self, BufReader, ErrorKind, Read, Write};

/// Bytes read at once.
const BUFFER: usize = 64 << 10;

/// Bytes that a value is believed to have before they were read.
const BELIEVED: usize = 1 << 20;

/// Reads records, and knows where it is.
pub(super) struct RawReader<R> {
    from: BufReader<R>,
    /// Bytes read.
    pub(super) offset: u64,
}

impl<R: Read> RawReader<R> {
    pub(super) fn new(from: R) -> Self {
        RawReader {
            from: BufReader::with_capacity(BUFFER, from),
            offset: 0,
        }
    }

    /// The next key or value; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut length = Vec::with_capacity(4);
        if self.read_up_to(4, &mut length)? == 0 {
            return Ok(None);
        }
        let length = <[u8; 4]>::try_from(length).map_err(|_| ErrorKind::UnexpectedEof)?;
        let length = u32::from_be_bytes(length) as usize;
        let mut bytes = Vec::with_capacity(length.min(BELIEVED));
        match self.read_up_to(length, &mut bytes)? {
            read if read == length => Ok(Some(bytes)),
            _ => Err(ErrorKind::UnexpectedEof.into()),
        }
    }

    fn read_up_to(&mut self, length: usize, to: &mut Vec<u8>) -> io::Result<usize> {
        let read = self.from.by_ref().take(length as u64).read_to_end(to)?;
        self.offset += read as u64;
        Ok(read)
    }
}

/// The lengths in front of `bytes`, which has 2 GiB less a few bytes at most.
pub(super) fn length(bytes: usize) -> io::Result<[u8; 4]> {
    match i32::try_from(bytes) {
        Ok(length) => Ok(length.to_be_bytes()),
        Err(_) => Err(io::Error::new(
            ErrorKind::InvalidData,
            "a record for Hadoop Streaming ends at 2147483647 bytes",
        )),
    }
}

/// Reads the values of `rawbytes` records, one behind the other; keys are dropped.
#[derive(Debug)]
pub struct RawValues<R> {
    from: R,
    /// Bytes of the current value that are still to come.
    left: usize,
}

impl<R: Read> RawValues<R> {
    /// The values of what is read `from`, which should be buffered.
    pub fn new(from: R) -> Self {
        RawValues { from, left: 0 }
    }

    /// The length of the next key or value; `None` at the end.
    fn length(&mut self) -> io::Result<Option<usize>> {
        let mut length = Vec::with_capacity(4);
        self.from.by_ref().take(4).read_to_end(&mut length)?;
        if length.is_empty() {
            return Ok(None);
        }
        let length = <[u8; 4]>::try_from(length).map_err(|_| cut_off())?;
        Ok(Some(u32::from_be_bytes(length) as usize))
    }

    /// Goes to the next value; whether there is one.
    fn next_value(&mut self) -> io::Result<bool> {
        let Some(key) = self.length()? else {
            return Ok(false);
        };
        let skipped = io::copy(&mut self.from.by_ref().take(key as u64), &mut io::sink())?;
        if skipped < key as u64 {
            return Err(cut_off());
        }
        self.left = self.length()?.ok_or_else(cut_off)?;
        Ok(true)
    }
}

fn cut_off() -> io::Error {
    io::Error::new(ErrorKind::UnexpectedEof, "the last record is cut off")
}

impl<R: Read> Read for RawValues<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if to.is_empty() {
            return Ok(0);
        }
        while self.left == 0 {
            if !self.next_value()? {
                return Ok(0);
            }
        }
        let most = to.len().min(self.left);
        let read = self.from.read(&mut to[..most])?;
        if read == 0 {
            return Err(cut_off());
        }
        self.left -= read;
        Ok(read)
    }
}

/// Writes what each call of `write` gets as a record: an empty key, and that as the value.
#[derive(Debug)]
pub struct RawRecords<W>(W);

impl<W: Write> RawRecords<W> {
    /// Records that go `to`.
    pub fn new(to: W) -> Self {
        RawRecords(to)
    }
}

impl<W: Write> Write for RawRecords<W> {
    fn write(&mut self, value: &[u8]) -> io::Result<usize> {
        if value.is_empty() {
            return Ok(0);
        }
        let mut header = [0; 8];
        header[4..].copy_from_slice(&length(value.len())?);
        self.0.write_all(&header)?;
        self.0.write_all(value)?;
        Ok(value.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_without_their_records() {
        let mut written = Vec::new();
        let mut to = RawRecords::new(&mut written);
        for value in ["a", "", "bcd", "efghij"] {
            to.write_all(value.as_bytes()).unwrap();
        }
        written.extend(*b"\0\0\0\x02kk\0\0\0\x01z");
        let mut read = String::new();
        RawValues::new(&written[..])
            .read_to_string(&mut read)
            .unwrap();
        assert_eq!(read, "abcdefghijz");
        for cut in 1..written.len() {
            let mut read = Vec::new();
            let result = RawValues::new(&written[..cut]).read_to_end(&mut read);
            let whole = [9, 9 + 11, 9 + 11 + 14];
            assert_eq!(result.is_ok(), whole.contains(&cut), "cut at {cut}");
        }
    }
}
