//! The job of the chapter `steps` of the guide.

use std::collections::BTreeSet;
use std::process::ExitCode;

use mrjob::prelude::*;

/// Find the pages with the most readers; a line is a page and a reader.
#[derive(MrJob)]
#[mrjob(output = Text)]
struct MostRead {
    /// How many pages.
    #[arg(long, default_value_t = 3)]
    top: usize,
}

#[mrjob::steps(
    step(mapper = visits, reducer = readers),
    step(mapper = together, reducer = most),
)]
impl MostRead {
    fn visits(&self, line: &str, out: &mut Emitter<String, String>) -> Result<()> {
        let (page, reader) = line
            .split_once(' ')
            .ok_or("a line is a page and a reader")?;
        out.emit(page, reader);
        Ok(())
    }

    fn readers(&self, page: &str, readers: Values<String>, out: &mut Emitter<String, usize>) {
        let different: BTreeSet<String> = readers.collect();
        out.emit(page, different.len());
    }

    /// All pages under one key, so that one call of the reducer sees them all.
    fn together(&self, page: &str, readers: usize, out: &mut Emitter<(), (usize, String)>) {
        out.emit((), (readers, page));
    }

    fn most(&self, _: (), pages: Values<(usize, String)>, out: &mut Emitter<String, usize>) {
        let mut pages: Vec<(usize, String)> = pages.collect();
        pages.sort_unstable_by(|a, b| b.cmp(a));
        for (readers, page) in pages.into_iter().take(self.top) {
            out.emit(page, readers);
        }
    }
}

fn main() -> ExitCode {
    MostRead::run()
}
