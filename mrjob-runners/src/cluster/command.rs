//! A step as a command line of Hadoop Streaming.

use std::path::Path;
use std::process::Command;

use mrjob_core::codec::Codec;

use super::StreamingStep;

/// What a command line is made of.
#[derive(Debug)]
pub(crate) struct StepCommand<'a> {
    pub(crate) step: &'a StreamingStep,
    /// Properties that aren't the job's: before its own, which win.
    pub(crate) properties: &'a [(String, String)],
    /// Properties that win over all.
    pub(crate) last: &'a [(String, String)],
    /// `URI#NAME`, for the working directory of tasks.
    pub(crate) files: &'a [String],
    /// The same for archives, which are unpacked there.
    pub(crate) archives: &'a [String],
    pub(crate) libjars: &'a [String],
    pub(crate) extra_args: &'a [String],
    pub(crate) inputs: &'a [String],
    pub(crate) output: &'a str,
}

impl StepCommand<'_> {
    /// Generic options first, else Hadoop takes them for inputs. No shell and no splitting is between this and Hadoop.
    /// `hadoop` is the program with its first arguments, `jar` its archive for streaming.
    pub(crate) fn command(&self, hadoop: &[String], jar: &Path) -> Command {
        let mut line = Command::new(&hadoop[0]);
        line.args(&hadoop[1..]).arg("jar").arg(jar);
        line.args(self.arguments());
        line
    }

    /// What comes behind the name of Hadoop's archive for streaming.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut line = Line(Vec::new());
        line.args(["-files", &self.files.join(",")]);
        if !self.archives.is_empty() {
            line.args(["-archives", &self.archives.join(",")]);
        }
        if !self.libjars.is_empty() {
            line.args(["-libjars", &self.libjars.join(",")]);
        }
        let properties = self.properties.iter().chain(&self.step.properties);
        for (name, value) in properties.chain(self.last) {
            line.args(["-D", &format!("{name}={value}")]);
        }
        line.args(self.extra_args);
        if let Some(format) = &self.step.input_format {
            line.args(["-inputformat", format]);
        }
        if let Some(format) = &self.step.output_format {
            line.args(["-outputformat", format]);
        }
        for input in self.inputs {
            line.args(["-input", input]);
        }
        line.args(["-output", self.output]);
        line.args(["-mapper", &self.step.mapper, "-reducer", &self.step.reducer]);
        line.0
    }
}

/// Arguments one after the other.
struct Line(Vec<String>);

impl Line {
    fn args<T: AsRef<str>>(&mut self, arguments: impl IntoIterator<Item = T>) {
        self.0.extend(
            arguments
                .into_iter()
                .map(|argument| argument.as_ref().to_owned()),
        );
    }
}

/// The longest tag that YARN takes.
const LONGEST_TAG: usize = 100;

/// By which the application of a step is found before its id is known. YARN takes ASCII in lower case.
pub(crate) fn tag(job_key: &str, number: usize) -> String {
    let plain = |c: char| match c.to_ascii_lowercase() {
        c if c.is_ascii_alphanumeric() || "._-".contains(c) => c,
        _ => '_',
    };
    let tag = format!("{job_key}.{number}");
    let plain: Vec<char> = tag.chars().map(plain).collect();
    // What makes it the only one is at its end.
    let from = plain.len().saturating_sub(LONGEST_TAG);
    plain[from..].iter().collect()
}

/// The property that gives a step's application this tag beside those of the job.
pub(crate) fn tags(step: &StreamingStep, tag: &str) -> (String, String) {
    let name = "mapreduce.job.tags";
    let theirs = step.properties.iter().rev().find(|(key, _)| key == name);
    let tags = match theirs {
        Some((_, tags)) => format!("{tags},{tag}"),
        None => tag.to_owned(),
    };
    (name.to_owned(), tags)
}

/// The properties by which Hadoop compresses a step's output.
pub(crate) fn compression(codec: Codec) -> Vec<(String, String)> {
    let class = match codec.suffix() {
        "bz2" => "BZip2Codec",
        "zst" => "ZStandardCodec",
        "lz4" => "Lz4Codec",
        "snappy" => "SnappyCodec",
        _ => "GzipCodec",
    };
    let name = "mapreduce.output.fileoutputformat.compress";
    vec![
        (name.to_owned(), "true".to_owned()),
        (
            format!("{name}.codec"),
            format!("org.apache.hadoop.io.compress.{class}"),
        ),
    ]
}
