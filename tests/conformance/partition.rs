//! Hadoop's partition of a key, worked out from its documentation: `HashPartitioner` over `BytesWritable`.
//!
//! `WritableComparator.hashBytes` is `31 * hash + (int) bytes[i]` from 1, and the partition is `(hash & Integer.MAX_VALUE) %
//! reducers`. Java's arithmetic is done here in 64 bits and cut to 32.

use std::{fs, str};

use mrjob_tests_process::Command;

use crate::case::{Case, Keys};
use crate::check::Parts;
use crate::place::Ran;

/// Every line of every part is in the part of its key, and all lines of the output are there.
pub(crate) fn check(case: &Case, parts: &Parts, whole: &Ran) {
    let Some(keys) = case.keys else { return };
    let mut count = 0;
    for (number, (name, bytes)) in parts.files.iter().enumerate() {
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let key = encoded(keys, line);
            let wanted = partition(&key, parts.files.len());
            let (line, command) = (line.escape_ascii(), &parts.ran.command);
            assert_eq!(
                wanted, number,
                "`{line}` in {name}\nto repeat:\n  {command}"
            );
            count += 1;
        }
    }
    assert_eq!(
        count,
        whole.stdout.split_inclusive(|byte| *byte == b'\n').count(),
        "lines of {}",
        parts.ran.command
    );
}

/// The bytes of a line's key in the shuffle.
fn encoded(keys: Keys, line: &[u8]) -> Vec<u8> {
    let end = line.iter().position(|byte| *byte == b'\t').unwrap();
    let key = &line[..end];
    let number = || str::from_utf8(key).unwrap();
    match keys {
        Keys::Plain => key.to_vec(),
        Keys::Text => serde_json::from_slice::<String>(key).unwrap().into_bytes(),
        Keys::Unsigned => number().parse::<u64>().unwrap().to_be_bytes().to_vec(),
        // From the smallest: -2^63 is eight zero bytes.
        Keys::Signed => {
            let above_smallest = number().parse::<i128>().unwrap() - i128::from(i64::MIN);
            u64::try_from(above_smallest)
                .unwrap()
                .to_be_bytes()
                .to_vec()
        }
    }
}

fn partition(key: &[u8], partitions: usize) -> usize {
    let mut hash: i64 = 1;
    for byte in key {
        let signed = i64::from(*byte) - if *byte > 127 { 256 } else { 0 };
        // An `int` of Java's, with its sign.
        hash = i64::from((31 * hash + signed) as i32);
    }
    let positive = if hash < 0 { hash + (1 << 31) } else { hash };
    usize::try_from(positive).unwrap() % partitions
}

#[test]
fn a_hundred_thousand_partitions() {
    const PARTITIONS: usize = 100_000;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("in.txt"), "to be or not to be\n").unwrap();
    for runner in ["inline", "local"] {
        let status = Command::new(env!("CARGO_BIN_EXE_word_count"))
            .args(["-q", "-r", runner, "--reducers", "100000", "-o", runner])
            .arg("in.txt")
            .current_dir(dir.path())
            .status()
            .unwrap();
        assert!(status.success());
        let entries = fs::read_dir(dir.path().join(runner)).unwrap();
        let entries: Vec<_> = entries.map(Result::unwrap).collect();
        assert_eq!(entries.len(), PARTITIONS + 1, "the parts and _SUCCESS");
        let parts = entries
            .iter()
            .filter(|entry| entry.metadata().unwrap().len() > 0);
        let mut parts: Vec<_> = parts
            .map(|entry| {
                let name = entry.file_name().into_string().unwrap();
                (name, fs::read_to_string(entry.path()).unwrap())
            })
            .collect();
        parts.sort();
        let words = [("be", 2), ("not", 1), ("or", 1), ("to", 2)];
        let mut expected = words.map(|(word, count)| {
            let number = partition(word.as_bytes(), PARTITIONS);
            (
                format!("part-{number:05}"),
                format!("\"{word}\"\t{count}\n"),
            )
        });
        expected.sort();
        assert_eq!(parts, expected);
    }
}

#[test]
fn partitions_that_java_gives() {
    // In jshell: `(WritableComparator.hashBytes(new byte[] {…}, n) & Integer.MAX_VALUE) % 5`.
    assert_eq!(partition(b"", 5), 1);
    assert_eq!(partition(b"a", 5), 128 % 5);
    assert_eq!(partition(b"ab", 5), (128 * 31 + 98) % 5);
    assert_eq!(partition(&[0xff], 7), 30 % 7);
    assert_eq!(
        partition(&[0x80], 5),
        ((31_i64 - 128) & 0x7fff_ffff) as usize % 5
    );
}
