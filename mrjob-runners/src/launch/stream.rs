//! A task by hand: `job --mapper < in | LC_ALL=C sort | job --reducer`.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read, Write};

use mrjob_core::codec::{self, CodecError};
use mrjob_core::counter::Counters;
use mrjob_core::program::{Pipes, Program, StreamTask};
use mrjob_core::step::{Method, StepInfo, StreamPhase};
use mrjob_core::task::{Monitor, Remote};
use mrjob_core::visible;

use super::closed;
use super::stdout::Output;
use crate::config::UsageError;
use crate::error::JobError;
use crate::fs::{Access, Files};
use crate::input::{self, Contents, Input};
use crate::report::{counted, lossy};

/// Bytes of memory to decompress an input.
const MEMORY: usize = 512 << 20;

/// What messages call standard input.
const STDIN: &str = "standard input";

/// Runs one phase of one step over `inputs`, to `output`.
pub(super) fn run(
    program: &dyn Program,
    phase: StreamPhase,
    step: usize,
    inputs: &[OsString],
    output: File,
) -> Result<(), JobError> {
    check_phase(program.steps(), phase, step)?;
    sorts_as_text(&program.steps()[step], phase, step)?;
    let inputs = input::resolve(inputs, &Access::default(), Contents::Lines)
        .map_err(|wrong| meant_reducers(phase, inputs).unwrap_or_else(|| UsageError::all(wrong)))?;
    if inputs.iter().any(|input| matches!(input, Input::Stdin)) {
        closed::check_stdin()?;
    }
    let (output, watch) = Output::new(output);
    let pipes = Pipes {
        input: Box::new(Joined::new(inputs)),
        output: Box::new(output),
    };
    let report = program.stream(&StreamTask::new(step, phase), pipes, &Monitor::new());
    match report {
        _ if watch.is_closed() => Ok(()),
        Ok(report) => {
            // A cluster reads counters from here; nobody can be told that it is closed.
            let mut lines = counter_lines(&report.counters);
            if report.lossy_lines > 0 {
                let _ = writeln!(lines, "{}", lossy(report.lossy_lines));
            }
            let _ = io::stderr().write_all(lines.as_bytes());
            Ok(())
        }
        Err(failure) => Err(JobError::Task(failure)),
    }
}

/// `--reducer 3` for `--reducers 3`.
fn meant_reducers(phase: StreamPhase, inputs: &[OsString]) -> Option<UsageError> {
    let number: u32 = inputs.first()?.to_str()?.parse().ok()?;
    (phase == StreamPhase::Reducer).then(|| {
        UsageError::new(format_args!(
            "`--reducer` runs the reducer alone, over sorted lines, and no file is called `{number}`\n\
             hint: `--reducers {number}` makes as many reduce tasks"
        ))
    })
}

/// Refuses a step or phase that the job doesn't have.
pub(super) fn check_phase(
    steps: &[StepInfo],
    phase: StreamPhase,
    number: usize,
) -> Result<(), UsageError> {
    let Some(step) = steps.get(number) else {
        return Err(UsageError::new(format_args!(
            "`--step-num {number}`: the job has {}, counted from 0",
            counted(steps.len() as u64, "step")
        )));
    };
    let (name, method) = match phase {
        StreamPhase::Mapper => ("mapper", &step.mapper),
        StreamPhase::Combiner => ("combiner", &step.combiner),
        StreamPhase::Reducer => ("reducer", &step.reducer),
        _ => return Ok(()),
    };
    match method {
        None => Err(UsageError::new(format_args!(
            "`--{name}`: step {number} of the job, counted from 0, has no {name}"
        ))),
        Some(Method::File { name: method }) => Err(UsageError::new(format_args!(
            "`--{name}`: `{method}` takes whole files, not lines\nhint: run the job, with `-r inline` and one file"
        ))),
        Some(_) => Ok(()),
    }
}

/// Refuses a step whose pairs sort otherwise than as lines, which `sort` sorts between `--mapper` and `--reducer`.
fn sorts_as_text(step: &StepInfo, phase: StreamPhase, number: usize) -> Result<(), UsageError> {
    let what = match step {
        StepInfo { reducer: None, .. } => return Ok(()),
        StepInfo {
            sort_values: true, ..
        } => "has its values sorted (`sort_values`)",
        StepInfo {
            descending: true, ..
        } => "emits keys in descending order (`mrjob::Desc`)",
        _ => return Ok(()),
    };
    Err(UsageError::new(format_args!(
        "`--{}`: step {number} of the job, counted from 0, {what}, and `sort` knows lines of text alone\n\
         hint: run the job, with `-r inline` on one core",
        phase.name()
    )))
}

/// Counters as streaming tasks report them: `reporter:counter:GROUP,NAME,AMOUNT`.
fn counter_lines(counters: &Counters) -> String {
    let mut lines = String::new();
    for (group, names) in counters {
        for (name, amount) in names {
            let [group, name] = [group, name].map(|name| visible::line(name).replace(',', ";"));
            let _ = writeln!(lines, "reporter:counter:{group},{name},{amount}");
        }
    }
    lines
}

/// The bytes of all inputs, one after the other; a last line without an end gets one if more follows.
struct Joined {
    rest: std::vec::IntoIter<Input>,
    current: Option<Open>,
    last: u8,
}

impl Joined {
    fn new(inputs: Vec<Input>) -> Self {
        Joined {
            rest: inputs.into_iter(),
            current: None,
            last: b'\n',
        }
    }

    fn open(input: Input) -> io::Result<Open> {
        let name = match &input {
            Input::File { name, .. } | Input::Pipe { name, .. } => name.clone(),
            Input::Remote(file) => file.address.clone(),
            Input::Stdin | Input::Memory(_) => STDIN.to_owned(),
        };
        let named = |error| named(&name, error);
        let bytes: Box<dyn Read + Send> = match input {
            Input::File { path, .. } | Input::Pipe { path, .. } => {
                Box::new(File::open(&path).map_err(named)?)
            }
            Input::Remote(file) => Files.open(&file, 0, file.bytes).map_err(named)?,
            Input::Stdin => Box::new(io::stdin()),
            Input::Memory(text) => Box::new(io::Cursor::new(text.to_vec())),
        };
        let bytes = codec::lines(&name, bytes, MEMORY).map_err(named)?;
        Ok(Open { bytes, name })
    }
}

/// The input that is being read.
struct Open {
    bytes: Box<dyn Read + Send>,
    name: String,
}

/// An error with the name of the input that it is about.
fn named(name: &str, error: io::Error) -> io::Error {
    let hint = CodecError::of(&error).map(|error| format!("\nhint: {}", error.hint()));
    let hint = hint.unwrap_or_default();
    // Whoever reads this already calls it standard input.
    let name = match name {
        STDIN => String::new(),
        name => format!("{name}: "),
    };
    io::Error::new(error.kind(), format!("{name}{error}{hint}"))
}

impl Read for Joined {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if let Some(current) = &mut self.current {
                let read = current.bytes.read(buffer);
                let read = read.map_err(|error| named(&current.name, error))?;
                if read > 0 {
                    self.last = buffer[read - 1];
                    return Ok(read);
                }
                self.current = None;
            }
            let Some(next) = self.rest.next() else {
                return Ok(0);
            };
            self.current = Some(Self::open(next)?);
            if self.last != b'\n' {
                buffer[0] = b'\n';
                self.last = b'\n';
                return Ok(1);
            }
        }
    }
}
