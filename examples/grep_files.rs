//! Where a text stands, with line numbers: a mapper of whole files.
//!
//! ```text
//! cargo run --release --example grep_files -- --text unwrap 'src/*.rs'
//! ```
//!
//! A mapper of lines doesn't know their numbers, because a file is divided among tasks. `mapper_file` is called once a file, with the
//! path of a local copy to read and the address to name it by. As `grep` does, it leaves out files with a zero byte in them, which
//! aren't text, and counts them.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use mrjob::prelude::*;

/// Find a text in files, with line numbers.
#[derive(MrJob)]
struct GrepFiles {
    /// What a line must contain.
    #[arg(long)]
    text: String,
}

#[mrjob::steps]
impl GrepFiles {
    #[mapper_file]
    fn search(
        &self,
        path: &Path,
        uri: &str,
        out: &mut Emitter<(String, u64), String>,
    ) -> Result<()> {
        let bytes = fs::read(path)?;
        if bytes.contains(&0) {
            counter!("files", "not text");
            return Ok(());
        }
        for (line, number) in String::from_utf8_lossy(&bytes).lines().zip(1..) {
            if line.contains(&self.text) {
                out.emit((uri, number), line);
            }
        }
        Ok(())
    }

    /// Sorts what was found by file and line.
    #[reducer]
    fn lines(
        &self,
        place: (&str, u64),
        lines: Values<String>,
        out: &mut Emitter<(String, u64), String>,
    ) {
        for line in lines {
            out.emit(place, line);
        }
    }
}

fn main() -> ExitCode {
    GrepFiles::run()
}
