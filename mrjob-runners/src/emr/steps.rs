//! A job's steps as EMR's API has them.

use serde_json::Value;

use super::inputs::shorter;
use super::upload::Uploads;
use super::{EmrConfig, EmrError, request};
use crate::hadoop::{StepCommand, compression};
use crate::plan::Plan;
use crate::streaming::{StreamingStep, TaskFile};

/// Characters that a step's command may have.
const MOST_CHARACTERS: usize = 10_240;

/// What steps are made of.
pub(super) struct Steps<'a> {
    pub(super) plan: &'a Plan,
    pub(super) config: &'a EmrConfig,
    /// The folder for temporary files of this run.
    pub(super) own: &'a str,
    /// Whether each is submitted when the one before is done.
    pub(super) one_by_one: bool,
}

impl Steps<'_> {
    /// All of them.
    pub(super) fn all(
        &self,
        task_file: &TaskFile,
        uploads: &Uploads,
    ) -> Result<Vec<Value>, EmrError> {
        let mut inputs = self.config.inputs.clone();
        inputs.extend(uploads.input_folder.clone());
        let mut steps = Vec::new();
        for number in 0..self.plan.steps.len() {
            let output = self.output_of(number);
            let step = StreamingStep::new(task_file, number)?;
            let all = self.step(number, &step, uploads, &inputs, &output);
            steps.push(
                all.or_else(|_| self.step(number, &step, uploads, &shorter(&inputs), &output))?,
            );
            inputs = vec![output];
        }
        Ok(steps)
    }

    fn step(
        &self,
        number: usize,
        step: &StreamingStep,
        uploads: &Uploads,
        inputs: &[String],
        output: &str,
    ) -> Result<Value, EmrError> {
        let plan = self.plan;
        let count = plan.steps.len();
        let name = match count {
            1 => plan.job_key.clone(),
            _ => format!("{}: Step {} of {count}", plan.job_key, number + 1),
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let recursive = "mapreduce.input.fileinputformat.input.dir.recursive";
        let properties = [pair("mapreduce.job.name", &name), pair(recursive, "true")];
        let codec = plan.output.compression.filter(|_| number + 1 == count);
        let command = StepCommand {
            step,
            properties: &properties,
            last: &codec.map(compression).unwrap_or_default(),
            files: &uploads.tasks,
            archives: &uploads.archives,
            libjars: &uploads.libjars,
            extra_args: &self.config.extra_args,
            inputs,
            output,
        };
        let arguments = command.arguments();
        let characters = arguments.iter().map(|argument| argument.chars().count());
        let length = characters.sum();
        if length > MOST_CHARACTERS {
            return Err(EmrError::TooLong {
                step: number,
                length,
                most: MOST_CHARACTERS,
            });
        }
        let jar = uploads.streaming_jar.as_deref();
        Ok(request::step(
            &name,
            self.action_on_failure(),
            jar,
            arguments,
        ))
    }

    /// Where step `number` writes: HDFS between steps, unless the user wants to keep that.
    pub(super) fn output_of(&self, number: usize) -> String {
        let plan = self.plan;
        if number + 1 < plan.steps.len() {
            let usual = || format!("hdfs:///tmp/mrjob/{}/step-output", plan.job_key);
            let folder = self.config.step_output.clone().unwrap_or_else(usual);
            return format!("{folder}/{number:04}");
        }
        match &plan.output.remote {
            Some(folder) => folder.address.clone(),
            None => format!("{}/output", self.own),
        }
    }

    pub(super) fn action_on_failure(&self) -> &str {
        match (&self.config.action_on_failure, &self.config.cluster_id) {
            (Some(action), _) => action,
            // EMR wants it of clusters that run several steps at once.
            _ if self.one_by_one => "CONTINUE",
            (None, None) if !self.config.stays() => "TERMINATE_CLUSTER",
            _ => "CANCEL_AND_WAIT",
        }
    }
}
