//! `sort_values`: a secondary sort, numbers as numbers.

use std::process::ExitCode;

use mrjob::prelude::*;

/// What each user did, in the order of time.
#[derive(MrJob)]
#[mrjob(sort_values)]
struct Sessions {
    /// Seconds without an event after which a session is over.
    #[arg(long, default_value_t = 100)]
    pause: i64,
}

#[mrjob::steps]
impl Sessions {
    #[mapper]
    fn event(&self, line: &str, out: &mut Emitter<String, (i64, f64, String)>) -> Result<()> {
        let mut fields = line.split('\t');
        let mut field = || fields.next().ok_or("a line has four fields");
        let (user, time, weight, page) = (field()?, field()?, field()?, field()?);
        out.emit(user, (time.parse::<i64>()?, weight.parse::<f64>()?, page));
        Ok(())
    }

    #[reducer]
    fn sessions(
        &self,
        user: &str,
        events: Values<(i64, f64, String)>,
        out: &mut Emitter<(String, u32), (i64, f64, String)>,
    ) {
        let (mut session, mut last) = (0, None);
        for event in events {
            if last.is_some_and(|last| event.0 - last > self.pause) {
                session += 1;
            }
            last = Some(event.0);
            out.emit((user, session), event);
        }
    }
}

fn main() -> ExitCode {
    Sessions::run()
}
