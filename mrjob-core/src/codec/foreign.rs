//! Kinds of files that aren't read as lines: what they are called, and the commands that make lines of them.

use std::borrow::Cow;
use std::fmt;

use super::Codec;
use crate::visible::shell;

/// A kind of file that isn't read as lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Foreign {
    /// Text in UTF-16, with its byte order mark.
    Utf16,
    /// Text in UTF-16, least significant byte first, without a mark.
    Utf16Le,
    /// Text in UTF-16, most significant byte first, without a mark.
    Utf16Be,
    /// Text in UTF-32, with its byte order mark.
    Utf32,
    /// A tar archive.
    Tar,
    /// A zip archive, as `.xlsx`, `.docx` and `.jar` are.
    Zip,
    /// A 7z archive.
    SevenZip,
    /// A RAR archive.
    Rar,
    /// Compressed by `xz`.
    Xz,
    /// Compressed by `lzma`.
    Lzma,
    /// Compressed by `lzip`.
    Lzip,
    /// Compressed by `lzop`.
    Lzop,
    /// Compressed by `compress`.
    Compress,
    /// LZ4's first format, which doesn't show where it ends.
    OldLz4,
    /// A compressed file inside a compressed file.
    Twice(Codec),
    /// A Parquet file.
    Parquet,
    /// An Avro file.
    Avro,
    /// An ORC file.
    Orc,
    /// A sequence file of Hadoop's.
    Sequence,
}

/// Where the bytes of a source come from.
enum Origin<'n> {
    /// A file that commands can read.
    File(Cow<'n, str>),
    /// What this command prints.
    Command(String),
    /// A pipe.
    Pipe,
}

impl Foreign {
    /// A command that makes lines of a file; `{}` stands for its name.
    fn of_file(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Foreign::Utf16 => "iconv -f UTF-16 -t UTF-8 {}",
            Foreign::Utf16Le => "iconv -f UTF-16LE -t UTF-8 {}",
            Foreign::Utf16Be => "iconv -f UTF-16BE -t UTF-8 {}",
            Foreign::Utf32 => "iconv -f UTF-32 -t UTF-8 {}",
            Foreign::Tar => "tar -xOf {}",
            Foreign::Zip => "unzip -p {}",
            Foreign::SevenZip => "7z x -so {}",
            Foreign::Rar => "unrar p -inul {}",
            Foreign::Xz | Foreign::Lzma => "xz -dc {}",
            Foreign::Lzip => "lzip -dc {}",
            Foreign::Lzop => "lzop -dc {}",
            Foreign::Compress => "gzip -dc {}",
            Foreign::OldLz4 => "lz4 -dc {}",
            Foreign::Twice(codec) => return Cow::Owned(format!("{} -dc {{}}", codec.tool())),
            Foreign::Parquet => {
                "duckdb -c \"COPY (FROM read_parquet('{}')) TO '/dev/stdout' (FORMAT json)\""
            }
            Foreign::Avro => "avro-tools tojson {}",
            Foreign::Orc => "orc-contents {}",
            Foreign::Sequence => "hadoop fs -text {}",
        })
    }

    /// A command that makes lines of what it reads from a pipe, where one can.
    fn of_pipe(self) -> Option<String> {
        match self {
            Foreign::Tar => Some("tar -xOf -".to_owned()),
            Foreign::Zip
            | Foreign::SevenZip
            | Foreign::Rar
            | Foreign::Parquet
            | Foreign::Avro
            | Foreign::Orc
            | Foreign::Sequence => None,
            _ => Some(self.of_file().replace(" {}", "")),
        }
    }

    /// The command that makes lines of the source `name`, which is such a file, or was before `within` compressed it.
    pub(super) fn way_out(self, name: &str, within: Option<Codec>) -> String {
        let unpack = within.map(|codec| format!("{} -dc", codec.tool()));
        let (piped, origin) = (self.of_pipe(), Origin::of(name));
        let way = match (origin, unpack, piped) {
            (Origin::File(file), None, _) => self.of_file().replace("{}", &file),
            (Origin::File(file), Some(unpack), Some(piped)) => {
                format!("{unpack} {file} | {piped}")
            }
            (Origin::Command(cat), None, Some(piped)) => format!("{cat} | {piped}"),
            (Origin::Command(cat), Some(unpack), Some(piped)) => {
                format!("{cat} | {unpack} | {piped}")
            }
            (Origin::Pipe, None, Some(piped)) => format!("… | {piped}"),
            (Origin::Pipe, Some(unpack), Some(piped)) => format!("… | {unpack} | {piped}"),
            (origin, unpack, None) => {
                let made = match (origin, unpack) {
                    (Origin::File(file), Some(unpack)) => format!("`{unpack} {file} > FILE`"),
                    (Origin::Command(cat), None) => format!("`{cat} > FILE`"),
                    (Origin::Command(cat), Some(unpack)) => format!("`{cat} | {unpack} > FILE`"),
                    _ => "a file of its own".to_owned(),
                };
                let read = self.of_file().replace("{}", "FILE");
                return format!("first make {made}, and then lines of that: `{read} | … -`");
            }
        };
        format!("make lines of it on the way: `{way} | … -`")
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Foreign::Utf16 => "text in UTF-16",
            Foreign::Utf16Le | Foreign::Utf16Be => "text in UTF-16 (without a byte order mark)",
            Foreign::Utf32 => "text in UTF-32",
            Foreign::Tar => "a tar archive",
            Foreign::Zip => "a zip archive (as .xlsx, .docx and .jar are)",
            Foreign::SevenZip => "a 7z archive",
            Foreign::Rar => "a RAR archive",
            Foreign::Xz => "compressed by xz",
            Foreign::Lzma => "compressed by lzma",
            Foreign::Lzip => "compressed by lzip",
            Foreign::Lzop => "compressed by lzop",
            Foreign::Compress => "compressed by compress",
            Foreign::OldLz4 => "in lz4's legacy format",
            Foreign::Twice(codec) => return write!(f, "compressed twice, by {codec}"),
            Foreign::Parquet => "a Parquet file",
            Foreign::Avro => "an Avro file",
            Foreign::Orc => "an ORC file",
            Foreign::Sequence => "a sequence file of Hadoop's",
        })
    }
}

impl<'n> Origin<'n> {
    fn of(name: &'n str) -> Self {
        let is_pipe = ["/dev/fd/", "/proc/self/fd/", "<"]
            .iter()
            .any(|start| name.starts_with(start));
        match name.split_once("://") {
            _ if is_pipe || name == "standard input" => Origin::Pipe,
            Some(("s3" | "s3a" | "s3n", rest)) => {
                Origin::Command(format!("aws s3 cp {} -", shell(&format!("s3://{rest}"))))
            }
            Some(_) => Origin::Command(format!("hadoop fs -cat {}", shell(name))),
            None => Origin::File(shell(name)),
        }
    }
}
