//! A folder to run in, and runs in it.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use mrjob_core::step::StepInfo;
use mrjob_runners::event::Event;
use mrjob_runners::input::Input;
use mrjob_runners::output::cat;
use mrjob_runners::plan::Plan;
use mrjob_runners::run::{Finished, Run, RunError, Runner};
use mrjob_runners::stop::Stop;

use super::{Fake, files_of};

/// A folder for a test: `temp` for the run, anything else beside it.
pub(crate) struct Setting {
    pub(crate) dir: tempfile::TempDir,
}

impl Setting {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("temp")).unwrap();
        Setting { dir }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A file of `text` as an input.
    pub(crate) fn input(&self, name: &str, text: &str) -> Input {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        Input::File {
            path,
            name: name.to_owned(),
            bytes: text.len() as u64,
        }
    }

    pub(crate) fn plan(&self, steps: Vec<StepInfo>, inputs: Vec<Input>) -> Plan {
        let mut plan = Plan::new("fake", steps, inputs);
        plan.workers = 2.try_into().unwrap();
        plan.temp_dir = self.path("temp");
        plan
    }

    /// What a run has left in its temporary folder and beside its output.
    pub(crate) fn leftovers(&self) -> Vec<PathBuf> {
        let hidden = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with('.');
        files_of(&self.path("temp"))
            .into_iter()
            .chain(files_of(self.dir.path()).into_iter().filter(hidden))
            .collect()
    }
}

/// A step with a mapper and, if asked for, a reducer.
pub(crate) fn step(reducer: bool) -> StepInfo {
    let mut step = serde_json::json!({
        "mapper": {"type": "script", "name": "map"},
        "reads": "TextValue", "writes": "Text", "sort_values": false,
    });
    if reducer {
        step["reducer"] = serde_json::json!({"type": "script", "name": "reduce"});
    }
    serde_json::from_value(step).unwrap()
}

/// What came of a run.
pub(crate) struct Outcome {
    pub(crate) result: Result<Finished, RunError>,
    pub(crate) events: Vec<Event>,
}

impl Outcome {
    /// The whole output.
    pub(crate) fn text(&self) -> String {
        let mut out = Vec::new();
        cat(&self.result.as_ref().unwrap().parts, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    pub(crate) fn error(&self) -> String {
        self.result.as_ref().unwrap_err().to_string()
    }

    /// Why attempts were lost.
    pub(crate) fn lost(&self) -> Vec<&str> {
        let mut reasons = Vec::new();
        for event in &self.events {
            if let Event::AttemptLost { reason, .. } = event {
                reasons.push(reason.as_str());
            }
        }
        reasons
    }
}

pub(crate) fn run(runner: &dyn Runner, plan: &Plan) -> Outcome {
    run_until(runner, plan, &Stop::default())
}

pub(crate) fn run_until(runner: &dyn Runner, plan: &Plan, stop: &Stop) -> Outcome {
    run_with(runner, plan, stop, &["some", "--argument"])
}

pub(crate) fn run_with(
    runner: &dyn Runner,
    plan: &Plan,
    stop: &Stop,
    arguments: &[&str],
) -> Outcome {
    let arguments: Vec<_> = arguments.iter().map(OsString::from).collect();
    let events = Mutex::new(Vec::new());
    let tell = |event| events.lock().unwrap().push(event);
    let result = runner.run(&Run {
        plan,
        program: Arc::new(Fake),
        arguments: &arguments,
        #[cfg(feature = "cluster")]
        shipped: &Default::default(),
        events: &tell,
        stop,
    });
    Outcome {
        result,
        events: events.into_inner().unwrap(),
    }
}
