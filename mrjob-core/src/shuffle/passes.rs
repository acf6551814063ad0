//! What is read for a slice, merged beforehand where there is too much to be read at once.

use std::path::Path;
use std::sync::Arc;

use super::error::ShuffleError;
use super::groups::ValueBytes;
use super::index::Index;
use super::merge::{Merge, MergeOptions};
use super::runs::{MapRuns, read_table};
use super::sink::Store;
use super::slice::Slice;
use super::source::{Bounds, Extent};
use super::writer::RunsWriter;

/// A part of a run whose file may be closed.
#[derive(Debug, Clone)]
struct Part {
    file: File,
    start: u64,
    end: u64,
}

#[derive(Debug, Clone)]
enum File {
    /// The number of the map task.
    Closed(usize),
    /// What was merged beforehand, by the number of the pass.
    Merged(usize, Arc<Store>),
}

impl Part {
    fn file(&self) -> (usize, usize) {
        match self.file {
            File::Closed(task) => (0, task),
            File::Merged(pass, _) => (1, pass),
        }
    }
}

/// What has to be read for a slice: few enough parts to be read at once.
pub(super) fn extents(
    runs: &[MapRuns],
    slice: &Slice,
    options: &MergeOptions,
) -> Result<(Vec<Extent>, Bounds), ShuffleError> {
    let mut parts = Vec::new();
    for (task, runs) in runs.iter().enumerate() {
        find_parts(task, runs, slice, &mut parts)?;
    }
    few_extents(runs, parts, bounds(slice), options)
}

/// The parts, merged until they are few enough.
fn few_extents(
    runs: &[MapRuns],
    mut parts: Vec<Part>,
    bounds: Bounds,
    options: &MergeOptions,
) -> Result<(Vec<Extent>, Bounds), ShuffleError> {
    let mut passes = Passes {
        runs,
        bounds,
        options,
        passes: 0,
    };
    while passes.at_once(&parts) < parts.len() {
        parts = passes.merge_some(parts)?;
    }
    let extents = passes.open(&parts)?;
    Ok((extents, passes.bounds))
}

/// Calls `each` with the records of every partition that has any, in order. The index is read once, however many there are.
#[cfg(feature = "streaming")]
pub(super) fn each_partition(
    runs: &MapRuns,
    options: &MergeOptions,
    mut each: impl FnMut(u32, Merge) -> Result<(), ShuffleError>,
) -> Result<(), ShuffleError> {
    let mut parts: Vec<(u32, Part)> = Vec::new();
    let store = runs.open()?;
    for run in read_table(&store)? {
        let first = parts.len();
        for block in Index::read(&store, run)?.blocks() {
            if let Some((partition, part)) = parts[first..].last_mut() {
                if *partition == block.partition {
                    continue;
                }
                part.end = block.offset;
            }
            let part = Part {
                file: File::Closed(0),
                start: block.offset,
                end: run.index,
            };
            parts.push((block.partition, part));
        }
    }
    // Stable: the runs of a partition stay in the order of emission.
    parts.sort_by_key(|(partition, _)| *partition);
    for of_one in parts.chunk_by(|(one, _), (other, _)| one == other) {
        let parts = of_one.iter().map(|(_, part)| part.clone()).collect();
        let runs = std::slice::from_ref(runs);
        let (extents, bounds) = few_extents(runs, parts, Bounds::default(), options)?;
        each(of_one[0].0, Merge::from_extents(extents, &bounds, options)?)?;
    }
    Ok(())
}

fn bounds(slice: &Slice) -> Bounds {
    match slice {
        Slice::Partition(_) => Bounds::default(),
        Slice::Range { from, to } => Bounds {
            from: from.as_deref().map(Arc::from),
            to: to.as_deref().map(Arc::from),
        },
    }
}

fn find_parts(
    task: usize,
    runs: &MapRuns,
    slice: &Slice,
    parts: &mut Vec<Part>,
) -> Result<(), ShuffleError> {
    let store = runs.open()?;
    for run in read_table(&store)? {
        let (start, end) = Index::read(&store, run)?.extent(slice);
        if start < end {
            let file = File::Closed(task);
            parts.push(Part { file, start, end });
        }
    }
    Ok(())
}

struct Passes<'a> {
    runs: &'a [MapRuns],
    bounds: Bounds,
    options: &'a MergeOptions,
    passes: usize,
}

impl Passes<'_> {
    /// How many of the first parts can be read at once, two at least.
    fn at_once(&self, parts: &[Part]) -> usize {
        let most = self.options.fan_in().min(parts.len());
        let mut files = 0;
        let mut last = None;
        for (number, part) in parts[..most].iter().enumerate() {
            // The parts of a file are neighbours.
            if last.replace(part.file()) != Some(part.file()) {
                files += 1;
            }
            if files > self.options.max_open_files.max(2) {
                return number;
            }
        }
        most
    }

    /// Merges neighbours, from the first on, until the rest can be read at once or all were read. Order is kept, so
    /// that equal keys stay in the order of emission.
    fn merge_some(&mut self, parts: Vec<Part>) -> Result<Vec<Part>, ShuffleError> {
        let dir: &Path = &self.options.temp_dir;
        let mut writer = RunsWriter::unnamed(dir, self.options.memory)?;
        let (mut rest, mut merged) = (&parts[..], 0);
        while rest.len() > 1 {
            let take = self.merge_next(rest, merged);
            if take < 2 && merged > 0 {
                break;
            }
            let (now, later) = rest.split_at(take.max(2));
            self.merge(now, &mut writer)?;
            merged += 1;
            rest = later;
        }
        let (store, runs) = writer.into_runs()?;
        let store = Arc::new(store);
        self.passes += 1;
        let merged = runs.into_iter().map(|run| Part {
            file: File::Merged(self.passes, Arc::clone(&store)),
            start: run.start,
            end: run.index,
        });
        Ok(merged.chain(rest.iter().cloned()).collect())
    }

    /// How many parts to merge next, so that they and those `merged` can be read at once.
    fn merge_next(&self, rest: &[Part], merged: usize) -> usize {
        let excess = (merged + rest.len()).saturating_sub(self.options.fan_in());
        let readable = self.at_once(rest);
        let few_files = readable == rest.len().min(self.options.fan_in());
        match few_files {
            true if excess == 0 => 0,
            true => readable.min(excess + 1),
            false => readable,
        }
    }

    fn merge(&self, parts: &[Part], writer: &mut RunsWriter) -> Result<(), ShuffleError> {
        let mut merge = Merge::from_extents(self.open(parts)?, &self.bounds, self.options)?;
        while let Some((key, values)) = merge.next_group()? {
            while let Some(value) = values.next_value()? {
                writer.push(0, key, value)?;
            }
        }
        writer.end_run()
    }

    fn open(&self, parts: &[Part]) -> Result<Vec<Extent>, ShuffleError> {
        let mut last: Option<(usize, Arc<Store>)> = None;
        let extents = parts.iter().map(|part| {
            let store = match &part.file {
                File::Merged(_, store) => Arc::clone(store),
                File::Closed(task) => match &last {
                    Some((open, store)) if open == task => Arc::clone(store),
                    _ => {
                        let store = self.runs[*task].open()?;
                        Arc::clone(&last.insert((*task, store)).1)
                    }
                },
            };
            Ok(Extent {
                store,
                start: part.start,
                end: part.end,
            })
        });
        extents.collect()
    }
}
