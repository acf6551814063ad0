//! [`Step`]: the methods of a step put together, their types gone but for the job's.

use std::fmt;

use super::shell::Shell;
use super::stream::lines as stream;
use super::stream::lines::StreamContext;
use crate::job::Settings;
use crate::key::{self, KeyError};
use crate::protocol::{Framing, Json, Protocol, ProtocolError};
use crate::step::at::{Reads, Writes};
use crate::step::{
    Combine, Key, Mapper, Method, NoCombiner, Reducer, StepInfo, StreamPhase, Value,
};
use crate::task::longest::Longest;
use crate::task::{TaskError, TaskReport, map, reduce};
use crate::type_name::plain_name;
use crate::{BoxError, value};

/// Runs a map task, its types gone.
pub(crate) type RunMap<J> = fn(&map::MapContext<'_, J>) -> Result<TaskReport, TaskError>;
type RunReduce<J> = fn(&reduce::ReduceContext<'_, J>) -> Result<TaskReport, TaskError>;
/// Whether types fit.
type Check = fn() -> Result<(), BoxError>;
type RunStream<J> = fn(StreamContext<'_, J>) -> Result<TaskReport, TaskError>;

/// One step of the job `J`.
///
/// ```
/// # use mrjob_core::{protocol, step::*, *};
/// # struct Count;
/// # impl Settings for Count {
/// #     const NAME: &'static str = "Count";
/// #     type Input = protocol::TextValue;
/// #     type Internal = protocol::Json;
/// #     type Output = protocol::Json;
/// # }
/// struct Words;
///
/// impl Mapper<Count> for Words {
///     type Key = String;
///     type Value = u64;
///     const NAME: &'static str = "words";
///
///     fn map<P: protocol::Protocol>(
///         _job: &mut Count,
///         record: Record<'_>,
///         out: &mut Emitter<String, u64>,
///     ) -> Result<(), StepError> {
///         let line: &str = record.value::<P, _>()?;
///         line.split_whitespace().for_each(|word| out.emit(word, 1));
///         Ok(())
///     }
/// }
///
/// let step = Step::<Count>::map_only::<Words, at::First, at::Last>();
/// # let _ = step;
/// ```
pub struct Step<J> {
    info: StepInfo,
    /// By whether it is the first and whether it is the last step.
    maps: Option<[[RunMap<J>; 2]; 2]>,
    /// By whether it is the last step.
    reduces: Option<[RunReduce<J>; 2]>,
    map_streams: Option<[[RunStream<J>; 2]; 2]>,
    combine_stream: Option<RunStream<J>>,
    /// Where a shell command does something.
    shell: Option<Shell<J>>,
    reduce_streams: Option<[RunStream<J>; 2]>,
    /// Whether a `Desc` is in the keys that its mapper emits.
    descends: Option<fn() -> bool>,
    /// Whether its types fit, by whether it is the last step.
    checks: Option<[Check; 2]>,
    /// Names and framings of the protocols that it may read and write, in the same way.
    reads: [(String, Framing); 2],
    writes: [(String, Framing); 2],
}

/// Where a step stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stand {
    pub(crate) first: bool,
    pub(crate) last: bool,
}

impl<J: Settings> Step<J> {
    /// A step without a reducer.
    pub fn map_only<M, R, W>() -> Self
    where
        M: Mapper<J>,
        R: Reads<J>,
        W: Writes<J>,
    {
        let mut step = Self::new::<R, W>(StepInfo::script(M::NAME, M::KIND));
        step.checks = Some([
            || check_output::<M::Key, M::Value, W::IfEarlier>(M::NAME),
            || check_output::<M::Key, M::Value, W::IfLast>(M::NAME),
        ]);
        step.maps = Some([
            [
                map::map::<J, M, NoCombiner, R::IfLater, W::IfEarlier>,
                map::map::<J, M, NoCombiner, R::IfLater, W::IfLast>,
            ],
            [
                map::map::<J, M, NoCombiner, R::IfFirst, W::IfEarlier>,
                map::map::<J, M, NoCombiner, R::IfFirst, W::IfLast>,
            ],
        ]);
        step.map_streams = Some([
            [
                stream::map::<J, M, R::IfLater, W::IfEarlier>,
                stream::map::<J, M, R::IfLater, W::IfLast>,
            ],
            [
                stream::map::<J, M, R::IfFirst, W::IfEarlier>,
                stream::map::<J, M, R::IfFirst, W::IfLast>,
            ],
        ]);
        step
    }

    /// A step with a mapper and a reducer; `C` is [`NoCombiner`], [`Pairwise`](crate::step::Pairwise) or
    /// [`Buffered`](crate::step::Buffered).
    pub fn map_reduce<M, C, Rd, R, W>() -> Self
    where
        M: Mapper<J>,
        C: Combine<J, M::Key, M::Value>,
        Rd: Reducer<J, InKey = M::Key, InValue = M::Value>,
        R: Reads<J>,
        W: Writes<J>,
    {
        let mut step = Self::new::<R, W>(StepInfo::script(M::NAME, M::KIND));
        step.info.combiner = C::NAME.map(Method::script);
        step.info.reducer = Some(Method::script(Rd::NAME));
        step.info.sort_values = J::SORT_VALUES;
        step.descends = Some(key::descends::<M::Key>);
        step.checks = Some([
            || {
                check_types::<J, M>()
                    .and(check_output::<Rd::Key, Rd::Value, W::IfEarlier>(Rd::NAME))
            },
            || check_types::<J, M>().and(check_output::<Rd::Key, Rd::Value, W::IfLast>(Rd::NAME)),
        ]);
        step.maps = Some([
            [map::map::<J, M, C, R::IfLater, Json>; 2],
            [map::map::<J, M, C, R::IfFirst, Json>; 2],
        ]);
        step.map_streams = Some([
            [stream::map::<J, M, R::IfLater, Json>; 2],
            [stream::map::<J, M, R::IfFirst, Json>; 2],
        ]);
        step.combine_stream = C::NAME
            .is_some()
            .then_some(stream::combine::<J, M::Key, M::Value, C> as RunStream<J>);
        step.reduces = Some([
            reduce::reduce::<J, Rd, W::IfEarlier>,
            reduce::reduce::<J, Rd, W::IfLast>,
        ]);
        step.reduce_streams = Some([
            stream::reduce::<J, Rd, W::IfEarlier>,
            stream::reduce::<J, Rd, W::IfLast>,
        ]);
        step
    }

    /// A step of which something is a shell command; what of it are methods, [`map_lines`](Self::map_lines) and its like add.
    pub fn commands<R, W>(
        mapper: Option<Method>,
        combiner: Option<Method>,
        reducer: Option<Method>,
    ) -> Self
    where
        R: Reads<J>,
        W: Writes<J>,
    {
        Self::new::<R, W>(StepInfo {
            mapper,
            combiner,
            reducer,
            sort_values: J::SORT_VALUES,
            ..StepInfo::default()
        })
        .with_shell()
    }

    /// The same step with the methods of its mapper, between shell commands.
    #[must_use]
    pub fn map_lines<M, R>(mut self) -> Self
    where
        M: Mapper<J>,
        R: Reads<J>,
    {
        self.descends = Some(key::descends::<M::Key>);
        self.map_streams = Some([
            [stream::map::<J, M, R::IfLater, Json>; 2],
            [stream::map::<J, M, R::IfFirst, Json>; 2],
        ]);
        self
    }

    /// The same step with the methods of its combiner, between shell commands.
    #[must_use]
    pub fn combine_lines<K, V, C>(mut self) -> Self
    where
        K: Key,
        V: Value,
        C: Combine<J, K, V>,
    {
        self.combine_stream = Some(stream::combine::<J, K, V, C>);
        self
    }

    /// The same step with the methods of its reducer, between shell commands.
    #[must_use]
    pub fn reduce_lines<Rd, W>(mut self) -> Self
    where
        Rd: Reducer<J>,
        W: Writes<J>,
    {
        self.descends = Some(key::descends::<Rd::InKey>);
        self.reduce_streams = Some([
            stream::reduce::<J, Rd, W::IfEarlier>,
            stream::reduce::<J, Rd, W::IfLast>,
        ]);
        self
    }

    fn with_shell(mut self) -> Self {
        self.shell = Some(Shell::ALL);
        self
    }

    fn new<R: Reads<J>, W: Writes<J>>(info: StepInfo) -> Self {
        Step {
            info,
            maps: None,
            reduces: None,
            map_streams: None,
            combine_stream: None,
            shell: None,
            reduce_streams: None,
            descends: None,
            checks: None,
            reads: [described::<R::IfLater>(), described::<R::IfFirst>()],
            writes: [described::<W::IfEarlier>(), described::<W::IfLast>()],
        }
    }

    /// The same step with a property of its own.
    #[must_use]
    pub fn jobconf(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.info.jobconf.push((name.into(), value.into()));
        self
    }

    /// The same step with a number of reduce tasks.
    #[must_use]
    pub fn reducers(mut self, reducers: u32) -> Self {
        self.info.reducers = Some(reducers);
        self
    }

    /// The same step with a shell command in front of its mapper.
    #[must_use]
    pub fn mapper_pre_filter(mut self, command: impl Into<String>) -> Self {
        self.info.mapper = self
            .info
            .mapper
            .map(|mapper| mapper.filtered(command.into()));
        self.with_shell()
    }

    /// The same step with a shell command in front of its combiner.
    #[must_use]
    pub fn combiner_pre_filter(mut self, command: impl Into<String>) -> Self {
        self.info.combiner = self
            .info
            .combiner
            .map(|combiner| combiner.filtered(command.into()));
        self.with_shell()
    }

    /// The same step with a shell command in front of its reducer.
    #[must_use]
    pub fn reducer_pre_filter(mut self, command: impl Into<String>) -> Self {
        self.info.reducer = self
            .info
            .reducer
            .map(|reducer| reducer.filtered(command.into()));
        self.with_shell()
    }
}

impl<J> Step<J> {
    /// The step as data, where it stands there.
    pub(crate) fn info(&self, stand: Stand) -> StepInfo {
        let (reads, read_framing) = &self.reads[usize::from(stand.first)];
        let (writes, write_framing) = &self.writes[usize::from(stand.last)];
        StepInfo {
            reads: reads.clone(),
            writes: writes.clone(),
            binary_input: *read_framing == Framing::Lengths,
            binary_output: *write_framing == Framing::Lengths,
            descending: self.descends.is_some_and(|descends| descends()),
            ..self.info.clone()
        }
    }

    /// Its methods and commands.
    pub(crate) fn parts(&self) -> &StepInfo {
        &self.info
    }

    /// What runs its shell commands, if it has any.
    pub(crate) fn shell(&self) -> Option<&Shell<J>> {
        self.shell.as_ref()
    }

    /// Whether the pairs between its phases are lines: a shell command reads or writes them.
    pub(crate) fn shuffles_lines(&self) -> bool {
        let is_command = |method: &Option<Method>| matches!(method, Some(Method::Command { .. }));
        let has_command = |method: &Option<Method>| {
            method
                .as_ref()
                .is_some_and(|method| method.command().is_some())
        };
        let StepInfo {
            mapper,
            combiner,
            reducer,
            ..
        } = &self.info;
        is_command(mapper) || has_command(combiner) || has_command(reducer)
    }

    /// Whether what the step's mapper emits can be shuffled, and what it writes where it stands can be written.
    pub(crate) fn check(&self, stand: Stand) -> Result<(), BoxError> {
        self.checks
            .map_or(Ok(()), |checks| checks[usize::from(stand.last)]())
    }

    /// Runs a map task, through the shell where the mapper is a command or behind one. `None` where there is no mapper.
    pub(crate) fn map(
        &self,
        stand: Stand,
        cx: &map::MapContext<'_, J>,
    ) -> Option<Result<TaskReport, TaskError>> {
        let run = self
            .maps
            .map(|maps| maps[usize::from(stand.first)][usize::from(stand.last)]);
        let filter = self.info.mapper.as_ref().and_then(Method::command);
        match (&self.shell, filter) {
            (Some(shell), _) if self.shuffles_lines() => Some((shell.map)(self, stand, cx)),
            (Some(shell), Some(filter)) => Some((shell.filtered_map)(cx, filter, run?)),
            _ => Some(run?(cx)),
        }
    }

    /// Runs a reduce task in the same way.
    pub(crate) fn reduce(
        &self,
        stand: Stand,
        cx: &reduce::ReduceContext<'_, J>,
        longest: Longest,
    ) -> Option<Result<TaskReport, TaskError>> {
        if let (Some(shell), true) = (&self.shell, self.shuffles_lines()) {
            return Some((shell.reduce)(self, stand, cx, longest));
        }
        let run = self.reduces?[usize::from(stand.last)];
        Some(run(cx))
    }

    pub(crate) fn run_stream(&self, phase: StreamPhase, stand: Stand) -> Option<RunStream<J>> {
        match phase {
            StreamPhase::Mapper => self
                .map_streams
                .map(|maps| maps[usize::from(stand.first)][usize::from(stand.last)]),
            StreamPhase::Combiner => self.combine_stream,
            StreamPhase::Reducer => self
                .reduce_streams
                .map(|reduces| reduces[usize::from(stand.last)]),
        }
    }
}

impl<J> fmt::Debug for Step<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step")
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}

/// Whether what `M` emits can be sorted. What can't be told without data is checked where keys are read.
fn check_types<J: Settings, M: Mapper<J>>() -> Result<(), BoxError> {
    let refused = |what: &str, error: KeyError| {
        let name = M::NAME;
        BoxError::from(format!(
            "the {what} that `{name}` emits can't be sorted: {error}"
        ))
    };
    if let Err(error) = key::check::<M::Key>() {
        return Err(refused("key", error));
    }
    if J::SORT_VALUES {
        let checked = key::check::<M::Value>();
        return checked.map(drop).map_err(|error| refused("value", error));
    }
    value::check::<M::Value>().map_err(|error| {
        let (name, ty) = (M::NAME, plain_name::<M::Value>());
        BoxError::from(format!(
            "the value that `{name}` emits, `{ty}`, can't be read back: {error}\n\
             hint: its `Deserialize` has to take what its `Serialize` writes: where a field has `serialize_with`, give it \
             `deserialize_with`; or emit the text of it, a `String`"
        ))
    })
}

/// Whether pairs of these types can be written by `P`. What can't be told without data is found where they are written, and
/// other protocols than ours may refuse any pair for its own sake.
fn check_output<K: Key, V: Value, P: Protocol>(name: &str) -> Result<(), BoxError> {
    let (keys, values) = (written::<K>(), written::<V>());
    let mut refused = None;
    for (key, value) in keys
        .iter()
        .flat_map(|key| values.iter().map(move |value| (key, value)))
    {
        match P::write(key, value, &mut Vec::new())
            .map_err(|error| error.downcast::<ProtocolError>())
        {
            Ok(()) | Err(Err(_)) => return Ok(()),
            Err(Ok(error)) => refused = refused.or(Some(error)),
        }
    }
    let Some(error) = refused else {
        return Ok(());
    };
    let (protocol, (key, value)) = (described::<P>().0, (plain_name::<K>(), plain_name::<V>()));
    Err(
        format!("`{protocol}` can't write what `{name}` emits, `{key}` and `{value}`: {error}")
            .into(),
    )
}

/// Some values of a type that its own `Serialize` writes.
fn written<T: Value>() -> Vec<T> {
    let mut all = Vec::new();
    key::samples::<T>(|value| {
        if all.len() < ENOUGH && value::encode(&value, &mut Vec::new()).is_ok() {
            all.push(value);
        }
    });
    all
}

/// Values of a type with which a protocol is tried.
const ENOUGH: usize = 16;

/// A protocol's name, without its path, and its framing.
fn described<P: Protocol>() -> (String, Framing) {
    let name = std::any::type_name::<P>();
    let name = name
        .split('<')
        .next()
        .and_then(|path| path.rsplit("::").next())
        .unwrap_or(name);
    (name.to_owned(), P::FRAMING)
}
