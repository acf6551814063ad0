//! Sums by key, with values whose process dies while the table of a combiner is written out.

mod attempt;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use mrjob::prelude::*;
use serde::{Deserialize, Serialize, Serializer};

static NOTES: OnceLock<PathBuf> = OnceLock::new();
static WRITTEN: AtomicU32 = AtomicU32::new(0);

/// A number; writing the 5000th of a process kills it in the first attempt.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(transparent)]
struct Deadly(u64);

impl Serialize for Deadly {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if WRITTEN.fetch_add(1, Ordering::Relaxed) == 5000
            && let Some(notes) = NOTES.get()
            && attempt::is_due(notes, 1)
        {
            attempt::kill();
        }
        serializer.serialize_u64(self.0)
    }
}

/// Sum numbers by key.
#[derive(MrJob)]
struct Spiller {
    /// The folder in which an attempt that dies leaves a file.
    #[arg(long)]
    notes: Option<PathBuf>,
}

#[mrjob::steps]
impl Spiller {
    #[mapper_init]
    fn arm(&self) {
        if let Some(notes) = &self.notes {
            let _ = NOTES.set(notes.clone());
        }
    }

    #[mapper]
    fn split(&self, line: &str, out: &mut Emitter<String, Deadly>) -> Result<()> {
        let (key, number) = line.split_once('\t').ok_or("there is no tab")?;
        out.emit(key, Deadly(number.parse()?));
        Ok(())
    }

    #[combiner]
    fn add(&self, sum: &mut Deadly, next: Deadly) {
        sum.0 += next.0;
    }

    #[reducer]
    fn total(&self, key: &str, numbers: Values<Deadly>, out: &mut Emitter<String, u64>) {
        out.emit(key, numbers.map(|number| number.0).sum::<u64>());
    }
}

fn main() -> ExitCode {
    Spiller::run()
}
