//! Sources that aren't what their names say: read by their contents wherever they come from, or refused by name.

use std::fs::{self, File};
use std::path::Path;

use mrjob_tests_process::{Command, Output, Stdio};

use super::{counted, has, job, pipe, run, scene};

/// Runs `word_count` with `input` as its standard input.
fn fed(dir: &Path, arguments: &[&str], input: impl Into<Stdio>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_word_count"));
    let command = command.args(arguments).current_dir(dir).stdin(input);
    command.output().unwrap()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// `text` as Windows writes it.
fn utf16(text: &str) -> Vec<u8> {
    let units = format!("\u{feff}{text}");
    units.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn compressed_files_are_read_under_any_name() {
    for tool in [
        &["gzip", "-c"][..],
        &["bzip2", "-1", "-c"],
        &["zstd", "-q", "-c"],
        &["lz4", "-q", "-c"],
    ] {
        if !has(tool[0]) {
            continue;
        }
        let dir = scene();
        let plain = counted(dir.path(), &["in/a"]);
        for name in ["packed.log", "packed.gz", "packed.bz2"] {
            let packed = dir.path().join(name);
            pipe(tool, &dir.path().join("in/a"), &packed);
            assert_eq!(counted(dir.path(), &[name]), plain, "{tool:?} {name}");
            for runner in ["inline", "local"] {
                let maps = "-Dmapreduce.job.maps=5";
                let arguments = ["-q", "-r", runner, maps, "-"];
                let from_file = fed(dir.path(), &arguments, File::open(&packed).unwrap());
                assert_eq!(text(from_file.stdout), plain, "{tool:?}");
                let mut cat = Command::new("cat");
                let mut cat = cat.arg(&packed).stdout(Stdio::piped()).spawn().unwrap();
                let from_pipe = fed(dir.path(), &arguments, cat.stdout.take().unwrap());
                assert_eq!(text(from_pipe.stdout), plain, "{tool:?}");
            }
            let by_hand = job(dir.path(), &["--mapper", name]);
            let wanted = job(dir.path(), &["--mapper", "in/a"]);
            assert!(by_hand.stdout == wanted.stdout && wanted.status.success());
        }
    }
}

#[test]
fn all_that_isnt_text_is_refused_at_once_before_anything_runs() {
    let dir = scene();
    let write = |name: &str, bytes: &[u8]| fs::write(dir.path().join(name), bytes).unwrap();
    write("excel.txt", &utf16("to be\r\n"));
    write("data.log", b"PAR1\x15\x04\x15\x10\x15\x10");
    write("text.gz", b"hello\n");
    let output = job(dir.path(), &["in/a", "excel.txt", "data.log", "text.gz"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let said = text(output.stderr);
    for wanted in [
        "failed to read input `excel.txt`: it is text in UTF-16, which isn't read",
        "hint: make lines of it on the way: `iconv -f UTF-16 -t UTF-8 excel.txt | … -`",
        "failed to read input `data.log`: it is a Parquet file, which isn't read",
        "failed to read input `text.gz`: it isn't gzip, as its name says: it begins with `hello\\n`",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

#[test]
fn an_archive_is_refused_and_its_way_out_works() {
    if !has("tar") || !has("gzip") {
        return;
    }
    let dir = scene();
    for (archive, flag) in [
        ("logs.tar", "-cf"),
        ("logs.tar.gz", "-czf"),
        ("logs.tgz", "-czf"),
    ] {
        let mut tar = Command::new("tar");
        assert!(
            run(tar.args([flag, archive, "in/a"]).current_dir(dir.path()))
                .status
                .success()
        );
        let said = text(job(dir.path(), &[archive]).stderr);
        let way = said.split("on the way: `").nth(1).unwrap();
        let way = way.split(" | … -`").next().unwrap();
        let mut shell = Command::new("sh");
        let shell = shell.args(["-c", way]).current_dir(dir.path());
        let mut lines = shell.stdout(Stdio::piped()).spawn().unwrap();
        let ended = fed(dir.path(), &["-q", "-"], lines.stdout.take().unwrap());
        assert_eq!(text(ended.stdout), counted(dir.path(), &["in/a"]), "{way}");
        // What a task sees first ends the job, in the same words.
        let packed = File::open(dir.path().join(archive)).unwrap();
        let ended = fed(dir.path(), &["-q", "-"], packed);
        assert_eq!(ended.status.code(), Some(1));
        let said = text(ended.stderr);
        assert!(
            said.contains("failed to read `<stdin>`: it is a tar archive"),
            "{said}"
        );
        assert!(said.contains("tar -xOf - | … -`"), "{said}");
    }
}

#[test]
fn a_mapper_of_whole_files_gets_any_file() {
    let dir = scene();
    fs::write(dir.path().join("wide.txt"), utf16("a\nb\n")).unwrap();
    fs::write(dir.path().join("a.zip"), b"PK\x03\x04\n").unwrap();
    let mut files = Command::new(env!("CARGO_BIN_EXE_file_lines"));
    let files = files
        .args(["-q", "wide.txt", "a.zip"])
        .current_dir(dir.path());
    let output = run(files);
    assert!(output.status.success(), "{}", text(output.stderr));
    let said = text(output.stdout);
    assert!(
        said.contains("\"wide.txt\"") && said.contains("\"a.zip\""),
        "{said}"
    );
}

#[test]
fn replaced_bytes_are_told_with_quiet_too() {
    let dir = scene();
    fs::write(dir.path().join("latin1"), b"caf\xe9\n\xe9t\xe9\nend\n").unwrap();
    let wanted = "warning: 2 lines weren't UTF-8; what couldn't be read was replaced by U+FFFD\n";
    for arguments in [
        &["-q", "-r", "inline", "latin1"][..],
        &["-q", "-r", "local", "latin1"],
        &["--mapper", "latin1"],
    ] {
        let output = job(dir.path(), arguments);
        assert!(output.status.success());
        assert_eq!(text(output.stderr), wanted, "{arguments:?}");
    }
    let plain = job(dir.path(), &["-q", "in/a"]);
    assert_eq!(text(plain.stderr), "");
}
