//! Jobs that read and write other protocols than the usual ones.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::json;

use crate::case::{Case, Keys};
use crate::data::{self, Random};

/// `Text`: accounts with spaces, quotes and signs, amounts that are missing.
pub(crate) fn ledger(case: Case) -> Case {
    let accounts = [
        "cash",
        "cash ",
        " cash",
        "",
        "\"quoted\"",
        "a\\b",
        "Ä",
        "zinc\u{2028}",
        "\u{1}",
        "c\u{7f}",
    ];
    let mut random = Random::new(3);
    let (mut text, mut sums) = (String::new(), BTreeMap::new());
    for _ in 0..4000 {
        let account = accounts[random.below(accounts.len() as u64) as usize];
        let amount = random.below(2001) as i64 - 1000;
        let sum: &mut i64 = sums.entry(account).or_default();
        match random.below(10) {
            // No TAB: the line is all key.
            0 if !account.is_empty() => writeln!(text, "{account}").unwrap(),
            1 => writeln!(text, "{account}\t").unwrap(),
            _ => {
                *sum += amount;
                writeln!(text, "{account}\t{amount}").unwrap();
            }
        }
    }
    let lines = sums
        .iter()
        .map(|(account, sum)| format!("{account}\t{sum}\n"));
    let expected: String = lines.collect();
    case.file("ledger.txt", text)
        .expect(expected)
        .keys(Keys::Plain)
}

/// `JsonValue`: objects with escapes, fields nobody wants, and fields that are missing.
pub(crate) fn clicks(case: Case) -> Case {
    let pages = [
        "/",
        "/a\tb",
        "/c\"d",
        "/é",
        "/🦀",
        "/\u{2028}",
        "/\u{0}",
        "/a\\b",
        "/a",
    ];
    let mut random = Random::new(4);
    let (mut text, mut sums) = (String::new(), BTreeMap::new());
    for _ in 0..3000 {
        let page = pages[random.below(pages.len() as u64) as usize];
        let user = "ü\n".repeat(random.below(9) as usize);
        let seconds = random.below(100) as f64;
        let mut click =
            json!({"user": user, "page": page, "seconds": seconds, "other": [1, {"page": "no"}]});
        let sum = sums.entry(page).or_insert((0_u64, 0.0, String::new()));
        match random.below(3) {
            0 => drop(click.as_object_mut().unwrap().remove("seconds")),
            _ => sum.1 += seconds,
        }
        sum.0 += 1;
        sum.2 = sum.2.clone().max(user);
        let line = click.to_string();
        let line = match random.below(2) {
            0 => escaped(&line),
            _ => line,
        };
        writeln!(text, "{line}").unwrap();
    }
    let line = |(page, (clicks, seconds, user)): (&str, (u64, f64, String))| {
        let (page, user) = (json!(page), json!(user));
        format!(
            r#"{{"page":{page},"clicks":{clicks},"seconds":{seconds:.1},"longest_user":{user}}}"#
        ) + "\n"
    };
    let expected: String = sums.into_iter().map(line).collect();
    case.file("clicks.json", text).expect(expected)
}

/// What isn't ASCII as `\u`.
fn escaped(json: &str) -> String {
    let escape = |c: char| match c {
        ' '..='~' => c.to_string(),
        _ => c
            .encode_utf16(&mut [0; 2])
            .iter()
            .map(|unit| format!("\\u{unit:04x}"))
            .collect(),
    };
    json.chars().map(escape).collect()
}

/// Any bytes but spaces and ends of lines.
fn bytes(random: &mut Random, length: u64) -> Vec<u8> {
    const BYTES: [u8; 8] = [0, 1, 0x7f, 0x80, 0xc3, 0xff, b'a', b'"'];
    let byte = |_| BYTES[random.below(8) as usize];
    (0..length).map(byte).collect()
}

/// `BytesValue` in, `Bytes` out.
pub(crate) fn raw_lines(case: Case) -> Case {
    let mut random = Random::new(5);
    let (mut input, mut counts) = (Vec::new(), BTreeMap::<Vec<u8>, u64>::new());
    for _ in 0..2000 {
        let mut words = Vec::new();
        for _ in 0..=random.below(3) {
            let length = random.below(4);
            let word = bytes(&mut random, length);
            *counts.entry(word.clone()).or_default() += 1;
            words.push(word);
        }
        input.extend(words.join(&b' '));
        input.push(b'\n');
    }
    let line = |(word, count): (Vec<u8>, u64)| [word, format!("\t{count}\n").into_bytes()].concat();
    let expected: Vec<u8> = counts.into_iter().flat_map(line).collect();
    case.file("raw.bin", input)
        .expect(expected)
        .keys(Keys::Plain)
}

/// `Bytes` in, `BytesValue` out, values in order.
pub(crate) fn raw_pairs(case: Case) -> Case {
    let mut random = Random::new(6);
    let (mut input, mut groups) = (Vec::new(), BTreeMap::<Vec<u8>, Vec<Vec<u8>>>::new());
    for _ in 0..2000 {
        let lengths = (random.below(3), random.below(5));
        let key = bytes(&mut random, lengths.0);
        // Not empty, so that no line is without a TAB; values have TABs of their own.
        let value = [bytes(&mut random, lengths.1), b"\tv".to_vec()].concat();
        input.extend([key.clone(), b"\t".to_vec(), value.clone(), b"\n".to_vec()].concat());
        groups.entry(key).or_default().push(value);
    }
    let line = |(key, mut values): (Vec<u8>, Vec<Vec<u8>>)| {
        values.sort();
        let first = values.remove(0);
        let last = values.pop().unwrap_or_default();
        [[key, first, last].join(&b'='), b"\n".to_vec()].concat()
    };
    let expected: Vec<u8> = groups.into_iter().flat_map(line).collect();
    case.file("pairs.bin", input).expect(expected).not_by_hand()
}

/// `Csv`: quotes, commas, empty columns.
pub(crate) fn sales(case: Case) -> Case {
    let regions = ["North", "South, East", "\"W\"", "", "Süd"];
    let products = ["nail", "nail \"6\"", " screw", ",", "a\tb"];
    let mut random = Random::new(7);
    let (mut text, mut sums) = (String::new(), BTreeMap::new());
    for _ in 0..3000 {
        let region = regions[random.below(5) as usize];
        let product = products[random.below(5) as usize];
        let pieces = random.below(100);
        let cents = (random.below(20) == 0).then(|| random.below(5000) as i64 - 100);
        let sum: &mut (u64, Option<i64>) = sums.entry((region, product)).or_default();
        sum.0 += pieces;
        sum.1 = match (sum.1, cents) {
            (Some(sum), Some(cents)) => Some(sum + cents),
            (one, other) => one.or(other),
        };
        writeln!(text, "{}", row(region, product, pieces, cents)).unwrap();
    }
    let line = |((region, product), (pieces, cents))| row(region, product, pieces, cents) + "\n";
    let expected: String = sums.into_iter().map(line).collect();
    case.file("sales.csv", text).expect(expected)
}

fn row(region: &str, product: &str, pieces: u64, cents: Option<i64>) -> String {
    let column = |text: &str| match text.contains([',', '"']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    };
    let cents = cents.map(|cents| cents.to_string()).unwrap_or_default();
    format!("{},{},{pieces},{cents}", column(region), column(product))
}

/// A protocol of the job's own, in two steps.
pub(crate) fn piped(case: Case) -> Case {
    let mut random = Random::new(8);
    let (mut text, mut sums) = (String::new(), BTreeMap::<String, u64>::new());
    for _ in 0..3000 {
        let (key, value) = (format!("key|{}", random.skewed(900)), random.below(3));
        writeln!(text, "{value}|{key}").unwrap();
        *sums.entry(key).or_default() += value;
    }
    let mut counts = BTreeMap::<String, u64>::new();
    for sum in sums.into_values() {
        *counts.entry(format!("keys with {sum}")).or_default() += 1;
    }
    let lines = counts
        .into_iter()
        .map(|(key, count)| format!("{count}|{key}\n"));
    let expected: String = lines.collect();
    case.file("piped.txt", text).expect(expected)
}

/// `TextValue` in and out, without a reducer.
pub(crate) fn grep(case: Case) -> Case {
    let text = data::words(9, 4000);
    let lines = text.lines().filter(|line| line.contains("9 字"));
    let expected: String = lines.map(|line| format!("{line}\n")).collect();
    assert!(!expected.is_empty());
    case.arguments(["-e", "9 字"])
        .file("a.txt", text.as_str())
        .file("b.txt", "")
        .expect(expected)
        .any_order()
}

/// `Json` in: the records are the reducer's groups.
pub(crate) fn distinct(case: Case) -> Case {
    let mut random = Random::new(10);
    let (mut text, mut ranges) = (String::new(), BTreeMap::new());
    for _ in 0..4000 {
        let key = (
            random.below(40) as i32 - 20,
            ["", "a", "a\0", "é"][random.below(4) as usize],
        );
        let value = random.below(1_000_000) as i64 - 500_000;
        writeln!(text, "{}\t{value}", json!(key)).unwrap();
        let range = ranges.entry(key).or_insert((value, value));
        *range = (range.0.min(value), range.1.max(value));
    }
    let line =
        |((number, name), (least, most))| format!("{number}\t{}\n", json!([name, least, most]));
    let expected: String = ranges.into_iter().map(line).collect();
    case.file("pairs.json", text).expect(expected)
}

/// [`ledger`] behind a byte order mark.
pub(crate) fn marked_ledger(case: Case) -> Case {
    ledger(case).marked()
}

/// [`clicks`] behind a byte order mark.
pub(crate) fn marked_clicks(case: Case) -> Case {
    clicks(case).marked()
}

/// [`sales`] behind a byte order mark.
pub(crate) fn marked_sales(case: Case) -> Case {
    sales(case).marked()
}
