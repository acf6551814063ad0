//! W2: hits and bytes by status and path of an access log, the 100 that took most bytes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::process::ExitCode;

use mrjob::prelude::*;

/// Find the pages for which most bytes were sent.
#[derive(MrJob)]
#[mrjob(internal = Compact)]
struct LargestPages {
    /// How many to write.
    #[arg(long, default_value_t = 100)]
    top: usize,
    /// The largest so far, the smallest of them on top.
    #[mrjob(state)]
    largest: BinaryHeap<Reverse<Row>>,
}

/// Status and path.
type Page = (String, String);
/// Hits and bytes.
type Traffic = (u64, u64);
/// Bytes first, because the most are wanted; of equal ones the first page, whose hits are last.
type Row = (u64, Reverse<Page>, u64);

#[mrjob::steps(
    step(mapper = requests, combiner = add, reducer = total),
    step(mapper = keep, mapper_final = kept, reducer = write),
)]
impl LargestPages {
    fn requests(&self, line: &str, out: &mut Emitter<Page, Traffic>) -> Result<()> {
        let (status, path, bytes) = parse(line).ok_or("the line has no request")?;
        out.emit((status, path), (1, bytes));
        Ok(())
    }

    fn add(&self, traffic: &mut Traffic, next: Traffic) {
        traffic.0 += next.0;
        traffic.1 += next.1;
    }

    fn total(&self, page: Page, parts: Values<Traffic>, out: &mut Emitter<Page, Traffic>) {
        let mut traffic = (0, 0);
        parts.for_each(|part| self.add(&mut traffic, part));
        out.emit(page, traffic);
    }

    fn keep(&mut self, page: Page, (hits, bytes): Traffic, _: &mut Emitter<(), Row>) {
        self.push((bytes, Reverse(page), hits));
    }

    fn kept(&mut self, out: &mut Emitter<(), Row>) {
        for Reverse(row) in self.largest.drain() {
            out.emit((), row);
        }
    }

    fn write(&mut self, _: (), rows: Values<Row>, out: &mut Emitter<Page, Traffic>) {
        rows.for_each(|row| self.push(row));
        for Reverse((bytes, Reverse(page), hits)) in
            std::mem::take(&mut self.largest).into_sorted_vec()
        {
            out.emit(page, (hits, bytes));
        }
    }
}

impl LargestPages {
    fn push(&mut self, row: Row) {
        self.largest.push(Reverse(row));
        if self.largest.len() > self.top {
            self.largest.pop();
        }
    }
}

/// Status, path without its query, and bytes of a line in Apache's combined format.
fn parse(line: &str) -> Option<(&str, &str, u64)> {
    let (_, request) = line.split_once('"')?;
    let (request, answer) = request.split_once('"')?;
    let path = request.split(' ').nth(1)?;
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let mut fields = answer.split_ascii_whitespace();
    let status = fields.next()?;
    let bytes = match fields.next()? {
        "-" => 0, // An answer without a body.
        bytes => bytes.parse().ok()?,
    };
    Some((status, path, bytes))
}

fn main() -> ExitCode {
    LargestPages::run()
}
