//! `mapper_file`: one call a file.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use mrjob::prelude::*;

/// Lines and bytes a file.
#[derive(MrJob)]
struct FileLines {}

#[mrjob::steps]
impl FileLines {
    #[mapper_file]
    fn file(&self, path: &Path, uri: &str, out: &mut Emitter<String, (u64, u64)>) -> Result<()> {
        let bytes = fs::read(path)?;
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        let name = uri.rsplit('/').next().unwrap_or(uri);
        out.emit(name, (lines, bytes.len() as u64));
        out.emit("(all)", (lines, bytes.len() as u64));
        Ok(())
    }

    #[reducer]
    fn sums(&self, name: &str, sizes: Values<(u64, u64)>, out: &mut Emitter<String, (u64, u64)>) {
        let (lines, bytes) = sizes.fold((0, 0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
        out.emit(name, (lines, bytes));
    }
}

fn main() -> ExitCode {
    FileLines::run()
}
