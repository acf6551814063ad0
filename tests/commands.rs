//! Shell commands as parts of steps.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;
use std::path::PathBuf;

use mrjob_tests_process::{Command, Output, Stdio};
use tempfile::TempDir;

const COMMANDS: &str = env!("CARGO_BIN_EXE_commands");
const PIPELINE: &str = env!("CARGO_BIN_EXE_pipeline");
const RUNNERS: [&[&str]; 3] = [
    &["-r", "inline"],
    &["-r", "local", "--num-cores", "1"],
    &["-r", "local", "--num-cores", "3", "--reducers", "3"],
];

/// A folder in which jobs and shells run.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Place(tempfile::tempdir().unwrap());
        fs::create_dir(place.path("tmp")).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        Command::new(program)
            .args(["--no-conf", "-q", "--local-tmp-dir", "tmp"])
            .args(arguments)
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// The output of a job, its lines sorted; it leaves nothing.
    fn output(&self, program: &str, arguments: &[&str]) -> Vec<String> {
        let output = self.run(program, arguments);
        assert!(output.status.success(), "{}", said(&output));
        assert_eq!(fs::read_dir(self.path("tmp")).unwrap().count(), 0);
        sorted(&output.stdout)
    }

    /// What a shell prints, its lines sorted.
    fn shell(&self, script: &str) -> Vec<String> {
        let mut shell = Command::new("sh");
        let shell = shell.args(["-ec", script]).current_dir(self.0.path());
        let output = shell.env("LC_ALL", "C").output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        sorted(&output.stdout)
    }

    /// What a job says that fails.
    fn failure(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.run(program, &[arguments, &["-o", "out"]].concat());
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(!self.path("out").exists());
        assert_eq!(fs::read_dir(self.path("tmp")).unwrap().count(), 0);
        said(&output)
    }
}

fn sorted(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn text(lines: usize) -> String {
    let line = |n: usize| format!("the {} of {} and {}\n", n % 7, n % 101, n * n % 1009);
    (0..lines).map(line).collect()
}

#[test]
fn methods_and_commands_take_turns() {
    let place = Place::new();
    place.write("in.txt", text(20_000));
    let by_hand = place.shell(
        r#"grep -v " 5 " in.txt | tr ' ' '\n' | grep -v '^of$' | sort | uniq -c |
           awk '{print "\"" toupper($2) "\"\t" $1}'"#,
    );
    for runner in RUNNERS {
        let filters = [
            "--filter",
            "grep -v ' 5 '",
            "--last-filter",
            r#"grep -v '"OF"'"#,
            "in.txt",
        ];
        assert_eq!(
            place.output(COMMANDS, &[runner, &filters].concat()),
            by_hand,
            "{runner:?}"
        );
    }
}

#[test]
fn with_setup_archive_and_folder_as_typed_by_hand() {
    let place = Place::new();
    place.write("in.txt", text(5_000));
    place.write("lists/stop.txt", "and\nof\n");
    place.write("tables/names.sed", "s/\"the\"/\"der\"/\n");
    place.shell("tar -czf lists.tgz -C lists stop.txt");
    let by_hand = place.shell(
        r#"export LEAST=2000
           tr ' ' '\n' < in.txt | grep -v -x -f lists/stop.txt | sort | uniq -c |
           awk '{print "\"" $2 "\"\t" $1}' | sed -f tables/names.sed |
           awk -F '\t' '$2 >= ENVIRON["LEAST"]'"#,
    );
    assert_eq!(by_hand, ["\"der\"\t5000"]);
    for runner in RUNNERS {
        let typed = [
            "--archives",
            "lists.tgz#lists",
            "--dirs",
            "tables#tables",
            "--setup",
            "export LEAST=2000",
            "--filter",
            "tr ' ' '\\n' | grep -v -x -f lists/stop.txt",
            "--change",
            "sed -f tables/names.sed",
            "--last-filter",
            "awk -F '\\t' '$2 >= ENVIRON[\"LEAST\"]'",
            "in.txt",
        ];
        // A combiner hands on sums of a part of the lines only, so the last filter sees the first reducer's.
        assert_eq!(
            place.output(COMMANDS, &[runner, &typed].concat()),
            by_hand,
            "{runner:?}"
        );
    }
}

#[test]
fn lines_go_through_as_they_are() {
    let place = Place::new();
    // Not UTF-8, a CR, no tab, a tab at the end, an empty line, no end.
    let lines: &[u8] = b"k\t2\nk\t1\n\xff\xfe\tx\r\nalone\nend\t\n\na\0b\tc\td\nlast";
    place.write("in.txt", lines);
    let by_hand = Command::new("sort")
        .arg("in.txt")
        .env("LC_ALL", "C")
        .current_dir(place.0.path())
        .output()
        .unwrap();
    for runner in RUNNERS {
        let output = place.run(PIPELINE, &[runner, &["in.txt"]].concat());
        assert!(output.status.success(), "{}", said(&output));
        let mut lines: Vec<_> = output
            .stdout
            .split_inclusive(|byte| *byte == b'\n')
            .collect();
        lines.sort();
        let mut wanted: Vec<_> = by_hand
            .stdout
            .split_inclusive(|byte| *byte == b'\n')
            .collect();
        wanted.sort();
        assert_eq!(lines, wanted, "{runner:?}");
    }
    // With one reducer they are sorted, values too.
    let output = place.run(PIPELINE, &["-r", "local", "--reducers", "1", "in.txt"]);
    assert_eq!(
        output.stdout,
        b"\na\0b\tc\td\nalone\nend\t\nk\t1\nk\t2\nlast\n\xff\xfe\tx\r\n"
    );
}

#[test]
fn large_inputs_and_outputs_do_not_block_each_other() {
    let place = Place::new();
    place.write("in.txt", text(200_000));
    let typed = [
        "-r",
        "local",
        "--memory",
        "64M",
        "--map-by",
        "sed 'p;p;p'",
        "--reduce-by",
        "sed 'p' | wc -l",
        "--reducers",
        "1",
        "in.txt",
    ];
    assert_eq!(place.output(PIPELINE, &typed)[0].trim(), "1600000");
}

#[test]
fn a_command_may_stop_reading() {
    let place = Place::new();
    place.write("in.txt", text(200_000));
    for runner in RUNNERS {
        let typed = ["--map-by", "head -n 1", "--reduce-by", "true", "in.txt"];
        assert_eq!(
            place.output(PIPELINE, &[runner, &typed].concat()),
            [""; 0],
            "{runner:?}"
        );
    }
}

#[test]
fn a_filter_may_let_nothing_through() {
    let place = Place::new();
    place.write("in.txt", text(100));
    for runner in RUNNERS {
        let typed = ["--filter", "grep nothing", "in.txt"];
        assert_eq!(
            place.output(COMMANDS, &[runner, &typed].concat()),
            [""; 0],
            "{runner:?}"
        );
    }
}

#[test]
fn what_fails_fails_the_job() {
    let place = Place::new();
    place.write("in.txt", text(1000));
    for runner in RUNNERS {
        let says = |program, typed: [&str; 2], wanted: &[&str]| {
            let said = place.failure(program, &[runner, &typed, &["in.txt"]].concat());
            for wanted in wanted {
                assert!(said.contains(wanted), "{runner:?}: {said}");
            }
        };
        says(
            PIPELINE,
            ["--map-by", "cat; echo too bad >&2; exit 3"],
            &["exit code 3", "which is the mapper", "too bad", "in.txt"],
        );
        says(PIPELINE, ["--map-by", "false"], &["exit code 1"]);
        says(
            PIPELINE,
            ["--map-by", "no-such-tool"],
            &["exit code 127", "no-such-tool"],
        );
        says(
            PIPELINE,
            ["--map-by", "kill -9 $$"],
            &["killed by signal 9"],
        );
        says(
            PIPELINE,
            ["--reduce-by", "exit 4"],
            &["exit code 4", "which is the reducer"],
        );
        says(
            COMMANDS,
            ["--filter", "grep -e"],
            &["exit code 2", "which stands in front of the mapper"],
        );
        says(
            COMMANDS,
            ["--last-filter", "exit 5"],
            &["exit code 5", "which stands in front of the reducer"],
        );
        says(
            COMMANDS,
            ["--change", "echo this is no pair"],
            &["this is no pair"],
        );
    }
}

#[test]
fn commands_count_and_know_their_task() {
    let place = Place::new();
    place.write("in.txt", text(1000));
    for runner in RUNNERS {
        let typed = [
            "--map-by",
            "echo reporter:counter:tools,lines,$(wc -l) >&2; echo reporter:status:done >&2; basename $mapreduce_map_input_file",
            "in.txt",
        ];
        let output = Command::new(PIPELINE)
            .args(["--no-conf", "--local-tmp-dir", "tmp"])
            .args(runner)
            .args(typed)
            .current_dir(place.0.path())
            .output()
            .unwrap();
        let said = said(&output);
        assert!(output.status.success(), "{said}");
        assert_eq!(output.stdout, b"in.txt\n", "{said}");
        assert!(said.contains("tools") && said.contains("lines"), "{said}");
        assert!(said.contains("1000") || said.contains("1,000"), "{said}");
        assert!(!said.contains("reporter:"), "{said}");
    }
}

#[test]
fn by_hand() {
    let place = Place::new();
    place.write("in.txt", text(3000));
    let whole = place.output(
        COMMANDS,
        &["-r", "inline", "--filter", "grep -v ' 5 '", "in.txt"],
    );
    let phase = |phase: &str, step: u32| {
        format!("{COMMANDS} --no-conf --filter \"grep -v ' 5 '\" --step-num {step} --{phase}")
    };
    let script = format!(
        "{} < in.txt | sort | {} | sort | {} | {} | sort | {}",
        phase("mapper", 0),
        phase("combiner", 0),
        phase("reducer", 0),
        phase("mapper", 1),
        phase("reducer", 1),
    );
    assert_eq!(place.shell(&script), whole);
}
