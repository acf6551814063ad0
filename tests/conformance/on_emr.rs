//! A job on the stand-in for EMR, whose steps the Hadoop cluster of the tests runs: the part files are those of `local`.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use mrjob_tests_process::{Command, Stdio};
use serde_json::json;

use crate::case::Case;
use crate::cluster::{Cluster, end};
use crate::on_hadoop::{compare, lines, numbered};
use crate::place::Place;
use crate::server::{Server, server};

/// Files that an input has at most: Hadoop starts a map task for each.
const FILES: usize = 30;

/// With three reduce tasks. The programs are built without EMR: the tool launches their jobs.
pub(crate) fn on_emr(test: &str, case: &Case) {
    let (Some(_cluster), Some(tool), Some(server)) = (Cluster::get(), tool(), server()) else {
        return;
    };
    let place = Place::new(&format!("emr-{test}"), case);
    let bucket = format!("conformance-{}", test.replace('_', "-"));
    server.bucket(&bucket);
    let rule = json!({"Name": format!("^{bucket}\\."), "State": "HADOOP", "Do": "run"});
    server.ask("emr_rule", rule);
    let conf = format!(
        "runners:\n  emr:\n    cloud_tmp_dir: s3://{bucket}/tmp/\n    check_cluster_every: 0.1\n    label: {bucket}\n"
    );
    fs::write(place.path("emr.yaml"), conf).unwrap();
    fs::create_dir(place.path("bin")).unwrap();
    symlink(tool, place.path("bin/mrjob")).unwrap();

    let mut inputs = place.inputs().to_vec();
    if case.files.len() > FILES {
        place.files("few", numbered(lines(&case.joined(), FILES)));
        inputs = vec!["few".to_owned()];
    }
    let mut words = vec!["-q", "-r", "local", "--reducers", "3", "-o", "local"];
    words.extend(case.arguments.iter().map(String::as_str));
    words.extend(inputs.iter().map(String::as_str));
    place.run(case.program, &words, None);

    let output = format!("s3://{bucket}/out");
    let mut command = aws(case.program, &place, server);
    command
        .args([
            "-q",
            "-r",
            "emr",
            "-c",
            "emr.yaml",
            "--reducers=3",
            "-o",
            &output,
        ])
        .args(&case.arguments)
        .args(inputs);
    let ended = end(command.spawn().unwrap());
    assert_eq!(ended.code, Some(0), "{command:?}: {}", ended.stderr);
    let mut copy = aws(place.path("bin/mrjob"), &place, server);
    let ended = end(copy.args(["cp", "-r", &output, "emr/"]).spawn().unwrap());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    compare(
        case,
        &place.parts("emr"),
        &place.parts("local"),
        &format!("{command:?}"),
    );
}

/// The tool that is built with EMR, where the tests of S3 have been.
fn tool() -> Option<PathBuf> {
    let tests = Path::new(env!("CARGO_BIN_EXE_word_count"));
    let tool = tests.with_file_name("s3_mrjob");
    if tool.is_file() {
        return Some(tool);
    }
    println!(
        "skipped (service): no tool with EMR; hint: `cargo build --package mrjob-tests-s3 --features emr --bin s3_mrjob`"
    );
    None
}

/// A program in the folder of the case, with the tool on its search path and the server in AWS's place.
fn aws(program: impl AsRef<OsStr>, place: &Place, server: &Server) -> Command {
    let mut command = Command::new(program);
    let rest = env::var_os("PATH").unwrap();
    let paths = [place.path("bin")].into_iter();
    let paths = paths.chain(env::split_paths(&rest));
    command
        .current_dir(place.path(""))
        .env("PATH", env::join_paths(paths).unwrap())
        .envs(server.variables())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}
