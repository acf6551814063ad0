//! What goes wrong on YARN, and what the user is told.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::time::{Duration, Instant};

use mrjob_tests_process::Command;
use rustix::process::Signal;
use serde_json::Value;

use crate::cluster::{Cluster, Ended, end, interrupt};
use crate::fake::Fake;

const WORD_FREQ: &str = env!("CARGO_BIN_EXE_word_freq");
/// From the job's end to the explanation of why it failed, on a machine that has much else to do.
const EXPLAINED: Duration = Duration::from_secs(90);

/// `faulty` over keys of which the last ones make it do `fault`, with notes in a folder that all tasks see.
pub(crate) fn faulty(cluster: &Cluster, fault: &str, method: &str) -> Command {
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

/// Runs a job that fails, and sees that the launcher says soon why.
fn failed(command: &mut Command) -> String {
    let mut child = command.arg("-v").spawn().unwrap();
    let (mut said, mut line, mut over) = (String::new(), String::new(), None);
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    while stderr.read_line(&mut line).unwrap() > 0 {
        if line.contains("failed with state FAILED") {
            over = Some(Instant::now());
        }
        said += &std::mem::take(&mut line);
    }
    assert_eq!(end(child).code, Some(1), "{said}");
    let took = over.unwrap().elapsed();
    assert!(took < EXPLAINED, "{took:?}: {said}");
    said
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_panic_is_told_with_its_place() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let mut command = faulty(&cluster, "panic", "mapper");
    let output = cluster.remote("out");
    let said = failed(command.args(["-Dmapreduce.map.maxattempts=1", "-o", &output]));
    for wanted in [
        "error: step 1 of 1 failed in map task ",
        "panicked",
        "in.txt",
        "it was attempt_",
        "its logs: http://",
        "panicked at ",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    assert_eq!(cluster.leftovers(), [""; 0]);
    assert_eq!(cluster.names(&cluster.remote("")), [""; 0]);
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_panic_in_a_reducer_is_told_with_its_key() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let said = failed(faulty(&cluster, "panic", "reducer").args([
        "--times=9",
        "--reducers=1",
        "-Dmapreduce.reduce.maxattempts=2",
    ]));
    for wanted in [
        "attempt 1 lost: ",
        "failed in reduce task 0",
        "in the group of key \"key900\"",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_panic_in_the_third_step() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    cluster.write("in.txt", "good bad good\n");
    let mut command = cluster.program(env!("CARGO_BIN_EXE_third"));
    let said = failed(command.args(["--reducers=1", "-Dmapreduce.reduce.maxattempts=1", "in.txt"]));
    let wanted = "error: step 3 of 3 failed in reduce task 0: `broken` panicked in the group of key \"bad\": it broke";
    assert!(said.contains(wanted), "{said}");
    assert_eq!(cluster.leftovers(), [""; 0]);
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_cause_without_web_services() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let history = cluster.property("mapred-site.xml", "mapreduce.jobhistory.webapp.address");
    let conf = cluster.configuration("mapred-site.xml", &format!(">{history}<"), ">127.0.0.1:1<");
    let manager = cluster.property("yarn-site.xml", "yarn.resourcemanager.webapp.address");
    let yarn = conf.join("yarn-site.xml");
    let text = fs::read_to_string(&yarn).unwrap();
    fs::write(
        &yarn,
        text.replace(&format!(">{manager}<"), ">127.0.0.1:1<"),
    )
    .unwrap();
    let mut command = faulty(&cluster, "panic", "mapper");
    // It takes a Java each time that is asked.
    let ended = run(command
        .arg("-Dmapreduce.map.maxattempts=1")
        .env("HADOOP_CONF_DIR", conf));
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let said = ended.stderr;
    for wanted in [
        "error: step 1 of 1 failed in map task 0: `split` panicked at ",
        "its logs: `yarn logs -applicationId application_",
        "panicked at ",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_jvm_that_runs_out_of_memory() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    cluster.write("in.txt", format!("\"key\"\t\"{}\"\n", "x".repeat(30 << 20)));
    let mut command = cluster.program(env!("CARGO_BIN_EXE_long_values"));
    let said = failed(command.args([
        "--reducers=1",
        "-Dmapreduce.map.maxattempts=1",
        "-Dmapreduce.map.java.opts=-Xmx64m",
        "-Dmapreduce.task.io.sort.mb=8",
        "in.txt",
    ]));
    for wanted in [
        ": the JVM of the task ran out of memory",
        "hint: `-D mapreduce.map.java.opts=-Xmx1g`",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_hundred_and_fifty_counters() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    cluster.write("in.txt", "count 150\n");
    let mut command = cluster.program(env!("CARGO_BIN_EXE_told"));
    let ended = run(command.args(["--reducers=1", "--log-format=json", "in.txt"]));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let events = ended.stderr.lines();
    let mut events = events.filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let step = events
        .find(|event| event["event"] == "step_finished")
        .unwrap();
    let counters = step["counters"]["told"].as_object().unwrap();
    assert_eq!(counters.len(), 150);
    assert!(counters.values().all(|amount| *amount == 1), "{counters:?}");
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_record_that_takes_longer_than_a_task_may_be_silent() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    // A silent attempt would be found by a look each 30 s; that of the reducer has to start in the same time.
    cluster.write("in.txt", "sleep 90000\nword x\n");
    let mut command = cluster.program(env!("CARGO_BIN_EXE_told"));
    let ended = run(command.args(["--reducers=1", "-Dmapreduce.task.timeout=45000", "in.txt"]));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(!ended.stderr.contains("lost"), "{}", ended.stderr);
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_file_system_over_its_quota() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    cluster.write("in.txt", "a\n");
    let full = cluster.remote("full");
    cluster.hadoop(&["fs", "-mkdir", "-p", &full]);
    cluster.hadoop(&["dfsadmin", "-setSpaceQuota", "1m", &full]);
    // The program doesn't go there.
    let mut command = cluster.program(WORD_FREQ);
    let ended = run(command.args(["in.txt", "--hadoop-tmp-dir", &full]));
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    for wanted in ["error: failed to copy `", "quota"] {
        assert!(ended.stderr.contains(wanted), "{wanted}: {}", ended.stderr);
    }
    // Neither does the output.
    let mut command = cluster.program(WORD_FREQ);
    let said = failed(command.args([
        "--reducers=1",
        "-Dmapreduce.reduce.maxattempts=1",
        "in.txt",
        "-o",
        &format!("{full}/out"),
    ]));
    assert!(said.contains("reduce task 0: "), "{said}");
    assert!(said.contains("quota of "), "{said}");
}

#[test]
fn machines_that_are_all_unhealthy() {
    let fake = Fake::new();
    fake.before_jobs(
        "echo '2026-01-01 00:00:00,000 INFO impl.YarnClientImpl: Submitted application application_1_0001' >&2
         echo '2026-01-01 00:00:00,000 INFO mapreduce.Job: Running job: job_1_0001' >&2
         exec sleep 60",
    );
    let mut command = fake.program(WORD_FREQ);
    let mut child = command.arg("in.txt").spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("hint: whoever keeps the cluster has to mend that") {
        assert!(stderr.read_line(&mut said).unwrap() > 0, "{said}");
    }
    let wanted = "application_1_0001 waits in queue `night`: all machines are unhealthy: 1/1 local-dirs are bad: /data\n";
    assert!(said.contains(wanted), "{said}");
    interrupt(&child, Signal::INT);
    stderr.read_to_string(&mut said).unwrap();
    assert_eq!(end(child).code, Some(130), "{said}");
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_job_that_waits_is_explained() {
    let Some(cluster) = Cluster::alone() else {
        return;
    };
    cluster.write("in.txt", "a\n");
    let start = |arguments: &[&str]| {
        let mut command = cluster.program(WORD_FREQ);
        command.arg("in.txt").args(arguments).spawn().unwrap()
    };
    // Their masters are as large as the two machines, so that not even their own tasks have room.
    let large = ["-Dyarn.app.mapreduce.am.resource.mb=3072"];
    let others = [start(&large), start(&large)];
    while !cluster
        .manager("/ws/v1/cluster/metrics")
        .contains("\"availableMB\":0,")
    {
        std::thread::sleep(Duration::from_millis(100));
    }
    let mut child = start(&[]);
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("hint: it begins when the queue has room") {
        assert!(stderr.read_line(&mut said).unwrap() > 0, "{said}");
    }
    let wanted = "waits in queue `default`: 2 machines are up, with 0 MB of 6144 MB free, and 2 other jobs run";
    assert!(said.contains(wanted), "{said}");
    interrupt(&child, Signal::INT);
    stderr.read_to_string(&mut said).unwrap();
    assert_eq!(end(child).code, Some(130), "{said}");
    for other in others {
        interrupt(&other, Signal::INT);
        assert_eq!(end(other).code, Some(130));
    }
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
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
#[ignore = "stage `hadoop`: needs a cluster"]
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
        .args(["in.txt", "--hadoop-patience=1"])
        .env("HADOOP_CONF_DIR", conf));
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let said = "error: failed to reach YARN: the ResourceManager 127.0.0.1:1 refused the connection; it was asked again for ";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    // Hadoop's own client tries for a quarter of an hour.
    assert!(begun.elapsed() < Duration::from_secs(90));
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn files_by_hadoop_fs_where_the_web_service_is_away() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    fs::create_dir(cluster.path("in")).unwrap();
    for number in 0..20 {
        cluster.write(&format!("in/{number:02} [é].txt"), "b a\nb\n");
    }
    let counted = "echo \"$@\" >> calls\nexec \"$HADOOP_HOME/bin/hadoop\" \"$@\"\n";
    cluster.write("counted", counted);
    let web = cluster.property("hdfs-site.xml", "dfs.namenode.http-address");
    let conf = cluster.configuration("hdfs-site.xml", &format!(">{web}<"), ">127.0.0.1:1<");
    fs::create_dir(cluster.path("tmp [é]")).unwrap();
    let mut command = cluster.program(WORD_FREQ);
    let ended = run(command
        .args(["-v", "--reducers=1", "in", "--hadoop-bin=sh counted"])
        .env("HADOOP_CONF_DIR", conf)
        .env("LC_ALL", "C")
        .env("TMPDIR", cluster.path("tmp [é]")));
    assert_eq!(ended.stdout, "\"a\"\t20\n\"b\"\t40\n", "{}", ended.stderr);
    assert!(
        ended
            .stderr
            .contains("by `hadoop fs`: the NameNode 127.0.0.1:1 refused the connection"),
        "{}",
        ended.stderr
    );
    // The program, unless another test has sent it, the task file, and all inputs at once.
    let calls = fs::read_to_string(cluster.path("calls")).unwrap();
    let program = usize::from(!ended.stderr.contains("the program is at "));
    assert_eq!(calls.matches("fs -put").count(), program + 2, "{calls}");
}
