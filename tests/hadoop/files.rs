//! HDFS as a file system: for the runners of this machine, for the tool, and as a dry run sees it.

use std::fs;
use std::io::Write as _;

use flate2::write::GzEncoder;

use crate::cluster::{Cluster, Ended, end, printed};
use crate::faults::faulty;

const TOOL: &str = env!("CARGO_BIN_EXE_mrjob_tool");
const WORD_FREQ: &str = env!("CARGO_BIN_EXE_word_freq");

/// Two files of words, one of them compressed, and one that is left out; by their folder's address.
fn put_words(cluster: &Cluster) -> String {
    let dir = cluster.path("words/more");
    fs::create_dir_all(&dir).unwrap();
    let text: String = (0..20_000)
        .map(|n| format!("word{} of many\n", n % 97))
        .collect();
    fs::write(dir.join("a.txt"), &text).unwrap();
    let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    fs::write(cluster.path("words/b.gz"), gzip.finish().unwrap()).unwrap();
    fs::write(cluster.path("words/_not"), "nor this").unwrap();
    let folder = format!("hdfs://{}", cluster.remote("words"));
    let copied = tool(cluster, &["cp", "-r", "words", &folder]);
    assert_eq!(copied.code, Some(0), "{}", copied.stderr);
    folder
}

fn tool(cluster: &Cluster, arguments: &[&str]) -> Ended {
    end(cluster.here(TOOL).args(arguments).spawn().unwrap())
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn runners_of_this_machine_read_and_write_it() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let folder = put_words(&cluster);
    let expected = printed(
        cluster
            .here(WORD_FREQ)
            .args(["-q", "-r", "inline", "words"]),
    );
    for (runner, input) in [
        ("inline", folder.clone()),
        ("local", folder.clone()),
        ("local", format!("{folder}/{{more/*.txt,*.gz}}")),
    ] {
        let found = printed(cluster.here(WORD_FREQ).args(["-q", "-r", runner, &input]));
        assert_eq!(found, expected, "{runner} {input}");
    }
    let out = format!("hdfs://{}", cluster.remote("deep/out"));
    let write = || {
        let mut command = cluster.here(WORD_FREQ);
        end(command.args([&*folder, "-o", &out]).spawn().unwrap())
    };
    let ended = write();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let names = cluster.names(&cluster.remote("deep/out"));
    assert!(names.iter().any(|name| name == "_SUCCESS"), "{names:?}");
    assert!(names.iter().all(|name| !name.starts_with('.')), "{names:?}");
    let there = tool(&cluster, &["cat", &out]);
    assert_eq!(there.stdout, expected, "{}", there.stderr);
    let again = write();
    assert_eq!(again.code, Some(2), "{}", again.stderr);
    assert!(
        again.stderr.contains("the folder isn't empty"),
        "{}",
        again.stderr
    );
    let mut command = cluster.here(WORD_FREQ);
    let missing = end(command.arg(format!("{folder}/none")).spawn().unwrap());
    assert_eq!(missing.code, Some(2), "{}", missing.stderr);
    assert!(
        missing.stderr.contains("/none` doesn't exist"),
        "{}",
        missing.stderr
    );
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_job_of_this_machine_that_fails_leaves_nothing_there() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    cluster.write("in.txt", "a b c\n");
    let out = format!("hdfs://{}", cluster.remote("failed/out"));
    let mut command = faulty(&cluster, "panic", "mapper");
    let ended = end(command
        .args(["-r", "local", "in.txt", "-o", &out])
        .spawn()
        .unwrap());
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let listed = tool(
        &cluster,
        &["ls", &format!("hdfs://{}", cluster.remote("failed"))],
    );
    assert_eq!(listed.code, Some(2), "{}", listed.stdout);
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn the_tool_lists_it() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let folder = put_words(&cluster);
    let listed = tool(&cluster, &["ls", &folder]);
    assert_eq!(listed.code, Some(0), "{}", listed.stderr);
    let last = |line: &str| line.rsplit_once(' ').unwrap().1.to_owned();
    let names: Vec<String> = listed.stdout.lines().map(last).collect();
    let expected = ["_not", "b.gz", "more/"].map(|name| format!("{folder}/{name}"));
    assert_eq!(names, expected);
    let root = tool(&cluster, &["ls", "hdfs:///"]);
    assert_eq!(root.code, Some(0), "{}", root.stderr);
    assert!(root.stdout.contains("hdfs:///"), "{}", root.stdout);
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_dry_run_is_about_the_cluster() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let folder = put_words(&cluster);
    let before = cluster.leftovers();
    let mut command = cluster.program(WORD_FREQ);
    let ended = end(command
        .args(["--dry-run", &folder, "-o", "planned"])
        .spawn()
        .unwrap());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let row = |name: &str| {
        let mut lines = ended.stdout.lines();
        let found = lines.find_map(|line| line.trim_start().strip_prefix(name));
        found
            .unwrap_or_else(|| panic!("no `{name}` in {}", ended.stdout))
            .trim_start()
    };
    assert!(
        row("input ").starts_with(&format!("{folder}, ")),
        "{}",
        ended.stdout
    );
    assert_eq!(row("output "), "planned");
    assert!(row("hadoop ").ends_with("/bin/hadoop"), "{}", ended.stdout);
    assert!(
        row("archive ").contains("hadoop-streaming"),
        "{}",
        ended.stdout
    );
    assert!(
        row("uploads ").starts_with("this program, "),
        "{}",
        ended.stdout
    );
    let command = row("command 1 ");
    assert!(command.contains(" jar "), "{command}");
    assert!(
        command.contains("-mapper './mrjob-program --task-file"),
        "{command}"
    );
    assert!(!ended.stdout.contains("workers"), "{}", ended.stdout);
    assert_eq!(cluster.leftovers(), before, "a dry run makes nothing");

    let mut command = cluster.program(WORD_FREQ);
    let refused = end(command
        .args(["--dry-run", "hdfs:///none/here"])
        .spawn()
        .unwrap());
    assert_eq!(refused.code, Some(2), "{}", refused.stderr);
    assert!(
        refused.stdout.contains("hdfs:///none/here"),
        "{}",
        refused.stdout
    );
    assert!(refused.stdout.contains("/bin/hadoop"), "{}", refused.stdout);
    assert!(
        refused
            .stderr
            .contains("input `hdfs:///none/here` doesn't exist"),
        "{}",
        refused.stderr
    );
}
