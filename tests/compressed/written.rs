//! Compressed output: what the reference tools and our own reader make of it.

use std::fs;
use std::path::Path;

use mrjob_tests_process::Command;

use super::{counted, has, job, run, scene};

/// The parts of a run with `--reducers 2`, decompressed by `tool`, are those of a plain run.
fn readable(codec: &str, tool: &[&str]) {
    if !has(tool[0]) {
        return;
    }
    let dir = scene();
    let parts = write(dir.path(), &["--output-compression", codec]);
    for (part, name) in parts.iter().zip(["part-00000", "part-00001"]) {
        assert_eq!(*part, format!("{name}.{codec}"));
        let unpacked = run(Command::new(tool[0])
            .args(&tool[1..])
            .arg(dir.path().join("out").join(part)));
        assert!(unpacked.status.success(), "{tool:?}");
        let plain = fs::read(dir.path().join("plain").join(name)).unwrap();
        assert!(unpacked.stdout == plain, "{part}");
    }
}

/// Writes the counts to `plain`, and with `arguments` to `out`: the parts there.
fn write(dir: &Path, arguments: &[&str]) -> Vec<String> {
    let plain = ["-q", "--reducers", "2", "-o", "plain", "in"];
    assert!(job(dir, &plain).status.success());
    let out = ["-q", "--reducers", "2", "-o", "out", "in"];
    let output = job(dir, &[arguments, &out].concat());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {stderr}");
    let names = fs::read_dir(dir.join("out")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut parts: Vec<_> = names.filter(|name| name != "_SUCCESS").collect();
    parts.sort();
    parts
}

#[test]
fn gzip_reads_it() {
    readable("gz", &["gzip", "-dc"]);
}

#[test]
fn bzip2_reads_it() {
    readable("bz2", &["bzip2", "-dc"]);
}

#[test]
fn zstd_reads_it() {
    readable("zst", &["zstd", "-qdc"]);
}

#[test]
fn lz4_reads_it() {
    readable("lz4", &["lz4", "-qdc"]);
}

#[test]
fn a_job_reads_it() {
    for codec in ["gz", "bz2", "zst", "lz4", "snappy"] {
        let dir = scene();
        let parts = write(dir.path(), &["--output-compression", codec, "-r", "inline"]);
        assert_eq!(
            parts,
            ["part-00000", "part-00001"].map(|name| format!("{name}.{codec}"))
        );
        assert_eq!(
            counted(dir.path(), &["out"]),
            counted(dir.path(), &["plain"]),
            "{codec}"
        );
    }
}

#[test]
fn hadoops_properties_ask_for_it() {
    let dir = scene();
    let compress = "mapreduce.output.fileoutputformat.compress=true";
    let codec = "mapreduce.output.fileoutputformat.compress.codec=org.apache.hadoop.io.compress.SnappyCodec";
    assert_eq!(
        write(dir.path(), &["-D", compress, "-D", codec]),
        ["part-00000.snappy", "part-00001.snappy"]
    );
}

#[test]
fn standard_output_is_plain() {
    let dir = scene();
    let plain = job(dir.path(), &["-q", "in"]).stdout;
    let arguments = [
        "-q",
        "-o",
        "out",
        "--output-compression",
        "zst",
        "--cat-output",
        "in",
    ];
    assert!(job(dir.path(), &arguments).stdout == plain);
}

#[test]
fn it_needs_a_folder() {
    let output = job(scene().path(), &["--output-compression", "gz", "in"]);
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.contains("`--output-compression` needs `--output-dir`"),
        "{stderr}"
    );
}

#[test]
fn a_codec_must_be_one() {
    let output = job(
        scene().path(),
        &["--output-compression", "xz", "-o", "out", "in"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("one of gz, bz2, zst, lz4 and snappy")
    );
}
