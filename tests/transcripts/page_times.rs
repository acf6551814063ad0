//! The average time of each page, of clicks in JSON; and ways to fail.

use std::process::ExitCode;

use mrjob::prelude::*;
use serde::Deserialize;

/// Average the time that pages take.
#[derive(MrJob)]
#[mrjob(input = JsonValue, output = Text)]
struct PageTimes {
    /// Panic at clicks that take longer.
    #[arg(long)]
    longest: Option<u64>,
    /// Fail at pages that are clicked less often.
    #[arg(long, default_value_t = 1)]
    fewest: u64,
}

#[derive(Deserialize)]
struct Click<'a> {
    page: &'a str,
    millis: u64,
}

#[mrjob::steps]
impl PageTimes {
    #[mapper]
    fn clicks(&self, click: Click<'_>, out: &mut Emitter<String, (u64, u64)>) {
        if let Some(longest) = self.longest {
            assert!(click.millis <= longest, "{} took too long", click.page);
        }
        out.emit(click.page, (1, click.millis));
    }

    #[reducer]
    fn average(
        &self,
        page: &str,
        times: Values<(u64, u64)>,
        out: &mut Emitter<String, f64>,
    ) -> Result<()> {
        let (clicks, millis) = times.fold((0, 0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
        if clicks < self.fewest {
            return Err(format!("only {clicks} clicks").into());
        }
        out.emit(page, millis as f64 / clicks as f64);
        Ok(())
    }
}

fn main() -> ExitCode {
    PageTimes::run()
}
