//! Keys and values that are easily got wrong.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};

use crate::case::{Case, Keys};
use crate::data::Random;

/// A file of these values, each a few times, in no order; the counts, in theirs.
fn counted(case: Case, seed: u64, values: &[Value]) -> Case {
    let mut random = Random::new(seed);
    let (mut lines, mut expected) = (Vec::new(), String::new());
    for value in values {
        let times = 1 + random.below(40);
        lines.extend((0..times).map(|_| format!("{value}\n")));
        writeln!(expected, "{value}\t{times}").unwrap();
    }
    random.shuffle(&mut lines);
    case.file("values.json", lines.concat()).expect(expected)
}

/// Strings: empty, control characters, prefixes of each other, 100 KB.
pub(crate) fn texts(case: Case) -> Case {
    let mut texts: Vec<String> = [
        "",
        "\0",
        "\0\0",
        "\0a",
        "\u{1}",
        "\u{1}\u{1}",
        "\t",
        "\n",
        "\r",
        "\r\n",
        " ",
        "  ",
        "\"",
        "\\",
        "\\n",
        "a",
        "a\0",
        "a\0b",
        "a\u{1}",
        "a\tb",
        "a\nb",
        "a ",
        "ab",
        "abc",
        "A",
        "9",
        "10",
        "-1",
        "null",
        "\u{7f}",
        "\u{80}",
        "\u{ff}",
        "é",
        "e\u{301}",
        "\u{2028}",
        "\u{2029}",
        "\u{fffd}",
        "\u{ffff}",
        "\u{10ffff}",
        "🦀",
        "exactly sixteen.",
        "exactly sixteen.+",
        "fifteen bytes..",
        "fifteen bytes..\0",
    ]
    .map(str::to_owned)
    .into();
    texts.extend([15, 16, 17, 255, 256, 65_535, 65_536, 100_000].map(|length| "k".repeat(length)));
    texts.extend(["k".repeat(99_999) + "l", "k".repeat(99_999) + "\0"]);
    texts.sort();
    let values: Vec<Value> = texts.into_iter().map(Value::from).collect();
    counted(case, 21, &values).keys(Keys::Text)
}

/// Every shape of key, in its order.
pub(crate) fn shapes(case: Case) -> Case {
    let list = [
        json!("Unit"),
        json!({"Flag": false}),
        json!({"Flag": true}),
        json!({"Letter": "\0"}),
        json!({"Letter": "a"}),
        json!({"Letter": "é"}),
        json!({"Letter": "🦀"}),
        json!({"Bytes": []}),
        json!({"Bytes": [0]}),
        json!({"Bytes": [0, 0]}),
        json!({"Bytes": [0, 255]}),
        json!({"Bytes": [1]}),
        json!({"Bytes": [1, 1]}),
        json!({"Bytes": [2]}),
        json!({"Bytes": [255, 0]}),
        json!({"Bytes": [255, 255]}),
        json!({"Texts": []}),
        json!({"Texts": [""]}),
        json!({"Texts": ["", ""]}),
        json!({"Texts": ["", "\0"]}),
        json!({"Texts": ["\0"]}),
        json!({"Texts": ["a"]}),
        json!({"Texts": ["a", ""]}),
        json!({"Texts": ["a", "b"]}),
        json!({"Texts": ["a\0"]}),
        json!({"Texts": ["ab"]}),
        json!({"Pair": ["", ""]}),
        json!({"Pair": ["", "b"]}),
        json!({"Pair": ["\0", ""]}),
        json!({"Pair": ["a", ""]}),
        json!({"Pair": ["a", "\0"]}),
        json!({"Pair": ["a", "z"]}),
        json!({"Pair": ["a\0", ""]}),
        json!({"Pair": ["a\u{1}", ""]}),
        json!({"Pair": ["aa", ""]}),
        json!({"Maybe": null}),
        json!({"Maybe": ""}),
        json!({"Maybe": "\0"}),
        json!({"Maybe": "null"}),
        json!({"Nested": null}),
        json!({"Nested": [null, []]}),
        json!({"Nested": [null, [0]]}),
        json!({"Nested": [-128, [0]]}),
        json!({"Nested": [0, []]}),
        json!({"Nested": [127, [255, 1, 0]]}),
        json!({"Small": -128}),
        json!({"Small": -1}),
        json!({"Small": 0}),
        json!({"Small": 127}),
        json!({"Large": i64::MIN}),
        json!({"Large": -256}),
        json!({"Large": -1}),
        json!({"Large": 9}),
        json!({"Large": 10}),
        json!({"Large": i64::MAX}),
        json!({"Huge": i64::MIN}),
        json!({"Huge": -10}),
        json!({"Huge": 10}),
        json!({"Huge": u64::MAX}),
        json!({"Unsigned": 0}),
        json!({"Unsigned": u64::MAX}),
        json!({"Float": f64::MIN}),
        json!({"Float": -1.5}),
        json!({"Float": -0.0}),
        json!({"Float": 0.0}),
        json!({"Float": f64::from_bits(1)}),
        json!({"Float": 0.1}),
        json!({"Float": 9.0}),
        json!({"Float": 10.0}),
        json!({"Float": f64::MAX}),
        json!({"Single": -3.5}),
        json!({"Single": 0.25}),
        json!({"Fields": {"name": "", "sizes": [-32768, 1]}}),
        json!({"Fields": {"name": "", "sizes": [0, -1]}}),
        json!({"Fields": {"name": "a", "sizes": [-1, 0]}}),
        json!({"Fields": {"name": "a\0", "sizes": [-1, 0]}}),
        json!({"Inner": "A"}),
        json!({"Inner": {"B": ""}}),
        json!({"Inner": {"B": "\u{1}\u{1}"}}),
        json!({"Inner": {"C": {"lists": [], "mark": 9}}}),
        json!({"Inner": {"C": {"lists": [[]], "mark": 0}}}),
        json!({"Inner": {"C": {"lists": [[], []], "mark": 0}}}),
        json!({"Inner": {"C": {"lists": [[""]], "mark": 0}}}),
        json!({"Inner": {"C": {"lists": [["", ""]], "mark": 1}}}),
        json!({"Inner": {"C": {"lists": [["a"], ["b"]], "mark": 255}}}),
    ];
    counted(case, 22, &list)
}

/// Values of every kind.
pub(crate) fn values(case: Case) -> Case {
    let numbers: Vec<String> = (0..400)
        .map(|number| format!("{}\n", number % 300))
        .collect();
    let expected: String = (0..300)
        .map(|number| format!("{number}\t\"same\"\n"))
        .collect();
    // By hand values are JSON between the phases, which has no `Some(None)`.
    case.file("numbers.txt", numbers.concat())
        .expect(expected)
        .keys(Keys::Unsigned)
        .not_by_hand()
}

/// `Desc` within structs and tuples, as keys and as sorted values; pages that are prefixes of each other.
pub(crate) fn descending(case: Case) -> Case {
    let mut random = Random::new(29);
    let (mut text, mut days) = (String::new(), BTreeMap::new());
    for _ in 0..6000 {
        let user = ["ann", "an", "bob\u{1}", "Ä"][random.below(4) as usize];
        let time = random.below(40_000) as i64 - 20_000;
        let page = ["/", "/a", "/a/b", "/ab", "/é"][random.below(5) as usize];
        writeln!(text, "{user}\t{time}\t{page}").unwrap();
        let visits: &mut Vec<(i64, &str)> = days
            .entry((user, Reverse(time.div_euclid(1000))))
            .or_default();
        visits.push((time, page));
    }
    let mut sizes = BTreeMap::<_, String>::new();
    for ((user, Reverse(day)), mut visits) in days {
        visits.sort_unstable_by(|a, b| b.cmp(a));
        let newest: Vec<String> = visits
            .iter()
            .take(2)
            .map(|(time, page)| format!("{page}@{time}"))
            .collect();
        let size = visits.len();
        let list = sizes.entry(Reverse(size)).or_default();
        writeln!(list, "{size}\t{user} {day} {}", newest.join(" ")).unwrap();
    }
    case.file("visits.tsv", text)
        .expect(sizes.into_values().collect::<String>())
        .not_by_hand()
}
