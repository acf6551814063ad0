//! Small inputs, the same on each run.

use std::fmt::Write;

/// Numbers that look random, from a linear congruence (Knuth's MMIX).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: u64) -> u64 {
        let Self(state) = self;
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) % n
    }
}

/// Lines of ten words each, of 4,096 different ones.
pub(crate) fn text(lines: usize) -> String {
    let mut numbers = Numbers(1);
    let mut text = String::new();
    for _ in 0..lines {
        for _ in 0..9 {
            let word = numbers.below(4096);
            write!(text, "w{:x} ", word * word).expect("a string takes what is written");
        }
        text.push_str("größer\n");
    }
    text
}

/// Lines of one number of ten hexadecimal digits.
pub(crate) fn numbers(lines: usize) -> String {
    let mut numbers = Numbers(2);
    let mut text = String::new();
    for _ in 0..lines {
        let high = numbers.below(1 << 20);
        let low = numbers.below(1 << 20);
        writeln!(text, "{high:05x}{low:05x}").expect("a string takes what is written");
    }
    text
}

/// Orders as JSON, a line each, with more fields than a job wants.
pub(crate) fn json(lines: usize) -> String {
    let mut numbers = Numbers(3);
    let mut text = String::new();
    for line in 0..lines {
        let (cents, country) = (numbers.below(100_000), numbers.below(20));
        writeln!(
            text,
            r#"{{"order":{line},"customer":{{"name":"Zo\u00eb \"Z\" Smith","country":"C{country}"}},"tags":["sale","web"],"total":{}.{:02},"note":"ring twice"}}"#,
            cents / 100,
            cents % 100,
        )
        .expect("a string takes what is written");
    }
    text
}
