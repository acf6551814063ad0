//! Steps with shell commands in the place of methods or in front of them.
//!
//! A command reads and writes lines, so between the phases of a step that has one pairs are lines too, as in Hadoop
//! Streaming: what stands before the first tab is the key, and keys are sorted as bytes. Only a filter in front of the mapper
//! leaves the rest of its step as it is.

mod lines;
mod process;

use crate::emit::PartWriter;
use std::io::{self, Read, Write};
use std::thread;

use super::Step;
use super::step::{RunMap, Stand};
use super::stream::Pipes;
use super::stream::lines::StreamContext;
use crate::counter::{Counters, add_counters};
use crate::emit::Ends;
use crate::job::{Make, Settings};
use crate::shuffle::{
    MapRuns, Merge, MergeOptions, Partitioning, RunOutput, ShuffleOptions, Slice,
};
use crate::step::{Method, StreamPhase};
use crate::task::longest::Longest;
use crate::task::map::{MapContext, RecordContext, memory};
use crate::task::reduce::ReduceContext;
use crate::task::trace::TaskError;
use crate::task::{MapTarget, MapTask, Monitor, Source, Split, TaskReport};
use lines::{Input, Pairs, feed_groups, feed_input, part};
use process::{Command, Through, through};

/// What became of a task.
type Ran = Result<TaskReport, TaskError>;

/// What runs steps with shell commands. Only those refer to it, so that programs without any carry nothing of it.
pub(crate) struct Shell<J> {
    pub(crate) map: fn(&Step<J>, Stand, &MapContext<'_, J>) -> Ran,
    pub(crate) filtered_map: fn(&MapContext<'_, J>, &str, RunMap<J>) -> Ran,
    pub(crate) reduce: fn(&Step<J>, Stand, &ReduceContext<'_, J>, Longest) -> Ran,
    pub(crate) stream: RunShell,
}

/// Runs a phase by a shell with these options.
type RunShell = fn(StreamPhase, &Method, &[String], Pipes, &RunPipes<'_>) -> Ran;

/// Runs the methods of a phase between pipes.
pub(crate) type RunPipes<'a> = dyn Fn(Pipes) -> Ran + 'a;

impl<J: Settings> Shell<J> {
    pub(crate) const ALL: Self = Shell {
        map,
        filtered_map,
        reduce,
        stream,
    };
}

/// Runs a map task whose mapper reads what a command lets through, and is otherwise as any.
fn filtered_map<J: Settings>(
    cx: &MapContext<'_, J>,
    filter: &str,
    run: RunMap<J>,
) -> Result<TaskReport, TaskError> {
    open_first(cx);
    let (memory, longest, monitor) = (memory(cx), cx.records.longest, cx.records.monitor);
    let input = Input::of(cx);
    let output = match cx.task.target {
        MapTarget::Part(_) => cx.ends.output(),
        // Then it is the sorted runs' afterwards.
        MapTarget::Shuffle { .. } => None,
    };
    let task = MapTask {
        splits: vec![filtered_split(&cx.task.splits, filter)],
        memory,
        ..cx.task.clone()
    };
    let through = through(
        Some(Command::filter("mapper", filter, &cx.task.setting.shell)),
        |to| feed_input(input, memory, longest, monitor, to),
        move |from| {
            run(&MapContext {
                make: cx.make,
                task: &task,
                more: &Vec::new,
                records: RecordContext {
                    // What it reads was counted when the filter read it.
                    monitor: &Monitor::default(),
                    ..cx.records
                },
                ends: Ends::of_filter(from, output),
            })
        },
    )?;
    through.report()
}

/// Runs a map task of a step whose pairs are lines.
fn map<J: Settings>(
    step: &Step<J>,
    stand: Stand,
    cx: &MapContext<'_, J>,
) -> Result<TaskReport, TaskError> {
    open_first(cx);
    let info = step.parts();
    let task = cx.task;
    let (memory, longest, monitor) = (memory(cx), cx.records.longest, cx.records.monitor);
    let input = Input::of(cx);
    let feed = move |to: &mut dyn Write| feed_input(input, memory, longest, monitor, to);
    let records = || RecordContext { ..cx.records };
    let phase = Phase {
        name: StreamPhase::Mapper,
        method: info.mapper.as_ref(),
        shell: &task.setting.shell,
        make: cx.make,
        step,
        stand,
    };
    if let Some(Method::Script {
        pre_filter: Some(filter),
        ..
    }) = phase.method
    {
        let split = filtered_split(&task.splits, filter);
        cx.records.trace.split.replace(Some(split));
    }
    let MapTarget::Shuffle { partitioning, runs } = &task.target else {
        let MapTarget::Part(target) = &task.target else {
            return Err(TaskError::Job("a map task without a target".into()));
        };
        let to = PartWriter::create(target, &cx.ends)?;
        return phase.run(records(), feed, move |from| part(from, longest, to));
    };
    let sort = |memory, partitioning, output| ShuffleOptions {
        partitioning,
        sort_values: J::SORT_VALUES,
        ..ShuffleOptions::new(memory, output)
    };
    let last = |memory| sort(memory, *partitioning, runs.clone());
    let Some(combiner) = &info.combiner else {
        let options = last(memory);
        return phase.run(records(), feed, |from| {
            Pairs::new(options)?.sort(from, longest)
        });
    };
    // A combiner is given the task's pairs in order, once.
    let half = memory / 2;
    let output = RunOutput::Memory {
        spill_dir: task.temp_dir.clone(),
    };
    let options = sort(half, Partitioning::Ranges, output);
    let mut mapped = phase.run(records(), feed, |from| {
        Pairs::new(options)?.sort(from, longest)
    })?;
    cx.records.trace.close();
    let runs: Vec<MapRuns> = mapped.runs.take().into_iter().collect();
    let phase = Phase {
        name: StreamPhase::Combiner,
        method: Some(combiner),
        ..phase
    };
    let feed = |to: &mut dyn Write| {
        let mut options = MergeOptions::new(half / 2, task.temp_dir.clone());
        options.sort_values = J::SORT_VALUES;
        let mut merge = Merge::open(&runs, &Slice::ALL, options)?;
        // What is read was counted when it was mapped.
        feed_groups(&mut merge, &Monitor::default(), to)
    };
    let options = last(half);
    let mut combined = phase.run(records(), feed, |from| {
        Pairs::new(options)?.sort(from, longest)
    })?;
    add_counters(&mut combined.counters, &mapped.counters)?;
    Ok(TaskReport {
        records_in: mapped.records_in,
        bytes_in: mapped.bytes_in,
        spilled_bytes: mapped.spilled_bytes + combined.spilled_bytes,
        ..combined
    })
}

/// Runs a reduce task of a step whose pairs are lines.
fn reduce<J: Settings>(
    step: &Step<J>,
    stand: Stand,
    cx: &ReduceContext<'_, J>,
    longest: Longest,
) -> Result<TaskReport, TaskError> {
    let task = cx.task;
    let phase = Phase {
        name: StreamPhase::Reducer,
        method: step.parts().reducer.as_ref(),
        shell: &task.setting.shell,
        make: cx.make,
        step,
        stand,
    };
    let records = RecordContext {
        monitor: cx.monitor,
        trace: cx.trace,
        is_source: false,
        longest,
    };
    let to = PartWriter::create(&task.target, &cx.ends)?;
    let monitor = cx.monitor;
    let streamed = cx.ends.groups();
    let feed = move |to: &mut dyn Write| {
        if let Some(groups) = streamed {
            return feed_groups(groups, monitor, to);
        }
        let mut options = MergeOptions::new(task.memory / 2, task.temp_dir.clone());
        options.sort_values = J::SORT_VALUES;
        options.max_open_files = task.max_open_files;
        let mut merge = Merge::open(&task.runs, &task.slice, options)?;
        feed_groups(&mut merge, monitor, to)
    };
    phase.run(records, feed, move |from| part(from, longest, to))
}

/// Runs a phase as a process of its own: `run` is given what comes out of a filter in front of its methods, or all is left to a
/// command.
fn stream(
    phase: StreamPhase,
    method: &Method,
    shell: &[String],
    pipes: Pipes,
    run: &RunPipes<'_>,
) -> Result<TaskReport, TaskError> {
    let name = phase.name();
    let (command, filter) = match method {
        Method::Command { command } => (Some(Command::new(name, command, shell)), None),
        Method::Script { pre_filter, .. } => {
            let filter = pre_filter.as_deref();
            (
                None,
                filter.map(|filter| Command::filter(name, filter, shell)),
            )
        }
        Method::File { .. } => (None, None),
    };
    let Some(started) = command.or(filter) else {
        return run(pipes);
    };
    let Pipes {
        mut input,
        mut output,
    } = pipes;
    let feed = move |to: &mut dyn Write| {
        let copied = io::copy(&mut input, to);
        let bytes = copied.map_err(TaskError::io("give a command its input"))?;
        Ok((0, bytes))
    };
    let through = through(Some(started), feed, |mut input| {
        if filter.is_some() {
            return run(Pipes { input, output });
        }
        let copied = io::copy(&mut input, &mut output).and_then(|_| output.flush());
        copied.map_err(TaskError::io("write to standard output"))?;
        Ok(TaskReport::default())
    })?;
    through.report()
}

/// Says which file is read, for the command's environment and for messages.
fn open_first<J>(cx: &MapContext<'_, J>) {
    if let Some(split) = cx.task.splits.first() {
        cx.records.trace.open(split);
    }
}

/// What a mapper reads behind a filter.
fn filtered_split(splits: &[Split], filter: &str) -> Split {
    let file = splits.first().map_or("", |split| split.source.name());
    let name = format!("what `{filter}` makes of {file}");
    Split::new(Source::Pipe { name }, 0, None)
}

/// A phase of a step whose pairs are lines.
struct Phase<'a, J> {
    name: StreamPhase,
    /// What runs; without one lines go on as they are.
    method: Option<&'a Method>,
    shell: &'a [String],
    make: &'a Make<J>,
    step: &'a Step<J>,
    stand: Stand,
}

impl<J: Settings> Phase<'_, J> {
    /// Runs it on the lines that `feed` writes; `collect` reads what it makes of them.
    fn run(
        &self,
        records: RecordContext<'_>,
        feed: impl FnOnce(&mut dyn Write) -> Result<(u64, u64), TaskError> + Send,
        collect: impl FnOnce(Box<dyn Read + Send>) -> Result<TaskReport, TaskError> + Send,
    ) -> Result<TaskReport, TaskError> {
        let name = self.name.name();
        let through = match self.method {
            Some(Method::Command { command }) => {
                let command = Command::new(name, command, self.shell);
                through(Some(command), feed, collect)?
            }
            Some(Method::Script { pre_filter, .. }) => {
                let filter = pre_filter.as_deref();
                let filter = filter.map(|filter| Command::filter(name, filter, self.shell));
                through(filter, feed, |from| self.methods(records, from, collect))?
            }
            Some(Method::File { name }) => {
                let message = format!(
                    "`{name}` takes files, which a step with shell commands doesn't give it"
                );
                return Err(TaskError::Job(message.into()));
            }
            None => through(None, feed, collect)?,
        };
        through.report()
    }

    /// Runs the job's own methods on lines.
    fn methods(
        &self,
        records: RecordContext<'_>,
        from: Box<dyn Read + Send>,
        collect: impl FnOnce(Box<dyn Read + Send>) -> Result<TaskReport, TaskError> + Send,
    ) -> Result<TaskReport, TaskError> {
        let name = self.name.name();
        let Some(run) = self.step.run_stream(self.name, self.stand) else {
            return Err(TaskError::Job(
                format!("the step's {name} isn't the program's own").into(),
            ));
        };
        let (reader, writer) = io::pipe().map_err(TaskError::io("make a pipe"))?;
        thread::scope(|threads| {
            let collected = threads.spawn(move || collect(Box::new(reader)));
            let ran = run(StreamContext {
                make: self.make,
                pipes: Pipes {
                    input: from,
                    output: Box::new(writer),
                },
                records,
            });
            let collected = collected.join().unwrap_or_else(|panic| {
                std::panic::resume_unwind(panic);
            })?;
            ran.map(|_| collected)
        })
    }
}

impl Through<TaskReport> {
    /// The report of what was made of the lines, with how many there were.
    fn report(self) -> Result<TaskReport, TaskError> {
        let (records_in, bytes_in) = self.fed;
        let mut counters: Counters = self.counters;
        add_counters(&mut counters, &self.made.counters)?;
        Ok(TaskReport {
            records_in,
            bytes_in,
            counters,
            ..self.made
        })
    }
}
