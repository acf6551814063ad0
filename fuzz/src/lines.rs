//! The division of text among tasks.

use std::sync::Arc;

use mrjob_core::emit::{Part, PartTarget};
use mrjob_core::program::Step;
use mrjob_core::program::{JobProgram, Program};
use mrjob_core::protocol::{BytesValue, Protocol};
use mrjob_core::step::{Mapper, Record, StepError, at};
use mrjob_core::task::{MapTarget, MapTask, Monitor, Source, Split, TaskSetting};
use mrjob_core::{Emitter, Settings, Steps};

/// Writes the lines that it reads, each with a point behind it: a CR at an end couldn't be written.
struct Echo;

impl Settings for Echo {
    const NAME: &'static str = "Echo";
    type Input = BytesValue;
    type Internal = BytesValue;
    type Output = BytesValue;
}

impl Steps for Echo {
    fn steps(&self) -> Vec<Step<Self>> {
        vec![Step::map_only::<Lines, at::First, at::Last>()]
    }
}

struct Lines;

impl Mapper<Echo> for Lines {
    type Key = ();
    type Value = Vec<u8>;
    const NAME: &'static str = "lines";

    fn map<P: Protocol>(
        _: &mut Echo,
        record: Record<'_>,
        out: &mut Emitter<(), Vec<u8>>,
    ) -> Result<(), StepError> {
        let line: &[u8] = record.value::<P, _>()?;
        out.emit((), [line, b"."].concat());
        Ok(())
    }
}

/// Splits give each line of a text once, wherever it is cut. The first four bytes say where that is.
pub fn lines(data: &[u8]) {
    let Some((cuts, text)) = data.split_first_chunk::<4>() else {
        return;
    };
    let source = Source::Memory {
        bytes: Arc::new(text.to_vec()),
        name: "in".to_owned(),
    };
    let mut ends = cuts.map(|cut| text.len() as u64 * u64::from(cut) / 255);
    ends.sort_unstable();
    let (mut start, mut read) = (0, Vec::new());
    for end in ends {
        read.extend(echo(Split::new(source.clone(), start, Some(end))));
        start = end;
    }
    read.extend(echo(Split::new(source, start, None)));
    let read = String::from_utf8_lossy(&read);
    assert_eq!(read, String::from_utf8_lossy(&plain(text)));
}

/// The lines as they are to be written: without a CR before their ends.
fn plain(text: &[u8]) -> Vec<u8> {
    let lines = text.split_inclusive(|byte| *byte == b'\n').map(|line| {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        line.strip_suffix(b"\r").unwrap_or(line)
    });
    lines.flat_map(|line| [line, b".\n"].concat()).collect()
}

fn echo(split: Split) -> Vec<u8> {
    let target = PartTarget::Memory {
        path: "never".into(),
        limit: usize::MAX,
    };
    let task = MapTask {
        step: 0,
        number: 0,
        attempt: 0,
        splits: vec![split],
        memory: 32 << 20,
        temp_dir: std::env::temp_dir(),
        target: MapTarget::Part(target),
        setting: TaskSetting::default(),
    };
    let program = JobProgram::new(|| Ok(Echo)).expect("the job is right");
    let report = program.map(&task, &Vec::new, &Monitor::new());
    match report.expect("nothing in it can fail").part {
        Some(Part::Memory(lines)) => lines.to_vec(),
        _ => panic!("the lines are in memory"),
    }
}
