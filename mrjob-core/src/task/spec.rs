//! What a task is told and what it answers: plain data, so that it can cross a pipe.

use crate::counter::Counters;
use crate::emit::{Part, PartTarget, Written};
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::remote::RemoteFile;
use super::side::OutputDir;
use crate::codec::Codec;
use crate::shuffle::{MapRuns, Partitioning, RunOutput, Slice};

/// A part of the input of a map task: the records that begin in `start..end`.
///
/// Of a compressed file these are bytes of the file itself, and it is read whole unless it is bzip2. Its splits take the
/// blocks that begin in them, and the records that begin in those, but the first block's first one (the split before
/// has it) and with the one that begins where the next split's blocks do.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Split {
    /// Where the bytes are.
    pub source: Source,
    /// Offset of the first byte; a record that begins before it belongs to the split before.
    pub start: u64,
    /// Offset past the last byte in which a record of this split may begin; `None` is the end of the source.
    pub end: Option<u64>,
    /// How the source is compressed.
    pub codec: Option<Codec>,
}

impl Split {
    /// The records of `source` that begin in `start..end`.
    pub fn new(source: Source, start: u64, end: Option<u64>) -> Self {
        Split {
            source,
            start,
            end,
            codec: None,
        }
    }

    /// The same of a source that is compressed, or isn't.
    pub fn compressed(self, codec: Option<Codec>) -> Self {
        Split { codec, ..self }
    }
}

/// Where input bytes come from.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Source {
    /// A file. `name` is how the user wrote it, for messages.
    File {
        /// Its path, absolute or relative to the program's working directory.
        #[serde(with = "crate::path_bytes")]
        path: PathBuf,
        /// What messages call it.
        name: String,
    },
    /// Bytes of this process (tests, and between the steps of an inline run).
    Memory {
        /// The bytes.
        bytes: Arc<Vec<u8>>,
        /// What messages call them.
        name: String,
    },
    /// A file that the program's [`Remote`](super::Remote) opens.
    Remote(RemoteFile),
    /// What comes through the pipe that a streaming task reads. The last one: `postcard` counts variants.
    #[serde(skip)]
    Pipe {
        /// What messages call it.
        name: String,
    },
}

/// What a task is told of the run that it belongs to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TaskSetting {
    /// Hadoop's properties, the job's own among them, in order; later ones win.
    pub properties: Arc<Vec<(String, String)>>,
    /// The attempt's folder for files beside its output.
    pub output_dir: OutputDir,
    /// The shell that runs the job's commands, and its options; `/bin/sh` if it is empty.
    pub shell: Vec<String>,
}

/// One attempt at a map task.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MapTask {
    /// The step, from 0.
    pub step: usize,
    /// The task's number in its step's map phase, from 0.
    pub number: u32,
    /// The attempt, from 0.
    pub attempt: u32,
    /// What to read.
    pub splits: Vec<Split>,
    /// Bytes of memory that the attempt may use.
    pub memory: usize,
    /// A folder for copies of files.
    #[serde(with = "crate::path_bytes")]
    pub temp_dir: PathBuf,
    /// Where its output goes.
    pub target: MapTarget,
    /// What its methods can ask for.
    pub setting: TaskSetting,
}

/// Where a map task's output goes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum MapTarget {
    /// To the step's reduce tasks.
    Shuffle {
        /// How records are divided among them.
        partitioning: Partitioning,
        /// Where the sorted runs are written.
        runs: RunOutput,
    },
    /// Out of a step without a reducer.
    Part(PartTarget),
}

/// One attempt at a reduce task.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReduceTask {
    /// The step, from 0.
    pub step: usize,
    /// The task's number in its step's reduce phase, from 0: its part's number.
    pub number: u32,
    /// The attempt, from 0.
    pub attempt: u32,
    /// The output of all map tasks of the step, in the order of their numbers.
    pub runs: Vec<MapRuns>,
    /// What of it this task takes.
    pub slice: Slice,
    /// Bytes of memory that the attempt may use.
    pub memory: usize,
    /// A folder for intermediate merges.
    #[serde(with = "crate::path_bytes")]
    pub temp_dir: PathBuf,
    /// Files it may have open at once.
    pub max_open_files: usize,
    /// Where its output goes.
    pub target: PartTarget,
    /// What its methods can ask for.
    pub setting: TaskSetting,
}

/// What a finished task says.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskReport {
    /// Records read.
    pub records_in: u64,
    /// Bytes read.
    pub bytes_in: u64,
    /// Records written (after combining).
    pub records_out: u64,
    /// Bytes written.
    pub bytes_out: u64,
    /// Bytes written to disk because memory was full.
    pub spilled_bytes: u64,
    /// Lines that weren't UTF-8 and were read with U+FFFD in them.
    pub lossy_lines: u64,
    /// A source that is one line of text with carriage returns in it, which may be its line ends.
    pub one_line: Option<String>,
    /// The user's counters.
    pub counters: Counters,
    /// For the reduce phase, if the step has one.
    pub runs: Option<MapRuns>,
    /// The part of the step's output, if this task wrote one.
    pub part: Option<Part>,
}

impl TaskReport {
    /// Adds what the task's output says of itself.
    pub(crate) fn wrote(&mut self, written: Written) {
        self.records_out = written.records;
        self.bytes_out = written.bytes;
        self.part = written.part;
    }
}
