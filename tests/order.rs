//! Types whose `Ord` isn't the order of their encoding end the job, wherever two of them meet.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;

use mrjob_tests_process::{Command, Output};

/// Runs the job over files with these contents.
fn run(files: &[&str], arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_own_order"));
    command.current_dir(&folder).arg("-q").args(arguments);
    for (number, text) in files.iter().enumerate() {
        let name = format!("{number}.tsv");
        fs::write(folder.path().join(&name), text).unwrap();
        command.arg(name);
    }
    command.output().unwrap()
}

const INLINE: &[&str] = &["-r", "inline"];
const LOCAL: &[&str] = &["-r", "local", "--num-cores", "2"];

#[test]
fn keys_in_another_order_end_the_job() {
    for runner in [INLINE, LOCAL] {
        let run = run(&["Debug\t1\nError\t2\nInfo\t3\n"], runner);
        assert_eq!(run.status.code(), Some(1));
        assert_eq!(String::from_utf8_lossy(&run.stdout), "");
        assert_eq!(
            String::from_utf8_lossy(&run.stderr),
            "error: step 1 of 1 failed in reduce task 0: `newest` couldn't go on: keys are sorted by their encoding, and \
             the `Ord` of `Level` says otherwise: the key \"Info\" comes after \"Debug\", which it should precede\n  \
             hint: for descending order emit `mrjob::Desc<…>` around what descends; a job that only groups by its keys, \
             in whatever order, emits `mrjob::Encoded<Level>`\n"
        );
    }
}

/// Two map tasks have a key each, and so has each of two reduce tasks.
#[test]
fn keys_of_two_tasks_are_compared_too() {
    let arguments = [LOCAL, &["-D", "mapreduce.job.maps=2"]].concat();
    let run = run(&["Debug\t1\n", "Error\t2\n"], &arguments);
    let said = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(1));
    assert!(
        said.contains("the key \"Error\" comes after \"Debug\""),
        "{said}"
    );
}

/// The reducer takes one value of a group, and it is the wrong one.
#[test]
fn values_that_the_reducer_leaves_are_compared_too() {
    for runner in [INLINE, LOCAL] {
        let run = run(&["Info\t1\nInfo\t9\n"], runner);
        assert_eq!(run.status.code(), Some(1));
        assert_eq!(String::from_utf8_lossy(&run.stdout), "");
        assert_eq!(
            String::from_utf8_lossy(&run.stderr),
            "error: step 1 of 1 failed in reduce task 0: `newest` couldn't go on in the group of key \"Info\": \
             `sort_values` sorts values by their encoding, and the `Ord` of `Reverse<u64>` says otherwise: the value 9 \
             comes after 1, which it should precede\n  \
             hint: for descending order emit `mrjob::Desc<u64>` in place of `Reverse<u64>`; where the encoding's order \
             will do, emit `mrjob::Encoded<Reverse<u64>>`\n"
        );
    }
}

#[test]
fn one_key_and_one_value_have_any_order() {
    for runner in [INLINE, LOCAL] {
        let run = run(&["Info\t9\n"], runner);
        assert_eq!(String::from_utf8_lossy(&run.stderr), "");
        assert_eq!(String::from_utf8_lossy(&run.stdout), "\"Info\"\t9\n");
    }
}

#[test]
fn sorted_values_arent_sorted_as_lines() {
    for phase in ["--mapper", "--reducer"] {
        let run = run(&["Info\t9\n"], &[phase]);
        assert_eq!(run.status.code(), Some(2));
        assert_eq!(
            String::from_utf8_lossy(&run.stderr),
            format!(
                "error: `{phase}`: step 0 of the job, counted from 0, has its values sorted (`sort_values`), and `sort` \
                 knows lines of text alone\n  hint: run the job, with `-r inline` on one core\n"
            )
        );
    }
}

/// What the job of descending keys says, which must refuse its options.
fn refused(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_largest"));
    let run = command.arg("-q").args(arguments).output().unwrap();
    assert_eq!(run.status.code(), Some(2), "{arguments:?}");
    assert_eq!(String::from_utf8_lossy(&run.stdout), "");
    String::from_utf8_lossy(&run.stderr).into_owned()
}

#[test]
fn descending_keys_arent_sorted_as_lines() {
    for phase in ["--mapper", "--reducer"] {
        assert_eq!(
            refused(&[phase]),
            format!(
                "error: `{phase}`: step 0 of the job, counted from 0, emits keys in descending order (`mrjob::Desc`), and \
                 `sort` knows lines of text alone\n  hint: run the job, with `-r inline` on one core\n"
            )
        );
    }
}

#[test]
fn descending_keys_arent_handed_to_shell_commands() {
    let said = refused(&["--by-shell", "1", "-r", "inline", "/dev/null"]);
    assert!(
        said.starts_with("error: step 1 emits keys with `mrjob::Desc`, and a shell command in it makes lines of them")
            && said.contains("\n  hint: "),
        "{said}"
    );
}
