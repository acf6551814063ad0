//! `JsonValue` in and out: a record that borrows, with escapes in it.

use std::process::ExitCode;

use mrjob::prelude::*;
use serde::{Deserialize, Serialize};

/// Clicks a page.
#[derive(MrJob)]
#[mrjob(input = JsonValue, output = JsonValue)]
struct Clicks {}

#[derive(Deserialize)]
struct Click<'a> {
    user: &'a str,
    page: &'a str,
    #[serde(default)]
    seconds: f64,
}

#[derive(Serialize, Deserialize)]
struct Page {
    page: String,
    clicks: u64,
    seconds: f64,
    longest_user: String,
}

#[mrjob::steps]
impl Clicks {
    #[mapper]
    fn click(&self, click: Click<'_>, out: &mut Emitter<String, (u64, f64, String)>) {
        out.emit(click.page, (1, click.seconds, click.user));
    }

    #[combiner]
    fn add(&self, sum: &mut (u64, f64, String), next: (u64, f64, String)) {
        sum.0 += next.0;
        sum.1 += next.1;
        if (next.2.len(), &next.2) > (sum.2.len(), &sum.2) {
            sum.2 = next.2;
        }
    }

    #[reducer]
    fn page(&self, page: String, clicks: Values<(u64, f64, String)>, out: &mut Emitter<(), Page>) {
        let mut sum = (0, 0.0, String::new());
        clicks.for_each(|next| self.add(&mut sum, next));
        let (clicks, seconds, longest_user) = sum;
        out.emit(
            (),
            Page {
                page,
                clicks,
                seconds,
                longest_user,
            },
        );
    }
}

fn main() -> ExitCode {
    Clicks::run()
}
