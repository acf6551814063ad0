//! A plan for a person to read.

use crate::features;
use std::fmt::{self, Display, Formatter};

use mrjob_core::step::{Method, StepInfo};
use mrjob_core::visible;

use super::plan::Planned;
use crate::input::Input;
use crate::plan::Plan;
use crate::report::{bytes, count, counted};
use crate::task_env::{FileKind, Surroundings};

/// Shows what would be done.
impl Display for Planned {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let plan = &self.plan;
        writeln!(f, "{} on runner {}", plan.job, self.runner.name())?;
        let mut rows: Vec<(String, String)> = Vec::new();
        let mut row = |name: &str, value: String| rows.push((name.to_owned(), value));
        let input = self.runner.inputs(plan);
        row("input", input.unwrap_or_else(|| inputs(&plan.inputs)));
        let mut number = 0;
        for same in plan.steps.chunk_by(|a, b| step_text(a) == step_text(b)) {
            let first = number + 1;
            number += same.len();
            let name = if first == number {
                format!("step {first}")
            } else {
                format!("steps {first}-{number}")
            };
            row(&name, step_text(&same[0]));
        }
        row("output", output(plan));
        if let Some(dir) = &plan.step_output_dir {
            row("steps before", format!("kept in {}", dir.display()));
        }
        if let Some(reducers) = plan.reducers {
            row(
                "reducers",
                format!(
                    "{} (keys are divided by their hash)",
                    count(reducers.get().into())
                ),
            );
        }
        rows.extend(self.runner.rows(plan));
        let mut row = |name: &str, value: String| rows.push((name.to_owned(), value));
        row("temporary", format!("{}", plan.temp_dir.display()));
        for (key, value) in &plan.jobconf {
            row("property", format!("{key}={value}"));
        }
        if features::ENVIRONMENT {
            around_tasks(&plan.surroundings, &mut row);
        }
        let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        rows.iter().try_for_each(|(name, value)| {
            writeln!(f, "  {name:width$}  {}", visible::line(value))
        })?;
        f.write_str(&self.runner.details(plan))
    }
}

/// What tasks find around them.
fn around_tasks(surroundings: &Surroundings, row: &mut dyn FnMut(&str, String)) {
    for (name, value) in surroundings.variables.shown() {
        row("variable", format!("{name}={value}"));
    }
    for file in &surroundings.files {
        let kind = match file.kind {
            FileKind::File => "file",
            FileKind::Dir => "folder",
            FileKind::Archive => "archive",
        };
        row(kind, format!("{} as {}", file.path.display(), file.name));
    }
    for line in &surroundings.setup {
        row("setup", line.written.clone());
    }
}

fn inputs(inputs: &[Input]) -> String {
    let sizes = inputs.iter().map(|input| match input {
        Input::File { bytes, .. } => *bytes,
        Input::Remote(file) => file.bytes,
        Input::Memory(text) => text.len() as u64,
        Input::Stdin | Input::Pipe { .. } => 0,
    });
    let size = bytes(sizes.sum());
    let stdin = inputs.iter().any(|input| matches!(input, Input::Stdin));
    match (inputs, stdin) {
        ([Input::Stdin], _) => "standard input".to_owned(),
        ([Input::File { name, .. }], _) => format!("{name}, {size}"),
        ([Input::Remote(file)], _) => format!("{}, {size}", file.address),
        ([Input::Pipe { name, .. }], _) => format!("{name}, a pipe"),
        (all, false) => format!("{}, {size}", counted(all.len() as u64, "file")),
        (all, true) => format!(
            "{}, {size}, and standard input",
            counted(all.len() as u64 - 1, "file")
        ),
    }
}

fn output(plan: &Plan) -> String {
    let dir = plan
        .output
        .dir
        .as_ref()
        .map(|dir| dir.display().to_string());
    let dir = dir.or_else(|| Some(plan.output.remote.as_ref()?.address.clone()));
    let dir = dir.map(|dir| match plan.output.compression {
        Some(codec) => format!("{dir}, compressed by {codec}"),
        None => dir,
    });
    match (dir, plan.output.cat) {
        (Some(dir), true) => format!("{dir} and standard output"),
        (Some(dir), false) => dir,
        (None, true) => "standard output".to_owned(),
        (None, false) => "none".to_owned(),
    }
}

/// `reads TextValue, mapper `words`, reducer `total`, writes Json`.
fn step_text(step: &StepInfo) -> String {
    let phases = [
        ("mapper", &step.mapper),
        ("combiner", &step.combiner),
        ("reducer", &step.reducer),
    ];
    let phases = phases
        .into_iter()
        .filter_map(|(phase, method)| Some(format!("{phase} {}", name(method.as_ref()?))));
    let reads = [format!("reads {}", step.reads)].into_iter();
    reads
        .chain(phases)
        .chain([format!("writes {}", step.writes)])
        .collect::<Vec<_>>()
        .join(", ")
}

fn name(method: &Method) -> String {
    match method {
        Method::Script {
            name,
            pre_filter: None,
        } => format!("`{name}`"),
        Method::Script {
            name,
            pre_filter: Some(filter),
        } => format!("`{name}` behind `{filter}`"),
        Method::File { name } => format!("`{name}`, a call a file"),
        Method::Command { command } => format!("`{command}` (a command)"),
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runners::fake;

    fn shown(typed: &[&str], inputs: Vec<Input>) -> String {
        let mut planned = fake::planned(typed).unwrap();
        planned.plan.inputs = inputs;
        planned.to_string()
    }

    fn file(name: &str, bytes: u64) -> Input {
        Input::File {
            path: name.into(),
            name: name.to_owned(),
            bytes,
        }
    }

    #[test]
    fn a_plan() {
        let typed = [
            "--num-cores=4",
            "--memory=2G",
            "-o",
            "out",
            "--local-tmp-dir=/",
            "--step-output-dir=steps",
        ];
        assert_eq!(
            shown(
                &typed,
                vec![file("a.txt", 2000), file("b.txt", 1_500_000), Input::Stdin]
            ),
            "\
WordFreq on runner local
  input         2 files, 1.50 MB, and standard input
  step 1        reads TextValue, mapper `words`, reducer `total` behind `sort -u`, writes Json
  output        out
  steps before  kept in steps
  reducers      5 (keys are divided by their hash)
  workers       4
  memory        2.15 GB for the whole run
  temporary     /
  property      mapreduce.job.reduces=5
  property      own=1
"
        );
    }

    #[test]
    fn equal_steps_share_a_line() {
        let mut planned = fake::planned([""; 0]).unwrap();
        let plan = &mut planned.plan;
        let mut other = plan.steps[0].clone();
        other.combiner = None;
        other.writes = "Text".to_owned();
        plan.steps = vec![plan.steps[0].clone(), plan.steps[0].clone(), other];
        let text = planned.to_string();
        assert!(text.contains("  steps 1-2  reads TextValue"), "{text}");
        assert!(text.contains("  step 3     reads TextValue"), "{text}");
    }

    #[test]
    fn inputs_and_output() {
        let line = |typed: &[&str], inputs, name: &str| {
            let text = shown(typed, inputs);
            let line = text
                .lines()
                .find_map(|line| line.trim_start().strip_prefix(name))
                .unwrap();
            line.trim_start().to_owned()
        };
        assert_eq!(line(&[], vec![Input::Stdin], "input"), "standard input");
        assert_eq!(line(&[], vec![file("a.txt", 1)], "input"), "a.txt, 1 byte");
        assert_eq!(
            line(&[], vec![file("a", 1), Input::Stdin], "input"),
            "1 file, 1 byte, and standard input"
        );
        assert_eq!(line(&[], vec![Input::Stdin], "output"), "standard output");
        assert_eq!(
            line(&["-o", "x", "--cat-output"], vec![], "output"),
            "x and standard output"
        );
        assert_eq!(line(&["--no-output"], vec![], "output"), "none");
    }
}
