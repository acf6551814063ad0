//! A job inside another program: what tests of a job use.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

mod common;

use std::fs;

use common::WordFreq;
use mrjob_runners::launch::{Outcome, OutcomeError};
use mrjob_runners::{Exit, Job, JobError};

fn pairs(outcome: &Outcome<WordFreq>) -> Vec<(String, u64)> {
    outcome.output().collect::<Result<_, _>>().unwrap()
}

fn owned(pairs: &[(&str, u64)]) -> Vec<(String, u64)> {
    pairs
        .iter()
        .map(|(word, count)| ((*word).to_owned(), *count))
        .collect()
}

#[test]
fn a_sandbox_gives_typed_output_and_counters() {
    let job = WordFreq::parse_from(["--min-length", "2"]);
    assert_eq!(job.min_length, 2);
    let outcome = job.sandbox("to be or not\nto be a b").unwrap();
    assert_eq!(
        pairs(&outcome),
        owned(&[("be", 2), ("not", 1), ("or", 1), ("to", 2)])
    );
    assert_eq!(outcome.counters().len(), 1);
    assert_eq!(outcome.counter(0, "words", "too short"), 2);
    assert_eq!(
        (
            outcome.counter(0, "words", "nope"),
            outcome.counter(1, "words", "too short")
        ),
        (0, 0)
    );
    assert_eq!(
        outcome.text().unwrap(),
        "\"be\"\t2\n\"not\"\t1\n\"or\"\t1\n\"to\"\t2\n"
    );
    assert_eq!(outcome.lines().next().unwrap().unwrap(), b"\"be\"\t2");
    // Once more, on other text.
    assert_eq!(pairs(&job.sandbox("").unwrap()), []);
}

#[test]
fn tasks_have_structs_of_their_own() {
    let mut job = WordFreq::parse_from(["--also", "x"]);
    job.also.clear();
    assert_eq!(
        pairs(&job.sandbox("a").unwrap()),
        owned(&[("a", 1), ("x", 1)])
    );
}

#[test]
fn output_of_another_type_says_which_record() {
    let outcome = WordFreq::parse_from([""; 0]).sandbox("a").unwrap();
    let Some(Err(error @ OutcomeError::Record { .. })) = outcome.output::<u64, u64>().next() else {
        panic!("a word is no number")
    };
    assert!(
        error
            .to_string()
            .starts_with("failed to read `\"a\"\t1` as a record of the wanted types: "),
        "{error}"
    );
}

#[test]
fn runners_agree() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.txt");
    fs::write(&input, "b a\nc b a b\n").unwrap();
    for runner in ["inline", "local"] {
        let launch =
            WordFreq::runner(["-r", runner, "--min-length=1", input.to_str().unwrap()]).unwrap();
        assert_eq!(launch.plan().job, "WordFreq");
        assert_eq!(
            pairs(&launch.run().unwrap()),
            owned(&[("a", 2), ("b", 3), ("c", 1)]),
            "{runner}"
        );
    }
}

#[test]
fn output_in_a_folder_can_be_read_too() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("in.txt"), folder.path().join("out"));
    fs::write(&input, "b a").unwrap();
    let arguments = ["-o".as_ref(), output.as_os_str(), input.as_os_str()];
    let outcome = WordFreq::runner(arguments).unwrap().run().unwrap();
    assert_eq!(pairs(&outcome), owned(&[("a", 1), ("b", 1)]));
    drop(outcome);
    assert_eq!(
        fs::read_to_string(output.join("part-00000")).unwrap(),
        "\"a\"\t1\n\"b\"\t1\n"
    );
    let error = WordFreq::runner(arguments).unwrap_err();
    assert_eq!(error.exit(), Exit::Usage);
}

#[test]
fn errors_say_how_a_program_would_end() {
    let error = WordFreq::runner(["--min-lenght=3"]).unwrap_err();
    assert!(matches!(error, JobError::CommandLine(_)), "{error}");
    assert_eq!(error.exit(), Exit::Usage);
    assert_eq!(WordFreq::runner(["--help"]).unwrap_err().exit(), Exit::Done);

    let error = WordFreq::parse_from([""; 0])
        .sandbox("a b\nc fail!")
        .unwrap_err();
    assert_eq!(error.exit(), Exit::Failed);
    let failure = error.failure().unwrap();
    assert_eq!(
        (failure.method.as_deref(), failure.message.as_str()),
        (Some("words"), "a bad word")
    );
    assert_eq!(failure.place.as_ref().unwrap().line, Some(2));
}
