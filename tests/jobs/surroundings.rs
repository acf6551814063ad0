//! A job whose tasks look around: variables, working directory, side files.

use std::path::PathBuf;
use std::process::{self, ExitCode};
use std::{env, fs, io};

use mrjob::prelude::*;

/// Tell what tasks find.
#[derive(MrJob)]
#[mrjob(jobconf("crawl.depth" = "3", "crawl.agent" = "ours"))]
struct Surroundings {
    /// A file that tasks find under its name.
    #[arg(long)]
    #[mrjob(file)]
    side: Option<PathBuf>,
    /// Leave this beside the output: `part`, `same`, `nested`, or a file of the task's own otherwise.
    #[arg(long)]
    leave: Option<String>,
    /// Kill the first attempt at each map task, in this folder's sight.
    #[arg(long)]
    die: Option<PathBuf>,
}

#[mrjob::steps(step(
    mapper = look,
    mapper_final = leave_something,
    reducer = tell,
    reducer_init = look_in_reducer,
    jobconf("crawl.agent" = "the step's")
))]
impl Surroundings {
    /// What a line asks for: a variable, `?` and a property, `read` and a file, or a question of ours.
    fn look(&self, line: &str, out: &mut Emitter<String, String>) -> Result<()> {
        let task = task();
        let answer = match line {
            "input file" => task.input_file().map(str::to_owned),
            "input range" => task.input_range().map(|range| format!("{range:?}")),
            "attempt" => Some(format!("{} {}", task.attempt(), task.attempt_id())),
            "environment" => Some(disagreement(&task).unwrap_or_else(|| "agrees".to_owned())),
            "side file" => Some(fs::read_to_string("side.txt")?),
            "side field" => self.side.as_ref().map(fs::read_to_string).transpose()?,
            "files" => Some(names(".")?.join(" ")),
            "litter" => Some(fs::write("litter.txt", "").map(|()| "left")?.to_owned()),
            "working directory" => Some(env::current_dir()?.display().to_string()),
            _ => match (line.strip_prefix('?'), line.strip_prefix("read ")) {
                (Some(property), _) => task.jobconf(property).map(str::to_owned),
                (_, Some(path)) => fs::read_to_string(path).ok(),
                _ => env::var(line).ok(),
            },
        };
        out.emit(line, answer.unwrap_or_else(|| "unset".to_owned()));
        Ok(())
    }

    fn leave_something(&mut self, _: &mut Emitter<String, String>) -> Result<()> {
        let Some(leave) = &self.leave else {
            return Ok(());
        };
        let task = task();
        let dir = task.output_dir()?;
        let own = format!("{leave}-{:05}", task.partition());
        match leave.as_str() {
            "part" => fs::write(dir.join("part-00000"), "")?,
            "same" => fs::write(dir.join("same"), "")?,
            "nested" => {
                fs::create_dir_all(dir.join("sub"))?;
                fs::write(dir.join("sub").join(own), task.attempt().to_string())?;
            }
            // As a program does that knows Hadoop only.
            _ => {
                let dir = PathBuf::from(env::var("mapreduce_task_output_dir").unwrap_or_default());
                fs::write(dir.join(own), task.attempt().to_string())?;
            }
        }
        if let Some(sight) = &self.die {
            let once = fs::File::create_new(sight.join(format!("{}", task.partition())));
            if once.is_ok() {
                process::abort();
            }
        }
        Ok(())
    }

    fn look_in_reducer(&self, out: &mut Emitter<String, String>) {
        for name in [
            "mapreduce_task_ismap",
            "mapreduce_map_input_file",
            "crawl_depth",
        ] {
            let value = env::var(name).unwrap_or_else(|_| "unset".to_owned());
            out.emit(format!("reducer: {name}"), value);
        }
    }

    fn tell(&self, line: &str, answers: Values<String>, out: &mut Emitter<String, String>) {
        answers.for_each(|answer| out.emit(line, answer));
    }
}

/// The first variable in which the task and this process's environment disagree.
fn disagreement(task: &mrjob::TaskInfo) -> Option<String> {
    let wrong = task
        .environment()
        .find(|(name, value)| env::var(name).as_deref() != Ok(value));
    wrong.map(|(name, value)| format!("{name}: {value:?} and {:?}", env::var(name)))
}

fn names(dir: &str) -> io::Result<Vec<String>> {
    let entries = fs::read_dir(dir)?;
    let mut names: Vec<String> = entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<_>>()?;
    names.sort();
    Ok(names)
}

fn main() -> ExitCode {
    Surroundings::run()
}
