//! How well a classifier of texts does: naive Bayes, trained and cross-validated in three steps.
//!
//! ```text
//! cargo run --release --example k_fold -- --folds 10 labelled.tsv
//! ```
//!
//! A line is a label, a tab, a text. Each text is in one of k folds, and is classified by what the other folds teach. The first
//! step counts words by fold and label, so that the second sends counts and not texts to the other folds; there `sort_values` has
//! what is known come before what is asked. A model, but no text, must fit in memory. A text that stands in the input twice
//! is in the same fold, so that none is asked which was learnt. A line without a tab is counted and left out.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::process::ExitCode;

use mrjob::prelude::*;
use serde::{Deserialize, Serialize};

/// Cross-validate a naive Bayes classifier of texts.
#[derive(MrJob)]
#[mrjob(sort_values)]
struct KFold {
    /// Parts that the texts are divided into, each of which is classified by what the others teach.
    #[arg(long, default_value_t = 5, value_parser = mrjob::clap::value_parser!(u32).range(2..))]
    folds: u32,
}

/// What is counted, or asked, of a label.
#[derive(Serialize, Deserialize)]
enum Item {
    Text,
    Word(String),
    Question(String),
}

/// Texts that were classified rightly, and all.
type Score = (u64, u64);

#[mrjob::steps(
    step(mapper = read, combiner = add, reducer = total),
    step(mapper = teach, reducer = classify),
    step(mapper = scores, reducer = accuracy),
)]
impl KFold {
    fn read(&self, line: &str, out: &mut Emitter<(u32, String, Item), u64>) {
        let Some((label, text)) = line.split_once('\t') else {
            counter!("texts", "without a label");
            return;
        };
        let fold = fold(text, self.folds);
        out.emit((fold, label.to_owned(), Item::Text), 1);
        for word in text.split_whitespace() {
            out.emit((fold, label.to_owned(), Item::Word(word.to_owned())), 1);
        }
        out.emit((fold, label.to_owned(), Item::Question(text.to_owned())), 1);
    }

    fn add(&self, count: &mut u64, next: u64) {
        *count += next;
    }

    fn total(
        &self,
        key: (u32, String, Item),
        counts: Values<u64>,
        out: &mut Emitter<(u32, String, Item), u64>,
    ) {
        out.emit(key, counts.sum());
    }

    /// The item first: so the values' order is the order of its variants.
    fn teach(
        &self,
        (fold, label, item): (u32, String, Item),
        count: u64,
        out: &mut Emitter<u32, (Item, String, u64)>,
    ) {
        match item {
            Item::Question(_) => out.emit(fold, (item, label, count)),
            Item::Text => {
                for other in (0..self.folds).filter(|other| *other != fold) {
                    out.emit(other, (Item::Text, label.clone(), count));
                }
            }
            Item::Word(word) => {
                for other in (0..self.folds).filter(|other| *other != fold) {
                    out.emit(other, (Item::Word(word.clone()), label.clone(), count));
                }
            }
        }
    }

    fn classify(
        &self,
        fold: u32,
        items: Values<(Item, String, u64)>,
        out: &mut Emitter<u32, Score>,
    ) {
        let mut model = Model::default();
        let (mut right, mut all) = (0, 0);
        for (item, label, count) in items {
            match item {
                Item::Text => model.labels.entry(label).or_default().texts += count,
                Item::Word(word) => model.learn(word, label, count),
                Item::Question(text) => {
                    all += count;
                    if model.classify(&text) == Some(&label) {
                        right += count;
                    }
                }
            }
        }
        out.emit(fold, (right, all));
    }

    fn scores(&self, fold: u32, score: Score, out: &mut Emitter<String, Score>) {
        out.emit("all", score);
        out.emit(format!("fold {:03}", fold + 1), score);
    }

    fn accuracy(&self, what: &str, scores: Values<Score>, out: &mut Emitter<String, f64>) {
        let (right, all) = scores.fold((0, 0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
        if all > 0 {
            out.emit(what, right as f64 / all as f64);
        }
    }
}

/// Multinomial naive Bayes with one added to each count (Manning, Raghavan and Schütze, *Introduction to Information
/// Retrieval*, 2008, section 13.2).
#[derive(Default)]
struct Model {
    labels: BTreeMap<String, Label>,
    vocabulary: HashSet<String>,
}

#[derive(Default)]
struct Label {
    texts: u64,
    words: u64,
    counts: HashMap<String, u64>,
}

impl Model {
    fn learn(&mut self, word: String, label: String, count: u64) {
        let label = self.labels.entry(label).or_default();
        label.words += count;
        *label.counts.entry(word.clone()).or_default() += count;
        self.vocabulary.insert(word);
    }

    fn classify(&self, text: &str) -> Option<&String> {
        let score = |label: &Label| {
            let all = (label.words + self.vocabulary.len() as u64) as f64;
            let word = |word| (label.counts.get(word).map_or(1, |n| n + 1) as f64 / all).ln();
            let known = text
                .split_whitespace()
                .filter(|word| self.vocabulary.contains(*word));
            (label.texts as f64).ln() + known.map(word).sum::<f64>()
        };
        let labels = self.labels.iter();
        let best = labels.max_by(|a, b| score(a.1).total_cmp(&score(b.1)));
        best.map(|(name, _)| name)
    }
}

/// A text's fold, the same wherever and whenever it is asked for: FNV-1a, which std's own hashing doesn't promise to be.
fn fold(text: &str, folds: u32) -> u32 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    ((hash >> 32) % u64::from(folds)) as u32
}

fn main() -> ExitCode {
    KFold::run()
}
