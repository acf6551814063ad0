//! Long values with a combiner, which keeps one of each key's.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count the bytes of the longest text of each of 50 keys.
#[derive(MrJob)]
struct Longest {
    /// Bytes a text at least.
    #[arg(long)]
    size: usize,
}

#[mrjob::steps]
impl Longest {
    #[mapper]
    fn text(&self, line: &str, out: &mut Emitter<u64, String>) -> Result<()> {
        let number = line.parse::<u64>()?;
        out.emit(number % 50, "v".repeat(self.size + number as usize));
        Ok(())
    }

    #[combiner]
    fn longer(&self, longest: &mut String, next: String) {
        if next.len() > longest.len() {
            *longest = next;
        }
    }

    #[reducer]
    fn length(&self, key: u64, texts: Values<String>, out: &mut Emitter<u64, usize>) {
        out.emit(key, texts.map(|text| text.len()).max().unwrap_or(0));
    }
}

fn main() -> ExitCode {
    Longest::run()
}
