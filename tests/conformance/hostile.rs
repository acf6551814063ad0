//! Input that nobody expects: bytes that aren't text, ends that aren't lines', keys of nothing, very much of one thing.

use std::collections::BTreeMap;

use serde_json::json;

use crate::case::{Case, Given, Keys};

/// Lines with what is in text by mistake. `text_lines` counts them by their JSON.
pub(crate) fn lines(case: Case) -> Case {
    let input = [
        &b"not UTF-8: \xff\xfe\n"[..],
        b"a NUL: \0.\n",
        b"a CR in the \r middle\n",
        b"its end is CRLF\r\n",
        b"its end is CRCRLF\r\r\n",
        b"a\ttab\n",
        "a line separator: \u{2028}.\n".as_bytes(),
        b"\n",
        b"\r\n",
        "\u{feff}a byte order mark\n".as_bytes(),
        b"no end",
    ];
    let read = [
        "not UTF-8: \u{fffd}\u{fffd}",
        "a NUL: \0.",
        "a CR in the \r middle",
        "its end is CRLF",
        "its end is CRCRLF\r",
        "a\ttab",
        "a line separator: \u{2028}.",
        "",
        "",
        "\u{feff}a byte order mark",
        "no end",
    ];
    case.file("in.txt", input.concat())
        .expect(counts(&read))
        .keys(Keys::Text)
}

/// [`lines`] behind a byte order mark: the one further on is data.
pub(crate) fn marked_lines(case: Case) -> Case {
    lines(case).marked()
}

/// Keys that would end a line or a field if they weren't escaped: what JSON writes it reads.
pub(crate) fn keys(case: Case) -> Case {
    let texts = [
        "", "\t", "\n", "a\tb\nc", "\r", "\r\n", "\0", "\u{2028}", "\"", "\\", "\\n", "\u{7f}",
        "🦀", "\t", "",
    ];
    let input: String = texts
        .iter()
        .map(|text| format!("{}\n", json!(text)))
        .collect();
    case.file("in.json", input)
        .expect(counts(&texts))
        .keys(Keys::Text)
}

/// What [`keys`] wrote, read by the protocol that has written it.
pub(crate) fn pairs(case: Case) -> Case {
    let texts = ["", "\t", "a\tb\nc", "\r", "\0", "\u{2028}"];
    let written = counts(&texts);
    case.file("part-00000", written.clone())
        .expect(written)
        .keys(Keys::Text)
}

/// [`pairs`] behind a byte order mark.
pub(crate) fn marked_pairs(case: Case) -> Case {
    pairs(case).marked()
}

/// Thousands of files of a line, some without an end, some of nothing.
pub(crate) fn files(case: Case) -> Case {
    let mut case = case.given(Given::Folder);
    let mut read = Vec::new();
    for number in 0..5000 {
        let line = format!("line {}", number % 7);
        let bytes = match number % 3 {
            0 => format!("{line}\n"),
            1 => line.clone(),
            _ => String::new(),
        };
        if !bytes.is_empty() {
            read.push(line);
        }
        case = case.file(&format!("{number:04}.txt"), bytes);
    }
    let read: Vec<&str> = read.iter().map(String::as_str).collect();
    case.expect(counts(&read)).keys(Keys::Text)
}

/// No bytes at all.
pub(crate) fn nothing(case: Case) -> Case {
    case.file("in.txt", "").expect("").keys(Keys::Text)
}

/// Each text and how often it occurs, as `Json` writes it.
fn counts(texts: &[&str]) -> Vec<u8> {
    let mut counts = BTreeMap::<&str, u64>::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    let lines = counts
        .iter()
        .map(|(text, count)| format!("{}\t{count}\n", json!(text)));
    lines.collect::<String>().into_bytes()
}
