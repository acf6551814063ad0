//! A job as Hadoop Streaming runs it, with somebody who plays Hadoop.

use std::path::Path;

use crate::case::{Case, Size};
use crate::place::Place;
use crate::player::Hadoop;

/// The parts of the job's output, with so many reduce tasks. `None` where Hadoop Streaming can't run the job.
pub(crate) fn parts(case: &Case, place: &Place, reducers: u32) -> Option<Vec<Vec<u8>>> {
    let own: Vec<&str> = case.arguments.iter().map(String::as_str).collect();
    let dir = place.path(&format!("hadoop-{reducers}"));
    std::fs::create_dir(&dir).unwrap();
    // The job's own files, by their names.
    std::os::unix::fs::symlink("../in", dir.join("in")).unwrap();
    let mut hadoop = Hadoop::new(case.program, &own, reducers, &dir);
    if case.size == Size::Large {
        // So that blocks overlap and spill.
        hadoop.file.map_memory = Some(16 << 20);
        hadoop.file.reduce_memory = Some(16 << 20);
    }
    let name = |name: &String| Path::new("in").join(name).display().to_string();
    let files: Vec<_> = case
        .files
        .iter()
        .map(|(file, bytes)| (name(file), bytes.clone()))
        .collect();
    hadoop.run(&files).ok()
}
