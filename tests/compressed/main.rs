//! Whole jobs over compressed files, by the reference tools and ours: the same output as over plain ones.
//!
//! `files/` has what no tool of the system writes, each 200 lines: `framed.sz` by python-snappy 0.7 (two calls of
//! `StreamCompressor.compress`), `hadoop.snappy` and `hadoop.lz4` in Hadoop's framing, two blocks of two and one chunks,
//! around what python-snappy and cramjam 2.14 make of a chunk.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod damaged;
mod first_bytes;
mod written;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use mrjob_tests_process::{Command, Output, Stdio};

/// A folder with inputs of 2,600 lines: one without an end of its last line, one without lines.
fn scene() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut text = String::new();
    for line in 0_u64..2600 {
        let noise = (line + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 50;
        writeln!(text, "word{} wörd{noise} and more words", line % 50).unwrap();
    }
    let half = text[..text.len() / 2].rfind('\n').unwrap();
    fs::create_dir(dir.path().join("in")).unwrap();
    fs::write(dir.path().join("in/a"), &text[..half]).unwrap();
    fs::write(dir.path().join("in/b"), "").unwrap();
    fs::write(dir.path().join("in/c"), &text[half + 1..]).unwrap();
    dir
}

/// Runs `word_count` in `dir`.
fn job(dir: &Path, arguments: &[&str]) -> Output {
    run(Command::new(env!("CARGO_BIN_EXE_word_count"))
        .args(arguments)
        .current_dir(dir))
}

fn run(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap()
}

/// Its standard output, in several ways to run it, which are the same.
fn counted(dir: &Path, inputs: &[&str]) -> String {
    let ways = [
        &["-q", "-r", "inline"][..],
        &["-q", "-r", "local", "--num-cores", "2"],
        &["-q", "--num-cores", "3", "-D", "mapreduce.job.maps=7"],
    ];
    let mut outputs = ways.map(|way| {
        let output = job(dir, &[way, inputs].concat());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{way:?} {inputs:?}: {stderr}");
        String::from_utf8(output.stdout).unwrap()
    });
    assert!(!outputs[0].is_empty());
    assert!(
        outputs[1..].iter().all(|other| *other == outputs[0]),
        "{inputs:?}"
    );
    std::mem::take(&mut outputs[0])
}

/// Whether there is such a program; else the test is skipped.
fn has(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok();
    if !found {
        let hint = format!("hint: `apt-get install {tool}`");
        writeln!(
            std::io::stdout(),
            "skipped (service): no `{tool}` on the search path; {hint}"
        )
        .expect("someone reads the output of a test");
    }
    found
}

/// Writes what `tool` makes of the file `from` to `to`, behind what is there.
fn pipe(tool: &[&str], from: &Path, to: &Path) {
    let to = File::options().append(true).create(true).open(to).unwrap();
    let status = Command::new(tool[0])
        .args(&tool[1..])
        .stdin(File::open(from).unwrap())
        .stdout(to)
        .status();
    assert!(status.unwrap().success(), "{tool:?}");
}

/// The inputs compressed by `tool`, one by one and joined, are counted as the plain ones.
fn same_as_plain(tool: &[&str], suffix: &str) {
    if !has(tool[0]) {
        return;
    }
    let dir = scene();
    let path = |name: String| dir.path().join(name);
    fs::create_dir(path("packed".into())).unwrap();
    for name in ["a", "b", "c"] {
        pipe(
            tool,
            &path(format!("in/{name}")),
            &path(format!("packed/{name}.{suffix}")),
        );
    }
    fs::write(path("newline".into()), "\n").unwrap();
    let joined = format!("joined.{suffix}");
    for name in ["in/a", "newline", "in/b", "in/c"] {
        pipe(tool, &path(name.into()), &path(joined.clone()));
    }
    let plain = counted(dir.path(), &["in"]);
    assert_eq!(counted(dir.path(), &["packed"]), plain);
    assert_eq!(counted(dir.path(), &[&joined]), plain);
}

macro_rules! tools {
    ($($test:ident: $command:literal, $suffix:literal;)*) => {$(
        #[test]
        fn $test() {
            let tool: Vec<&str> = $command.split(' ').collect();
            same_as_plain(&tool, $suffix);
        }
    )*};
}

tools! {
    gzip: "gzip -c", "gz";
    gzip_best: "gzip -9 -c", "GZ";
    bzip2: "bzip2 -c", "bz2";
    bzip2_in_small_blocks: "bzip2 -1 -c", "bz2";
    zstd: "zstd -q -c", "zst";
    zstd_best: "zstd -q --ultra -22 -c", "zst";
    zstd_in_threads: "zstd -q -T0 --no-check -c", "zstd";
    lz4: "lz4 -q -c", "lz4";
    lz4_small_linked_blocks: "lz4 -q -9 -B4 -BD -BX --content-size -c", "lz4";
}

#[test]
fn formats_that_no_tool_of_the_system_writes() {
    let files = concat!(env!("CARGO_MANIFEST_DIR"), "/compressed/files");
    let dir = scene();
    let text: String = (0..200)
        .map(|line| format!("line {line} of a text in which words come again and again\n"))
        .collect();
    fs::write(dir.path().join("text"), text).unwrap();
    let plain = counted(dir.path(), &["text"]);
    for name in ["framed.sz", "hadoop.snappy", "hadoop.lz4"] {
        assert_eq!(
            counted(dir.path(), &[&format!("{files}/{name}")]),
            plain,
            "{name}"
        );
    }
}

#[test]
fn a_mapper_of_whole_files_gets_a_plain_copy() {
    if !has("gzip") {
        return;
    }
    let dir = scene();
    pipe(
        &["gzip", "-c"],
        &dir.path().join("in/a"),
        &dir.path().join("a.gz"),
    );
    fs::create_dir(dir.path().join("tmp")).unwrap();
    let text = fs::read(dir.path().join("in/a")).unwrap();
    let lines = text.iter().filter(|byte| **byte == b'\n').count();
    for runner in ["inline", "local"] {
        let output = run(Command::new(env!("CARGO_BIN_EXE_file_lines"))
            .args(["-q", "-r", runner, "--local-tmp-dir", "tmp", "a.gz"])
            .current_dir(dir.path()));
        let wanted = format!(
            "\"(all)\"\t[{lines},{0}]\n\"a.gz\"\t[{lines},{0}]\n",
            text.len()
        );
        assert_eq!(String::from_utf8(output.stdout).unwrap(), wanted);
        assert_eq!(
            fs::read_dir(dir.path().join("tmp")).unwrap().count(),
            0,
            "no copy is left"
        );
    }
}

#[test]
fn a_mapper_by_hand_reads_them_too() {
    if !has("bzip2") {
        return;
    }
    let dir = scene();
    pipe(
        &["bzip2", "-c"],
        &dir.path().join("in/a"),
        &dir.path().join("a.bz2"),
    );
    let plain = job(dir.path(), &["--mapper", "in/a", "in/c"]);
    assert!(plain.status.success() && !plain.stdout.is_empty());
    assert_eq!(
        job(dir.path(), &["--mapper", "a.bz2", "in/c"]).stdout,
        plain.stdout
    );
}
