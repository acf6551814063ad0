//! The command lines of the documentation, run for real, and what they print.
//!
//! A transcript is a block fenced as `console`, in the front page, in the guide or in a file of `transcripts/`. A line
//! `$ command` is run by `sh` in a folder of the file's own, with the programs of this package on its search path; what follows is
//! what it prints, standard error included, with `exit N` after it where it ends with another code than 0. In it
//! `[..]` stands for anything in a line, and a line `...` for any number of lines. Times are not compared.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use mrjob_tests_process::{Command, Stdio};

/// Programs that transcripts call by name.
const PROGRAMS: [&str; 12] = [
    env!("CARGO_BIN_EXE_word_freq"),
    env!("CARGO_BIN_EXE_most_used_word"),
    env!("CARGO_BIN_EXE_page_rank"),
    env!("CARGO_BIN_EXE_page_times"),
    env!("CARGO_BIN_EXE_mishaps"),
    env!("CARGO_BIN_EXE_count_words"),
    env!("CARGO_BIN_EXE_most_read"),
    env!("CARGO_BIN_EXE_by_length"),
    env!("CARGO_BIN_EXE_page_seconds"),
    env!("CARGO_BIN_EXE_add_words"),
    env!("CARGO_BIN_EXE_keep_words"),
    env!("CARGO_BIN_EXE_fragile"),
];

#[test]
fn front_page() {
    check("../README.md");
}

#[test]
fn examples() {
    check("transcripts/examples.md");
}

#[test]
fn mistakes() {
    check("transcripts/mistakes.md");
}

#[test]
fn failures() {
    check("transcripts/failures.md");
}

#[test]
fn guide() {
    // What needs a server or a cluster is tested in `tests/s3`, `tests/hadoop` and `tests/emr`.
    let elsewhere = ["s3.md", "hadoop.md", "emr.md"];
    let chapters = chapters();
    for chapter in chapters
        .iter()
        .filter(|name| !elsewhere.contains(&name.as_str()))
    {
        check(&format!("../src/guide/{chapter}"));
    }
}

/// What the guide's command lines run is the code that stands there.
#[test]
fn the_guides_programs_are_its_code() {
    let programs = code_in(&here().join("guide"));
    for chapter in chapters() {
        let text = fs::read_to_string(here().join("../src/guide").join(&chapter));
        let text = text.expect("it is checked in");
        for program in blocks(&text, "rust,no_run") {
            assert!(
                programs.contains(&program),
                "{chapter}: this is nowhere:\n{program}"
            );
        }
    }
}

/// The chapters of the guide, in no order.
fn chapters() -> Vec<String> {
    let chapters: Vec<String> = files(&here().join("../src/guide"))
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .filter(|name| name.ends_with(".md") && name != "guide.md")
        .collect();
    assert_eq!(chapters.len(), 12);
    chapters
}

/// Everything that stands in the files of a folder.
fn code_in(folder: &Path) -> String {
    files(folder)
        .map(|path| fs::read_to_string(path).expect("it is text"))
        .collect()
}

fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).expect("it is checked in");
    entries.map(|entry| entry.expect("it can be read").path())
}

/// Code in the front page that documentation tests don't compile stands elsewhere, where it is compiled.
#[test]
fn excerpts_are_of_real_code() {
    let root = here().join("..");
    let mut code = fs::read_to_string(here().join("transcripts/front_page.rs")).unwrap();
    code += &code_in(&root.join("examples"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let mut excerpts = blocks(&readme, "rust,no_run");
    excerpts.retain(|block| block.contains("#[test]"));
    excerpts.extend(blocks(&readme, "rust,ignore"));
    assert_eq!(excerpts.len(), 2);
    for excerpt in excerpts {
        assert!(code.contains(&excerpt), "this is nowhere:\n{excerpt}");
    }
}

/// Runs all transcripts of a file.
fn check(name: &str) {
    let text = fs::read_to_string(here().join(name)).expect("it is checked in");
    let folder = tempfile::tempdir().expect("there is room");
    let transcripts = blocks(&text, "console");
    assert!(!transcripts.is_empty(), "{name} has no transcripts");
    let mut wrong = String::new();
    for step in transcripts.iter().flat_map(|block| steps(block)) {
        let printed = run(&step.command, folder.path());
        if !matches(&lines(&step.expected), &lines(&printed)) {
            let _ = writeln!(
                wrong,
                "$ {}\n--- {name} says:\n{}--- it prints:\n{printed}",
                step.command, step.expected
            );
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What is fenced as `language` in Markdown.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}");
    let mut blocks = Vec::new();
    let mut rest = text.lines();
    while rest.any(|line| line == fence) {
        let block = rest.by_ref().take_while(|line| *line != "```");
        blocks.push(block.map(|line| format!("{line}\n")).collect());
    }
    blocks
}

/// A command and what it prints.
struct Step {
    command: String,
    expected: String,
}

fn steps(block: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step {
                command: command.to_owned(),
                expected: String::new(),
            }),
            (None, Some(step)) => step.expected += &format!("{line}\n"),
            (None, None) => panic!("a transcript begins with `$ `, not with `{line}`"),
        }
    }
    steps
}

/// What `command` prints to both of its outputs, in the order in which it does.
fn run(command: &str, folder: &Path) -> String {
    let programs = PROGRAMS.map(|program| Path::new(program).parent().expect("it is in a folder"));
    let path = env::var_os("PATH").unwrap_or_default();
    let path = programs
        .iter()
        .map(|folder| (*folder).to_owned())
        .chain(env::split_paths(&path));
    let done = Command::new("sh")
        .args(["-c", &format!("exec 2>&1; {command}")])
        .current_dir(folder)
        .env("PATH", env::join_paths(path).expect("they were paths"))
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .output()
        .expect("there is a shell");
    let mut printed = String::from_utf8_lossy(&done.stdout).into_owned();
    if !done.status.success() {
        let code = done
            .status
            .code()
            .map_or("by a signal".to_owned(), |code| code.to_string());
        let _ = writeln!(printed, "exit {code}");
    }
    printed
}

/// Lines without what is never the same: `done in 5 ms:`.
fn lines(text: &str) -> Vec<String> {
    let untimed = |line: &str| match line.split_once(" done in ") {
        Some((job, rest)) => {
            let (_, rest) = rest.split_once(':').unwrap_or_default();
            format!("{job} done:{rest}")
        }
        None => line.to_owned(),
    };
    text.lines().map(untimed).collect()
}

fn matches(expected: &[String], printed: &[String]) -> bool {
    match expected {
        [] => printed.is_empty(),
        [any, rest @ ..] if any == "..." => {
            (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..]))
        }
        [line, rest @ ..] => printed
            .split_first()
            .is_some_and(|(first, after)| line_matches(line, first) && matches(rest, after)),
    }
}

fn line_matches(expected: &str, printed: &str) -> bool {
    let mut parts = expected.split("[..]");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = printed.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[test]
fn wildcards() {
    let like = |expected: &str, printed: &str| matches(&lines(expected), &lines(printed));
    assert!(like("a\n...\nd\n", "a\nb\nc\nd\n") && like("a\n...\n", "a\n"));
    assert!(!like("a\n...\nd\n", "a\nb\n") && !like("a\n", "a\nb\n"));
    assert!(like("a[..]c[..]", "abcd") && like("[..]", "\n") && !like("a[..]a", "a"));
    assert!(like("x done in 5 ms: 1", "x done in 1 min 2 s: 1"));
    assert!(!like("x done in 5 ms: 1", "x done in 5 ms: 2"));
}
