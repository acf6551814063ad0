//! A step's phases with the ordered block shuffle between them: the usual map and reduce tasks, whose sorted runs leave as blocks.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Pipes, StreamTask, piped};
use crate::emit::{Ends, PartTarget};
use crate::job::{Make, Settings};
use crate::program::step::Stand;
use crate::program::{Step, absent};
use crate::shuffle::{
    BlockMerge, BlockOptions, MergeOptions, Partitioning, RunOutput, Slice, write_blocks,
};
use crate::task::map::{MapContext, RecordContext};
use crate::task::reduce::ReduceContext;
use crate::task::trace::TaskError;
use crate::task::{
    MapTarget, MapTask, ReduceTask, Source, Split, TaskReport, TaskSetting, current,
};

/// Files that a task may have open at once.
const OPEN_FILES: usize = 256;

/// How a task works that streams blocks.
#[derive(Debug, Clone)]
pub struct StreamBlocks {
    /// Reduce tasks of the step.
    pub partitions: NonZeroU32,
    /// The first keys of all partitions but the first, where those are ranges; else they are Hadoop's.
    pub ranges: Option<Arc<[Vec<u8>]>>,
    /// Bytes of a block.
    pub block: usize,
    /// Bytes of memory that the attempt may use.
    pub memory: usize,
    /// A folder for temporary files.
    pub temp_dir: PathBuf,
}

/// Input records to blocks, or to output records where the step has no reducer.
pub(crate) fn map<J: Settings>(
    (step, stand, make): (&Step<J>, Stand, &Make<J>),
    (task, blocks): (&StreamTask, &StreamBlocks),
    pipes: Pipes,
    records: RecordContext<'_>,
) -> Result<TaskReport, TaskError> {
    in_temp_dir(&blocks.temp_dir, |temp_dir| {
        let info = step.info(stand);
        let current = current::task();
        let target = match info.reducer {
            None => MapTarget::Part(PartTarget::Pipe),
            Some(_) => MapTarget::Shuffle {
                partitioning: match blocks.ranges {
                    None => Partitioning::Hash(blocks.partitions),
                    Some(_) => Partitioning::Ranges,
                },
                runs: RunOutput::Memory {
                    spill_dir: temp_dir.to_owned(),
                },
            },
        };
        let (splits, ends) = match &task.splits {
            Some(splits) => (splits.clone(), Ends::of_split_map(pipes.output)),
            None => (
                vec![piped().unwrap_or_else(unknown)],
                Ends::of_map(pipes.input, pipes.output),
            ),
        };
        let map_task = MapTask {
            step: task.step,
            number: current.partition(),
            attempt: current.attempt(),
            splits,
            memory: blocks.memory,
            temp_dir: temp_dir.to_owned(),
            target,
            setting: TaskSetting {
                shell: task.shell.clone(),
                ..TaskSetting::default()
            },
        };
        let cx = MapContext {
            make,
            task: &map_task,
            more: &Vec::new,
            records,
            ends,
        };
        let mapped = step.map(stand, &cx);
        let mut report = mapped.unwrap_or_else(|| Err(absent("mapper", task.step)))?;
        if let (Some(runs), Some(mut output)) = (report.runs.take(), cx.ends.output()) {
            let mut merge = MergeOptions::new(blocks.memory, temp_dir.to_owned());
            merge.sort_values = info.sort_values;
            let options = BlockOptions {
                partitions: blocks.partitions,
                ranges: blocks.ranges.clone(),
                block: blocks.block,
                to_all: map_task.number == 0,
            };
            report.bytes_out = write_blocks(&runs, &merge, &options, &mut output)?;
            output
                .flush()
                .map_err(TaskError::io("write to standard output"))?;
        }
        Ok(report)
    })
}

/// Blocks to output records.
pub(crate) fn reduce<J: Settings>(
    (step, stand, make): (&Step<J>, Stand, &Make<J>),
    (task, blocks): (&StreamTask, &StreamBlocks),
    pipes: Pipes,
    records: RecordContext<'_>,
) -> Result<TaskReport, TaskError> {
    in_temp_dir(&blocks.temp_dir, |temp_dir| {
        let current = current::task();
        let partition = current.partition();
        let is_known = current.jobconf(current::PARTITION).is_some();
        let mut merge = MergeOptions::new(blocks.memory, temp_dir.to_owned());
        merge.sort_values = step.info(stand).sort_values;
        let partition_of = is_known.then_some((partition, blocks.partitions));
        let mut groups = BlockMerge::new(pipes.input, partition_of, merge);
        let reduce_task = ReduceTask {
            step: task.step,
            number: partition,
            attempt: current.attempt(),
            runs: Vec::new(),
            slice: Slice::Partition(partition),
            memory: blocks.memory,
            temp_dir: temp_dir.to_owned(),
            max_open_files: OPEN_FILES,
            target: PartTarget::Pipe,
            setting: TaskSetting {
                shell: task.shell.clone(),
                ..TaskSetting::default()
            },
        };
        let cx = ReduceContext {
            make,
            task: &reduce_task,
            monitor: records.monitor,
            trace: records.trace,
            ends: Ends::of_reduce(&mut groups, pipes.output),
        };
        let reduced = step.reduce(stand, &cx, records.longest);
        let report = reduced.unwrap_or_else(|| Err(absent("reducer", task.step)))?;
        Ok(TaskReport {
            spilled_bytes: groups.spilled(),
            ..report
        })
    })
}

/// What somebody pipes to a task by hand.
fn unknown() -> Split {
    let name = "standard input".to_owned();
    Split::new(Source::Pipe { name }, 0, None)
}

/// Runs a task with a folder of its own in `dir`, which is deleted.
fn in_temp_dir(
    dir: &Path,
    task: impl FnOnce(&Path) -> Result<TaskReport, TaskError>,
) -> Result<TaskReport, TaskError> {
    let made = tempfile::Builder::new().prefix("mrjob-").tempdir_in(dir);
    let made = made.map_err(TaskError::io(format!(
        "make a temporary folder in `{}`",
        dir.display()
    )))?;
    task(made.path())
}
