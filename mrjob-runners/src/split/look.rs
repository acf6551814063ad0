//! A look into a source that would be cut: whether it can be, its first bytes say.

use std::fs::File;
use std::io::{self, Read};

use mrjob_core::codec::{Codec, SHOWN};
use mrjob_core::task::Source;

use super::{Cut, Piece};

/// Finds out how `piece` is compressed. What can't be read, or isn't read as lines, isn't cut: the task that gets it says why.
pub(super) fn into(piece: &mut Piece) {
    let codec = start(&piece.source)
        .and_then(|start| Codec::of_lines(piece.source.name(), piece.codec, &start));
    piece.is_known = true;
    match codec {
        Ok(codec @ (None | Some(Codec::Bzip2))) => piece.codec = codec,
        Ok(codec) => {
            piece.codec = codec;
            piece.cut = Cut::Never;
        }
        Err(_) => piece.cut = Cut::Never,
    }
}

/// The first bytes of a source.
fn start(source: &Source) -> io::Result<Vec<u8>> {
    let from: Box<dyn Read + '_> = match source {
        Source::File { path, .. } => Box::new(File::open(path)?),
        Source::Memory { bytes, .. } => Box::new(&bytes[..]),
        #[cfg(feature = "cluster")]
        Source::Remote(file) => {
            use mrjob_core::task::Remote;

            crate::fs::Files.open(file, 0, SHOWN as u64)?
        }
        _ => return Err(io::ErrorKind::Unsupported.into()),
    };
    let mut start = Vec::with_capacity(SHOWN);
    from.take(SHOWN as u64).read_to_end(&mut start)?;
    Ok(start)
}
