//! Files that aren't what their names say, or begin with a mark: read as `inline` reads them, or refused by name.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use flate2::write::GzEncoder;

use crate::cluster::{Cluster, Ended, end, printed};

const MARK: &str = "\u{feff}";

fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes.as_ref()).unwrap();
    gzip.finish().unwrap()
}

fn utf16(text: &str) -> Vec<u8> {
    let units = format!("{MARK}{text}");
    units.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Many words, so that the file isn't small when it is compressed.
fn words() -> String {
    let mut text = String::new();
    for line in 0..60_000_u64 {
        let noise = (line + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        writeln!(text, "{noise:x} word{}", noise >> 55).unwrap();
    }
    text
}

/// Puts a folder of these files into HDFS, by its name there.
fn put(cluster: &Cluster, name: &str, files: &[(&str, &[u8])]) -> String {
    let dir = cluster.path(name);
    fs::create_dir_all(&dir).unwrap();
    for (name, bytes) in files {
        fs::write(dir.join(name), bytes).unwrap();
    }
    cluster.hadoop(&["fs", "-mkdir", "-p", &cluster.remote("")]);
    cluster.hadoop(&["fs", "-put", dir.to_str().unwrap(), &cluster.remote("")]);
    format!("hdfs://{}", cluster.remote(name))
}

fn word_freq(cluster: &Cluster, arguments: &[&str]) -> Ended {
    let mut command = cluster.program(env!("CARGO_BIN_EXE_word_freq"));
    end(command.args(arguments).spawn().unwrap())
}

/// What `inline` makes of a folder of this machine.
fn inline(cluster: &Cluster, folder: &str) -> String {
    let mut command = cluster.here(env!("CARGO_BIN_EXE_word_freq"));
    printed(command.args(["-q", "-r", "inline", folder]))
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn tasks_that_read_by_themselves_go_by_contents() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let words = words();
    let marked = format!("{MARK}word1 a\n{MARK}word1 b\n");
    let (large, packed) = (gzip(&words), gzip(format!("{MARK}word1 c\n")));
    let files = [
        ("large.log", &large[..]),
        ("marked.txt", marked.as_bytes()),
        ("packed.txt", &packed),
        ("plain.txt", words.as_bytes()),
    ];
    let input = put(&cluster, "contents", &files);
    let expected = inline(&cluster, "contents");
    let maps = "-Dmapreduce.job.maps=4";
    for arguments in [
        &["-q", "--splits=own", maps, "--reducers=1", &input][..],
        &[
            "-q",
            "--splits=own",
            maps,
            "--total-order",
            "--reducers=2",
            &input,
        ],
        // Files of this machine.
        &["-q", "--splits=own", "--reducers=1", "contents"],
        &["-q", "--splits=hadoop", "--reducers=1", "contents"],
    ] {
        let ended = word_freq(&cluster, arguments);
        assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.stderr);
        let mut lines: Vec<&str> = ended.stdout.split_inclusive('\n').collect();
        lines.sort_unstable();
        assert!(lines.concat() == expected, "{arguments:?}");
    }
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn what_hadoop_reads_is_the_same_or_refused() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let text = format!("{MARK}a b\n{MARK}a\n");
    let packed = gzip(&text);
    let files = [("marked.txt", text.as_bytes()), ("packed.gz", &packed)];
    let input = put(&cluster, "marked", &files);
    let ended = word_freq(&cluster, &["-q", "--splits=hadoop", "--reducers=1", &input]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout == inline(&cluster, "marked"));

    let packed = gzip("a b\n");
    let wide = utf16("a b\n");
    let wide_inside = gzip(&wide);
    for (folder, name, bytes, said, hint) in [
        (
            "other",
            "packed.log",
            &packed[..],
            "it is compressed (gzip), and Hadoop has read it as text, because its name doesn't say so",
            "hint: give it a name that ends in `.gz`, or let tasks read by themselves: `--splits own`",
        ),
        (
            "wide",
            "wide.txt",
            &wide,
            "wide.txt`: it is text in UTF-16, which isn't read",
            "wide.txt | iconv -f UTF-16 -t UTF-8 | … -`",
        ),
        (
            "inside",
            "wide.gz",
            &wide_inside,
            "wide.gz`: it is text in UTF-16 inside gzip, which isn't read",
            "wide.gz | gzip -dc | iconv -f UTF-16 -t UTF-8 | … -`",
        ),
    ] {
        let input = put(&cluster, folder, &[(name, bytes)]);
        for splits in ["--splits=hadoop", "--splits=own"] {
            let ended = word_freq(&cluster, &["-q", splits, &input]);
            if (folder, splits) == ("other", "--splits=own") {
                assert_eq!(ended.code, Some(0), "{}", ended.stderr);
                continue;
            }
            assert_eq!(ended.code, Some(1), "{splits}: {}", ended.stderr);
            assert!(ended.stderr.contains(said), "{splits}: {}", ended.stderr);
            assert!(ended.stderr.contains(hint), "{splits}: {}", ended.stderr);
        }
    }
}
