//! What tasks say on standard error.

use mrjob_runners::cluster::Message;

use crate::scene::{ALONE, Ended, Scene};

/// The failure that the launcher is told of, as text.
fn failure(ended: &Ended) -> String {
    let Some(Message::Failure(failure)) = ended.messages().pop() else {
        panic!("{}", ended.stderr)
    };
    failure.to_string()
}

#[test]
fn a_failure_is_for_people_and_for_the_launcher() {
    let scene = Scene::told(&[], 1);
    for (text, said) in [
        (
            "a b\nc d\npanic it broke\n",
            "`obey` panicked at byte 8 of hdfs://host/in.txt: it broke",
        ),
        (
            "error no good\n",
            "`obey` returned an error at byte 0 of hdfs://host/in.txt: no good",
        ),
    ] {
        let ended = scene.map(text);
        assert_eq!(ended.code, Some(1));
        assert!(
            ended.stderr.contains(&format!("error: {said}\n")),
            "{}",
            ended.stderr
        );
        assert_eq!(failure(&ended), said);
    }
    let input = scene.shuffled(&["fail here\n"]).remove(0);
    let ended = scene.reduce(0, &input);
    assert_eq!(ended.code, Some(1));
    assert_eq!(
        failure(&ended),
        "`give` panicked in the group of key \"fail\": told to fail"
    );
    let Some(Message::Failure(failure)) = ended.messages().pop() else {
        unreachable!()
    };
    assert!(failure.panicked_at.unwrap().contains("told.rs:"));
    assert!(failure.backtrace.unwrap().contains("give"));
}

#[test]
fn the_place_in_a_later_split_is_said() {
    let scene = Scene::told(&[], 1);
    let mut command = scene.map_command(ALONE, "");
    command.env("mapreduce_map_input_start", "1000");
    let ended = scene.end(&mut command, b"a b\npanic x\n");
    assert_eq!(
        failure(&ended),
        "`obey` panicked at byte 4 of the split of hdfs://host/in.txt that begins at byte 1000: x"
    );
}

#[test]
fn counters_reach_hadoop_or_the_launcher() {
    let scene = Scene::told(&[], 1);
    let ended = scene.map("print without an end\ncount 150\ncount 3\na 1\nb 2\n");
    let counters = ended.counters();
    assert!(counters.len() <= 60, "{}", ended.stderr);
    let find = |name: &str| {
        let found = counters.iter().find(|(_, found, _)| found == name);
        found.map(|(group, _, amount)| (group.as_str(), *amount))
    };
    assert_eq!(find("counter 000"), Some(("told", 2)));
    assert_eq!(find("map input records"), Some(("mrjob", 5)));
    assert_eq!(find("map output records"), Some(("mrjob", 2)));
    let messages = ended.messages();
    let [Message::Counters(rest)] = &messages[..] else {
        panic!("{}", ended.stderr)
    };
    let told = counters
        .iter()
        .filter(|(group, ..)| group == "told")
        .count();
    assert_eq!(told + rest["told"].len(), 150);
    assert_eq!(rest["told"]["counter 149"], 1);
    // What is printed is no data.
    assert!(ended.stderr.contains("without an end"));
    assert!(!String::from_utf8_lossy(&ended.stdout).contains("without"));
}

#[test]
fn a_task_is_heard_while_a_record_takes_long() {
    let scene = Scene::told(&[], 1);
    let mut command = scene.map_command(ALONE, "");
    command.env("mapreduce_task_timeout", "9000");
    let ended = scene.end(&mut command, b"a 1\nstatus on\tthe way\nsleep 4500\n");
    assert_eq!(ended.code, Some(0));
    let statuses: Vec<&str> = ended
        .stderr
        .lines()
        .filter_map(|line| line.strip_prefix("reporter:status:"))
        .collect();
    assert_eq!(statuses[0], "on the way");
    // One each three seconds, and a busy machine takes longer than the record.
    assert!((2..10).contains(&statuses.len()), "{statuses:?}");
    assert!(statuses[1].starts_with("read "), "{statuses:?}");
}

#[test]
fn a_task_that_cannot_begin_says_why_in_one_paragraph() {
    let scene = Scene::told(&[], 3);
    let run = |file: &str, arguments: &[&str]| {
        let mut command = mrjob_tests_process::Command::new(env!("CARGO_BIN_EXE_told"));
        command
            .current_dir(&scene.hadoop.dir)
            .args(["--task-file", file])
            .args(arguments);
        scene.end(&mut command, b"")
    };
    scene.step();
    std::fs::write(scene.hadoop.dir.join("bad.json"), "{\"format\": 1").unwrap();
    for (file, arguments, said) in [
        (
            "none.json",
            &["--mapper"][..],
            "failed to read the task file `none.json`: No such file",
        ),
        (
            "bad.json",
            &["--mapper"],
            "failed to read the task file `bad.json`: EOF",
        ),
        (
            "mrjob-task.json",
            &["--mapper", "--step-num", "7"],
            "`--step-num 7`: the job has 1 step",
        ),
        ("mrjob-task.json", &["--combiner"], "has no combiner"),
        ("mrjob-task.json", &["in.txt"], "isn't how a task is called"),
    ] {
        let ended = run(file, arguments);
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        assert!(ended.stderr.starts_with("error: "), "{}", ended.stderr);
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
        assert!(failure(&ended).contains(said), "{}", failure(&ended));
    }
    let ended = run("mrjob-task.json", &["--mapper", "--step-num", "0"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);

    let mut command = scene.map_command(ALONE, "");
    let ended = scene.end(command.env("mapreduce_job_reduces", "5"), b"");
    assert_eq!(ended.code, Some(2));
    assert!(
        ended
            .stderr
            .contains("the task file says 3 reduce tasks, and `mapreduce.job.reduces` is 5"),
        "{}",
        ended.stderr
    );
}

#[test]
fn output_that_hadoop_would_change_is_refused() {
    let scene = Scene::told(&[], 1);
    let input = scene.shuffled(&["return x\n"]).remove(0);
    let ended = scene.reduce(0, &input);
    assert_eq!(ended.code, Some(1));
    assert!(
        ended
            .stderr
            .contains("a carriage return, which Hadoop Streaming takes for the end of a line"),
        "{}",
        ended.stderr
    );
    assert!(
        ended.stderr.contains("hint: `output = Json`"),
        "{}",
        ended.stderr
    );
}
