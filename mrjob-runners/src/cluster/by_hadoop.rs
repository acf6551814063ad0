//! The lines of a file that Hadoop reads for a map task: refused where the file isn't what Hadoop took it for.

use std::env;
use std::io::{self, Read};

use mrjob_core::codec::{Codec, CodecError, Content, check_plain, peek};

/// What Hadoop makes of a split of a source. Its reader goes by names alone; a byte order mark it has dropped itself.
pub(crate) enum ByHadoop<R> {
    /// The start of a source called this, before anything was read of it.
    Start(String, R),
    /// Bytes that were looked at, or needn't be.
    Read(Box<dyn Read + Send>),
    /// Nothing any more.
    End,
}

impl<R: Read + Send + 'static> ByHadoop<R> {
    /// The split that Hadoop's variables name; of one that doesn't begin its file nothing can be told.
    pub(crate) fn new(from: R) -> Self {
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        match set("mapreduce_map_input_start").as_deref() {
            None | Some("0") => {
                let name = set("mapreduce_map_input_file");
                let name = name.unwrap_or_else(|| "standard input".to_owned());
                ByHadoop::Start(name, from)
            }
            Some(_) => ByHadoop::Read(Box::new(from)),
        }
    }
}

/// Checks the lines of the source `name`, which begin with `start`.
fn check(name: &str, start: &[u8]) -> io::Result<()> {
    // Hadoop has decompressed what has such a name.
    let within = Codec::of(name).filter(|codec| name.ends_with(&format!(".{}", codec.suffix())));
    match Content::of(start) {
        Content::Compressed(codec) if within.is_none() => {
            Err(CodecError::ReadAsText { codec }.into())
        }
        _ => check_plain(name, within, start).map(drop),
    }
}

impl<R: Read + Send + 'static> Read for ByHadoop<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(self, ByHadoop::End) {
                ByHadoop::Start(name, from) => {
                    let (start, whole) = peek(from)?;
                    check(&name, &start)?;
                    *self = ByHadoop::Read(Box::new(whole));
                }
                ByHadoop::Read(mut from) => {
                    let read = from.read(into);
                    *self = ByHadoop::Read(from);
                    return read;
                }
                ByHadoop::End => return Ok(0),
            }
        }
    }
}
