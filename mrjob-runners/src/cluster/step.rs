//! A step as Hadoop Streaming is told of it.

use mrjob_core::step::Method;

use super::task_file::{Shuffle, Splits, TaskFile, TaskStep};
use super::{PROGRAM, TASK_FILE};

/// Hadoop's format of records that aren't lines, between steps.
const SEQUENCE_INPUT: &str = "org.apache.hadoop.mapred.SequenceFileInputFormat";
/// Hadoop's format of which each line is a map task's.
const MANIFEST_INPUT: &str = "org.apache.hadoop.mapred.lib.NLineInputFormat";
const SEQUENCE_OUTPUT: &str = "org.apache.hadoop.mapred.SequenceFileOutputFormat";

/// What a step needs on the command line of Hadoop Streaming.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamingStep {
    /// All properties (`-D`), in order, of which later ones win: defaults of ours, then those of job and step, then those
    /// that a task relies on. They come before the other options.
    pub properties: Vec<(String, String)>,
    /// `-inputformat`, if the step needs one of its own.
    pub input_format: Option<String>,
    /// `-outputformat`, if the step needs one of its own.
    pub output_format: Option<String>,
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
        "step {} of the job has the mapper `{method}`, which takes whole files, and Hadoop Streaming gives it lines\n\
         hint: `-r local` runs it", step + 1
    )]
    Method {
        /// The step, from 0.
        step: usize,
        /// The method.
        method: String,
    },
    /// Hadoop orders lines by their keys alone.
    #[error(
        "step {} of the job has `sort_values`, which the text shuffle can't give it\nhint: leave `--shuffle text` out", .0 + 1
    )]
    SortValues(usize),
    /// Hadoop orders lines as text.
    #[error(
        "step {} of the job emits keys with `mrjob::Desc`, and the text shuffle sorts keys as text\n\
         hint: leave `--shuffle text` out", .0 + 1
    )]
    Descending(usize),
    /// Blocks go to their reduce tasks in order by Hadoop's own classes.
    #[error(
        "step {} of the job sets `{property}`, and with `shuffle: block` the job itself partitions and sorts\n\
         hint: `--shuffle text` leaves that to Hadoop", step + 1
    )]
    Class {
        /// The step, from 0.
        step: usize,
        /// The property.
        property: String,
    },
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
        check(file, step, number)?;
        let info = &step.info;
        let phase =
            |name| format!("./{PROGRAM} --task-file {TASK_FILE} --{name} --step-num {number}");
        let mut properties = Vec::from(DEFAULTS.map(owned));
        if step.input_format.as_deref().is_none_or(has_plain_lines) {
            properties.push(owned(IGNORE_KEY));
        }
        properties.extend(file.jobconf.iter().chain(&info.jobconf).cloned());
        properties.extend(forms(step).into_iter().map(owned));
        let reducers = step.reducers.to_string();
        properties.push(owned(("mapreduce.job.reduces", &reducers)));
        Ok(StreamingStep {
            properties,
            input_format: match step.splits {
                Splits::Own => Some(MANIFEST_INPUT.to_owned()),
                Splits::Hadoop => format(&step.input_format, info.binary_input, SEQUENCE_INPUT),
            },
            output_format: format(&step.output_format, info.binary_output, SEQUENCE_OUTPUT),
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
const DEFAULTS: [(&str, &str); 2] = [
    // Hadoop would end a line at a carriage return, too.
    ("textinputformat.record.delimiter", "\n"),
    // All properties are in a task's environment, where one of 128 KB is too long to start it.
    ("stream.jobconf.truncate.limit", "20000"),
];

/// With any other input format than its usual one Hadoop would write a line's offset before it.
const IGNORE_KEY: (&str, &str) = ("stream.map.input.ignoreKey", "true");

/// Whether an input format's keys are no data.
fn has_plain_lines(class: &str) -> bool {
    let formats = [
        "TextInputFormat",
        "NLineInputFormat",
        "CombineTextInputFormat",
    ];
    formats.contains(&class.rsplit('.').next().unwrap_or(class))
}

/// The format that the user names, or the one that the job's own records take.
fn format(named: &Option<String>, is_binary: bool, own: &str) -> Option<String> {
    named.clone().or_else(|| is_binary.then(|| own.to_owned()))
}

/// How a step's tasks read and write.
fn forms(step: &TaskStep) -> Vec<(&'static str, &'static str)> {
    let TaskStep {
        info,
        splits,
        shuffle,
        ..
    } = step;
    let shuffled = match shuffle {
        Shuffle::Block => "rawbytes",
        Shuffle::Text => "text",
    };
    let read = if info.binary_input && *splits == Splits::Hadoop {
        "rawbytes"
    } else {
        "text"
    };
    let written = match (info.binary_output, &step.output_format) {
        (true, _) => "rawbytes",
        // It has its own idea of keys and values.
        (false, Some(_)) => "text",
        // A finished line is kept as it is: with `text` one without a tab would get one at its end.
        (false, None) => "keyonlytext",
    };
    let mut forms = vec![
        ("stream.non.zero.exit.is.failure", "true"),
        ("stream.map.input", read),
    ];
    if *splits == Splits::Own {
        forms.extend([
            ("mapreduce.input.lineinputformat.linespermap", "1"),
            ("stream.map.input.ignoreKey", "true"),
        ]);
    }
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

/// Properties by which Hadoop would do otherwise what blocks rely on.
const CLASSES: [&str; 6] = [
    "mapreduce.job.partitioner.class",
    "mapred.partitioner.class",
    "mapreduce.job.output.key.comparator.class",
    "mapred.output.key.comparator.class",
    "mapreduce.job.output.group.comparator.class",
    "mapred.output.value.groupfn.class",
];

fn check(file: &TaskFile, step: &TaskStep, number: usize) -> Result<(), StepError> {
    if let (Some(Method::File { name }), Splits::Hadoop) = (&step.info.mapper, step.splits) {
        return Err(StepError::Method {
            step: number,
            method: name.clone(),
        });
    }
    if step.info.sort_values && step.shuffle == Shuffle::Text {
        return Err(StepError::SortValues(number));
    }
    if step.info.descending && step.shuffle == Shuffle::Text {
        return Err(StepError::Descending(number));
    }
    let mut properties = file.jobconf.iter().chain(&step.info.jobconf);
    if step.shuffle == Shuffle::Block
        && let Some((property, _)) = properties.find(|(name, _)| CLASSES.contains(&name.as_str()))
    {
        return Err(StepError::Class {
            step: number,
            property: property.clone(),
        });
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
    use mrjob_core::step::StepInfo;

    use super::*;
    use crate::plan::Plan;
    use crate::task_env::job_files::JobArguments;

    fn step(json: &str) -> TaskFile {
        let info: StepInfo = serde_json::from_str(json).unwrap();
        let mut plan = Plan::new("Job", vec![info], Vec::new());
        plan.jobconf = vec![("mapreduce.job.reduces".to_owned(), "9".to_owned())];
        TaskFile::new(&plan, &JobArguments::default())
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
        file.steps[0].info.sort_values = false;
        file.steps[0].info.descending = true;
        assert_eq!(
            refused(&file),
            "step 1 of the job emits keys with `mrjob::Desc`, and the text shuffle sorts keys as text\n\
             hint: leave `--shuffle text` out"
        );
        file.steps[0].info.mapper = Some(Method::File {
            name: "pages".to_owned(),
        });
        assert!(refused(&file).contains("`pages`"));
    }
}
