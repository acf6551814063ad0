//! A step as Hadoop Streaming is told of it.

use mrjob_core::task::{Method, StepInfo};

use super::task_file::{Shuffle, TaskFile, TaskStep};
use super::{PROGRAM, TASK_FILE};

/// Hadoop's format of records that aren't lines, between steps.
const SEQUENCE_INPUT: &str = "org.apache.hadoop.mapred.SequenceFileInputFormat";
const SEQUENCE_OUTPUT: &str = "org.apache.hadoop.mapred.SequenceFileOutputFormat";

/// What a step needs on the command line of Hadoop Streaming.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamingStep {
    /// All properties (`-D`), in order, of which later ones win: defaults of ours, then those of job and step, then those
    /// that a task relies on. They come before the other options.
    pub properties: Vec<(String, String)>,
    /// `-inputformat`, if the step needs one of its own.
    pub input_format: Option<&'static str>,
    /// `-outputformat`, if the step needs one of its own.
    pub output_format: Option<&'static str>,
    /// `-mapper`. Always given: Hadoop's default emits offsets as keys.
    pub mapper: String,
    /// `-reducer`; `NONE` where the step has none.
    pub reducer: String,
    /// Reduce tasks; 0 where there is no reducer. It is among the properties.
    pub reducers: u32,
}

/// Why Hadoop Streaming can't run a step.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// A method that isn't a function of lines.
    #[error(
        "step {} of the job runs `{method}`, which Hadoop Streaming can't\nhint: `-r local` runs it", step + 1
    )]
    Method {
        /// The step, from 0.
        step: usize,
        /// The shell command, or the method that takes whole files.
        method: String,
    },
    /// Hadoop orders lines by their keys alone.
    #[error(
        "step {} of the job has `sort_values`, which the text shuffle can't give it\nhint: leave `--shuffle text` out", .0 + 1
    )]
    SortValues(usize),
    /// Partitions are numbers of Java's.
    #[error("step {} of the job has {reducers} reduce tasks, and Hadoop {} at most", step + 1, i32::MAX)]
    Reducers {
        /// The step, from 0.
        step: usize,
        /// How many there are to be.
        reducers: u32,
    },
}

impl StreamingStep {
    /// The step of this number, from 0, of the job that `file` is for.
    ///
    /// # Errors
    ///
    /// When Hadoop Streaming can't run it.
    ///
    /// # Panics
    ///
    /// Where there is no such step.
    pub fn new(file: &TaskFile, number: usize) -> Result<Self, StepError> {
        let step = &file.steps[number];
        check(step, number)?;
        let info = &step.info;
        let phase =
            |name| format!("./{PROGRAM} --task-file {TASK_FILE} --{name} --step-num {number}");
        let mut properties = Vec::from(DEFAULTS.map(owned));
        properties.extend(file.jobconf.iter().chain(&info.jobconf).cloned());
        properties.extend(forms(step).into_iter().map(owned));
        let reducers = step.reducers.to_string();
        properties.push(owned(("mapreduce.job.reduces", &reducers)));
        Ok(StreamingStep {
            properties,
            input_format: info.binary_input.then_some(SEQUENCE_INPUT),
            output_format: info.binary_output.then_some(SEQUENCE_OUTPUT),
            mapper: phase("mapper"),
            reducer: match info.reducer {
                Some(_) => phase("reducer"),
                None => "NONE".to_owned(),
            },
            reducers: step.reducers,
        })
    }
}

/// What the user may want otherwise.
const DEFAULTS: [(&str, &str); 3] = [
    // Hadoop would end a line at a carriage return, too.
    ("textinputformat.record.delimiter", "\n"),
    // With any other input format it would write the record's offset before the line.
    ("stream.map.input.ignoreKey", "true"),
    // All properties are in a task's environment, where one of 128 KB is too long to start it.
    ("stream.jobconf.truncate.limit", "20000"),
];

/// How a step's tasks read and write.
fn forms(step: &TaskStep) -> Vec<(&'static str, &'static str)> {
    let TaskStep { info, shuffle, .. } = step;
    let shuffled = match shuffle {
        Shuffle::Block => "rawbytes",
        Shuffle::Text => "text",
    };
    let read = if info.binary_input {
        "rawbytes"
    } else {
        "text"
    };
    // A finished line is kept as it is: with `text` one without a tab would get one at its end.
    let written = if info.binary_output {
        "rawbytes"
    } else {
        "keyonlytext"
    };
    let mut forms = vec![
        ("stream.non.zero.exit.is.failure", "true"),
        ("stream.map.input", read),
    ];
    match info.reducer {
        None => forms.push(("stream.map.output", written)),
        Some(_) => forms.extend([
            ("stream.map.output", shuffled),
            ("stream.reduce.input", shuffled),
            ("stream.reduce.output", written),
        ]),
    }
    forms
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn check(step: &TaskStep, number: usize) -> Result<(), StepError> {
    let StepInfo {
        mapper, reducer, ..
    } = &step.info;
    for method in [mapper, reducer].into_iter().flatten() {
        let name = match method {
            Method::File { name } => Some(name.as_str()),
            method => method.command(),
        };
        if let Some(method) = name {
            return Err(StepError::Method {
                step: number,
                method: method.to_owned(),
            });
        }
    }
    if step.info.sort_values && step.shuffle == Shuffle::Text {
        return Err(StepError::SortValues(number));
    }
    match i32::try_from(step.reducers) {
        Ok(_) => Ok(()),
        Err(_) => Err(StepError::Reducers {
            step: number,
            reducers: step.reducers,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;
    use crate::streaming::Shipped;

    fn step(json: &str) -> TaskFile {
        let info: StepInfo = serde_json::from_str(json).unwrap();
        let mut plan = Plan::new("Job", vec![info], Vec::new());
        plan.jobconf = vec![("mapreduce.job.reduces".to_owned(), "9".to_owned())];
        TaskFile::new(&plan, &Shipped::default())
    }

    const REDUCES: &str = r#"{"mapper": {"type": "script", "name": "m"}, "reducer": {"type": "script", "name": "r"},
        "reads": "Text", "writes": "Json", "sort_values": true, "reducers": 3, "jobconf": [["stream.map.output", "text"]]}"#;

    /// The value that wins.
    fn value<'a>(step: &'a StreamingStep, name: &str) -> Option<&'a str> {
        let mut pairs = step.properties.iter().rev();
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    #[test]
    fn what_tasks_rely_on_wins() {
        let step = StreamingStep::new(&step(REDUCES), 0).unwrap();
        assert_eq!(value(&step, "mapreduce.job.reduces"), Some("3"));
        assert_eq!(value(&step, "stream.map.output"), Some("rawbytes"));
        assert_eq!(value(&step, "stream.reduce.output"), Some("keyonlytext"));
        assert_eq!(value(&step, "textinputformat.record.delimiter"), Some("\n"));
        assert_eq!(
            step.reducer,
            "./mrjob-program --task-file mrjob-task.json --reducer --step-num 0"
        );
    }

    #[test]
    fn a_step_without_a_reducer() {
        let json = r#"{"mapper": {"type": "script", "name": "m"}, "reads": "Text", "writes": "Json", "sort_values": false}"#;
        let step = StreamingStep::new(&step(json), 0).unwrap();
        assert_eq!(value(&step, "stream.map.output"), Some("keyonlytext"));
        assert_eq!(
            (step.reducer.as_str(), value(&step, "mapreduce.job.reduces")),
            ("NONE", Some("0"))
        );
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let mut file = step(REDUCES);
        file.steps[0].shuffle = Shuffle::Text;
        let refused = |file: &TaskFile| StreamingStep::new(file, 0).unwrap_err().to_string();
        assert!(refused(&file).starts_with("step 1 of the job has `sort_values`"));
        file.steps[0].info.mapper = Some(Method::Command {
            command: "tr a b".to_owned(),
        });
        assert!(refused(&file).contains("`tr a b`"));
    }
}
