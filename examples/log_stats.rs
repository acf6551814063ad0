//! The pages of a web server that cost most bytes, by status: typed tuple keys, counters, and the N largest of many.
//!
//! ```text
//! cargo run --release --example log_stats -- --top 10 access.log
//! ```
//!
//! The second step never holds more than N pages: each map task keeps its own largest, and one reduce task the largest of those.
//! A log of years has broken lines in it, so a line that isn't in Apache's combined format is counted and left out.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::process::ExitCode;

use mrjob::prelude::*;

/// Find the pages and statuses for which most bytes were sent.
#[derive(MrJob)]
struct LogStats {
    /// How many to write.
    #[arg(long, default_value_t = 100)]
    top: usize,
    /// The largest so far, the smallest of them on top.
    #[mrjob(state)]
    largest: BinaryHeap<Reverse<Sent>>,
}

/// A status and a path.
type Page = (u16, String);
/// Bytes, and for what.
type Sent = (u64, Page);

#[mrjob::steps(
    step(mapper = requests, combiner = add, reducer = total),
    step(mapper = keep, mapper_final = kept, reducer = write),
)]
impl LogStats {
    fn requests(&self, line: &str, out: &mut Emitter<Page, u64>) {
        match parse(line) {
            Some((status, path, bytes)) => out.emit((status, path), bytes),
            None => counter!("log", "unreadable lines"),
        }
    }

    fn add(&self, bytes: &mut u64, next: u64) {
        *bytes += next;
    }

    fn total(&self, page: Page, bytes: Values<u64>, out: &mut Emitter<Page, u64>) {
        out.emit(page, bytes.sum());
    }

    fn keep(&mut self, page: Page, bytes: u64, _: &mut Emitter<(), Sent>) {
        self.push((bytes, page));
    }

    fn kept(&mut self, out: &mut Emitter<(), Sent>) {
        for Reverse(sent) in self.largest.drain() {
            out.emit((), sent);
        }
    }

    fn write(&mut self, _: (), sent: Values<Sent>, out: &mut Emitter<Page, u64>) {
        sent.for_each(|sent| self.push(sent));
        for Reverse((bytes, page)) in std::mem::take(&mut self.largest).into_sorted_vec() {
            out.emit(page, bytes);
        }
    }
}

impl LogStats {
    fn push(&mut self, sent: Sent) {
        self.largest.push(Reverse(sent));
        if self.largest.len() > self.top {
            self.largest.pop();
        }
    }
}

/// Status, path and bytes of `host - user [time] "GET /path HTTP/1.1" 200 512 "referrer" "agent"`.
fn parse(line: &str) -> Option<(u16, &str, u64)> {
    let (_, request) = line.split_once("] \"")?;
    let (request, answer) = request.split_once("\" ")?;
    let path = request.split(' ').nth(1)?;
    let mut fields = answer.split(' ');
    let status = fields.next()?.parse().ok()?;
    let bytes = match fields.next()? {
        "-" => 0, // An answer without a body.
        bytes => bytes.parse().ok()?,
    };
    Some((status, path, bytes))
}

fn main() -> ExitCode {
    LogStats::run()
}
