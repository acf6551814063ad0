//! The same answers as elsewhere. What each job computes is in the conformance suite, which runs on the cluster as well.

use crate::cluster::{Cluster, end, parts, printed};

const TOP_WORDS: &str = env!("CARGO_BIN_EXE_top_words");
const WORD_FREQ: &str = env!("CARGO_BIN_EXE_word_freq");

/// Words, some often, in no order; with a tab, a letter beyond ASCII and an empty line.
fn text(lines: usize) -> String {
    let mut text = String::from("one\ttwo\n\nümlaut one\n");
    for line in 0..lines {
        text += &format!(
            "w{} common {} x{}\n",
            line * 7919 % 1000,
            line % 17,
            line * 31 % 500
        );
    }
    text
}

/// On both runners the job prints the same.
fn same_as_inline(cluster: &Cluster, program: &str, arguments: &[&str]) {
    let expected = printed(cluster.here(program).args(["-r", "inline"]).args(arguments));
    let found = printed(cluster.program(program).args(arguments));
    assert!(!expected.is_empty());
    assert_eq!(found, expected, "{program} {arguments:?}");
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_job_with_a_file_of_its_own() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    cluster.write("in.txt", text(500));
    cluster.write("stop words#1.txt", "common\none\n");
    let arguments = ["--reducers=1", "--stop-words", "stop words#1.txt", "in.txt"];
    same_as_inline(&cluster, WORD_FREQ, &arguments);
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn arguments_that_no_command_line_of_hadoops_could_have() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    cluster.write("in.txt", "it's \"a\" $HOME `x` line\nanother\n");
    for pattern in ["it's \"a\" ", "$HOME `x`"] {
        let pattern = format!("--pattern={pattern}");
        same_as_inline(&cluster, env!("CARGO_BIN_EXE_grep"), &[&pattern, "in.txt"]);
    }
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn steps_between_which_another_file_system_is() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    cluster.write("in.txt", text(500));
    let between = format!("file://{}", cluster.path("between").display());
    let expected = printed(cluster.here(TOP_WORDS).args(["-r", "inline", "in.txt"]));
    let mut command = cluster.program(TOP_WORDS);
    let found = printed(command.args(["--step-output-dir", &between, "in.txt"]));
    assert_eq!(found, expected);
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn part_files_on_yarn_are_those_of_this_machine() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    cluster.write("in.txt", text(3000));
    // The input is on the cluster, and the output stays there.
    let (input, output) = (cluster.remote("in.txt"), cluster.remote("out"));
    let here = cluster.path("in.txt");
    cluster.hadoop(&["fs", "-mkdir", "-p", &cluster.remote("")]);
    cluster.hadoop(&["fs", "-put", here.to_str().unwrap(), &input]);
    let uri = format!("hdfs://{input}");
    let arguments = ["--reducers", "3", &uri, "-o", &output];
    let ended = end(cluster.program(WORD_FREQ).args(arguments).spawn().unwrap());
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (Some(0), ""),
        "{}",
        ended.stderr
    );
    for said in [
        "WordFreq: 1 step",
        "map: done, read 3,003 records",
        "reduce: 3 tasks",
        "WordFreq done in",
    ] {
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
    }
    printed(
        cluster
            .here(WORD_FREQ)
            .args(["--reducers", "3", "in.txt", "-o", "local"]),
    );
    assert_eq!(cluster.parts(&output), parts(&cluster.path("local")));
    assert!(cluster.names(&output).contains(&"_SUCCESS".to_owned()));
    assert_eq!(cluster.leftovers(), [""; 0]);

    // It isn't run again over the output that is there.
    let ended = end(cluster.program(WORD_FREQ).args(arguments).spawn().unwrap());
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert!(
        ended.stderr.starts_with(&format!(
            "error: failed to write to `{output}`: the folder isn't empty"
        )),
        "{}",
        ended.stderr
    );
}
