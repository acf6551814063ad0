//! A phase of a step as a process of its own that reads one pipe and writes another: a task of Hadoop Streaming, or one by
//! hand.
//!
//! In `lines` pairs go from mapper to reducer as text that somebody else sorts, in `blocks` as what the engine makes of them.

#[cfg(feature = "streaming")]
pub(crate) mod blocks;
pub(crate) mod lines;

use std::fmt;
use std::io::{Read, Write};
#[cfg(feature = "streaming")]
use std::sync::Arc;

use crate::step::StreamPhase;
use crate::task::NoOutputDir;
#[cfg(feature = "streaming")]
use crate::task::Source;
#[cfg(feature = "streaming")]
use crate::task::Split;
#[cfg(feature = "streaming")]
use crate::task::current;

/// One attempt at a task that streams.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StreamTask {
    /// The step, from 0.
    pub step: usize,
    /// What of it.
    pub phase: StreamPhase,
    /// How pairs go from mapper to reducer.
    pub shuffle: StreamShuffle,
    /// The shell that runs the job's commands, and its options; `/bin/sh` if it is empty.
    pub shell: Vec<String>,
    /// Why files that the task writes beside its output wouldn't be kept in the folder that its environment names.
    pub no_output_dir: Option<NoOutputDir>,
    /// Hadoop's properties, as far as they are known beside the environment, in order; later ones win.
    #[cfg(feature = "streaming")]
    pub properties: Arc<Vec<(String, String)>>,
    /// What a mapper whose pairs go as blocks reads in the place of its pipe.
    #[cfg(feature = "streaming")]
    pub splits: Option<Vec<Split>>,
}

impl StreamTask {
    /// A task whose pairs go as lines.
    pub fn new(step: usize, phase: StreamPhase) -> Self {
        StreamTask {
            step,
            phase,
            shuffle: StreamShuffle::Lines,
            shell: Vec::new(),
            no_output_dir: None,
            #[cfg(feature = "streaming")]
            properties: Arc::default(),
            #[cfg(feature = "streaming")]
            splits: None,
        }
    }
}

/// How pairs go from a mapper to a reducer that stream.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum StreamShuffle {
    /// As lines of JSON, TAB, JSON.
    Lines,
    /// As sorted blocks, for Hadoop to bring to their reduce task in order.
    #[cfg(feature = "streaming")]
    Blocks(blocks::StreamBlocks),
}

/// What a task that streams reads and writes.
pub struct Pipes {
    /// Where it reads.
    pub input: Box<dyn Read + Send>,
    /// Where it writes.
    pub output: Box<dyn Write + Send>,
}

impl fmt::Debug for Pipes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipes").finish_non_exhaustive()
    }
}

/// The split that comes through the pipe, as far as the environment says which it is.
#[cfg(feature = "streaming")]
fn piped() -> Option<Split> {
    let task = current::task();
    let file = task.input_file().filter(|file| !file.is_empty())?;
    let start = task.input_range().map_or(0, |range| range.start);
    let name = match start {
        0 => file.to_owned(),
        // Its first line begins somewhere behind that.
        _ => format!("the split of {file} that begins at byte {start}"),
    };
    Some(Split::new(Source::Pipe { name }, 0, None))
}
