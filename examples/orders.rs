//! The mean order of each country: JSON lines read into a struct that borrows, and a mean as a pair that can be added.
//!
//! ```text
//! cargo run --release --example orders -- orders.jsonl
//! ```
//!
//! A line is `{"country": "CH", "cents": 1250}`; other fields are skipped. Means can't be combined, but sums and counts can,
//! so the value is both. A line that isn't an order ends the job with its file and line: a mean of some of the money is wrong.

use std::process::ExitCode;

use mrjob::prelude::*;
use serde::Deserialize;

/// Compute the mean of the orders of each country, in cents.
#[derive(MrJob)]
#[mrjob(input = JsonValue, output = Text)]
struct Orders {}

#[derive(Deserialize)]
struct Order<'a> {
    country: &'a str,
    cents: u64,
}

#[mrjob::steps]
impl Orders {
    #[mapper]
    fn order(&self, order: Order<'_>, out: &mut Emitter<String, (u64, u64)>) {
        out.emit(order.country, (order.cents, 1));
    }

    #[combiner]
    fn add(&self, (sum, count): &mut (u64, u64), next: (u64, u64)) {
        *sum += next.0;
        *count += next.1;
    }

    #[reducer]
    fn mean(&self, country: &str, parts: Values<(u64, u64)>, out: &mut Emitter<String, f64>) {
        let (sum, count) = parts.fold((0, 0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
        out.emit(country, sum as f64 / count as f64);
    }
}

fn main() -> ExitCode {
    Orders::run()
}
