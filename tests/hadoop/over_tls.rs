//! Jobs on a cluster whose web servers speak TLS alone, by an authority that the system doesn't know.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::id;
use std::time::Duration;

use mrjob_tests_process::{Command, Stdio};
use tempfile::TempDir;

use crate::cluster::{end, printed};

const VARIABLE: &str = "MRJOB_TEST_HADOOP_TLS";
const LIMIT: Duration = Duration::from_secs(1200);

fn command(home: &PathBuf, dir: &TempDir, program: &str) -> Command {
    let mut command = Command::new(program);
    command
        .limit(LIMIT)
        .current_dir(dir.path())
        .env("HADOOP_HOME", home)
        .env("HADOOP_CONF_DIR", home.join("conf"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[test]
#[ignore = "stage `hadoop-tls`: needs a cluster"]
fn input_and_output_go_by_tls() {
    let Some(home) = env::var_os(VARIABLE).map(PathBuf::from) else {
        println!(
            "skipped (service): no Hadoop cluster with TLS; hint: `cargo xtask test hadoop-tls` starts one where Java and Maven are"
        );
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let text = "to be or\nnot to be\n".repeat(1000);
    fs::write(dir.path().join("in.txt"), text).unwrap();
    let folder = format!("/tmp/test-{}", id());
    let (input, output) = (format!("hdfs://{folder}/in.txt"), format!("{folder}/out"));
    let hadoop = home.join("bin/hadoop");
    let hadoop =
        |words: &[&str]| printed(command(&home, &dir, hadoop.to_str().unwrap()).args(words));
    hadoop(&["fs", "-mkdir", "-p", &folder]);
    hadoop(&["fs", "-put", "in.txt", &input]);
    let job = |program: &str, arguments: &[&str]| {
        let mut command = command(&home, &dir, program);
        command.args(["-r", "hadoop", "-v"]).args(arguments);
        end(command.spawn().unwrap())
    };
    let authorities = format!("--hadoop-ca-file={}", home.join("ca.pem").display());
    let word_freq = env!("CARGO_BIN_EXE_word_freq");

    // One input of the cluster, and one that is copied there; tasks read both.
    let options = [&*authorities, "--reducers=1", "--splits=own"];
    let ended = job(
        word_freq,
        &[&options[..], &["-o", &output, &input, "in.txt"]].concat(),
    );
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("by WebHDFS at https://127.0.0.1:"),
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains("certificate"), "{}", ended.stderr);
    let counts = "\"be\"\t4000\n\"not\"\t2000\n\"or\"\t2000\n\"to\"\t4000\n";
    assert_eq!(hadoop(&["fs", "-cat", &format!("{output}/part-*")]), counts);
    // What YARN says over TLS.
    assert!(
        ended.stderr.contains("read 4,000 records"),
        "{}",
        ended.stderr
    );

    // The output comes here.
    let ended = job(word_freq, &[&options[..], &[&*input]].concat());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let counts = "\"be\"\t2000\n\"not\"\t1000\n\"or\"\t1000\n\"to\"\t2000\n";
    assert_eq!(ended.stdout, counts);

    // Without the authority Hadoop's own programs do it.
    let ended = job(word_freq, &["--reducers=1", &input]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let said = "has a certificate of an authority that isn't trusted";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    assert_eq!(ended.stdout, counts);
    hadoop(&["fs", "-rm", "-r", "-skipTrash", &folder]);
}
