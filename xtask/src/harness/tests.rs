//! Reports as cargo 1.95 writes them.

use super::{Services, read};
use crate::tally::Tally;

const MIXED: &str = "
   Compiling mrjob-core v0.1.0
     Running unittests src/lib.rs (target/debug/deps/mrjob_core-0123456789abcdef)

running 4 tests
test key::order ... ok
test key::slow ... ignored, needs an hour
test key::bare ... ignored
test value::whole ... FAILED

successes:

successes:
    key::order

failures:

---- value::whole stdout ----
thread 'value::whole' panicked at src/value.rs:3:5:
    left: 1
   right: 2


failures:
    value::whole

test result: FAILED. 1 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.01s

error: test failed, to rerun pass `-p mrjob-core --lib`
     Running tests/jobs.rs (target/debug/deps/jobs-0123456789abcdef)

running 2 tests
test inline ... ok
test local ... ok

test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.31s

";

const SKIPPING: &str = "
     Running tests/jobs.rs (target/debug/deps/jobs-0123456789abcdef)

running 3 tests
test inline ... ok
test hadoop ... ok
test slow ... ok

successes:

---- hadoop stdout ----
skipped (service): no cluster; hint: `cargo xtask hadoop start`

---- slow stdout ----
skipped: no valgrind
skipped: no perf


successes:
    hadoop
    inline
    slow

test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.31s
";

fn read_locally(output: &str) -> Tally {
    read(output, Services::Optional)
}

#[test]
fn the_totals_of_all_programs_add_up_and_failures_have_names() {
    let tally = read_locally(MIXED);
    assert_eq!(tally.passed, 3);
    assert_eq!(tally.failed, ["mrjob_core: value::whole"]);
    assert_eq!(
        tally.skipped,
        [
            "mrjob_core: key::slow: needs an hour",
            "mrjob_core: key::bare: ignored without a reason",
        ]
    );
}

#[test]
fn a_test_that_skips_itself_has_not_passed() {
    let tally = read_locally(SKIPPING);
    assert_eq!(tally.passed, 1);
    assert_eq!(tally.failed, [""; 0]);
    assert_eq!(
        tally.skipped,
        [
            "jobs: hadoop: no cluster; hint: `cargo xtask hadoop start`",
            "jobs: slow: no valgrind",
            "jobs: slow: no perf",
        ]
    );
}

#[test]
fn a_missing_service_fails_where_services_are_required() {
    let tally = read(SKIPPING, Services::Required);
    assert_eq!(tally.passed, 1);
    assert_eq!(
        tally.failed,
        ["jobs: hadoop: no cluster; hint: `cargo xtask hadoop start`"]
    );
    assert_eq!(tally.skipped.len(), 2);
}

#[test]
fn doc_tests_are_named_by_crate_and_line() {
    let tally = read_locally(
        "   Doc-tests mrjob\n\nrunning 1 test\n\
         test src/lib.rs - counter (line 3) ... FAILED\n\nfailures:\n\n\
         ---- src/lib.rs - counter (line 3) stdout ----\nerror: expected `;`\n\nfailures:\n    \
         src/lib.rs - counter (line 3)\n\n\
         test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s\n",
    );
    assert_eq!(tally.failed, ["mrjob: src/lib.rs - counter (line 3)"]);
}

#[test]
fn a_program_that_dies_is_a_failure() {
    let dead = "     Running unittests src/lib.rs (target/debug/deps/one-00)\n\nrunning 2 tests\ntest a ... ok\n";
    let after = "     Running unittests src/lib.rs (target/debug/deps/two-00)\n\nrunning 1 test\ntest b ... ok\n\n\
        test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
    let failure = ["one: the test program ended before its tests did"];
    assert_eq!(read_locally(dead).failed, failure);
    let tally = read_locally(&format!("{dead}{after}"));
    assert_eq!(
        (tally.passed, tally.failed),
        (1, failure.map(str::to_owned).to_vec())
    );
}

#[test]
fn counts_hold_where_names_were_torn() {
    let tally = read_locally(
        "running 2 tests\ntest a ... noise\nignored\ntest b ... FAILED\n\n\
         test result: FAILED. 0 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n",
    );
    assert_eq!((tally.failed.len(), tally.skipped.len()), (1, 1));
}

#[test]
fn nothing_is_counted_where_nothing_ran() {
    assert_eq!(
        read_locally("error: could not compile `mrjob`\n"),
        Tally::default()
    );
    assert_eq!(read_locally(""), Tally::default());
}

#[test]
fn what_is_left_to_a_stage_is_counted_for_it() {
    let tally = read_locally(
        "
     Running hadoop/main.rs (target/debug/deps/hadoop-0123456789abcdef)

running 2 tests
test fake::words ... ok
test jobs::words ... ignored, stage `hadoop`: needs a cluster

test result: ok. 1 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s
",
    );
    assert_eq!((tally.passed, tally.skipped.len()), (1, 0));
    assert_eq!(tally.left["hadoop"], 1);
}

#[test]
fn a_program_that_hangs_has_its_running_tests_named() {
    let tally = read_locally(
        "
     Running faults/main.rs (target/debug/deps/faults-0123456789abcdef)

running 3 tests
test disk::full has been running for over 60 seconds
test signals::interrupt has been running for over 60 seconds
test disk::full ... ok
test scarce::files ... ok
xtask: nothing was printed for 20 min, so the program is killed
error: test failed, to rerun pass `-p mrjob-tests --test faults`
     Running tests/jobs.rs (target/debug/deps/jobs-0123456789abcdef)
",
    );
    assert_eq!(
        tally.failed,
        ["faults: the test program hung and was killed; still running: signals::interrupt"]
    );
}

#[test]
fn a_program_that_fails_without_a_report_is_a_failure_of_its_own() {
    let tally = read_locally(&format!(
        "{MIXED}
     Running tests/cli_program.rs (target/debug/deps/cli_program-0123456789abcdef)
thread 'main' panicked at mrjob-runners/tests/cli_program.rs:3:5:
error: test failed, to rerun pass `-p mrjob-runners --test cli_program`
"
    ));
    assert_eq!(
        tally.failed,
        [
            "mrjob_core: value::whole",
            "cli_program: the test program failed"
        ]
    );
}
