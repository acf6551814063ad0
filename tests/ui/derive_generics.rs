use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq<'a, T> {
    #[mrjob(state)]
    words: Vec<&'a T>,
}

fn main() {}
