//! W11: visits of each address in an access log, and the longest in seconds: a secondary sort, and state within a group.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count the visits of each address; half an hour without a request ends one.
#[derive(MrJob)]
#[mrjob(sort_values)]
struct Visits {
    /// Seconds without a request that end a visit.
    #[arg(long, default_value_t = 1800)]
    pause: u32,
}

#[mrjob::steps]
impl Visits {
    #[mapper]
    fn requests(&self, line: &str, out: &mut Emitter<String, u32>) -> Result<()> {
        let (address, time) = parse(line).ok_or("the line has no address and time")?;
        out.emit(address, time);
        Ok(())
    }

    #[reducer]
    fn visits(&self, address: &str, times: Values<u32>, out: &mut Emitter<String, (u32, u32)>) {
        let (mut visits, mut longest, mut start, mut last) = (0, 0, 0, None);
        for time in times {
            if last.is_none_or(|last| time - last > self.pause) {
                visits += 1;
                start = time;
            }
            longest = longest.max(time - start);
            last = Some(time);
        }
        out.emit(address, (visits, longest));
    }
}

/// Address and seconds of the year of `1.2.3.4 - - [02/Jan/2026:03:04:05 +0000] …`.
#[expect(
    clippy::manual_pattern_char_comparison,
    reason = "they are too near for a search by 16 bytes at a time"
)]
fn parse(line: &str) -> Option<(&str, u32)> {
    let (address, rest) = line.split_once(|letter| letter == ' ')?;
    let (_, date) = rest.split_once(|letter| letter == '[')?;
    let number = |from: usize| date.get(from..from + 2)?.parse::<u32>().ok();
    let before = match date.get(3..6)? {
        "Jan" => 0,
        "Feb" => 31,
        "Mar" => 59,
        "Apr" => 90,
        "May" => 120,
        "Jun" => 151,
        "Jul" => 181,
        "Aug" => 212,
        "Sep" => 243,
        "Oct" => 273,
        "Nov" => 304,
        "Dec" => 334,
        _ => return None,
    };
    let days = before + number(0)? - 1;
    let seconds = (number(12)? * 60 + number(15)?) * 60 + number(18)?;
    Some((address, days * 86_400 + seconds))
}

fn main() -> ExitCode {
    Visits::run()
}
