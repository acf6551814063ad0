//! What is called before the first and after the last record, of all three methods.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count words, and how often the methods around them were called.
#[derive(MrJob)]
#[mrjob(output = Text)]
struct Lifecycle {
    #[mrjob(state)]
    ready: bool,
    #[mrjob(state)]
    records: u64,
    #[mrjob(state)]
    groups: u64,
}

#[mrjob::steps(step(
    mapper_init = start,
    mapper = words,
    mapper_final = records,
    combiner_init = start_combining,
    combiner = combine,
    combiner_final = combined,
    reducer_init = open,
    reducer = total,
    reducer_final = close,
    reducers = 1,
))]
impl Lifecycle {
    fn start(&mut self, out: &mut Emitter<String, i64>) {
        self.ready = true;
        out.emit("(mapper_init)", 0);
    }

    fn words(&mut self, line: &str, out: &mut Emitter<String, i64>) -> Result<(), &'static str> {
        if !self.ready {
            return Err("`mapper_init` wasn't called");
        }
        self.records += 1;
        for word in line.split_whitespace() {
            out.emit(word, 1);
        }
        Ok(())
    }

    fn records(&mut self, out: &mut Emitter<String, i64>) {
        out.emit("(records)", self.records as i64);
    }

    fn start_combining(&mut self, out: &mut Emitter<String, i64>) {
        self.ready = true;
        out.emit("(combiner_init)", 0);
    }

    fn combine(
        &mut self,
        word: &str,
        counts: Values<i64>,
        out: &mut Emitter<String, i64>,
    ) -> Result<(), &'static str> {
        if !self.ready || self.records > 0 {
            return Err(
                "the combiner has no instance of its own, or `combiner_init` wasn't called",
            );
        }
        out.emit(word, counts.sum());
        Ok(())
    }

    fn combined(&mut self, out: &mut Emitter<String, i64>) {
        out.emit("(combiner_final)", 0);
    }

    fn open(&mut self) -> Result<()> {
        self.ready = true;
        Ok(())
    }

    fn total(&mut self, word: &str, counts: Values<i64>, out: &mut Emitter<String, i64>) {
        if self.ready {
            self.groups += 1;
            out.emit(word, counts.sum());
        }
    }

    fn close(&mut self, out: &mut Emitter<String, i64>) {
        out.emit("(groups)", self.groups as i64);
    }
}

fn main() -> ExitCode {
    Lifecycle::run()
}
