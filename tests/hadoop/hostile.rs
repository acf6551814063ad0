//! Servers that are slow, down, restarting or on standby, and connections that break: a job goes on where that can be, and else
//! says which server did what.

use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use mrjob_tests_process::Command;
use rustix::process::Signal;

use crate::cluster::{Ended, end, interrupt};
use crate::fake::Fake;
use crate::services::{Decide, Fate, Services};

const WORD_FREQ: &str = env!("CARGO_BIN_EXE_word_freq");

/// A job over `in.txt`, whose part is put into place and then looked at.
fn job(fake: &Fake, arguments: &[&str]) -> Ended {
    end(command(fake, arguments).spawn().unwrap())
}

fn command(fake: &Fake, arguments: &[&str]) -> Command {
    let mut command = fake.program(WORD_FREQ);
    command
        .args(["--shuffle=text", "--cleanup=NONE", "-o", "/out", "in.txt"])
        .args(arguments);
    command
}

/// It went well by WebHDFS: the input is there as it was, once, and the output in its place.
fn check(fake: &Fake, ended: &Ended) {
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(!ended.stderr.contains("by `hadoop fs`"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("os error"), "{}", ended.stderr);
    let read = |end: &str| std::fs::read_to_string(fake.file(end)).unwrap();
    assert_eq!(read("in.txt"), "a line\n");
    assert_eq!(read("part-00000"), "a line\n");
    let is_in_place = |path: &String| path == "out/part-00000";
    assert!(fake.files().iter().any(is_in_place), "{:?}", fake.files());
}

fn with(decide: impl FnMut(usize, &str) -> Fate + Send + 'static) -> (Fake, Services) {
    let fake = Fake::new();
    let services = Services::new(&fake, Box::new(decide));
    services.configure(&fake);
    (fake, services)
}

/// The first request that has these words meets this fate.
fn once(words: &'static str, fate: Fate) -> Decide {
    let mut is_over = false;
    Box::new(move |_, head| {
        let is_it = !is_over && head.contains(words);
        is_over |= is_it;
        if is_it { fate } else { Fate::Answered }
    })
}

#[test]
fn a_slow_server_is_waited_for() {
    let slow = Fate::Late(Duration::from_secs(4));
    let (fake, services) = with(once("op=MKDIRS", slow));
    let ended = job(&fake, &["--hadoop-patience=12"]);
    check(&fake, &ended);
    let said = format!(
        "waiting: the NameNode {} did not answer within 3 s",
        services.address
    );
    assert!(ended.stderr.contains(&said), "{}", ended.stderr);
}

/// It takes its time beside the others.
#[test]
fn an_answer_after_40_seconds() {
    let mut asked = 0;
    let (fake, _services) = with(move |_, head| {
        asked += usize::from(head.contains("op=MKDIRS"));
        // The first folder is asked for twice.
        match asked {
            1 | 2 if head.contains("op=MKDIRS") => Fate::Late(Duration::from_secs(40)),
            _ => Fate::Answered,
        }
    });
    let ended = job(&fake, &[]);
    check(&fake, &ended);
    let said = "did not answer within 10 s";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
}

#[test]
fn connections_that_are_cut() {
    for words in [
        "op=GETHOMEDIRECTORY",
        "op=GETFILESTATUS",
        "op=MKDIRS",
        "PUT /webhdfs/v1/user/ann/tmp/mrjob",
        "PUT /data/user/ann/tmp/mrjob",
        // What it moves isn't moved twice, and what is moved already isn't missed.
        "op=RENAME",
    ] {
        for fate in [Fate::Dropped, Fate::CutInHead, Fate::CutInBody] {
            let (fake, services) = with(once(words, fate));
            let ended = job(&fake, &[]);
            assert!(
                services.asked().iter().any(|head| head.contains(words)),
                "{words}"
            );
            check(&fake, &ended);
        }
    }
}

#[test]
fn output_whose_connection_is_cut_comes_whole() {
    for fate in [Fate::Dropped, Fate::CutInHead, Fate::CutInBody] {
        let (fake, _services) = with(once("GET /data/", fate));
        let arguments = ["--shuffle=text", "in.txt"];
        let ended = end(fake.program(WORD_FREQ).args(arguments).spawn().unwrap());
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        assert_eq!(ended.stdout, "a line\n", "{fate:?}");
    }
}

#[test]
fn ten_requests_are_refused() {
    let (fake, services) = with(|number, _| match number {
        0..10 => Fate::Status(503),
        _ => Fate::Answered,
    });
    let ended = job(&fake, &[]);
    check(&fake, &ended);
    let said = format!(
        "waiting: the NameNode {} is too busy or restarting (HTTP status 503)",
        services.address
    );
    assert!(ended.stderr.contains(&said), "{}", ended.stderr);
}

#[test]
fn a_server_that_is_started_meanwhile() {
    let fake = Fake::new();
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    fake.configure(
        "hdfs-site.xml",
        &[
            ("dfs.webhdfs.enabled", "true"),
            ("dfs.namenode.http-address", &address.to_string()),
        ],
    );
    let child = command(&fake, &[]).spawn().unwrap();
    thread::sleep(Duration::from_secs(3));
    let listener = TcpListener::bind(address).unwrap();
    let _services = Services::on(listener, &fake, None, Box::new(|_, _| Fate::Answered));
    let ended = end(child);
    check(&fake, &ended);
    let said = format!("waiting: the NameNode {address} refused the connection");
    assert!(ended.stderr.contains(&said), "{}", ended.stderr);
}

/// What a job says that gives up after some seconds.
fn gives_up(decide: impl FnMut(usize, &str) -> Fate + Send + 'static) -> (String, String) {
    let (fake, services) = with(decide);
    let ended = job(&fake, &["--hadoop-patience=2"]);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(fake.jobs().is_empty());
    (ended.stderr, services.address.to_string())
}

#[test]
fn servers_that_never_answer_are_named() {
    let fake = Fake::new();
    fake.configure(
        "hdfs-site.xml",
        &[
            ("dfs.webhdfs.enabled", "true"),
            ("dfs.namenode.http-address", "127.0.0.1:1"),
        ],
    );
    let ended = job(&fake, &["--hadoop-patience=1"]);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let said = "error: failed to reach HDFS: the NameNode 127.0.0.1:1 refused the connection; it was asked again for ";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    assert!(ended.stderr.contains("hint: is it up"), "{}", ended.stderr);

    let (said, address) = gives_up(|_, head| match head.contains("op=MKDIRS") {
        true => Fate::Late(Duration::from_secs(600)),
        false => Fate::Answered,
    });
    assert!(
        said.contains("error: failed to make the folder `hdfs://fake/user/ann/tmp/mrjob/"),
        "{said}"
    );
    let words =
        format!("the NameNode {address} did not answer within 1 s; it was asked again for ");
    assert!(said.contains(&words), "{said}");

    let (said, address) = gives_up(|_, head| match head.contains("op=MKDIRS") {
        true => Fate::Exception("SafeModeException"),
        false => Fate::Answered,
    });
    let words = format!("the NameNode {address} is in safe mode and changes nothing");
    assert!(said.contains(&words), "{said}");
    assert!(
        said.contains("hint: it leaves safe mode by itself"),
        "{said}"
    );
}

#[test]
fn of_two_name_nodes_one_is_active() {
    let fake = Fake::new();
    let standby =
        |fake: &Fake| Services::new(fake, Box::new(|_, _| Fate::Exception("StandbyException")));
    let configure = |fake: &Fake, one: &Services, other: &Services| {
        fake.configure(
            "hdfs-site.xml",
            &[
                ("dfs.webhdfs.enabled", "true"),
                ("dfs.ha.namenodes.fake", "one,two"),
                (
                    "dfs.namenode.http-address.fake.one",
                    &one.address.to_string(),
                ),
                (
                    "dfs.namenode.http-address.fake.two",
                    &other.address.to_string(),
                ),
            ],
        );
    };
    let active = Services::new(&fake, Box::new(|_, _| Fate::Answered));
    configure(&fake, &standby(&fake), &active);
    check(&fake, &job(&fake, &[]));

    let fake = Fake::new();
    let (one, two) = (standby(&fake), standby(&fake));
    configure(&fake, &one, &two);
    let ended = job(&fake, &["--hadoop-patience=1"]);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let said = format!(
        "no NameNode takes the request: the NameNode {} is on standby; the NameNode {} is on standby",
        one.address, two.address
    );
    assert!(ended.stderr.contains(&said), "{}", ended.stderr);
    let said = "hint: `hdfs haadmin -getAllServiceState`";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
}

#[test]
fn an_interrupt_ends_the_wait() {
    let (fake, services) = with(|_, head| match head.contains("op=MKDIRS") {
        true => Fate::Late(Duration::from_secs(600)),
        false => Fate::Answered,
    });
    let child = command(&fake, &[]).spawn().unwrap();
    let limit = Instant::now() + Duration::from_secs(120);
    while !services
        .asked()
        .iter()
        .any(|head| head.contains("op=MKDIRS"))
    {
        assert!(Instant::now() < limit, "it doesn't come so far");
        thread::sleep(Duration::from_millis(20));
    }
    let begun = Instant::now();
    interrupt(&child, Signal::INT);
    let ended = end(child);
    assert_eq!(ended.code, Some(130), "{}", ended.stderr);
    // The server would have had ten seconds.
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}
