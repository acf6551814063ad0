//! What each option makes of a job's command lines and files. What Hadoop makes of those, `surroundings` tries.

use std::fs;

use mrjob_runners::options::{OptionRow, RunnerKind, Status, rows};
use mrjob_tests_process::Command;

use crate::cluster::end;
use crate::fake::{Fake, property, values};

const WORD_FREQ: &str = env!("CARGO_BIN_EXE_word_freq");
const TWO_STEPS: &str = env!("CARGO_BIN_EXE_most_used_word");

/// The command line of the only step of `word_freq` with these arguments; temporary files are kept.
fn words(fake: &Fake, arguments: &[&str]) -> Vec<String> {
    let all = [arguments, &["--cleanup=NONE"]].concat();
    let ended = fake.run(WORD_FREQ, &all);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let mut jobs = fake.jobs();
    assert_eq!(jobs.len(), 1);
    jobs.remove(0)
}

/// What is wrong with these arguments; nothing must have been copied.
fn refused(arguments: &[&str]) -> String {
    let fake = Fake::new();
    let ended = fake.run(WORD_FREQ, arguments);
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert_eq!(fake.files(), [""; 0]);
    ended.stderr
}

/// Options that a test of this file or of `surroundings` sets, and sees the effect of.
const TESTED: &[&str] = &[
    "jobconf",
    "reducers",
    "output_dir",
    "cat_output",
    "step_output_dir",
    "local_tmp_dir",
    "label",
    "owner",
    "cleanup",
    "cleanup_on_failure",
    "cmdenv",
    "setup",
    "sh_bin",
    "files",
    "dirs",
    "archives",
    "libjars",
    "read_logs",
    "check_input_paths",
    "hadoop_bin",
    "hadoop_ca_file",
    "hadoop_patience",
    "hdfs_url",
    "hadoop_streaming_jar",
    "hadoop_extra_args",
    "hadoop_input_format",
    "hadoop_output_format",
    "hadoop_tmp_dir",
    "shuffle",
    "splits",
    "total_order",
];

#[test]
fn every_option_for_hadoop_works_or_says_why_not() {
    let of_hadoop = |row: &&OptionRow| row.runners.contain(RunnerKind::Hadoop);
    for row in rows().filter(of_hadoop) {
        match row.status {
            Status::Works => assert!(TESTED.contains(&row.name), "`{}` has no test", row.name),
            Status::Ignored(why) => assert!(!why.is_empty()),
            _ => {}
        }
    }
}

#[test]
fn what_is_around_tasks_goes_with_the_program() {
    let fake = Fake::new();
    fake.write("side.txt", "beside");
    fake.write("lib/inner/tool", "a tool");
    fake.write("plain", "in a tar");
    let here = fake.path("here");
    for (name, compress) in [("a.tar.gz", "--gzip"), ("b.tbz2", "--bzip2")] {
        let made = Command::new("tar")
            .current_dir(&here)
            .args(["--create", compress, "--file", name, "plain"])
            .status();
        assert!(made.unwrap().success());
    }
    let words = words(
        &fake,
        &[
            "--files=side.txt#other.txt,hdfs:///there/x.txt",
            "--dirs=lib",
            "--archives=a.tar.gz,b.tbz2#b,hdfs:///there/c.zip#c",
            "--setup",
            "echo \"it's\" lib/#lib2 && true",
            "--sh-bin=/bin/bash -eu",
            "--cmdenv=TZ=UTC",
        ],
    );
    let names = |option: &str| -> Vec<String> {
        let list = values(&words, option)[0].split(',');
        list.map(|uri| uri.rsplit_once('#').unwrap().1.to_owned())
            .collect()
    };
    assert_eq!(
        names("-files"),
        ["mrjob-program", "mrjob-task.json", "other.txt", "x.txt"]
    );
    assert_eq!(names("-archives"), ["lib", "a.tar.gz", "b", "c", "lib2"]);
    // Hadoop unpacks what it knows.
    let list = |path: &std::path::Path| {
        let output = Command::new("tar").arg("-tf").arg(path).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(
        list(&fake.file("002-lib.tar.gz")).lines().last(),
        Some("inner/tool")
    );
    assert_eq!(list(&fake.file("-b.tbz2.tar")), "plain\n");
    assert_eq!(
        fs::read_to_string(fake.file("-side.txt")).unwrap(),
        "beside"
    );
    let task = fake.task_file();
    assert_eq!(task["cmdenv"]["TZ"], "UTC");
    assert_eq!(task["sh_bin"], serde_json::json!(["/bin/bash", "-eu"]));
    assert_eq!(
        task["setup"][0]["script"],
        "echo \"it's\" \"$__mrjob_PWD\"/lib2 && true"
    );
}

#[test]
fn names_that_a_cluster_can_not_have_are_refused() {
    let fake = Fake::new();
    fake.write("a b.txt", "");
    let ended = fake.run(WORD_FREQ, &["--files=a b.txt"]);
    assert!(
        ended
            .stderr
            .contains("`a b.txt` can't be a name in the working directory of a cluster's tasks"),
        "{}",
        ended.stderr
    );
    for (option, said) in [
        (
            "--files=in.txt#mrjob-program",
            "two files would be called `mrjob-program`",
        ),
        (
            "--dirs=hdfs:///lib",
            "only folders of this machine can be packed",
        ),
        (
            "--archives=hdfs:///a.tar.zst",
            "Hadoop doesn't unpack such an archive",
        ),
        ("--files=none.txt", "failed to read `none.txt`"),
        (
            "--libjars=none.jar",
            "`none.jar`, which is among `libjars`, isn't a file",
        ),
    ] {
        let said_too = refused(&[option]);
        assert!(said_too.contains(said), "{said_too}");
    }
}

#[test]
fn formats_are_for_the_first_and_the_last_step() {
    let fake = Fake::new();
    let ended = fake.run(
        TWO_STEPS,
        &[
            "--hadoop-input-format=org.example.First",
            "--hadoop-output-format=org.example.Last",
            "--shuffle=text",
        ],
    );
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let jobs = fake.jobs();
    let formats =
        |option| -> Vec<Vec<&str>> { jobs.iter().map(|job| values(job, option)).collect() };
    assert_eq!(formats("-inputformat"), [vec!["org.example.First"], vec![]]);
    assert_eq!(formats("-outputformat"), [vec![], vec!["org.example.Last"]]);
    let properties =
        |name| -> Vec<Option<&str>> { jobs.iter().map(|job| property(job, name)).collect() };
    // Its keys are data, and so are what a line has before its tab.
    assert_eq!(
        properties("stream.map.input.ignoreKey"),
        [None, Some("true")]
    );
    assert_eq!(
        properties("stream.reduce.output"),
        [Some("keyonlytext"), Some("text")]
    );
    assert_eq!(properties("stream.map.output"), [Some("text"); 2]);
}

#[test]
fn properties_by_step_queue_and_names() {
    let fake = Fake::new();
    let words = words(
        &fake,
        &[
            "-Dmapreduce.job.queuename=night",
            "-Dmapreduce.job.tags=ours",
            "--reducers=7",
            "--label=counting",
            "--owner=ann",
            "--hadoop-extra-args=-verbose",
            "--libjars=in.txt",
        ],
    );
    assert_eq!(property(&words, "mapreduce.job.queuename"), Some("night"));
    assert_eq!(property(&words, "mapreduce.job.reduces"), Some("7"));
    let name = property(&words, "mapreduce.job.name").unwrap();
    assert!(name.starts_with("counting.ann."), "{name}");
    let tags = property(&words, "mapreduce.job.tags").unwrap();
    assert_eq!(tags, format!("ours,{name}.0"));
    assert!(words.contains(&"-verbose".to_owned()));
    assert_eq!(values(&words, "-libjars"), ["in.txt"]);

    let fake = Fake::new();
    let ended = fake.run(env!("CARGO_BIN_EXE_top_words"), &["--reducers=7"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let jobs = fake.jobs();
    let of_steps =
        |name| -> Vec<Option<&str>> { jobs.iter().map(|job| property(job, name)).collect() };
    // Those of steps win.
    assert_eq!(of_steps("mapreduce.job.reduces"), [Some("3"), Some("1")]);
    assert_eq!(
        of_steps("mapreduce.job.priority"),
        [Some("HIGH"), Some("LOW")]
    );
}

#[test]
fn arguments_that_a_step_has_already_are_refused() {
    for (argument, hint) in [
        (
            "-inputformat",
            "`hadoop_input_format` is for the first step",
        ),
        ("-files", "`files` are for the working directory of tasks"),
        ("-numReduceTasks", "`--reducers N`"),
        ("-partitioner", "`--shuffle text` leaves that to Hadoop"),
    ] {
        let said = refused(&["--hadoop-extra-args", argument]);
        assert!(
            said.contains(&format!("`{argument}` can't be among")),
            "{said}"
        );
        assert!(said.contains(hint), "{said}");
    }
    let fake = Fake::new();
    let ended = fake.run(
        WORD_FREQ,
        &["-Dmapreduce.job.partitioner.class=org.example.Own"],
    );
    assert_eq!(ended.code, Some(2));
    assert!(
        ended.stderr.contains("the job itself partitions and sorts"),
        "{}",
        ended.stderr
    );
    assert_eq!(fake.jobs().len(), 0);
    let said = refused(&["--shuffle=tex"]);
    assert!(said.contains("possible values: block, text"), "{said}");
}

#[test]
fn where_the_output_goes_and_what_stays() {
    let fake = Fake::new();
    fs::create_dir_all(fake.path("here/tmp")).unwrap();
    let ended = fake.run(
        TWO_STEPS,
        &[
            "-o=/out",
            "--cat-output",
            "--step-output-dir=hdfs://fake/steps",
            "--hadoop-tmp-dir=/scratch",
            "--local-tmp-dir=tmp",
        ],
    );
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (Some(0), "a line\n"),
        "{}",
        ended.stderr
    );
    let files = fake.files();
    for path in ["out/_SUCCESS", "out/part-00000", "steps/0000/part-00000"] {
        assert!(files.contains(&path.to_owned()), "{files:?}");
    }
    let rest: Vec<&String> = files
        .iter()
        .filter(|path| path.starts_with("scratch/") && !path.starts_with("scratch/programs/"))
        .collect();
    assert_eq!(rest, ["scratch/"]);
    assert_eq!(fs::read_dir(fake.path("here/tmp")).unwrap().count(), 0);
    let jobs = fake.jobs();
    assert_eq!(values(&jobs[1], "-input"), ["hdfs://fake/steps/0000"]);

    // What was kept of a job that failed.
    let fake = Fake::new();
    fake.before_jobs("exit 1");
    let ended = fake.run(WORD_FREQ, &["--cleanup-on-failure=NONE", "-o=/out"]);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(
        ended
            .stderr
            .contains("temporary files are left in hdfs://fake/"),
        "{}",
        ended.stderr
    );
    fake.file("mrjob-task.json");
}

#[test]
fn inputs_that_are_not_to_be_looked_up() {
    let fake = Fake::new();
    let mut command = fake.program(WORD_FREQ);
    let ended = end(command
        .args(["--check-input-paths=false", "hdfs://fake/none"])
        .spawn()
        .unwrap());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(values(&fake.jobs()[0], "-input"), ["hdfs://fake/none"]);
    let mut command = fake.program(WORD_FREQ);
    let ended = end(command.arg("hdfs://fake/none").spawn().unwrap());
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
}

#[test]
fn a_hadoop_that_is_not_there() {
    for (option, said) in [
        (
            "--hadoop-bin=/no/hadoop",
            "found no `hadoop` program; looked at `/no/hadoop`",
        ),
        (
            "--hadoop-bin=no-hadoop run",
            "looked at `no-hadoop` in `$PATH`",
        ),
        (
            "--hadoop-streaming-jar=no.jar",
            "found no archive for streaming; looked at `no.jar`",
        ),
    ] {
        let said_too = refused(&[option]);
        assert!(said_too.contains(said), "{said_too}");
    }
}

#[test]
fn a_program_for_other_machines_is_refused_before_anything_is_copied() {
    let fake = Fake::of("sparc");
    let ended = fake.run(WORD_FREQ, &[]);
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    let here = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        other => other,
    };
    let said = format!("error: this program is for {here}, and tasks run on sparc, as `127.0.0.1:");
    assert!(ended.stderr.starts_with(&said), "{}", ended.stderr);
    assert_eq!(fake.files(), [""; 0]);
}

#[test]
fn a_debug_build_is_spoken_of() {
    let fake = Fake::new();
    let ended = fake.run(WORD_FREQ, &["-v"]);
    let is_debug = ended
        .stderr
        .contains("warning: this program is a debug build");
    assert_eq!(is_debug, cfg!(debug_assertions), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("this program needs "),
        "{}",
        ended.stderr
    );
}
