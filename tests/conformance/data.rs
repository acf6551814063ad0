//! Input that looks random and is always the same.

use std::fmt::Write;

/// Numbers by Marsaglia's xorshift64*.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % end
    }

    /// A number below `end` of which the small ones are frequent.
    pub(crate) fn skewed(&mut self, end: u64) -> u64 {
        let below = self.below(end) + 1;
        self.below(below)
    }

    /// The elements in another order.
    pub(crate) fn shuffle<T>(&mut self, elements: &mut [T]) {
        for last in (1..elements.len()).rev() {
            let other = self.below(last as u64 + 1) as usize;
            elements.swap(last, other);
        }
    }
}

/// Lines of words, of which some are frequent and most are not; not all are ASCII.
pub(crate) fn words(seed: u64, lines: u64) -> String {
    let mut random = Random::new(seed);
    let mut text = String::new();
    for _ in 0..lines {
        for _ in 0..random.below(12) {
            let word = random.skewed(4000);
            let stem = ["word", "Wort", "słowo", "字", "mot-"][(word % 5) as usize];
            write!(
                text,
                "{stem}{word}{}",
                [" ", "  ", "\t"][random.below(3) as usize]
            )
            .unwrap();
        }
        text.push('\n');
    }
    text
}
