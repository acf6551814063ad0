//! What a map task reads where the launcher has divided the input: a line of a manifest, which Hadoop hands it in the place of input.

use std::io::{self, ErrorKind};

use mrjob_core::codec::Codec;
use mrjob_core::task::{RemoteFile, Source, Split};
use serde::{Deserialize, Serialize};

/// A map task's line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MapInput {
    /// How many map tasks there are.
    of: u32,
    /// How the files are got at.
    access: Option<String>,
    parts: Vec<Part>,
}

/// A split of a file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    file: String,
    bytes: u64,
    version: Option<String>,
    start: u64,
    end: Option<u64>,
    codec: Option<Codec>,
}

/// The manifest for map tasks that read these splits, all of which are of remote files that are got at in the same way.
pub(crate) fn manifest(tasks: Vec<Vec<Split>>) -> String {
    let of =
        u32::try_from(tasks.len()).expect("a map task isn't smaller than a file or some megabytes");
    let mut text = String::new();
    for splits in tasks {
        let mut access = None;
        let part = |split: Split| match split.source {
            Source::Remote(file) => {
                access = file.access;
                Some(Part {
                    file: file.address,
                    bytes: file.bytes,
                    version: file.version,
                    start: split.start,
                    end: split.end,
                    codec: split.codec,
                })
            }
            _ => None,
        };
        let parts = splits.into_iter().filter_map(part).collect();
        let line = MapInput { of, access, parts };
        text += &serde_json::to_string(&line).expect("a manifest is plain data");
        text.push('\n');
    }
    text
}

impl MapInput {
    /// Reads what Hadoop handed a task that is one of `maps`, as far as it says how many there are.
    ///
    /// # Errors
    ///
    /// When it isn't one line of a manifest for so many.
    pub(crate) fn read(text: &str, maps: Option<u64>) -> io::Result<Self> {
        let wrong = |what: String| {
            let hint = "hint: properties that change how Hadoop reads need `--splits hadoop`";
            let text = format!("the list of what this task reads {what}\n{hint}");
            io::Error::new(ErrorKind::InvalidData, text)
        };
        let lines: Vec<&str> = text.lines().collect();
        let [line] = lines[..] else {
            return Err(wrong(format!("has {} lines, not one", lines.len())));
        };
        let read: MapInput = serde_json::from_str(line)
            .map_err(|error| wrong(format!("isn't one of the launcher's: {error}")))?;
        match maps {
            Some(maps) if maps != u64::from(read.of) => Err(wrong(format!(
                "is for {} tasks, and there are {maps}",
                read.of
            ))),
            _ => Ok(read),
        }
    }

    /// The splits.
    pub(crate) fn splits(self) -> Vec<Split> {
        let access = self.access;
        let split = |part: Part| {
            let file = RemoteFile {
                address: part.file,
                bytes: part.bytes,
                version: part.version,
                access: access.clone(),
            };
            Split::new(Source::Remote(file), part.start, part.end).compressed(part.codec)
        };
        self.parts.into_iter().map(split).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_come_back() {
        let split = |name: &str, start, end| {
            let file = RemoteFile {
                address: format!("hdfs://h:1/a \"b\"/{name}"),
                bytes: 90,
                version: Some("17".to_owned()),
                access: Some("{}".to_owned()),
            };
            Split::new(Source::Remote(file), start, end).compressed(Codec::of(name))
        };
        let tasks = vec![
            vec![split("x.gz", 0, None), split("y", 7, Some(40))],
            vec![],
        ];
        let text = manifest(tasks.clone());
        let lines: Vec<&str> = text.lines().collect();
        for (line, task) in lines.iter().zip(&tasks) {
            let read = MapInput::read(line, Some(2)).unwrap().splits();
            assert_eq!(format!("{read:?}"), format!("{task:?}"));
        }
        for (wrong, maps) in [("", 2), (text.as_str(), 2), (lines[0], 3), ("{}", 2)] {
            let error = MapInput::read(wrong, Some(maps)).unwrap_err().to_string();
            assert!(error.contains("hint: "), "{error}");
        }
    }
}
