//! W9: number and mean of the temperatures of each weather station, from CSV.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Compute the mean temperature of each station.
#[derive(MrJob)]
struct Stations;

#[mrjob::steps]
impl Stations {
    #[mapper]
    fn measurements(&self, line: &str, out: &mut Emitter<u32, (u64, f64)>) -> Result<()> {
        #[expect(
            clippy::manual_pattern_char_comparison,
            reason = "fields are too short for a search by 16 bytes at a time"
        )]
        let mut fields = line.split(|letter| letter == ',');
        let (Some(station), Some(temperature)) = (fields.nth(1), fields.nth(2)) else {
            return Err("the line has fewer than five columns".into());
        };
        if station != "station" {
            out.emit(station.parse::<u32>()?, (1, temperature.parse::<f64>()?));
        }
        Ok(())
    }

    #[combiner]
    fn add(&self, (count, sum): &mut (u64, f64), next: (u64, f64)) {
        *count += next.0;
        *sum += next.1;
    }

    #[reducer]
    fn mean(&self, station: u32, parts: Values<(u64, f64)>, out: &mut Emitter<u32, (u64, f64)>) {
        let mut all = (0, 0.0);
        parts.for_each(|part| self.add(&mut all, part));
        out.emit(station, (all.0, all.1 / all.0 as f64));
    }
}

fn main() -> ExitCode {
    Stations::run()
}
