//! A job's steps as EMR's API has them.

use std::num::NonZeroU32;

use mrjob_core::task::{RemoteFile, Source};
use serde_json::Value;

use super::script::Script;
use super::upload::Uploads;
use super::{EmrConfig, EmrError, request};
use crate::cluster;
use crate::cluster::command::{StepCommand, compression, tag, tags};
use crate::cluster::{Shuffle, Splits, StreamingStep, TaskFile, manifest};
use crate::fs::hdfs::BY_NODE;
use crate::fs::s3::is_s3;
use crate::plan::Plan;
use crate::split::{self, Cut, Piece, Sizing};

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
        task_file: &mut TaskFile,
        uploads: &mut Uploads,
    ) -> Result<Vec<Value>, EmrError> {
        let mut steps = vec![self.first(task_file, uploads)?];
        for number in 1..self.plan.steps.len() {
            let step = StreamingStep::new(task_file, number)?;
            let inputs = [self.output_of(number - 1)];
            steps.push(self.step(number, &step, uploads, &inputs)?);
        }
        Ok(steps)
    }

    /// The first step. Tasks read whole files of S3 by themselves.
    fn first(&self, task_file: &mut TaskFile, uploads: &mut Uploads) -> Result<Value, EmrError> {
        let first = &task_file.steps[0];
        let can_list = first.shuffle == Shuffle::Block
            && first.input_format.is_none()
            && self.config.inputs.iter().all(|name| is_s3(name));
        if !first.info.takes_files() || !can_list {
            let mut inputs = self.config.inputs.clone();
            inputs.extend(uploads.input_folder.clone());
            return self.step(0, &StreamingStep::new(task_file, 0)?, uploads, &inputs);
        }
        task_file.steps[0].splits = Splits::Own;
        let inputs = [self.list(uploads)?];
        self.step(0, &StreamingStep::new(task_file, 0)?, uploads, &inputs)
    }

    /// Lists what each map task of the first step reads, whole files; where the list will be.
    fn list(&self, uploads: &mut Uploads) -> Result<String, EmrError> {
        let there = self.config.found.iter();
        let there = there.map(|file| (file.address.clone(), file.bytes));
        let files: Vec<(String, u64)> = there.chain(uploads.input_sizes()).collect();
        // A file may take long whatever its size.
        let count = u32::try_from(files.len()).unwrap_or(u32::MAX);
        let tasks = self.plan.maps.or(NonZeroU32::new(count));
        let pieces: Vec<Piece> = files.into_iter().map(piece).collect();
        let tasks = split::tasks(&pieces, Sizing::Even(tasks.unwrap_or(NonZeroU32::MIN)));
        uploads.list(self.own, &manifest(tasks))
    }

    fn step(
        &self,
        number: usize,
        step: &StreamingStep,
        uploads: &mut Uploads,
        inputs: &[String],
    ) -> Result<Value, EmrError> {
        let plan = self.plan;
        let count = plan.steps.len();
        let name = match count {
            1 => plan.job_key.clone(),
            _ => format!("{}: Step {} of {count}", plan.job_key, number + 1),
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let recursive = "mapreduce.input.fileinputformat.input.dir.recursive";
        let mut properties = self.memory(number);
        properties.extend([pair("mapreduce.job.name", &name), pair(recursive, "true")]);
        let tag = tag(&plan.job_key, number);
        let mut last = vec![tags(step, &tag)];
        let codec = plan.output.compression.filter(|_| number + 1 == count);
        last.extend(codec.map(compression).unwrap_or_default());
        let command = StepCommand {
            step,
            properties: &properties,
            last: &last,
            files: &uploads.tasks,
            archives: &uploads.archives,
            libjars: &uploads.libjars,
            extra_args: &self.config.extra_args,
            inputs,
            output: &self.output_of(number),
        };
        let script = Script {
            number,
            name: &name,
            own: self.own,
            tag: &tag,
            jar: uploads.streaming_jar.as_deref(),
            arguments: &command.arguments(),
        };
        let text = script.text()?;
        let place = uploads.script(self.own, number, &text)?;
        Ok(request::step(&name, self.action_on_failure(), &place))
    }

    /// Properties by which Java takes what a streaming task needs of whatever container the cluster has, and not 80 %.
    fn memory(&self, number: usize) -> Vec<(String, String)> {
        let jobconf = &self.plan.steps[number].jobconf;
        let of_job = jobconf.iter().rev().chain(self.plan.jobconf.iter().rev());
        let of_job: Vec<_> = of_job.collect();
        let set = |name: &str| {
            let found = of_job.iter().find(|(key, _)| key == name);
            let found = found.map(|(_, value)| value.clone());
            found.or_else(|| self.config.property("mapred-site", name))
        };
        let mut properties = cluster::java_options(&set, &|name| set(name).is_some());
        if !properties.is_empty() && set(cluster::SORT_BUFFER).is_none() {
            let usual = cluster::USUAL_SORT_BUFFER.to_string();
            properties.push((cluster::SORT_BUFFER.to_owned(), usual));
        }
        properties
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

/// A file that a task reads as a whole, by the `hadoop` of its machine.
fn piece((address, bytes): (String, u64)) -> Piece {
    let file = RemoteFile {
        address,
        bytes,
        version: None,
        access: Some(BY_NODE.to_owned()),
    };
    Piece::new(Source::Remote(file), bytes, Cut::Never)
}
