//! Who divides the input among map tasks and the keys among reduce tasks. The whole conformance suite is read by tasks themselves.

use std::fs;
use std::io::Write as _;

use bzip2::write::BzEncoder;
use flate2::write::GzEncoder;

use crate::cluster::{Cluster, Ended, end, printed};

/// Lines of numbers that occur several times, in no order.
fn numbers(lines: usize) -> String {
    let line = |line: usize| format!("{} {}\n", line * 7919 % 5000, line * 31 % 70);
    (0..lines).map(line).collect()
}

/// A folder of HDFS with `text` in all forms that Hadoop reads, one of them in a folder of its own.
fn put_in_forms(cluster: &Cluster, text: &str) -> String {
    let dir = cluster.path("forms");
    fs::create_dir_all(dir.join("more")).unwrap();
    let (half, rest) = text.split_at(text[..text.len() / 2].rfind('\n').unwrap() + 1);
    let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    let mut bzip2 = BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bzip2.write_all(half.as_bytes()).unwrap();
    fs::write(dir.join("a.txt"), half).unwrap();
    fs::write(dir.join("b.gz"), gzip.finish().unwrap()).unwrap();
    fs::write(dir.join("c.bz2"), bzip2.finish().unwrap()).unwrap();
    fs::write(dir.join("_hidden"), "1000000\n").unwrap();
    fs::write(dir.join("empty"), "").unwrap();
    fs::write(dir.join("more/d 1.txt"), rest).unwrap();
    cluster.hadoop(&["fs", "-mkdir", "-p", &cluster.remote("")]);
    cluster.hadoop(&["fs", "-put", dir.to_str().unwrap(), &cluster.remote("")]);
    format!("hdfs://{}", cluster.remote("forms"))
}

/// `halve` over `input` in two steps, the output to the folder `out` of HDFS.
fn halve(cluster: &Cluster, input: &str, out: &str, arguments: &[&str]) -> Ended {
    let mut command = cluster.program(env!("CARGO_BIN_EXE_halve"));
    command.args(["-v", "--rounds=0", "-o", &cluster.remote(out)]);
    end(command.args(arguments).arg(input).spawn().unwrap())
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn tasks_read_by_themselves_and_parts_in_a_row_are_in_order() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let input = put_in_forms(&cluster, &numbers(30_000));
    let expected = printed(cluster.here(env!("CARGO_BIN_EXE_halve")).args([
        "-q",
        "-r",
        "inline",
        "--rounds=0",
        "forms",
    ]));
    let arguments = [
        "--splits=own",
        "--total-order",
        "--reducers=3",
        "-Dmapreduce.job.maps=3",
    ];
    let ended = halve(&cluster, &input, "own", &arguments);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    for said in [
        "step 1: 3 map tasks read the input by themselves",
        "step 2: 3 map tasks read the input by themselves",
        // What Hadoop itself sees of it is a list.
        "map: done, read 75,000 records",
    ] {
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
    }
    let parts = cluster.parts(&cluster.remote("own"));
    let sizes: Vec<usize> = parts.iter().map(|(_, bytes)| bytes.len()).collect();
    let (least, most) = (*sizes.iter().min().unwrap(), *sizes.iter().max().unwrap());
    assert!(sizes.len() == 3 && most < 2 * least, "{sizes:?}");
    let joined: Vec<u8> = parts.into_iter().flat_map(|(_, bytes)| bytes).collect();
    assert!(String::from_utf8(joined).unwrap() == expected);

    // The same by Hadoop, which goes into no folder in a folder.
    let deep = "-Dmapreduce.input.fileinputformat.input.dir.recursive=true";
    let arguments = ["--splits=hadoop", "--total-order", "--reducers=2", deep];
    let ended = halve(&cluster, &input, "hadoops", &arguments);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(!ended.stderr.contains("by themselves"), "{}", ended.stderr);
    let parts = cluster.parts(&cluster.remote("hadoops"));
    let joined: Vec<u8> = parts.into_iter().flat_map(|(_, bytes)| bytes).collect();
    assert!(String::from_utf8(joined).unwrap() == expected);
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_mapper_of_whole_files() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    put_in_forms(&cluster, &numbers(300));
    let program = env!("CARGO_BIN_EXE_file_lines");
    let expected = printed(cluster.here(program).args(["-q", "-r", "inline", "forms"]));
    // A pattern, and a file of this machine.
    let pattern = format!("hdfs://{}/f*s/[!e]*", cluster.remote(""));
    let mut command = cluster.program(program);
    let found = printed(command.args(["-q", "--reducers=1", &pattern, "forms/empty"]));
    assert_eq!(found, expected);
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn what_tasks_cannot_read_is_refused_where_it_is_asked_for() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    cluster.write("in.txt", "1\n");
    let refused = |program: &str, arguments: &[&str]| {
        let mut command = cluster.program(program);
        let ended = end(command.args(arguments).arg("in.txt").spawn().unwrap());
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        ended.stderr
    };
    let word_freq = env!("CARGO_BIN_EXE_word_freq");
    let property = "-Dtextinputformat.record.delimiter=;";
    let error = refused(word_freq, &["--splits=own", property]);
    let said =
        "error: `--splits own` can't be: `textinputformat.record.delimiter` is set\n  hint: ";
    assert!(error.contains(said), "{error}");
    let error = refused(word_freq, &["--splits=both"]);
    assert!(
        error.contains("invalid value 'both' for '--splits <WORD>'"),
        "{error}"
    );
    let files = env!("CARGO_BIN_EXE_file_lines");
    let error = refused(files, &["--shuffle=text"]);
    assert!(
        error.contains("`file`, which takes whole files, can't be"),
        "{error}"
    );
    let error = refused(
        env!("CARGO_BIN_EXE_grep"),
        &["--pattern=1", "--total-order"],
    );
    assert!(error.contains("the last step has no reducer"), "{error}");
    let chain = env!("CARGO_BIN_EXE_chain");
    let compressed = [
        "-Dmapreduce.output.fileoutputformat.compress=true",
        "-Dmapreduce.output.fileoutputformat.compress.codec=org.apache.hadoop.io.compress.GzipCodec",
    ];
    let ordered = ["--total-order", "--reducers=2"];
    let error = refused(chain, &[&ordered[..], &compressed].concat());
    let said = "`--total-order` can't be: `mapreduce.output.fileoutputformat.compress` is set, and the records before it \
                aren't lines";
    assert!(error.contains(said), "{error}");
}
