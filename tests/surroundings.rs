//! What a task finds around it: Hadoop's variables, its working directory, a folder for side files.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use mrjob_tests_process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder with inputs, in which the job runs.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Place(tempfile::tempdir().unwrap());
        fs::create_dir(place.path("tmp")).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().canonicalize().unwrap().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_surroundings"))
            .args(["--local-tmp-dir", "tmp"])
            .args(arguments)
            .current_dir(self.path(""))
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// The answers to `questions`, each by itself.
    fn ask(&self, questions: &[&str], arguments: &[&str]) -> BTreeMap<String, Vec<String>> {
        self.write("questions.txt", &(questions.join("\n") + "\n"));
        answers(&self.run(&[arguments, &["questions.txt"]].concat()))
    }

    /// What is in a folder, in order.
    fn names(&self, folder: &str) -> Vec<String> {
        names(&self.path(folder))
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn answers(output: &Output) -> BTreeMap<String, Vec<String>> {
    assert!(output.status.success(), "{}", said(output));
    let mut answers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in String::from_utf8(output.stdout.clone()).unwrap().lines() {
        let (question, answer) = line.split_once('\t').unwrap();
        let text = |json: &str| serde_json::from_str::<String>(json).unwrap();
        answers
            .entry(text(question))
            .or_default()
            .push(text(answer));
    }
    answers
}

fn one<'a>(answers: &'a BTreeMap<String, Vec<String>>, question: &str) -> &'a str {
    match answers.get(question).map(Vec::as_slice) {
        Some([answer]) => answer,
        other => panic!("{other:?} for {question}"),
    }
}

#[test]
fn local_tasks_have_hadoops_variables() {
    let place = Place::new();
    let questions = [
        "mapreduce_map_input_file",
        "mapreduce_map_input_start",
        "mapreduce_map_input_length",
        "mapreduce_task_partition",
        "mapreduce_task_id",
        "mapreduce_task_attempt_id",
        "mapreduce_task_ismap",
        "mapreduce_job_id",
        "mapreduce_job_name",
        "mapreduce_job_reduces",
        "crawl_depth",
        "crawl_agent",
        "our_own_property",
        "environment",
    ];
    let typed = [
        "--reducers",
        "1",
        "-D",
        "crawl.depth=5",
        "-Dour-own.property=a b=c",
    ];
    let answers = place.ask(&questions, &typed);
    let one = |question| one(&answers, question);
    let input = place.path("questions.txt");
    assert_eq!(
        one("mapreduce_map_input_file"),
        format!("file://{}", input.display())
    );
    assert_eq!(one("mapreduce_map_input_start"), "0");
    let length = fs::metadata(&input).unwrap().len().to_string();
    assert_eq!(one("mapreduce_map_input_length"), length);
    assert_eq!(one("mapreduce_task_partition"), "0");
    let job = one("mapreduce_job_id")
        .strip_prefix("job_surroundings.")
        .unwrap();
    assert!(job.ends_with("_0001"), "{job}");
    assert_eq!(
        one("mapreduce_task_id"),
        format!("task_surroundings.{job}_m_000000")
    );
    assert_eq!(
        one("mapreduce_task_attempt_id"),
        format!("attempt_surroundings.{job}_m_000000_0")
    );
    assert_eq!(one("mapreduce_task_ismap"), "true");
    assert_eq!(one("mapreduce_job_name"), "Surroundings");
    assert_eq!(one("mapreduce_job_reduces"), "1");
    // The command line's beats the job's, and the step's beats both.
    assert_eq!(one("crawl_depth"), "5");
    assert_eq!(one("crawl_agent"), "the step's");
    assert_eq!(one("our_own_property"), "a b=c");
    assert_eq!(one("environment"), "agrees");
    assert_eq!(one("reducer: mapreduce_task_ismap"), "false");
    assert_eq!(one("reducer: mapreduce_map_input_file"), "unset");
    assert_eq!(one("reducer: crawl_depth"), "5");
}

#[test]
fn variables_follow_the_file_that_is_read() {
    let place = Place::new();
    let mut expected = Vec::new();
    for number in 0..30 {
        let name = format!("in-{number:02}.txt");
        place.write(&name, "mapreduce_map_input_file\nenvironment\n");
        expected.push(format!("file://{}", place.path(&name).display()));
    }
    // All are small, so that tasks share them out.
    let inputs: Vec<String> = (0..30)
        .map(|number| format!("in-{number:02}.txt"))
        .collect();
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let answers = answers(&place.run(&[&["--num-cores", "2"], inputs.as_slice()].concat()));
    let mut found = answers["mapreduce_map_input_file"].clone();
    found.sort();
    assert_eq!(found, expected);
    assert!(
        answers["environment"]
            .iter()
            .all(|answer| answer == "agrees"),
        "{answers:?}"
    );
}

#[test]
fn every_runner_answers_by_task() {
    let place = Place::new();
    let questions = [
        "input file",
        "input range",
        "?crawl.depth",
        "?crawl_agent",
        "?no.such",
        "?mapreduce.task.partition",
    ];
    for runner in ["inline", "local"] {
        let answers = place.ask(&questions, &["-r", runner, "-D", "crawl.depth=7"]);
        let one = |question| one(&answers, question);
        let length = fs::metadata(place.path("questions.txt")).unwrap().len();
        assert_eq!(one("input file"), "questions.txt", "{runner}");
        assert_eq!(one("input range"), format!("0..{length}"), "{runner}");
        assert_eq!(one("?crawl.depth"), "7", "{runner}");
        assert_eq!(one("?crawl_agent"), "the step's", "{runner}");
        assert_eq!(one("?no.such"), "unset", "{runner}");
        assert_eq!(one("?mapreduce.task.partition"), "0", "{runner}");
    }
}

#[test]
fn inline_leaves_the_environment_and_the_working_directory_alone() {
    let place = Place::new();
    let questions = ["mapreduce_job_id", "crawl_depth", "working directory"];
    let answers = place.ask(&questions, &["-r", "inline"]);
    assert_eq!(one(&answers, "mapreduce_job_id"), "unset");
    assert_eq!(one(&answers, "crawl_depth"), "unset");
    assert_eq!(
        Path::new(one(&answers, "working directory")),
        place.path("")
    );
}

#[test]
fn a_task_by_hand_takes_the_environments_word() {
    let place = Place::new();
    place.write("in.txt", "attempt\n?crawl.depth\ninput file\ninput range\n");
    let output = Command::new(env!("CARGO_BIN_EXE_surroundings"))
        .arg("--mapper")
        .env(
            "mapreduce_task_attempt_id",
            "attempt_1700000000000_0001_m_000003_2",
        )
        .env("mapreduce_map_input_file", "hdfs://host/in.txt")
        .env("mapreduce_map_input_start", "10")
        .env("mapreduce_map_input_length", "5")
        .env("crawl_depth", "9")
        .stdin(fs::File::open(place.path("in.txt")).unwrap())
        .output()
        .unwrap();
    let answers = answers(&output);
    assert_eq!(
        one(&answers, "attempt"),
        "2 attempt_1700000000000_0001_m_000003_2"
    );
    assert_eq!(one(&answers, "?crawl.depth"), "9");
    assert_eq!(one(&answers, "input file"), "hdfs://host/in.txt");
    assert_eq!(one(&answers, "input range"), "10..15");
}

#[test]
fn a_task_runs_in_a_folder_of_its_own() {
    let place = Place::new();
    place.write("side.txt", "a side file");
    place.write(
        "a.txt",
        "side file\nside field\nfiles\nworking directory\nlitter\nfiles\n",
    );
    fs::create_dir(place.path("in")).unwrap();
    fs::rename(place.path("a.txt"), place.path("in/a.txt")).unwrap();
    // Tasks of one worker, one after the other: what one has left the next doesn't see.
    let typed = [
        "--side",
        "side.txt",
        "--num-cores",
        "1",
        "-D",
        "mapreduce.job.maps=5",
        "in",
    ];
    let answers = answers(&place.run(&typed));
    assert_eq!(one(&answers, "side file"), "a side file");
    assert_eq!(one(&answers, "side field"), "a side file");
    for files in &answers["files"] {
        assert!(
            ["side.txt", "litter.txt side.txt"].contains(&files.as_str()),
            "{files}"
        );
    }
    let working_dir = one(&answers, "working directory");
    assert!(
        Path::new(working_dir).starts_with(place.path("tmp")),
        "{working_dir}"
    );
    assert!(!Path::new(working_dir).exists());
    assert_eq!(place.names(""), ["in", "side.txt", "tmp"]);
    assert_eq!(place.names("tmp"), [""; 0]);
}

#[test]
fn side_files_of_tasks_that_succeed_are_kept() {
    for runner in ["inline", "local"] {
        let place = Place::new();
        place.write("in.txt", "attempt\nattempt\n");
        let leave = if runner == "inline" { "nested" } else { "own" };
        let typed = [
            "-r",
            runner,
            "--leave",
            leave,
            "-D",
            "mapreduce.job.maps=2",
            "-o",
            "out",
            "in.txt",
        ];
        let output = place.run(&typed);
        assert!(output.status.success(), "{}", said(&output));
        if runner == "inline" {
            assert_eq!(place.names("out"), ["_SUCCESS", "part-00000", "sub"]);
            assert_eq!(place.names("out/sub"), ["nested-00000", "nested-00001"]);
        } else {
            assert_eq!(
                place.names("out"),
                ["_SUCCESS", "own-00000", "own-00001", "part-00000"]
            );
        }
        assert_eq!(place.names("tmp"), [""; 0]);
    }
}

#[test]
fn side_files_of_lost_attempts_vanish() {
    let place = Place::new();
    place.write("in.txt", "attempt\n");
    fs::create_dir(place.path("sight")).unwrap();
    let sight = place.path("sight").into_os_string().into_string().unwrap();
    let output = place.run(&["--leave", "own", "--die", &sight, "-o", "out", "in.txt"]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(place.names("out"), ["_SUCCESS", "own-00000", "part-00000"]);
    // What the second attempt wrote.
    assert_eq!(
        fs::read_to_string(place.path("out/own-00000")).unwrap(),
        "1"
    );
}

#[test]
fn side_files_without_a_place_fail_their_task() {
    let place = Place::new();
    place.write("in.txt", "attempt\n");
    for runner in ["inline", "local"] {
        let output = place.run(&["-q", "-r", runner, "--leave", "nested", "in.txt"]);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert_eq!(
            said(&output),
            "error: step 1 of 1 failed in map task 0: `leave_something` returned an error: there is no output folder, so nothing would \
             keep the task's files\n  hint: give `--output-dir DIR`\n"
        );
        assert_eq!(place.names("tmp"), [""; 0]);
    }
}

#[test]
fn programs_that_know_hadoops_variable_fail_to_write_where_nothing_is_kept() {
    let place = Place::new();
    place.write("in.txt", "mapreduce_task_output_dir\n");
    let output = place.run(&["in.txt"]);
    let folder = answers(&output)["mapreduce_task_output_dir"][0].clone();
    assert!(fs::create_dir_all(&folder).is_err(), "{folder}");
}

#[test]
fn steps_before_the_last_keep_side_files_in_their_own_folder() {
    let place = Place::new();
    place.write("in.txt", "a b\n");
    let run = |typed: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_side_of_first"))
            .args(typed)
            .arg("in.txt")
            .current_dir(place.path(""))
            .output()
            .unwrap()
    };
    for runner in ["inline", "local"] {
        let output = run(&["-q", "-r", runner, "-o", "out"]);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        let text = said(&output);
        assert!(text.contains("for a step before the last"), "{text}");
        assert!(
            text.contains("`words` returned an error at in.txt:1: "),
            "{text}"
        );
        assert!(
            text.contains("  hint: give `--step-output-dir DIR`\n"),
            "{text}"
        );
        let kept = format!("steps-{runner}");
        let output = run(&["-q", "-r", runner, "--step-output-dir", &kept]);
        assert!(output.status.success(), "{}", said(&output));
        let names = place.names(&format!("{kept}/0000"));
        assert!(names.contains(&"seen".to_owned()), "{names:?}");
    }
}

#[test]
fn side_files_by_hand_go_where_the_environment_says() {
    let place = Place::new();
    place.write("in.txt", "a b\n");
    let run = |dir: Option<&Path>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_side_of_first"));
        command.arg("--mapper").current_dir(place.path(""));
        command.stdin(fs::File::open(place.path("in.txt")).unwrap());
        if let Some(dir) = dir {
            command.env("mapreduce_task_output_dir", dir);
        }
        command.output().unwrap()
    };
    let output = run(None);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let text = said(&output);
    assert!(
        text.contains("hint: set `mapreduce_task_output_dir=DIR`"),
        "{text}"
    );
    let output = run(Some(&place.path("side")));
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(place.names("side"), ["seen"]);
}

#[test]
fn side_files_do_not_replace_others() {
    let place = Place::new();
    place.write("in.txt", "attempt\nattempt\n");
    for (leave, why) in [
        ("part", "the output itself has files"),
        ("same", "another task wrote a file"),
    ] {
        let output = place.run(&[
            "--leave",
            leave,
            "-D",
            "mapreduce.job.maps=2",
            "-o",
            "out",
            "in.txt",
        ]);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains(why), "{}", said(&output));
        assert!(!place.path("out").exists());
    }
}

#[test]
fn an_output_folder_that_cannot_be_made_is_wrong_usage() {
    let place = Place::new();
    place.write("in.txt", "attempt\n");
    for runner in ["inline", "local"] {
        // A file is in the way, whoever runs the test.
        let output = place.run(&["-r", runner, "-o", "in.txt/sub/out", "in.txt"]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        let output = place.run(&["-r", runner, "-o", "/proc/none/out", "in.txt"]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    }
}
