//! A plan for a person to read.

use std::fmt::{self, Display, Formatter};

use mrjob_core::task::{Method, StepInfo};
use mrjob_core::visible;

use crate::plan::{Input, Plan};
use crate::report::{bytes, count, counted};
use crate::surroundings::{BUILT_IN, FileKind, Surroundings};

/// Shows `plan`, as `runner` would run it.
#[derive(Debug)]
pub(crate) struct DryRun<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) runner: &'a str,
}

impl Display for DryRun<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let plan = self.plan;
        writeln!(f, "{} on runner {}", plan.job, self.runner)?;
        let mut rows: Vec<(String, String)> = Vec::new();
        let mut row = |name: &str, value: String| rows.push((name.to_owned(), value));
        row("input", inputs(&plan.inputs));
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
        row(
            "workers",
            if self.runner == "inline" && !plan.surroundings.is_empty() {
                "1, for what is around its tasks".to_owned()
            } else if self.runner == "inline" {
                "none, all on one thread".to_owned()
            } else {
                count(plan.workers.get() as u64)
            },
        );
        row(
            "memory",
            format!("{} for the whole run", bytes(plan.memory)),
        );
        row("temporary", format!("{}", plan.temp_dir.display()));
        for (key, value) in &plan.jobconf {
            row("property", format!("{key}={value}"));
        }
        if BUILT_IN {
            around_tasks(&plan.surroundings, &mut row);
        }
        let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        rows.iter().try_for_each(|(name, value)| {
            writeln!(f, "  {name:width$}  {}", visible::line(value))
        })?;
        #[cfg(feature = "emr")]
        if let Some(emr) = &plan.emr {
            write!(f, "{}", crate::emr::dry_run(plan, emr))?;
        }
        Ok(())
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
        #[cfg(feature = "emr")]
        Input::Remote(file) => file.bytes,
        Input::Memory(text) => text.len() as u64,
        Input::Stdin | Input::Pipe { .. } => 0,
    });
    let size = bytes(sizes.sum());
    let stdin = inputs.iter().any(|input| matches!(input, Input::Stdin));
    match (inputs, stdin) {
        ([Input::Stdin], _) => "standard input".to_owned(),
        ([Input::File { name, .. }], _) => format!("{name}, {size}"),
        #[cfg(feature = "emr")]
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
    #[cfg(feature = "emr")]
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
    use crate::cli::given::Given;
    use crate::cli::{check, command, layers};
    use crate::definition::fake::{FakeProgram, JOB};

    fn shown(typed: &[&str], inputs: Vec<Input>) -> String {
        let command = command::command(&JOB, "job").unwrap().no_binary_name(true);
        let given = Given::from_matches(&command.try_get_matches_from(typed).unwrap());
        let mut plan = check::plan(
            &given,
            &layers::without_files(&given, &JOB),
            &JOB,
            &FakeProgram::new(),
            Vec::new(),
        )
        .unwrap();
        plan.inputs = inputs;
        DryRun {
            plan: &plan,
            runner: "local",
        }
        .to_string()
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
        let program = FakeProgram::new();
        let command = command::command(&JOB, "job").unwrap().no_binary_name(true);
        let given = Given::from_matches(&command.try_get_matches_from([""; 0]).unwrap());
        let mut plan = check::plan(
            &given,
            &layers::without_files(&given, &JOB),
            &JOB,
            &program,
            Vec::new(),
        )
        .unwrap();
        let mut other = plan.steps[0].clone();
        other.combiner = None;
        other.writes = "Text".to_owned();
        plan.steps = vec![plan.steps[0].clone(), plan.steps[0].clone(), other];
        let text = DryRun {
            plan: &plan,
            runner: "local",
        }
        .to_string();
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
