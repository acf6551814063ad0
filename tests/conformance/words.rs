//! Jobs that count words.

use std::collections::BTreeMap;

use crate::case::{Case, Given, Keys};
use crate::data;

/// Three files of words, one without an end of its last line, one empty, one with `\r\n`.
fn texts(case: Case) -> Case {
    let cut = data::words(1, 3000);
    case.file("a.txt", cut.trim_end())
        .file("b.txt", "")
        .file("c.txt", data::words(2, 900).replace('\n', "\r\n"))
}

/// How often each word of the case's input occurs.
fn counts(case: &Case) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for word in String::from_utf8(case.joined()).unwrap().split_whitespace() {
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    counts
}

fn json<K: serde::Serialize, V: serde::Serialize>(
    pairs: impl IntoIterator<Item = (K, V)>,
) -> String {
    let line = |(key, value)| {
        let text = |value: serde_json::Result<String>| value.unwrap();
        format!(
            "{}\t{}\n",
            text(serde_json::to_string(&key)),
            text(serde_json::to_string(&value))
        )
    };
    pairs.into_iter().map(line).collect()
}

pub(crate) fn counted(case: Case) -> Case {
    let case = texts(case);
    let expected = json(counts(&case));
    case.expect(expected).keys(Keys::Text)
}

pub(crate) fn folder(case: Case) -> Case {
    counted(case).given(Given::Folder)
}

pub(crate) fn nothing(case: Case) -> Case {
    case.file("empty.txt", "").expect("")
}

pub(crate) fn one_word(case: Case) -> Case {
    case.file("one.txt", "word")
        .expect("\"word\"\t1\n")
        .keys(Keys::Text)
}

pub(crate) fn by_length(case: Case) -> Case {
    let case = texts(case);
    let pairs = counts(&case)
        .into_iter()
        .map(|(word, count)| ((word.len(), word), count));
    let sorted: BTreeMap<_, _> = pairs.collect();
    let expected = json(
        sorted
            .into_iter()
            .map(|((length, word), count)| ((word, length), count)),
    );
    case.expect(expected)
}

/// A combiner that moves values to other keys, and values in order.
pub(crate) fn initials(case: Case) -> Case {
    let case = texts(case);
    let lines = String::from_utf8(case.joined()).unwrap().lines().count() as i64;
    let mut letters = BTreeMap::<char, (usize, i64)>::from([('\0', (0, -lines))]);
    for (word, count) in counts(&case) {
        let letter = letters.entry(word.chars().next().unwrap()).or_default();
        *letter = (letter.0 + 1, letter.1 + count as i64);
    }
    let expected = json(
        letters
            .into_iter()
            .map(|(letter, (words, sum))| (letter, (words, sum, 0))),
    );
    // By hand the values of a key aren't in order.
    case.expect(expected).not_by_hand()
}

/// Methods that write to standard output; lines that aren't UTF-8.
pub(crate) fn noisy(case: Case) -> Case {
    let line = b"caf\xe9 na\xc3\xafve \xff\xfe \xe2\x82 caf\xe9\n";
    let words = [
        "caf\u{fffd}",
        "caf\u{fffd}",
        "naïve",
        "\u{fffd}",
        "\u{fffd}\u{fffd}",
    ];
    let mut counts = BTreeMap::<&str, u64>::new();
    words
        .into_iter()
        .for_each(|word| *counts.entry(word).or_default() += 1000);
    case.file("latin.txt", line.repeat(1000))
        .expect(json(counts))
        .keys(Keys::Text)
}

/// `grep` in front of the mapper.
pub(crate) fn filtered(case: Case) -> Case {
    let text = data::words(24, 3000);
    let kept = text
        .lines()
        .filter(|line| line.contains("Wort1 "))
        .collect::<Vec<_>>()
        .join("\n");
    let mut counts = BTreeMap::<&str, u64>::new();
    kept.split_whitespace()
        .for_each(|word| *counts.entry(word).or_default() += 1);
    case.arguments(["--pattern", "Wort1 "])
        .file("a.txt", text)
        .expect(json(counts))
        .keys(Keys::Text)
}

/// A step of shell commands, which make ASCII letters capitals.
pub(crate) fn upper_case(case: Case) -> Case {
    let case = texts(case);
    let mut upper = BTreeMap::<String, u64>::new();
    for (word, count) in counts(&case) {
        *upper.entry(word.to_ascii_uppercase()).or_default() += count;
    }
    case.expect(json(upper)).keys(Keys::Text).not_by_hand()
}
