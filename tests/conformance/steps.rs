//! Jobs of several steps, and what stands around the records of a step.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::json;

use crate::case::{Case, Given, Keys};
use crate::data::{self, Random};

fn counts(text: &str) -> BTreeMap<&str, u64> {
    let mut counts = BTreeMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word).or_default() += 1;
    }
    counts
}

/// Four steps with `Compact` between them.
pub(crate) fn chain(case: Case) -> Case {
    let text = data::words(11, 2000);
    let mut groups = BTreeMap::<(u64, Option<u64>), Vec<&str>>::new();
    for (word, count) in counts(&text) {
        let number: u64 = word.bytes().map(u64::from).sum();
        let number = (!number.is_multiple_of(3)).then_some(number);
        groups.entry((count, number)).or_default().push(word);
    }
    let lines = groups
        .into_iter()
        .map(|(key, words)| format!("{}\t{}\n", json!(key), json!(words)));
    let expected: String = lines.collect();
    case.file("a.txt", text).expect(expected)
}

fn halved(case: Case, rounds: u32) -> Case {
    let mut random = Random::new(12);
    let (mut text, mut numbers) = (String::new(), BTreeMap::<u64, u64>::new());
    for _ in 0..3000 {
        let number = random.skewed(10_000);
        writeln!(text, "{number} {number}").unwrap();
        *numbers.entry(number >> rounds).or_default() += 2;
    }
    let lines = numbers
        .into_iter()
        .map(|(number, count)| format!("{number}\t{count}\n"));
    let expected: String = lines.collect();
    let case = case
        .file("numbers.txt", text)
        .expect(expected)
        .keys(Keys::Unsigned);
    case.arguments(["--rounds", &rounds.to_string()])
}

pub(crate) fn no_rounds(case: Case) -> Case {
    halved(case, 0)
}

pub(crate) fn one_round(case: Case) -> Case {
    halved(case, 1)
}

pub(crate) fn three_rounds(case: Case) -> Case {
    halved(case, 3)
}

/// `_init` and `_final` of all three methods.
pub(crate) fn lifecycle(case: Case) -> Case {
    let text = data::words(13, 1000);
    let mut counts = counts(&text);
    counts.extend([
        ("(mapper_init)", 0),
        ("(combiner_init)", 0),
        ("(combiner_final)", 0),
        ("(records)", 1000),
    ]);
    let groups = counts.len();
    let lines = counts
        .into_iter()
        .map(|(word, count)| format!("{word}\t{count}\n"));
    let expected = lines.collect::<String>() + &format!("(groups)\t{groups}\n");
    // By hand a lone combiner runs on sorted lines, where what its hooks emit has no place.
    case.file("a.txt", text).expect(expected).not_by_hand()
}

/// `mapper_file`.
pub(crate) fn files(case: Case) -> Case {
    let (a, b) = (data::words(14, 50), data::words(15, 70));
    let size = |text: &str| (text.lines().count(), text.len());
    let all = (size(&a).0 + size(&b).0, size(&a).1 + size(&b).1);
    let sizes = [
        ("(all)", all),
        ("a.txt", size(&a)),
        ("b.txt", size(&b)),
        ("c.txt", (0, 0)),
    ];
    let lines = sizes.map(|(name, size)| format!("{}\t{}\n", json!(name), json!(size)));
    let case = case.file("a.txt", a).file("b.txt", b).file("c.txt", "");
    case.expect(lines.concat())
        .keys(Keys::Text)
        .given(Given::FilesOnly)
        .not_by_hand()
}

/// Methods that return results; keys are `bool`.
pub(crate) fn fallible(case: Case) -> Case {
    let mut random = Random::new(16);
    let (mut text, mut sums) = (String::new(), [0_i64; 2]);
    for _ in 0..3000 {
        let number = random.below(4_000_000) as i64 - 1_000_000;
        sums[usize::from(number < 0)] += number;
        writeln!(text, "{number}").unwrap();
    }
    let expected = format!("false\t{}\ntrue\t{}\n", sums[0], sums[1]);
    case.file("numbers.txt", text).expect(expected)
}

/// Keys are signed numbers: -9 before -1 before 0.
pub(crate) fn lengths(case: Case) -> Case {
    let text = data::words(17, 3000);
    let mut lengths = BTreeMap::<i64, u64>::new();
    for line in text.lines() {
        *lengths.entry(line.len() as i64 - 50).or_default() += 1;
    }
    let lines = lengths
        .into_iter()
        .map(|(length, count)| format!("{length}\t{count}\n"));
    let expected: String = lines.collect();
    case.file("a.txt", text)
        .arguments(["--middle=50"])
        .expect(expected)
        .keys(Keys::Signed)
}

/// Values in order, numbers as numbers; more than 4 MB, so that reduce tasks take ranges of keys.
pub(crate) fn sessions(case: Case) -> Case {
    let mut random = Random::new(18);
    let (mut text, mut users) = (
        String::new(),
        BTreeMap::<String, Vec<(i64, f64, String)>>::new(),
    );
    let long = "p".repeat(400);
    for _ in 0..16_000 {
        let user = format!("user{}", random.skewed(500));
        let time = random.below(20_000) as i64 - 10_000;
        let weight = [-1.5, -0.0, 0.0, 0.5, 10.0, 9.0, 1e300][random.below(7) as usize];
        let page = format!("{}{long}", random.below(12));
        writeln!(text, "{user}\t{time}\t{weight:?}\t{page}").unwrap();
        users.entry(user).or_default().push((time, weight, page));
    }
    let mut expected = String::new();
    for (user, mut events) in users {
        events.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        let (mut session, mut last) = (0, None);
        for event in events {
            session += u32::from(last.is_some_and(|last| event.0 - last > 30));
            last = Some(event.0);
            writeln!(expected, "{}\t{}", json!((&user, session)), json!(event)).unwrap();
        }
    }
    case.file("events.tsv", text)
        .arguments(["--pause", "30"])
        .expect(expected)
        .not_by_hand()
}

/// Arguments of all sorts.
pub(crate) fn stop_words(case: Case) -> Case {
    let text = data::words(19, 2000);
    let stop = "word1\nwort2\nsłowo3\n";
    let words = text.to_lowercase();
    let mut counts = counts(&words);
    counts
        .retain(|word, _| !stop.lines().any(|stop| stop == *word) && (5..=7).contains(&word.len()));
    let prefix = "it's \"$HOME\" ; \\ --reducers\n é";
    let lines = counts
        .into_iter()
        .map(|(word, count)| format!("{}\t{count}\n", json!(format!("{prefix}{word}"))));
    let expected: String = lines.collect();
    // The files of words are input too, of which nothing is left.
    let case = case
        .file("stop.txt", "word1\nwort2\n")
        .file("more.txt", "słowo3\n")
        .file("a.txt", text);
    let case = case.arguments([
        "--stop-words",
        "in/stop.txt",
        "--stop-words=in/more.txt",
        "--case",
        "lower",
    ]);
    let case = case.arguments(["--prefix", prefix, "--min-length", "5", "--max-length=7"]);
    case.expect(expected).keys(Keys::Text)
}

/// Properties, numbers of reduce tasks and counters of steps.
pub(crate) fn top_words(case: Case) -> Case {
    let text = data::words(20, 3000);
    let mut top: Vec<(u64, &str)> = counts(&text)
        .into_iter()
        .map(|(word, count)| (count, word))
        .collect();
    top.sort_unstable_by(|a, b| b.cmp(a));
    let lines = top
        .iter()
        .take(25)
        .map(|(count, word)| format!("{}\t{count}\n", json!(word)));
    let expected: String = lines.collect();
    case.file("a.txt", text)
        .arguments(["--number", "25"])
        .expect(expected)
}
