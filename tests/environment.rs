//! What the user puts around tasks: variables, files, folders, archives, shell lines.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use mrjob_tests_process::{Command, Output, Stdio};
use tempfile::TempDir;

const RUNNERS: [&str; 2] = ["inline", "local"];

/// A folder in which the job runs.
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
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Makes something by a shell command; whether that is possible here.
    fn made_by(&self, command: &str) -> bool {
        let mut shell = Command::new("sh");
        shell.args(["-c", command]).current_dir(self.path(""));
        shell.output().unwrap().status.success()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_surroundings"))
            .args(["--no-conf", "--local-tmp-dir", "tmp"])
            .args(arguments)
            .current_dir(self.path(""))
            .env("LIBRARY_PATH", "/before")
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// The answers to `questions`.
    fn ask(&self, questions: &[&str], arguments: &[&str]) -> BTreeMap<String, String> {
        self.write("questions.txt", &(questions.join("\n") + "\n"));
        let output = self.run(&[arguments, &["questions.txt"]].concat());
        assert!(output.status.success(), "{}", said(&output));
        let text = |json: &str| serde_json::from_str::<String>(json).unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        let pairs = lines.lines().map(|line| line.split_once('\t').unwrap());
        pairs.map(|(q, a)| (text(q), text(a))).collect()
    }

    /// What a run says that is refused before anything runs.
    fn refused(&self, arguments: &[&str]) -> String {
        self.write("questions.txt", "files\n");
        let output = self.run(&[arguments, &["-o", "out", "questions.txt"]].concat());
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(!self.path("out").exists());
        said(&output)
    }

    fn leaves_nothing(&self) {
        assert_eq!(fs::read_dir(self.path("tmp")).unwrap().count(), 0);
    }
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn variables_reach_tasks() {
    let place = Place::new();
    place.write(
        "conf.yaml",
        "runners:\n  inline: &all\n    cmdenv: {COLOUR: red, SHAPE: round, DATA_PATH: /one}\n  local: *all\n",
    );
    for runner in RUNNERS {
        let typed = [
            "-r",
            runner,
            "-c",
            "conf.yaml",
            "--cmdenv",
            "SHAPE=a=b c",
            "--cmdenv",
            "DATA_PATH=/two",
            "--cmdenv",
            "LIBRARY_PATH=/first",
            "--cmdenv",
            "EMPTY=",
        ];
        let questions = ["COLOUR", "SHAPE", "DATA_PATH", "LIBRARY_PATH", "EMPTY"];
        let answers = place.ask(&questions, &typed);
        assert_eq!(answers["COLOUR"], "red", "{runner}");
        assert_eq!(answers["SHAPE"], "a=b c", "{runner}");
        assert_eq!(answers["DATA_PATH"], "/two:/one", "{runner}");
        assert_eq!(answers["LIBRARY_PATH"], "/first:/before", "{runner}");
        assert_eq!(answers["EMPTY"], "", "{runner}");
    }
    place.leaves_nothing();
}

#[test]
fn a_plan_hides_secrets() {
    let place = Place::new();
    let output = place.run(&[
        "--dry-run",
        "-v",
        "--cmdenv",
        "COLOUR=red",
        "--cmdenv",
        "DB_PASSWORD=hunter2",
        "--setup",
        "make -C lib",
    ]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("variable   COLOUR=red\n"), "{text}");
    assert!(text.contains("variable   DB_PASSWORD=…\n"), "{text}");
    assert!(text.contains("setup      make -C lib\n"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn files_folders_and_archives_are_in_the_working_directory() {
    let place = Place::new();
    place.write("data/a.txt", "a");
    place.write("data/b.txt", "b");
    place.write("data/x-1.csv", "x");
    place.write("dir/sub/c.txt", "c");
    for archive in [
        "tar -cf a.tar dir",
        "tar -czf b.tar.gz dir",
        "tar -czf c.tgz dir",
        "tar -cjf d.tar.bz2 dir",
    ] {
        assert!(place.made_by(archive), "{archive}");
    }
    for runner in RUNNERS {
        let typed = [
            "-r",
            runner,
            "--files",
            "data/a.txt,data/b.txt#other.txt",
            "--file",
            "data/*.csv",
            "--dirs",
            "dir",
            "--dir",
            "dir/#again",
            "--archives",
            "a.tar,b.tar.gz#b",
            "--archive",
            "c.tgz#c/",
            "--archives",
            "d.tar.bz2#d",
        ];
        let questions = [
            "read a.txt",
            "read other.txt",
            "read x-1.csv",
            "read dir/sub/c.txt",
            "read again/sub/c.txt",
            "read a.tar/dir/sub/c.txt",
            "read b/dir/sub/c.txt",
            "read c/dir/sub/c.txt",
            "read d/dir/sub/c.txt",
            "files",
        ];
        let answers = place.ask(&questions, &typed);
        let asked = answers
            .iter()
            .filter(|(question, _)| !question.starts_with("reducer"));
        assert_eq!(
            asked.map(|(_, answer)| answer.as_str()).collect::<Vec<_>>(),
            [
                "a.tar a.txt again b c d dir other.txt x-1.csv",
                "c",
                "a",
                "c",
                "c",
                "c",
                "c",
                "c",
                "b",
                "x"
            ],
            "{runner}"
        );
        place.leaves_nothing();
    }
}

#[test]
fn zip_archives_are_unpacked() {
    let place = Place::new();
    place.write("dir/tool.sh", "echo");
    if !place.made_by("chmod 755 dir/tool.sh && zip -qr a.zip dir") {
        println!("skipped: no `zip` on the search path; hint: `apt-get install zip`");
        return;
    }
    let typed = ["--archives", "a.zip#a", "--setup", "test -x a/dir/tool.sh"];
    let answers = place.ask(&["read a/dir/tool.sh"], &typed);
    assert_eq!(answers["read a/dir/tool.sh"], "echo");
}

#[test]
fn archives_stay_in_their_folder() {
    let place = Place::new();
    place.write("evil.txt", "evil");
    assert!(place.made_by("tar -cPf evil.tar --transform 's,^,../../,' evil.txt"));
    place.write("questions.txt", "files\n");
    let output = place.run(&["--archives", "evil.tar", "questions.txt"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("its member `../../evil.txt` would be outside of the folder"),
        "{}",
        said(&output)
    );
    assert!(!place.path("tmp/evil.txt").exists() && !place.path("../evil.txt").exists());
    place.leaves_nothing();
}

#[test]
fn a_damaged_archive_fails_the_job() {
    let place = Place::new();
    place.write("dir/big.txt", &"0123456789 random enough\n".repeat(10_000));
    assert!(place.made_by("tar -czf a.tgz dir && head -c 200 a.tgz > cut.tgz"));
    place.write("questions.txt", "files\n");
    let output = place.run(&["--archives", "cut.tgz", "questions.txt"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("failed to unpack `"),
        "{}",
        said(&output)
    );
    place.leaves_nothing();
}

#[test]
fn what_is_wrong_with_files_is_said_before_anything_runs() {
    let place = Place::new();
    place.write("one/a.txt", "");
    place.write("two/a.txt", "");
    for (typed, message) in [
        (
            &["--files", "one/a.txt,two/a.txt"][..],
            "would both be called `a.txt`",
        ),
        (
            &["--files", "one/a.txt", "--side", "two/a.txt"],
            "would both be called `a.txt`",
        ),
        (
            &["--files", "none.txt"],
            "failed to read `none.txt`, given by `--files`: No such file",
        ),
        (
            &["--files", "one"],
            "it is a folder\n  hint: `dirs` are for folders",
        ),
        (
            &["--dirs", "one/a.txt"],
            "it isn't a folder\n  hint: `files` are for files",
        ),
        (
            &["--archives", "one/a.txt"],
            "hint: names of archives end in one of .tar,",
        ),
        (
            &["--files", "one/a.txt#x/y"],
            "`x/y` can't be a name in the working directory",
        ),
        (
            &["--files", "s3://bucket/a.txt"],
            "tasks on this machine can't read from",
        ),
        (
            &["--setup", "sh none.sh#"],
            "failed to read `none.sh` of `sh none.sh#`, given by `--setup`",
        ),
        (&["--cmdenv", "COLOUR"], "a variable is set by `NAME=VALUE`"),
    ] {
        let text = place.refused(typed);
        assert!(text.contains(message), "{text}");
    }
    // The same file twice is no mistake.
    let answers = place.ask(&["files"], &["--files", "one/a.txt,one/a.txt"]);
    assert_eq!(answers["files"], "a.txt");
}

#[test]
fn setup_lines_run_once_a_working_directory_before_its_tasks() {
    let place = Place::new();
    place.write("lib/tool.sh", "echo \"made by $1\" > made.txt\n");
    place.write("data.txt", "data");
    assert!(place.made_by("tar -czf src.tar.gz lib"));
    for runner in RUNNERS {
        let log = place.path("log").into_os_string().into_string().unwrap();
        let log = format!("echo one >> {log}");
        let typed = [
            "-r",
            runner,
            "--setup",
            "sh src.tar.gz#src/lib/tool.sh setup",
            "--setup",
            "export GREETING='hi # you'",
            "--setup",
            "export PLACES=$PLACES:lib/#:data.txt#d",
            "--setup",
            &log,
            "--setup",
            "cat",
            "--setup",
            "cd /",
            "--num-cores",
            "2",
            "-D",
            "mapreduce.job.maps=6",
        ];
        let questions = [
            "GREETING",
            "PLACES",
            "read made.txt",
            "litter",
            "files",
            "MRJOB_WORKER",
        ];
        let answers = place.ask(&questions, &typed);
        assert_eq!(answers["GREETING"], "hi # you", "{runner}");
        assert_eq!(answers["read made.txt"], "made by setup\n", "{runner}");
        let dir = &answers["MRJOB_WORKER"];
        assert_eq!(answers["PLACES"], format!(":{dir}/lib:{dir}/d"), "{runner}");
        assert!(answers["files"].contains("made.txt"), "{runner}");
        let times = fs::read_to_string(place.path("log"))
            .unwrap()
            .lines()
            .count();
        let workers = if runner == "inline" { 1..=1 } else { 1..=2 };
        assert!(workers.contains(&times), "{runner}: {times}");
        fs::remove_file(place.path("log")).unwrap();
        place.leaves_nothing();
    }
}

#[test]
fn a_setup_that_fails_ends_the_job_at_once() {
    let place = Place::new();
    place.write("questions.txt", "files\n");
    let log = place.path("log").into_os_string().into_string().unwrap();
    let line = format!("echo tried >> {log}; echo no such thing >&2; exit 3");
    for runner in RUNNERS {
        let output = place.run(&[
            "-r",
            runner,
            "--setup",
            "true",
            "--setup",
            &line,
            "questions.txt",
        ]);
        assert_eq!(output.status.code(), Some(1));
        let text = said(&output);
        assert!(
            text.contains("failed in line 2 of `setup`, `echo tried"),
            "{text}"
        );
        assert!(
            text.contains("the shell exited with code 3 (its last words: no such thing)"),
            "{text}"
        );
        assert!(text.contains("hint: "), "{text}");
        assert_eq!(fs::read_to_string(&log).unwrap(), "tried\n");
        fs::remove_file(&log).unwrap();
        place.leaves_nothing();
    }
}

#[test]
fn the_shell_of_setup_can_be_chosen() {
    let place = Place::new();
    place.write("questions.txt", "files\n");
    let output = place.run(&[
        "--sh-bin",
        "/bin/sh -ex",
        "--setup",
        "export A=1",
        "questions.txt",
    ]);
    assert!(output.status.success());
    assert!(said(&output).contains("+ export A=1"), "{}", said(&output));
    // Without `-e` a line that fails is no failure.
    let output = place.run(&["--sh-bin", "/bin/sh", "--setup", "false", "questions.txt"]);
    assert!(output.status.success(), "{}", said(&output));
}
