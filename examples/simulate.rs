//! Where random walks end: a job that makes its data, from a seed a line.
//!
//! ```text
//! seq 1000 | cargo run --release --example simulate -- --walks 10000
//! ```
//!
//! What a task draws depends on its seeds alone, so the same seeds give the same output, whatever runs where and how often.
//! Positions are numbers: -2 comes before 0 and 10 after 4. A line that is no seed ends the job, for a simulation smaller than was
//! asked for looks like any other.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count where random walks end that begin at 0.
#[derive(MrJob)]
struct Simulate {
    /// Walks of each seed.
    #[arg(long, default_value_t = 100)]
    walks: u64,
    /// Paces of each walk.
    #[arg(long, default_value_t = 20)]
    paces: u32,
}

#[mrjob::steps]
impl Simulate {
    #[mapper]
    fn walk(&self, seed: &str, out: &mut Emitter<i64, u64>) -> Result<()> {
        let seed = seed.trim();
        let seed: u64 = seed
            .parse()
            .map_err(|_| format!("`{seed}` is no seed: a seed is a number from 0 to 2^64 - 1"))?;
        let mut random = SplitMix64(seed);
        for _ in 0..self.walks {
            let pace = |_| if random.next() >> 63 == 0 { 1 } else { -1 };
            out.emit((0..self.paces).map(pace).sum::<i64>(), 1);
        }
        Ok(())
    }

    #[combiner]
    fn add(&self, count: &mut u64, next: u64) {
        *count += next;
    }

    #[reducer]
    fn total(&self, position: i64, counts: Values<u64>, out: &mut Emitter<i64, u64>) {
        out.emit(position, counts.sum());
    }
}

/// Steele, Lea and Flood, *Fast Splittable Pseudorandom Number Generators*, 2014.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

fn main() -> ExitCode {
    Simulate::run()
}
