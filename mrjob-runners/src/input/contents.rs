//! What a step wants of the sources that it reads.

use std::fs::File;
use std::io;

use mrjob_core::codec::{Codec, lines, peek};
use mrjob_core::step::StepInfo;

/// Bytes of memory for a look into a compressed file.
const MEMORY: usize = 256 << 20;

/// What the sources of a step have to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Contents {
    /// Lines of text.
    Lines,
    /// Whole files of any kind.
    Files,
    /// Records of a step that was run before.
    Records,
}

impl Contents {
    /// What `step` reads.
    pub fn of(step: &StepInfo) -> Self {
        match step {
            step if step.takes_files() => Contents::Files,
            step if step.binary_input => Contents::Records,
            _ => Contents::Lines,
        }
    }

    /// Checks a source that begins with `start`.
    pub(crate) fn check(self, name: &str, start: &[u8]) -> io::Result<()> {
        let expected = Codec::of(name);
        match self {
            Contents::Lines => Codec::of_lines(name, expected, start).map(drop),
            Contents::Files => Codec::of_file(expected, start).map(drop),
            Contents::Records => Ok(()),
        }
    }

    /// Checks a file by its first bytes; by those inside it, too, where its name says that it is an archive.
    pub(super) fn check_file(self, name: &str, file: File) -> io::Result<()> {
        let (start, from) = peek(file)?;
        self.check(name, &start)?;
        if self == Contents::Lines && is_archive(name) {
            lines(name, from, MEMORY)?;
        }
        Ok(())
    }
}

/// Whether this is the name of a compressed tar archive.
fn is_archive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let file = name.rsplit('/').next().unwrap_or_default();
    file.contains(".tar.")
        || [".tgz", ".tbz", ".tbz2"]
            .iter()
            .any(|end| file.ends_with(end))
}
