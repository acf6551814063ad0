//! What goes wrong on YARN, and what the user is told.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::cluster::{Cluster, Ended, end};

const WORD_FREQ: &str = env!("CARGO_BIN_EXE_word_freq");
/// From a failure to its explanation, beside what the job itself takes.
const EXPLAINED: Duration = Duration::from_secs(90);

/// `faulty` over keys of which the last ones make it do `fault`, with notes in a folder that all tasks see.
fn faulty(cluster: &Cluster, fault: &str, method: &str) -> Command {
    let lines: String = (0..1000)
        .map(|line| format!("key{line}\t{line}\n"))
        .collect();
    cluster.write("in.txt", lines);
    let notes = cluster.path("notes");
    fs::create_dir_all(&notes).unwrap();
    let mut command = cluster.program(env!("CARGO_BIN_EXE_faulty"));
    command.arg("--notes").arg(notes);
    command.args([
        "--at", "key900", "--fault", fault, "--method", method, "in.txt",
    ]);
    command
}

fn run(command: &mut Command) -> Ended {
    end(command.spawn().unwrap())
}

#[test]
fn a_panic_is_told_with_its_place() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let begun = Instant::now();
    let mut command = faulty(&cluster, "panic", "mapper");
    let ended = run(command.args([
        "-Dmapreduce.map.maxattempts=1",
        "-o",
        &cluster.remote("out"),
    ]));
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(begun.elapsed() < EXPLAINED, "{:?}", begun.elapsed());
    for said in [
        "error: step 1 of 1 failed in map task ",
        "panicked",
        "in.txt",
        "it was attempt_",
        "its logs: http://",
        "panicked at ",
    ] {
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
    }
    assert_eq!(cluster.leftovers(), [""; 0]);
    assert_eq!(
        cluster
            .hadoop(&["fs", "-ls", "-C", "/tmp"])
            .matches(".out.mrjob-")
            .count(),
        0
    );
}

#[test]
fn a_panic_in_a_reducer_is_told_with_its_key() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let ended = run(faulty(&cluster, "panic", "reducer").args([
        "--times=9",
        "--reducers=1",
        "-Dmapreduce.reduce.maxattempts=2",
    ]));
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    for said in [
        "attempt 1 lost: ",
        "failed in reduce task 0",
        "in the group of key \"key900\"",
    ] {
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
    }
}

#[test]
fn what_cannot_be_is_said_before_anything_is_copied() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let ended = run(cluster.program(WORD_FREQ).arg("hdfs:///no/such/input"));
    assert_eq!(ended.code, Some(2));
    assert_eq!(
        ended.stderr,
        "error: input `hdfs:///no/such/input` doesn't exist\n"
    );

    let ended = run(cluster.program(WORD_FREQ).arg("/no/such/input"));
    assert_eq!(ended.code, Some(2));
    assert_eq!(
        ended.stderr,
        "error: input `/no/such/input` doesn't exist\n"
    );

    cluster.write("in.txt", "a\n");
    let ended = run(cluster
        .program(WORD_FREQ)
        .arg("in.txt")
        .env("HADOOP_CONF_DIR", cluster.path("")));
    assert_eq!(ended.code, Some(2));
    assert!(
        ended
            .stderr
            .starts_with("error: found no configuration of Hadoop"),
        "{}",
        ended.stderr
    );

    let empty = cluster.path("empty");
    fs::create_dir(&empty).unwrap();
    fs::write(empty.join("core-site.xml"), "<configuration/>").unwrap();
    let ended = run(cluster
        .program(WORD_FREQ)
        .arg("in.txt")
        .env("HADOOP_CONF_DIR", &empty));
    assert_eq!(ended.code, Some(2));
    assert!(
        ended
            .stderr
            .contains("names no cluster: `fs.defaultFS` is not set"),
        "{}",
        ended.stderr
    );

    let ended =
        run(cluster
            .program(WORD_FREQ)
            .args(["in.txt", "--hadoop-streaming-jar", "none.jar"]));
    assert_eq!(ended.code, Some(2));
    assert!(
        ended
            .stderr
            .contains("found no archive for streaming; looked at `none.jar`"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_resource_manager_that_is_down() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    cluster.write("in.txt", "a\n");
    let address = cluster.property("yarn-site.xml", "yarn.resourcemanager.address");
    let conf = cluster.configuration("yarn-site.xml", &format!(">{address}<"), ">127.0.0.1:1<");
    let begun = Instant::now();
    let ended = run(cluster
        .program(WORD_FREQ)
        .arg("in.txt")
        .env("HADOOP_CONF_DIR", conf));
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let said = "error: failed to reach the ResourceManager at `127.0.0.1:1`: Connection refused";
    assert!(ended.stderr.starts_with(said), "{}", ended.stderr);
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn files_by_hadoop_fs_where_the_web_service_is_away() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    cluster.write("in.txt", "b a\nb\n");
    let web = cluster.property("hdfs-site.xml", "dfs.namenode.http-address");
    let conf = cluster.configuration("hdfs-site.xml", &format!(">{web}<"), ">127.0.0.1:1<");
    let mut command = cluster.program(WORD_FREQ);
    let ended = run(command
        .args(["-v", "--reducers=1", "in.txt"])
        .env("HADOOP_CONF_DIR", conf));
    assert_eq!(ended.stdout, "\"a\"\t1\n\"b\"\t2\n", "{}", ended.stderr);
    assert!(
        ended
            .stderr
            .contains("by `hadoop fs`: 127.0.0.1:1: Connection refused"),
        "{}",
        ended.stderr
    );
}

#[test]
fn an_attempt_that_is_killed_is_repeated() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let mut command = faulty(&cluster, "kill", "mapper");
    let ended = run(command.arg("--reducers=1"));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("attempt 1 lost: "),
        "{}",
        ended.stderr
    );
    assert_eq!(ended.stdout.lines().count(), 1000);
}

#[test]
fn an_interrupt_ends_the_application() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    for signal in [Signal::INT, Signal::TERM] {
        let mut command = faulty(&cluster, "wait", "mapper");
        let notes = cluster.path("notes");
        let mut child = command
            .args(["-v", "-o", &cluster.remote("out")])
            .spawn()
            .unwrap();
        wait_for_a_note(&notes);
        let launcher = Pid::from_raw(child.id().try_into().unwrap()).unwrap();
        kill_process(launcher, signal).unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut application = String::new();
        let mut line = String::new();
        while stderr.read_line(&mut line).unwrap() > 0 {
            if let Some((_, id)) = line.split_once("Submitted application ") {
                application = id.trim().to_owned();
            }
            line.clear();
        }
        stderr.read_to_string(&mut line).unwrap();
        assert_eq!(end(child).code, Some(130));
        let state = cluster.hadoop(&[
            "org.apache.hadoop.yarn.client.cli.ApplicationCLI",
            "application",
            "-status",
            &application,
        ]);
        assert!(state.contains("Final-State : KILLED"), "{state}");
        assert_eq!(cluster.leftovers(), [""; 0]);
        fs::remove_dir_all(&notes).unwrap();
    }
}

/// Until a task has come to where it waits.
fn wait_for_a_note(notes: &Path) {
    let begun = Instant::now();
    while fs::read_dir(notes).unwrap().next().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(60), "no task waits");
        std::thread::sleep(Duration::from_millis(50));
    }
}
