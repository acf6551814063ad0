//! Jobs that another program runs: a sandbox over text in memory, and a whole run.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;
use std::path::Path;

use mrjob::prelude::*;

/// Count words that aren't too short.
#[derive(MrJob)]
struct WordFreq {
    /// Leave out words shorter than this.
    #[arg(long, default_value_t = 1)]
    min_length: usize,
    /// A word that is an error.
    #[arg(long)]
    refuse: Option<String>,
    #[mrjob(state)]
    lines: u64,
}

#[mrjob::steps(
    step(mapper = words, combiner = total, reducer = total),
    step(mapper = turn, reducer = words_of),
)]
impl WordFreq {
    fn words(&mut self, line: &str, out: &mut Emitter<String, u64>) -> Result<()> {
        self.lines += 1;
        counter!("lines", "read");
        for word in line.split_whitespace() {
            if self.refuse.as_deref() == Some(word) {
                return Err(format!("`{word}` is refused").into());
            }
            if word.chars().count() < self.min_length {
                counter!("words", "too short");
            } else {
                out.emit(word, 1);
            }
        }
        Ok(())
    }

    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }

    fn turn(&self, word: &str, count: u64, out: &mut Emitter<u64, String>) {
        counter!("words", "letters", word.len() as i64);
        out.emit(count, word);
    }

    fn words_of(&self, count: u64, words: Values<String>, out: &mut Emitter<u64, Vec<String>>) {
        let mut words: Vec<String> = words.collect();
        words.sort_unstable();
        out.emit(count, words);
    }
}

const TEXT: &str = "to be or not to be\nthat is the question";

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn written(dir: &Path, name: &str, text: &str) -> String {
    let path = dir.join(name);
    fs::write(&path, text).unwrap();
    path.into_os_string().into_string().unwrap()
}

#[test]
fn typed_output_and_counters_of_a_sandbox() {
    let outcome = WordFreq::parse_from(["--min-length", "3"])
        .sandbox(TEXT)
        .unwrap();
    let output: Vec<(u64, Vec<String>)> = outcome.output().map(Result::unwrap).collect();
    assert_eq!(output, [(1, owned(&["not", "question", "that", "the"]))]);
    assert_eq!(outcome.counter(0, "lines", "read"), 2);
    assert_eq!(outcome.counter(0, "words", "too short"), 6);
    assert_eq!(outcome.counter(1, "words", "letters"), 18);
    assert_eq!(outcome.counter(1, "lines", "read"), 0);
    assert_eq!(outcome.counter(2, "no", "step"), 0);
    assert_eq!(outcome.counters().len(), 2);
}

#[test]
fn a_sandbox_over_nothing_has_no_output() {
    let outcome = WordFreq::parse_from([""; 0]).sandbox("").unwrap();
    assert_eq!(outcome.output::<u64, Vec<String>>().count(), 0);
    assert_eq!(outcome.text().unwrap(), "");
}

#[test]
fn a_sandbox_can_be_used_again() {
    let job = WordFreq::parse_from(["--min-length=8"]);
    for _ in 0..2 {
        assert_eq!(
            job.sandbox(TEXT).unwrap().text().unwrap(),
            "1\t[\"question\"]\n"
        );
    }
    assert_eq!((job.min_length, job.lines), (8, 0));
}

#[test]
fn a_sandbox_partitions_as_asked() {
    let outcome = WordFreq::parse_from(["--reducers", "3"])
        .sandbox(TEXT)
        .unwrap();
    assert_eq!(outcome.parts().len(), 3);
    let keys: Vec<u64> = outcome
        .output::<u64, Vec<String>>()
        .map(|record| record.unwrap().0)
        .collect();
    assert_eq!(keys.len(), 2);
}

#[test]
fn output_of_other_types_is_an_error() {
    let outcome = WordFreq::parse_from([""; 0]).sandbox(TEXT).unwrap();
    let error = outcome
        .output::<String, Vec<String>>()
        .next()
        .unwrap()
        .unwrap_err();
    assert!(
        error.to_string().contains("failed to read `1\t["),
        "{error}"
    );
    assert!(outcome.output::<u64, u64>().all(|record| record.is_err()));
    assert!(
        outcome
            .output::<u8, Vec<Box<str>>>()
            .all(|record| record.is_ok())
    );
}

#[test]
fn an_error_of_the_job_says_what_and_where() {
    let error = WordFreq::parse_from(["--refuse", "question"])
        .sandbox(TEXT)
        .unwrap_err();
    let failure = error.failure().expect("a task failed");
    assert_eq!(
        failure.to_string(),
        "`words` returned an error at <text>:2: `question` is refused"
    );
    assert!(
        error.to_string().starts_with("step 1 of 2 failed"),
        "{error}"
    );
}

#[test]
fn a_run_over_workers_gives_what_inline_gives() {
    let dir = tempfile::tempdir().unwrap();
    let text = (0..20_000)
        .map(|number| format!("w{} w{}\n", number % 311, number % 7))
        .collect::<String>();
    let input = written(dir.path(), "in.txt", &text);
    let run = |arguments: &[&str]| {
        let arguments = arguments.iter().copied().chain([input.as_str()]);
        WordFreq::runner(arguments).unwrap().run().unwrap()
    };
    let inline = run(&["-r", "inline"]);
    assert!(inline.text().unwrap().len() > 1000);
    for cores in ["1", "2", "4"] {
        let local = run(&[
            "-r",
            "local",
            "--num-cores",
            cores,
            "-D",
            "mapreduce.job.maps=6",
        ]);
        assert_eq!(local.text().unwrap(), inline.text().unwrap());
        assert_eq!(local.counters(), inline.counters());
    }
}

#[test]
fn a_run_writes_part_files_that_can_be_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let input = written(dir.path(), "in.txt", TEXT);
    let folder = dir.path().join("out");
    let arguments = [
        "-r",
        "inline",
        "--reducers",
        "2",
        "-o",
        folder.to_str().unwrap(),
        &input,
    ];
    let outcome = WordFreq::runner(arguments).unwrap().run().unwrap();
    assert_eq!(outcome.output::<u64, Vec<String>>().count(), 2);
    for name in ["part-00000", "part-00001", "_SUCCESS"] {
        assert!(folder.join(name).is_file(), "{name}");
    }
    let error = WordFreq::runner(arguments).unwrap_err();
    assert!(error.to_string().contains("out"), "{error}");
}

#[test]
fn a_failed_run_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let input = written(dir.path(), "in.txt", TEXT);
    let folder = dir.path().join("out");
    for runner in ["inline", "local"] {
        let arguments = [
            "-r",
            runner,
            "--refuse=is",
            "-o",
            folder.to_str().unwrap(),
            &input,
        ];
        let error = WordFreq::runner(arguments).unwrap().run().unwrap_err();
        let failure = error.failure().expect("a task failed").to_string();
        assert!(failure.contains("`is` is refused"), "{failure}");
        let left = fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        assert_eq!(left.collect::<Vec<_>>(), ["in.txt"]);
    }
}

#[test]
fn wrong_arguments_are_errors() {
    for arguments in [
        &["--min-length", "x"][..],
        &["--no-such-option"],
        &["no/such/file"],
        &["-r", "nowhere"],
        &["--memory", "1K", "-r", "inline", "program.rs"],
    ] {
        assert!(WordFreq::runner(arguments).is_err(), "{arguments:?}");
    }
}
