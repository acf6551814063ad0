//! Reduce-only: the records are those of the protocol.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Every key once, with its smallest and largest value.
#[derive(MrJob)]
#[mrjob(input = Json)]
struct Distinct {}

#[mrjob::steps]
impl Distinct {
    #[reducer]
    fn range(
        &self,
        key: (i32, String),
        values: Values<i64>,
        out: &mut Emitter<i32, (String, i64, i64)>,
    ) {
        let (mut least, mut most) = (i64::MAX, i64::MIN);
        for value in values {
            least = least.min(value);
            most = most.max(value);
        }
        out.emit(key.0, (key.1, least, most));
    }
}

fn main() -> ExitCode {
    Distinct::run()
}
