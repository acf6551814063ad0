//! A combiner that emits other keys than it is given, and `sort_values` with it.

use std::process::ExitCode;

use mrjob::prelude::*;

/// The words of each first letter, with how often they occur.
#[derive(MrJob)]
#[mrjob(sort_values)]
struct Initials {}

/// How often a word occurs; -1 and no word for a line.
type Use = (i64, Vec<String>);

/// Different words, the sum of their counts, and values that came before a smaller one.
type Sums = (u64, i64, u64);

#[mrjob::steps(
    step(mapper = words, combiner = count, reducer = list),
    step(mapper = one_key, reducer = add),
)]
impl Initials {
    fn words(&self, line: &str, out: &mut Emitter<Option<char>, Use>) {
        out.emit(None::<char>, (-1, Vec::<String>::new()));
        for word in line.split_whitespace() {
            out.emit(word.chars().next(), (1, vec![word]));
        }
    }

    fn count(&self, first: Option<char>, uses: Values<Use>, out: &mut Emitter<Option<char>, Use>) {
        let mut kept: Vec<Use> = Vec::new();
        for (count, words) in uses {
            match kept.iter_mut().find(|kept| kept.1 == words) {
                Some(kept) => kept.0 += count,
                None => kept.push((count, words)),
            }
        }
        for (count, words) in kept {
            // Lines get another key, of which a later step makes one: a combiner needn't be called.
            match first {
                None => out.emit(Some('\0'), (count, words)),
                first => out.emit(first, (count, words)),
            }
        }
    }

    fn list(&self, first: &Option<char>, uses: Values<Use>, out: &mut Emitter<Option<char>, Sums>) {
        let (mut sum, mut unsorted, mut seen) = (0, 0, Vec::new());
        let mut last = None;
        for (count, words) in uses {
            let this = Some((count, words.clone()));
            unsorted += u64::from(last > this);
            last = this;
            sum += count;
            seen.extend(words);
        }
        seen.sort_unstable();
        seen.dedup();
        out.emit(first, (seen.len() as u64, sum, unsorted));
    }

    fn one_key(&self, first: Option<char>, sums: Sums, out: &mut Emitter<char, Sums>) {
        out.emit(first.unwrap_or('\0'), sums);
    }

    fn add(&self, first: char, sums: Values<Sums>, out: &mut Emitter<char, Sums>) {
        let add = |sum: Sums, next: Sums| (sum.0 + next.0, sum.1 + next.1, sum.2 + next.2);
        out.emit(first, sums.fold((0, 0, 0), add));
    }
}

fn main() -> ExitCode {
    Initials::run()
}
