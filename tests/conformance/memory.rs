//! Data that don't fit into memory, and values that nobody reads.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::case::{Case, Keys};
use crate::data::Random;

fn numbers(end: u64) -> String {
    (0..end).map(|number| format!("{number}\n")).collect()
}

/// A group of 330 MB, with 16 MB of memory: 20 times as much.
pub(crate) fn hot_key(case: Case) -> Case {
    values(case, 64_000, 5_300)
}

/// Values each of which is a quarter of 16 MB of memory, in as many runs.
pub(crate) fn long_values(case: Case) -> Case {
    values(case, 4_000_000, 101)
}

/// Values as long, of which a combiner keeps one of each key's.
pub(crate) fn longest(case: Case) -> Case {
    const SIZE: u64 = 4_000_000;
    let expected: String = (0..50)
        .map(|key| format!("{key}\t{}\n", SIZE + 100 + key))
        .collect();
    let case = case
        .file("numbers.txt", numbers(150))
        .arguments(["--size", &SIZE.to_string()]);
    case.expect(expected)
        .keys(Keys::Unsigned)
        .not_by_hand()
        .large()
}

fn values(case: Case, size: u64, numbers_end: u64) -> Case {
    let (mut cold, mut hot) = ((0, 0), (0, 0));
    for number in 0..numbers_end {
        let sum = if number % 100 == 0 {
            &mut cold
        } else {
            &mut hot
        };
        *sum = (sum.0 + 1, sum.1 + number);
    }
    let line = |key, (count, sum)| format!("\"{key}\"\t[{count},{sum},{}]\n", count * size);
    let expected = line("cold", cold) + &line("hot", hot);
    let case = case
        .file("numbers.txt", numbers(numbers_end))
        .arguments(["--size", &size.to_string()]);
    case.expect(expected).keys(Keys::Text).not_by_hand().large()
}

/// 40 MB of keys, each twice but for a few, with 16 MB of memory.
pub(crate) fn many_keys(case: Case) -> Case {
    const NUMBERS: u64 = 40_000;
    let twice = numbers(NUMBERS) + &numbers(NUMBERS - 100);
    let count = |number| if number < NUMBERS - 100 { 2 } else { 1 };
    let expected: String = (0..NUMBERS)
        .map(|number| format!("{number}\t{}\n", count(number)))
        .collect();
    let case = case
        .file("numbers.txt", twice)
        .arguments(["--size", "1000"]);
    case.expect(expected).not_by_hand().large()
}

/// A reducer that reads one value of a group, or none.
pub(crate) fn first_value(case: Case) -> Case {
    let mut random = Random::new(23);
    let (mut text, mut least) = (String::new(), BTreeMap::new());
    for _ in 0..20_000 {
        let (key, value) = (random.skewed(300), random.below(100_000) as i64 - 50_000);
        writeln!(text, "{key} {value}").unwrap();
        let least: &mut i64 = least.entry(key).or_insert(value);
        *least = value.min(*least);
    }
    let lines = least.into_iter().filter(|(key, _)| key % 3 > 0);
    let expected: String = lines
        .map(|(key, value)| format!("{key}\t{value}\n"))
        .collect();
    case.file("pairs.txt", text)
        .expect(expected)
        .keys(Keys::Unsigned)
        .not_by_hand()
}
