//! What a step reads: the plan's inputs for the first, the parts of the step before for the others.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mrjob_core::codec::peek;
use mrjob_core::emit::Part;
use mrjob_core::step::StepInfo;
use mrjob_core::task::Source;

use crate::input::{Contents, Input};
use crate::plan::Plan;
use crate::run::RunError;
use crate::run::temp::Temp;
use crate::split::{Cut, Piece};

const STDIN: &str = "<stdin>";

/// Opens the way to the inputs of `plan`. At most `limit` bytes of standard input stay in memory; with a limit of 0
/// everything becomes a file, which other processes can read.
pub(super) fn of_plan(plan: &Plan, temp: &Temp, limit: usize) -> Result<Vec<Piece>, RunError> {
    let cut = Cut::of(&plan.steps[0]);
    let contents = Contents::of(&plan.steps[0]);
    let piece = |(number, input): (u32, &Input)| {
        let place = temp.path().join(format!("input-{number}"));
        let (source, bytes) = match input {
            Input::File { path, name, bytes } => (file(path, name)?, *bytes),
            Input::Remote(file) => (Source::Remote(file.clone()), file.bytes),
            Input::Memory(text) if limit > 0 => (memory(Arc::clone(text), "<text>"), length(text)),
            Input::Memory(text) => (
                write(place, "<text>", text, &mut io::empty())?,
                length(text),
            ),
            Input::Stdin => standard_input(contents, place, temp, limit)?,
            Input::Pipe { path, name } => {
                let pipe =
                    File::open(path).map_err(RunError::io(format!("read input `{name}`")))?;
                once(pipe, name, contents, place, temp, limit)?
            }
        };
        Ok(Piece::new(source, bytes, cut))
    };
    (0..).zip(&plan.inputs).map(piece).collect()
}

/// The parts of step `before` as the input of `step`.
pub(super) fn of_parts(
    parts: &[Part],
    before: usize,
    step: &StepInfo,
) -> Result<Vec<Piece>, RunError> {
    let piece = |(number, part): (usize, &Part)| {
        let name = format!("part-{number:05} of step {}", before + 1);
        let (source, bytes) = match part {
            Part::File(path) => {
                let bytes = fs::metadata(path)
                    .map_err(RunError::io(format!("read `{}`", path.display())))?
                    .len();
                (
                    Source::File {
                        path: path.clone(),
                        name,
                    },
                    bytes,
                )
            }
            Part::Memory(bytes) => (memory(Arc::clone(bytes), &name), length(bytes)),
            other => unreachable!("parts are files or memory, not {other:?}"),
        };
        Ok(Piece::new(source, bytes, Cut::of(step)).of_step())
    };
    parts.iter().enumerate().map(piece).collect()
}

/// A file of the user's.
fn file(path: &Path, name: &str) -> Result<Source, RunError> {
    // A task's working directory is another one.
    let path = std::path::absolute(path).map_err(RunError::io(format!("find `{name}`")))?;
    Ok(Source::File {
        path,
        name: name.to_owned(),
    })
}

/// Standard input in a form that can be read again.
fn standard_input(
    contents: Contents,
    place: PathBuf,
    temp: &Temp,
    limit: usize,
) -> Result<(Source, u64), RunError> {
    if let Some((path, bytes)) = redirected_file() {
        return Ok((
            Source::File {
                path,
                name: STDIN.to_owned(),
            },
            bytes,
        ));
    }
    once(io::stdin().lock(), STDIN, contents, place, temp, limit)
}

/// What can be read only once, in a form that can be read again.
fn once(
    from: impl Read,
    name: &str,
    contents: Contents,
    place: PathBuf,
    temp: &Temp,
    limit: usize,
) -> Result<(Source, u64), RunError> {
    let (first, from) = peek(from).map_err(RunError::io(format!("read {name}")))?;
    // Of what is refused the beginning is enough for the task that says so.
    let most = match contents.check(name, &first) {
        Ok(()) => u64::MAX,
        Err(_) => length(&first),
    };
    let mut from = from.take(most);
    let mut start = Vec::new();
    (&mut from)
        .take(limit.saturating_add(1).try_into().unwrap_or(u64::MAX))
        .read_to_end(&mut start)
        .map_err(RunError::io(format!("read {name}")))?;
    if start.len() <= limit && limit > 0 {
        let bytes = length(&start);
        return Ok((memory(Arc::new(start), name), bytes));
    }
    temp.demand()
        .map_err(RunError::io(format!("make `{}`", temp.path().display())))?;
    let source = write(place.clone(), name, &start, &mut from)?;
    let bytes = fs::metadata(&place)
        .map_err(RunError::io(format!("read `{}`", place.display())))?
        .len();
    Ok((source, bytes))
}

/// The path of the file that standard input is (`job < file`), if any process of the user can open it there.
fn redirected_file() -> Option<(PathBuf, u64)> {
    let mut stdin = File::from(io::stdin().as_fd().try_clone_to_owned().ok()?);
    let metadata = stdin.metadata().ok()?;
    let path = PathBuf::from(format!("/proc/{}/fd/0", std::process::id()));
    let whole = metadata.is_file() && metadata.len() > 0 && stdin.stream_position().ok()? == 0;
    (whole && File::open(&path).is_ok()).then_some((path, metadata.len()))
}

/// Writes `start` and then what `rest` has to a file at `path`.
fn write(path: PathBuf, name: &str, start: &[u8], rest: &mut dyn Read) -> Result<Source, RunError> {
    let mut copy = || {
        let mut file = File::create_new(&path)?;
        file.write_all(start)?;
        io::copy(rest, &mut file)
    };
    copy().map_err(RunError::io(format!("copy {name} to `{}`", path.display())))?;
    Ok(Source::File {
        path,
        name: name.to_owned(),
    })
}

fn memory(bytes: Arc<Vec<u8>>, name: &str) -> Source {
    Source::Memory {
        bytes,
        name: name.to_owned(),
    }
}

fn length(bytes: &[u8]) -> u64 {
    bytes.len().try_into().unwrap_or(u64::MAX)
}
