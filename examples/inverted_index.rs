//! In which documents each word stands: lists as output, sorted by the shuffle and not in memory.
//!
//! ```text
//! cargo run --release --example inverted_index -- documents.tsv
//! ```
//!
//! A line is a document's name, a tab, and its text or a part of it. A line without a tab is of no document; it is counted and
//! left out.

use std::collections::BTreeSet;
use std::process::ExitCode;

use mrjob::prelude::*;

/// List the documents of each word.
#[derive(MrJob)]
#[mrjob(sort_values)]
struct InvertedIndex {}

#[mrjob::steps]
impl InvertedIndex {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, String>) {
        let Some((document, text)) = line.split_once('\t') else {
            counter!("index", "lines of no document");
            return;
        };
        let words = text.split(|c: char| !c.is_alphanumeric());
        let words: BTreeSet<String> = words.map(str::to_lowercase).collect();
        for word in words.iter().filter(|word| !word.is_empty()) {
            out.emit(word, document);
        }
    }

    /// A document of several lines comes as often, one right after the other.
    #[reducer]
    fn list(&self, word: &str, documents: Values<String>, out: &mut Emitter<String, Vec<String>>) {
        let mut list: Vec<String> = documents.collect();
        list.dedup();
        out.emit(word, list);
    }
}

fn main() -> ExitCode {
    InvertedIndex::run()
}
