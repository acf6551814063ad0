//! Attempts, machines and launchers that are lost, and users who have seen enough.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use mrjob_tests_process::{Child, Stdio};
use rustix::process::{Pid, Signal, kill_process};

use crate::cluster::{Cluster, end, interrupt};
use crate::daemon::kill;
use crate::faults::faulty;

/// For what comes within seconds, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(600);
const PAUSE: Duration = Duration::from_millis(50);

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn attempts_that_are_killed_are_repeated() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    for method in ["mapper", "reducer"] {
        let mut command = faulty(&cluster, "kill", method);
        let ended = end(command.arg("--reducers=1").spawn().unwrap());
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let lost = ended.stderr.contains("attempt 1 lost: ");
        assert!(lost, "{method}: {}", ended.stderr);
        assert_eq!(ended.stdout.lines().count(), 1000);
        fs::remove_dir_all(cluster.path("notes")).unwrap();
    }
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_machine_that_is_lost_is_replaced() {
    let Some(cluster) = Cluster::alone() else {
        return;
    };
    // Its first attempt never ends.
    let mut command = faulty(&cluster, "wait", "mapper");
    let child = command.arg("--reducers=1").spawn().unwrap();
    let note = note(&cluster);
    let dir = fs::read_link(format!("/proc/{note}/cwd")).unwrap();
    let machine = ["nodemanager-1", "nodemanager-2"]
        .into_iter()
        .find(|name| dir.components().any(|part| part.as_os_str() == *name))
        .unwrap();
    let machine = kill(&cluster, machine);
    let ended = end(child);
    drop(machine);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(ended.stdout.lines().count(), 1000);
    wait_until(|| {
        cluster
            .manager("/ws/v1/cluster/metrics")
            .contains("\"activeNodes\":2")
    });
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_data_node_that_is_started_again() {
    let Some(cluster) = Cluster::alone() else {
        return;
    };
    let mut command = faulty(&cluster, "hold", "mapper");
    let child = command.arg("--reducers=1").spawn().unwrap();
    note(&cluster);
    // What is to be written until it is up waits, or is tried again.
    drop(kill(&cluster, "datanode"));
    fs::write(cluster.path("notes/go"), "").unwrap();
    let ended = end(child);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(ended.stdout.lines().count(), 1000);
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_client_that_is_killed() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let mut command = faulty(&cluster, "hold", "mapper");
    let child = command.arg("--reducers=1").spawn().unwrap();
    note(&cluster);
    let launcher = child.id();
    let clients = fs::read_to_string(format!("/proc/{launcher}/task/{launcher}/children")).unwrap();
    for client in clients.split_whitespace() {
        let client = Pid::from_raw(client.parse().unwrap()).unwrap();
        kill_process(client, Signal::KILL).unwrap();
    }
    fs::write(cluster.path("notes/go"), "").unwrap();
    let ended = end(child);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(ended.stdout.lines().count(), 1000);
    let told = ended
        .stderr
        .contains("Hadoop's client ended with signal: 9");
    assert!(told, "{}", ended.stderr);
    assert!(
        ended.stderr.contains("read 1,000 records"),
        "{}",
        ended.stderr
    );
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn an_interrupt_ends_the_application() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    for (method, signal) in [("mapper", Signal::INT), ("reducer", Signal::TERM)] {
        let mut command = faulty(&cluster, "wait", method);
        let output = cluster.remote("out");
        let mut child = command
            .args(["-v", "--reducers=1", "-o", &output])
            .spawn()
            .unwrap();
        note(&cluster);
        interrupt(&child, signal);
        let application = application(&mut child);
        assert_eq!(end(child).code, Some(130));
        let state = cluster.manager(&format!("/ws/v1/cluster/apps/{application}"));
        assert!(state.contains("\"finalStatus\":\"KILLED\""), "{state}");
        assert_eq!(cluster.leftovers(), [""; 0]);
        fs::remove_dir_all(cluster.path("notes")).unwrap();
    }
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn an_interrupt_while_files_are_copied() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let mut command = cluster.program(env!("CARGO_BIN_EXE_word_freq"));
    let mut child = command.arg("-").stdin(Stdio::piped()).spawn().unwrap();
    // There is more to come, and never comes.
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"a\n").unwrap();
    wait_until(|| !cluster.leftovers().is_empty());
    let begun = Instant::now();
    interrupt(&child, Signal::INT);
    let ended = end(child);
    assert_eq!(ended.code, Some(130), "{}", ended.stderr);
    // Its input never ends.
    assert!(
        begun.elapsed() < Duration::from_secs(60),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(cluster.leftovers(), [""; 0]);
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn what_a_killed_launcher_left_is_deleted_by_the_next_one() {
    // Any other one would delete it, too.
    let Some(cluster) = Cluster::alone() else {
        return;
    };
    let mut command = faulty(&cluster, "hold", "mapper");
    let output = cluster.remote("out");
    let mut child = command
        .args(["-v", "--reducers=1", "-o", &output])
        .spawn()
        .unwrap();
    note(&cluster);
    interrupt(&child, Signal::KILL);
    let application = application(&mut child);
    end(child);
    let left = cluster.leftovers();
    assert_eq!(left.len(), 1);
    // As long as its job runs it stays.
    let next = || {
        let mut command = cluster.program(env!("CARGO_BIN_EXE_word_freq"));
        end(command
            .args([
                "--reducers=1",
                "hdfs:///no/input",
                "--check-input-paths=false",
            ])
            .spawn()
            .unwrap())
    };
    next();
    assert_eq!(cluster.leftovers(), left);
    fs::write(cluster.path("notes/go"), "").unwrap();
    wait_until(|| !is_running(&cluster, &application));
    let ended = next();
    let said = format!(
        "deleted what the run {} had left, which was killed",
        left[0]
    );
    assert!(ended.stderr.contains(&said), "{}", ended.stderr);
    assert_eq!(cluster.leftovers(), [""; 0]);
    assert_eq!(cluster.names(&cluster.remote("")), [""; 0]);
}

/// The process of the task that has come to where it goes wrong.
fn note(cluster: &Cluster) -> u32 {
    let path: PathBuf = cluster.path("notes/0");
    let mut number = None;
    wait_until(|| {
        number = fs::read_to_string(&path)
            .ok()
            .and_then(|text| text.parse().ok());
        number.is_some()
    });
    number.unwrap()
}

/// The application that a launcher has told of with `-v`, read to its end.
fn application(child: &mut Child) -> String {
    let mut application = None;
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while stderr.read_line(&mut line).unwrap() > 0 {
        if let Some((_, id)) = line.split_once("Submitted application ") {
            application = Some(id.trim().to_owned());
        }
        line.clear();
    }
    application.unwrap()
}

fn is_running(cluster: &Cluster, application: &str) -> bool {
    let state = cluster.manager(&format!("/ws/v1/cluster/apps/{application}/state"));
    !["FINISHED", "FAILED", "KILLED"]
        .iter()
        .any(|over| state.contains(over))
}

fn wait_until(mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "it doesn't come");
        thread::sleep(PAUSE);
    }
}
