//! A job whose runner its own program lacks: handed over, as data, to a tool that has it.
//!
//! The program says what it is and what was typed in a file, and becomes `mrjob launch FILE`: the user's terminal, standard input
//! and exit code stay where they are.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, io};

use mrjob_core::program::Program;
use serde_json::{Value, json};

use crate::config::UsageError;
use crate::definition::Definition;
use crate::error::JobError;
use crate::launch::command_line::CommandLine;
use crate::run::RunError;

/// Becomes the tool; why not, if that can't be.
pub(in crate::launch) fn become_tool(
    tool: &Path,
    job: &Definition,
    typed: &CommandLine,
    program: &dyn Program,
) -> JobError {
    match told(job, typed, program).and_then(|told| replace(tool, &told)) {
        Ok(never) => match never {},
        Err(error) => error,
    }
}

enum Never {}

/// Replaces this process.
fn replace(tool: &Path, told: &Value) -> Result<Never, JobError> {
    use std::os::unix::process::CommandExt;
    let write = || -> io::Result<PathBuf> {
        let file = tempfile::Builder::new().prefix("mrjob-job").tempfile()?;
        serde_json::to_writer(&file, told)?;
        Ok(file.into_temp_path().keep()?)
    };
    let file = write().map_err(RunError::io("write what the tool is to launch"))?;
    let error = Command::new(tool).arg("launch").arg(&file).exec();
    // The tool deletes it, if there is one.
    let _ = std::fs::remove_file(file);
    Err(RunError::io(format!("run `{}`", tool.display()))(error).into())
}

/// The job and what was typed.
fn told(job: &Definition, typed: &CommandLine, program: &dyn Program) -> Result<Value, JobError> {
    let own = env::current_exe().map_err(RunError::io("find this program's own file"))?;
    let files = typed.shipped.files.iter().map(|file| {
        let path = text(file.path.as_os_str())?;
        Ok(json!([path, file.name]))
    });
    let frames = program.steps().iter();
    let frames = frames.map(|step| (step.binary_input, step.binary_output));
    Ok(json!({
        "program": text(own.as_os_str())?,
        "called": typed.program_name(),
        "job": job.name,
        "jobconf": job.jobconf,
        "steps": program.steps(),
        "frames": frames.collect::<Vec<_>>(),
        "options": texts(&typed.options())?,
        "arguments": texts(&typed.shipped.arguments)?,
        "files": files.collect::<Result<Vec<_>, UsageError>>()?,
    }))
}

fn texts(words: &[impl AsRef<OsStr>]) -> Result<Vec<&str>, UsageError> {
    words.iter().map(|word| text(word.as_ref())).collect()
}

fn text(word: &OsStr) -> Result<&str, UsageError> {
    word.to_str().ok_or_else(|| {
        UsageError::new(format_args!(
            "`{}` isn't UTF-8, which arguments have to be that are handed over to the tool",
            word.display()
        ))
    })
}
