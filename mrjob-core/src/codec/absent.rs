//! What stands for the codecs in a program that was built without them.

use std::fs::File;
use std::io::{self, Read, Write};

use super::{Codec, CodecError};

/// The plain bytes of a compressed file, which this program wasn't built to read.
#[derive(Debug)]
pub enum Decoder {}

impl Decoder {
    /// Refuses to read.
    ///
    /// # Errors
    ///
    /// Always: [`CodecError::NotBuiltIn`].
    pub fn new(codec: Codec, _from: impl Read + 'static, _memory: usize) -> io::Result<Self> {
        Err(CodecError::NotBuiltIn { codec }.into())
    }

    pub(crate) fn split(
        _from: impl Read + 'static,
        _start: u64,
        _end: Option<u64>,
    ) -> io::Result<Self> {
        let codec = Codec::Bzip2;
        Err(CodecError::NotBuiltIn { codec }.into())
    }

    pub(crate) fn position(&self) -> u64 {
        match *self {}
    }

    pub(crate) fn boundary(&self) -> Option<u64> {
        match *self {}
    }
}

impl Read for Decoder {
    fn read(&mut self, _into: &mut [u8]) -> io::Result<usize> {
        match *self {}
    }
}

/// Writes no compressed file.
pub(crate) enum Encoder {}

impl Encoder {
    pub(crate) fn new(codec: Codec, _to: File) -> io::Result<Self> {
        Err(CodecError::NotBuiltIn { codec }.into())
    }

    pub(crate) fn finish(self) -> io::Result<()> {
        match self {}
    }
}

impl Write for Encoder {
    fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
        match *self {}
    }

    fn flush(&mut self) -> io::Result<()> {
        match *self {}
    }
}
