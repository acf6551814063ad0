//! A job on a Hadoop cluster: the part files are those of `local`.

use std::fs;
use std::io::Write;

use bzip2::write::BzEncoder;
use flate2::write::GzEncoder;
use mrjob_tests_process::{Command, Stdio};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use crate::case::{Case, Given, Order};
use crate::check::sorted;
use crate::cluster::{Cluster, end};
use crate::place::Place;

/// More map tasks than so little input is worth.
const MAPS: &str = "-Dmapreduce.job.maps=3";

/// Small files of the input, where it is divided into some.
const SMALL: usize = 300;

/// By Hadoop's own local runner, which does all in one process: the input in every form that there is, read by tasks themselves and by
/// Hadoop.
pub(crate) fn in_one_process(test: &str, case: &Case) {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let hadoop = Hadoop {
        cluster: &cluster,
        place: &Place::new(&format!("hadoop-{test}"), case),
        case,
        arguments: &[
            "-Dmapreduce.framework.name=local",
            "-Dmapreduce.task.io.sort.mb=8",
            MAPS,
        ],
    };
    if case.given == Given::FilesOnly {
        return hadoop.compare(hadoop.place.inputs(), 3, &hadoop.local("local", 3));
    }
    hadoop.divide();
    let inputs = ["forms", "small"].map(str::to_owned);
    hadoop.compare(&inputs, 3, &hadoop.local("local", 3));
    let inline = hadoop.local("inline", 1);
    let inputs = ["forms", "-", "--splits=hadoop"].map(str::to_owned);
    hadoop.compare(&inputs, 1, &inline);
    if case.order == Order::Keys {
        let inputs = ["forms", "small", "--total-order"].map(str::to_owned);
        let (command, found) = hadoop.run(&inputs, 3);
        assert!(joined(&found) == joined(&inline), "{command}");
    }
}

/// On YARN, with so many reduce tasks.
pub(crate) fn on_yarn(test: &str, case: &Case, reducers: usize) {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let hadoop = Hadoop {
        cluster: &cluster,
        place: &Place::new(&format!("yarn-{test}-{reducers}"), case),
        case,
        arguments: &[MAPS],
    };
    let expected = hadoop.local("local", reducers);
    hadoop.compare(hadoop.place.inputs(), reducers, &expected);
}

pub(crate) type Parts = Vec<(String, Vec<u8>)>;

/// A case on a cluster.
struct Hadoop<'a> {
    cluster: &'a Cluster,
    place: &'a Place,
    case: &'a Case,
    arguments: &'a [&'a str],
}

impl Hadoop<'_> {
    /// The part files of another runner.
    fn local(&self, runner: &str, reducers: usize) -> Parts {
        let (output, reducers) = (format!("{runner}-{reducers}"), reducers.to_string());
        let mut words = vec!["-q", "-r", runner, "--reducers", &reducers, "-o", &output];
        words.extend(self.case.arguments.iter().map(String::as_str));
        words.extend(self.place.inputs().iter().map(String::as_str));
        self.place.run(self.case.program, &words, None);
        self.place.parts(&output)
    }

    fn command(&self, reducers: usize) -> Command {
        let mut command = self.cluster.program(self.case.program);
        command
            .current_dir(self.place.path(""))
            .args(["-q", "--reducers", &reducers.to_string()])
            .args(self.arguments)
            .args(&self.case.arguments);
        command
    }

    fn compare(&self, inputs: &[String], reducers: usize, expected: &Parts) {
        let (command, found) = self.run(inputs, reducers);
        compare(self.case, &found, expected, &command);
    }

    /// How the job was run, and what came out.
    fn run(&self, inputs: &[String], reducers: usize) -> (String, Parts) {
        let output = self
            .cluster
            .remote(&format!("out-{reducers}-{}", inputs.len()));
        let mut command = self.command(reducers);
        command.args(["-o", &output]).args(inputs);
        if inputs.contains(&"-".to_owned()) {
            let stdin = fs::File::open(self.place.path("stdin")).unwrap();
            command.stdin(Stdio::from(stdin));
        }
        let ended = end(command.spawn().unwrap());
        assert_eq!(ended.code, Some(0), "{command:?}: {}", ended.stderr);
        (format!("{command:?}"), self.cluster.parts(&output))
    }

    /// Makes one half of the input four files, plain and as gzip, bzip2 and zstd; and the other half many small files, and
    /// standard input.
    fn divide(&self) {
        let halves = lines(&self.case.joined(), 2);
        let parts = lines(&halves[0], 4);
        let gzip = |bytes: &[u8]| {
            let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        };
        let bzip2 = |bytes: &[u8]| {
            let mut encoder = BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        };
        let zstd = |bytes: &[u8]| compress_to_vec(bytes, CompressionLevel::Fastest);
        let forms = [
            ("a.txt".to_owned(), parts[0].clone()),
            ("b.gz".to_owned(), gzip(&parts[1])),
            ("c.bz2".to_owned(), bzip2(&parts[2])),
            ("d.zst".to_owned(), zstd(&parts[3])),
        ];
        self.place.files("forms", forms);
        self.place
            .files("small", numbered(lines(&halves[1], SMALL)));
        fs::write(self.place.path("stdin"), &halves[1]).unwrap();
    }
}

/// All bytes, in the order of the parts.
fn joined(parts: &Parts) -> Vec<u8> {
    let bytes = parts.iter().flat_map(|(_, bytes)| bytes);
    bytes.copied().collect()
}

/// Compares part files with those of `local`.
pub(crate) fn compare(case: &Case, found: &Parts, expected: &Parts, command: &str) {
    if case.order == Order::Any {
        assert!(
            sorted(&joined(found)) == sorted(&joined(expected)),
            "{command}"
        );
        return;
    }
    let names =
        |parts: &Parts| -> Vec<String> { parts.iter().map(|(name, _)| name.clone()).collect() };
    assert_eq!(names(found), names(expected), "{command}");
    for ((name, bytes), (_, expected)) in found.iter().zip(expected) {
        assert!(bytes == expected, "{name} of {command}");
    }
}

/// Contents of files with names.
pub(crate) fn numbered(contents: Vec<Vec<u8>>) -> impl Iterator<Item = (String, Vec<u8>)> {
    let numbered = contents.into_iter().enumerate();
    numbered.map(|(number, bytes)| (format!("{number:03}.txt"), bytes))
}

/// Lines, in so many parts.
pub(crate) fn lines(bytes: &[u8], parts: usize) -> Vec<Vec<u8>> {
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let many = lines.len().div_ceil(parts).max(1);
    let mut divided: Vec<Vec<u8>> = lines.chunks(many).map(<[&[u8]]>::concat).collect();
    divided.resize(parts, Vec::new());
    divided
}
