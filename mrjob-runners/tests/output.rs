//! Output is all or nothing, in a folder and on a stream.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod fake;

use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::sync::{Arc, Barrier};
use std::{fs, thread};

use fake::setting::{Setting, run, step};
use mrjob_core::emit::Part;
use mrjob_runners::inline::Inline;
use mrjob_runners::local::{Local, Workers};
use mrjob_runners::output::{Cat, OutputError, cat, check};
use mrjob_runners::plan::Plan;
use mrjob_runners::run::{RunError, Runner};

fn runners() -> [Box<dyn Runner>; 2] {
    [Box::new(Inline), Box::new(Local::new(Workers::Threads))]
}

/// A plan that sorts two lines into `out`.
fn sorting(setting: &Setting) -> Plan {
    let mut plan = setting.plan(vec![step(true)], vec![setting.input("in.txt", "b\na\n")]);
    plan.output.dir = Some(setting.path("out"));
    plan
}

fn names(dir: PathBuf) -> Vec<String> {
    fake::files_of(&dir)
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn a_new_folder_gets_parts_and_success() {
    for runner in runners() {
        let setting = Setting::new();
        let mut plan = sorting(&setting);
        plan.output.dir = Some(setting.path("new/out"));
        let outcome = run(runner.as_ref(), &plan);
        assert_eq!(outcome.text(), "a\nb\n");
        assert_eq!(names(setting.path("new/out")), ["_SUCCESS", "part-00000"]);
        assert_eq!(names(setting.path("new")), ["out"]);
        assert!(setting.leftovers().is_empty());
    }
}

#[test]
fn an_empty_folder_is_taken_also_through_a_link() {
    for runner in runners() {
        let setting = Setting::new();
        fs::create_dir(setting.path("there")).unwrap();
        std::os::unix::fs::symlink("there", setting.path("out")).unwrap();
        assert_eq!(run(runner.as_ref(), &sorting(&setting)).text(), "a\nb\n");
        assert_eq!(names(setting.path("there")), ["_SUCCESS", "part-00000"]);
        assert!(setting.leftovers().is_empty());
    }
}

#[test]
fn a_folder_with_something_in_it_is_refused_before_anything_runs() {
    for runner in runners() {
        let setting = Setting::new();
        fs::create_dir(setting.path("out")).unwrap();
        fs::write(setting.path("out/precious"), "x").unwrap();
        let outcome = run(runner.as_ref(), &sorting(&setting));
        assert!(matches!(
            outcome.result,
            Err(RunError::Output(OutputError::NotEmpty { .. }))
        ));
        assert!(outcome.error().contains("hint:") && outcome.events.is_empty());
        assert_eq!(names(setting.path("out")), ["precious"]);
        assert!(setting.leftovers().is_empty());
    }
}

#[test]
fn a_file_is_refused() {
    let setting = Setting::new();
    fs::write(setting.path("out"), "x").unwrap();
    assert!(matches!(
        check(&setting.path("out")),
        Err(OutputError::NotFolder { .. })
    ));
    assert!(matches!(
        check(&setting.path("out/below")),
        Err(OutputError::NotFolder { .. })
    ));
    assert!(check(&setting.path("elsewhere/below")).is_ok());
}

#[test]
fn a_failed_run_leaves_nothing() {
    for runner in runners() {
        let setting = Setting::new();
        let mut plan = sorting(&setting);
        plan.inputs = vec![setting.input("in.txt", "b\nreduce-fail\n")];
        let outcome = run(runner.as_ref(), &plan);
        assert!(outcome.error().contains("reduce task 0") && outcome.lost().is_empty());
        assert!(setting.leftovers().is_empty() && !setting.path("out").exists());
    }
}

#[test]
fn of_two_runs_for_one_folder_one_wins() {
    for existing in [false, true] {
        let setting = Arc::new(Setting::new());
        if existing {
            fs::create_dir(setting.path("out")).unwrap();
        }
        let barrier = Arc::new(Barrier::new(2));
        let racer = |letter: &'static str| {
            let (setting, barrier) = (Arc::clone(&setting), Arc::clone(&barrier));
            thread::spawn(move || {
                let mut plan = sorting(&setting);
                plan.job_key = letter.to_owned();
                plan.inputs = vec![setting.input(letter, &format!("{letter}\nsleep 300\n"))];
                plan.reducers = 3.try_into().ok();
                barrier.wait();
                run(&Local::new(Workers::Threads), &plan).result
            })
        };
        let results = [racer("x"), racer("y")].map(|racer| racer.join().unwrap());
        let winner = results.iter().position(Result::is_ok).unwrap();
        assert!(
            matches!(
                results[1 - winner],
                Err(RunError::Output(OutputError::Lost { .. }))
            ),
            "{results:?}"
        );
        let parts = &results[winner].as_ref().unwrap().parts;
        let mut text = Vec::new();
        cat(parts, &mut text).unwrap();
        assert!(
            String::from_utf8(text)
                .unwrap()
                .contains(["x\n", "y\n"][winner])
        );
        assert_eq!(
            names(setting.path("out")),
            ["_SUCCESS", "part-00000", "part-00001", "part-00002"]
        );
        assert!(setting.leftovers().is_empty());
    }
}

/// As with a volume that is mounted for the output. (Root may write anywhere, and sees the usual way.)
#[test]
fn an_empty_folder_is_taken_where_its_parent_is_not_ours() {
    use std::os::unix::fs::PermissionsExt;
    for runner in runners() {
        let setting = Setting::new();
        fs::create_dir_all(setting.path("sealed/out")).unwrap();
        fs::set_permissions(setting.path("sealed"), fs::Permissions::from_mode(0o555)).unwrap();
        let mut plan = sorting(&setting);
        plan.output.dir = Some(setting.path("sealed/out"));
        assert_eq!(run(runner.as_ref(), &plan).text(), "a\nb\n");
        assert_eq!(
            names(setting.path("sealed/out")),
            ["_SUCCESS", "part-00000"]
        );
        assert_eq!(names(setting.path("sealed")), ["out"]);
        assert!(matches!(
            run(runner.as_ref(), &plan).result,
            Err(RunError::Output(_))
        ));
        fs::set_permissions(setting.path("sealed"), fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn steps_before_the_last_are_kept_where_asked() {
    for runner in runners() {
        let setting = Setting::new();
        let mut plan = sorting(&setting);
        plan.steps = vec![step(false), step(true), step(true)];
        plan.step_output_dir = Some(setting.path("steps"));
        assert_eq!(run(runner.as_ref(), &plan).text(), "a\nb\n");
        assert_eq!(names(setting.path("steps")), ["0000", "0001"]);
        assert_eq!(
            fs::read_to_string(setting.path("steps/0000/part-00000")).unwrap(),
            "b\na\n"
        );
        assert_eq!(
            fs::read_to_string(setting.path("steps/0001/part-00000")).unwrap(),
            "a\nb\n"
        );
        assert!(matches!(
            run(runner.as_ref(), &plan).result,
            Err(RunError::Output(_))
        ));
    }
}

/// Takes `room` bytes, then answers with an error.
struct Full {
    room: usize,
    error: ErrorKind,
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.room == 0 {
            return Err(self.error.into());
        }
        let length = bytes.len().min(self.room);
        self.room -= length;
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_is_a_quiet_end_and_a_full_disk_is_not() {
    let setting = Setting::new();
    fs::write(setting.path("part"), "second\n").unwrap();
    let parts = [
        Part::Memory(Arc::new(b"first\n".to_vec())),
        Part::File(setting.path("part")),
    ];
    let mut text = Vec::new();
    assert_eq!(cat(&parts, &mut text).unwrap(), Cat::Complete);
    assert_eq!(text, b"first\nsecond\n");
    for room in [0, 3, 9] {
        let closed = cat(
            &parts,
            &mut Full {
                room,
                error: ErrorKind::BrokenPipe,
            },
        );
        assert_eq!(closed.unwrap(), Cat::Closed);
        let full = cat(
            &parts,
            &mut Full {
                room,
                error: ErrorKind::StorageFull,
            },
        );
        assert!(
            full.unwrap_err()
                .to_string()
                .starts_with("failed to write to standard output: ")
        );
    }
}

#[test]
fn a_part_that_is_gone_is_an_error() {
    let gone = [Part::File(Setting::new().path("gone"))];
    assert!(
        cat(&gone, &mut Vec::new())
            .unwrap_err()
            .to_string()
            .starts_with("failed to read `")
    );
}
