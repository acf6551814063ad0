//! What tasks on a cluster find around them.

use std::fs;

use mrjob_tests_process::Command;

use crate::cluster::{Cluster, end, printed};

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn files_folders_archives_variables_and_what_setup_makes() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let questions = [
        "TZ",
        "MADE",
        "side field",
        "read other.txt",
        "read lib/inner/tool",
        "read zipped/plain",
        "read packed/plain",
        "read made.txt",
    ];
    cluster.write("in.txt", questions.map(|line| format!("{line}\n")).concat());
    cluster.write("side file.txt", "beside");
    cluster.write("plain", "in an archive");
    fs::create_dir_all(cluster.path("lib/inner")).unwrap();
    cluster.write("lib/inner/tool", "a tool");
    for (name, compress) in [("a.tar.gz", "--gzip"), ("b.tar.bz2", "--bzip2")] {
        let made = Command::new("tar")
            .current_dir(cluster.path(""))
            .args(["--create", compress, "--file", name, "plain"])
            .status();
        assert!(made.unwrap().success());
    }
    let mut command = cluster.program(env!("CARGO_BIN_EXE_surroundings"));
    command.args([
        "--side=side file.txt",
        "--files=plain#other.txt",
        "--dirs=lib",
        "--archives=a.tar.gz#zipped,b.tar.bz2#packed",
        "--cmdenv=TZ=UTC +1 'x'",
        "--setup=export MADE=$(cat plain#)",
        "--setup=echo made by setup; echo once > made.txt",
        "--reducers=1",
        "in.txt",
    ]);
    let text = printed(&mut command);
    for (question, answer) in [
        ("TZ", "UTC +1 'x'"),
        ("MADE", "in an archive"),
        ("side field", "beside"),
        ("read other.txt", "in an archive"),
        ("read lib/inner/tool", "a tool"),
        ("read zipped/plain", "in an archive"),
        ("read packed/plain", "in an archive"),
        ("read made.txt", "once\\n"),
    ] {
        let line = format!("\"{question}\"\t\"{answer}\"\n");
        assert!(text.contains(&line), "{line}{text}");
    }
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_line_of_setup_that_fails_is_told() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    cluster.write("in.txt", "a\n");
    let mut command = cluster.program(env!("CARGO_BIN_EXE_word_freq"));
    let ended = end(command
        .args(["--setup=true", "--setup=echo it is broken; exit 3"])
        .args(["-Dmapreduce.map.maxattempts=1", "in.txt"])
        .spawn()
        .unwrap());
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    for said in [
        "a shell command failed: line 2 of `setup`, `echo it is broken; exit 3`, ended with exit status: 3",
        "  it is broken\n",
        "its logs: http://",
    ] {
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
    }
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn formats_of_hadoops_own() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    cluster.write("in.txt", "b\ta b\na\n");
    let output = cluster.remote("out");
    printed(cluster.program(env!("CARGO_BIN_EXE_word_freq")).args([
        "--hadoop-input-format=org.apache.hadoop.mapred.KeyValueTextInputFormat",
        "--hadoop-output-format=org.apache.hadoop.mapred.SequenceFileOutputFormat",
        "--shuffle=text",
        "--reducers=1",
        "-o",
        &output,
        "in.txt",
    ]));
    let text = cluster.hadoop(&["fs", "-text", &format!("{output}/part-*")]);
    assert_eq!(text, "\"a\"\t2\n\"b\"\t2\n");
}
