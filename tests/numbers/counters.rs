//! Counters, those with names from the data too.

use mrjob::prelude::*;

use super::{failure, run, totals};

#[test]
fn names_may_come_from_the_data() {
    for runner in ["inline", "local"] {
        let ended = totals(runner, &[], "a\t1\nb,\t2\na\t3\n");
        assert_eq!((ended.code, &*ended.stdout), (Some(0), "a\t4\nb,\t2\n"));
        let counters = "Counters: 3\n\trows\n\t\tall=6\n\trows by key\n\t\ta=3\n\t\tb,=2\n";
        assert!(ended.stderr.contains(counters), "{}", ended.stderr);
    }
}

#[test]
fn a_name_from_the_data_stays_in_its_line_by_hand() {
    let ended = run(&["--mapper"], "a,\u{1b}b\t1\n");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let lines = "reporter:counter:rows,all,2\nreporter:counter:rows by key,a;\\u{1b}b,1\n";
    assert_eq!(ended.stderr, lines);
}

#[test]
fn a_counter_beyond_its_type_fails_the_task() {
    for runner in ["inline", "local"] {
        let ended = totals(runner, &["--amount", "9223372036854775807"], "a\t1\na\t1\n");
        assert_eq!((ended.code, &*ended.stdout), (Some(1), ""));
        let said = "step 1 of 1 failed in map task 0: the task couldn't go on: the counter `rows by key: a` is beyond \
                    9223372036854775807";
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
    }
}

#[test]
fn a_counter_that_is_beyond_it_over_all_tasks_fails_the_job() {
    for runner in ["inline", "local"] {
        let ended = totals(runner, &["--amount", "9223372036854775806"], "a\t1\n");
        assert_eq!((ended.code, &*ended.stdout), (Some(1), ""));
        let said = "step 1 of 1 failed: the counter `rows by key: a` is beyond 9223372036854775807";
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
    }
}

#[derive(MrJob)]
struct Down;

#[mrjob::steps]
impl Down {
    #[mapper]
    fn rows(&self, _line: &str, _out: &mut Emitter<String, u64>) {
        counter!("down", "n", i64::MIN);
    }
}

#[test]
fn a_counter_below_its_type_fails_the_task() {
    let failed = failure::<Down>("a\nb\n");
    assert!(
        failed.contains("the counter `down: n` is below -9223372036854775808"),
        "{failed}"
    );
}

#[derive(MrJob)]
struct Shell;

#[mrjob::steps]
impl Shell {
    #[mapper_cmd]
    fn tell(&self) -> String {
        "sed s/.*/reporter:counter:big,n,9223372036854775807/ >&2".to_owned()
    }
}

#[test]
fn a_command_s_counter_beyond_its_type_fails_the_task() {
    let failed = failure::<Shell>("a\nb\n");
    assert!(
        failed.contains("the counter `big: n` is beyond 9223372036854775807"),
        "{failed}"
    );
    let outcome = Shell::parse_from([""; 0]).sandbox("a\n").unwrap();
    assert_eq!(outcome.counter(0, "big", "n"), i64::MAX);
}
