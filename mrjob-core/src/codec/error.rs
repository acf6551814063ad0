//! What can be wrong with a compressed file.

use std::borrow::Cow;
use std::io;

use super::{Codec, Foreign};

/// Why a compressed file can't be read. Offsets are those of the compressed file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CodecError {
    /// It is something else.
    #[error(
        "it isn't {codec}, as its name says: it begins with `{}` instead of {expected}",
        .start.escape_ascii()
    )]
    Other {
        /// What the name says.
        codec: Codec,
        /// What such a file begins with.
        expected: &'static str,
        /// What it begins with.
        start: Vec<u8>,
    },
    /// It ends too early.
    #[error("its {codec} data are cut off: the file ends at byte {offset} in the middle of them")]
    CutOff {
        /// How it is compressed.
        codec: Codec,
        /// Its length.
        offset: u64,
    },
    /// It was changed, or something was added to it.
    #[error("its {codec} data are damaged near byte {offset}: {problem}")]
    Damaged {
        /// How it is compressed.
        codec: Codec,
        /// How far it was read.
        offset: u64,
        /// What the decoder says.
        problem: String,
    },
    /// It needs more memory than there is for it.
    #[error("its {codec} data need {needed} bytes of memory at byte {offset}, and have {allowed}")]
    TooLarge {
        /// How it is compressed.
        codec: Codec,
        /// Where it says so.
        offset: u64,
        /// The bytes that it asks for.
        needed: u64,
        /// The bytes that it may have.
        allowed: u64,
    },
    /// It is of a kind that isn't read.
    #[error("it is {what}, which isn't read")]
    Unread {
        /// The kind, after "it is".
        what: &'static str,
    },
    /// The first bytes show a kind of file that isn't read as lines.
    #[error("it is {what}{}, which isn't read", .within.map(|codec| format!(" inside {codec}")).unwrap_or_default())]
    Foreign {
        /// What messages call it.
        name: String,
        /// The kind.
        what: Foreign,
        /// How it is compressed in turn.
        within: Option<Codec>,
    },
    /// Hadoop has read it as text, because of its name.
    #[error(
        "it is compressed ({codec}), and Hadoop has read it as text, because its name doesn't say so"
    )]
    ReadAsText {
        /// How it is compressed.
        codec: Codec,
    },
    /// It was divided among tasks as something else.
    #[error("it is compressed ({codec}), and was divided among tasks as if it weren't")]
    Divided {
        /// How it is compressed.
        codec: Codec,
    },
    /// This program was built without the codecs.
    #[error(
        "it is compressed ({codec}), and this program was built without mrjob's feature `compression`"
    )]
    NotBuiltIn {
        /// How it is compressed.
        codec: Codec,
    },
}

impl CodecError {
    /// What to do about it.
    pub fn hint(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            CodecError::Foreign { name, what, within } => {
                return Cow::Owned(what.way_out(name, *within));
            }
            CodecError::ReadAsText { codec } => {
                return Cow::Owned(format!(
                    "give it a name that ends in `.{}`, or let tasks read by themselves: `--splits own`",
                    codec.suffix()
                ));
            }
            CodecError::Divided { .. } => {
                "run the job again: the file was another one when the job began"
            }
            CodecError::Other { .. } => "give the file the name of what it is",
            CodecError::CutOff { .. } => "fetch or write the file again",
            CodecError::Damaged { .. } => {
                "fetch or write the file again; what was appended to it must be compressed as well"
            }
            CodecError::TooLarge { .. } => {
                "give the run more `--memory`, or write the file with a smaller window"
            }
            CodecError::Unread { .. } => {
                "decompress it with the tool that made it, on the way: `TOOL … | JOB -`"
            }
            CodecError::NotBuiltIn { .. } => {
                "build it with that feature, or decompress the file on the way"
            }
        })
    }

    /// What is the matter, where `error` is about a compressed file.
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl From<CodecError> for io::Error {
    fn from(error: CodecError) -> Self {
        io::Error::new(io::ErrorKind::InvalidData, error)
    }
}
