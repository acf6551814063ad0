//! Where a task is, for the message if it fails; and what a panic said.

use std::any::Any;
use std::backtrace::Backtrace;
use std::cell::{Cell, RefCell};
use std::io::{self, ErrorKind, Write};
use std::panic::{self, AssertUnwindSafe};
use std::rc::Rc;
use std::sync::Once;

use super::failure::{FailureKind, Place, TaskFailure};
use super::input::ReadError;
use super::longest::Longest;
use super::remote::Opener;
use super::spec::{Source, Split};
use super::{abort, current};
use crate::codec::{Codec, CodecError};
use crate::counter::CounterOverflow;
use crate::emit::{Fault, PartError};
use crate::error::StepError;
use crate::key::order::OrderError;
use crate::protocol::hints;
use crate::shuffle::ShuffleError;
use crate::step::{Key, take_failed, take_failed_key};
use crate::values::Overflow;
use crate::{Arena, BoxError, key, visible};

/// Bytes of memory to find a line in a compressed file again.
const LINE_MEMORY: usize = 1 << 30;

/// Bytes of a remote file that are read again to count lines. Behind them the offset has to do.
const FARTHEST: u64 = 1 << 30;

/// Where a task is. Written as it goes on, read when it fails.
#[derive(Debug)]
pub(crate) struct Trace {
    /// Opens what isn't on this machine.
    pub(crate) remote: Opener,
    /// The job's method that is running.
    pub(crate) method: Cell<Option<&'static str>>,
    /// The split being read.
    pub(crate) split: RefCell<Option<Split>>,
    /// Offset of the record in its source, or in the plain bytes of a compressed split.
    pub(crate) offset: Cell<u64>,
    /// Whether that source has lines.
    pub(crate) has_lines: Cell<bool>,
    /// The key of the group, as JSON.
    pub(crate) key: RefCell<Option<String>>,
    /// The group that is being worked on, where a panic won't come past [`InGroup`].
    group: RefCell<Group>,
}

/// Makes text of an encoded key.
type Show = fn(&[u8]) -> Option<String>;

/// A group's key, encoded, and what makes text of it while the group is being worked on.
#[derive(Debug, Default)]
struct Group {
    key: Vec<u8>,
    show: Option<Show>,
}

/// Why a task stops.
#[derive(Debug)]
pub(crate) enum TaskError {
    Step(StepError),
    Fault(Fault),
    Shuffle(ShuffleError),
    /// Groups or values come in another order than their type's.
    Order(OrderError),
    Io {
        action: String,
        source: std::io::Error,
    },
    Job(BoxError),
    /// A shell command of the job's has failed.
    Command(String),
    TooLong {
        offset: u64,
        longest: Longest,
    },
    Counter(CounterOverflow),
    Cancelled,
}

impl From<CounterOverflow> for TaskError {
    fn from(overflow: CounterOverflow) -> Self {
        TaskError::Counter(overflow)
    }
}

impl From<PartError> for TaskError {
    fn from(error: PartError) -> Self {
        let PartError { action, source } = error;
        TaskError::Io { action, source }
    }
}

impl From<StepError> for TaskError {
    fn from(error: StepError) -> Self {
        TaskError::Step(error)
    }
}

impl From<Fault> for TaskError {
    fn from(fault: Fault) -> Self {
        TaskError::Fault(fault)
    }
}

impl From<ShuffleError> for TaskError {
    fn from(error: ShuffleError) -> Self {
        TaskError::Shuffle(error)
    }
}

impl From<OrderError> for TaskError {
    fn from(error: OrderError) -> Self {
        TaskError::Order(error)
    }
}

impl TaskError {
    /// A file that couldn't be `action`ed.
    pub(crate) fn io(action: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let action = action.into();
        move |source| TaskError::Io { action, source }
    }

    /// The input that messages call `name` can't be read on.
    pub(crate) fn read(name: &str, trace: &Trace) -> impl FnOnce(ReadError) -> Self {
        move |error| match error {
            ReadError::Io(source) => {
                TaskError::io(format!("read `{}`", visible::line(name)))(source)
            }
            ReadError::TooLong { offset, longest } => {
                trace.offset.set(offset);
                TaskError::TooLong { offset, longest }
            }
            ReadError::Room(error) => error,
        }
    }
}

/// Runs a task's body; an error or a panic becomes a failure that says where it was. Backtraces are the job's own down to
/// here, which is why it is never inlined.
#[inline(never)]
pub(crate) fn guarded<T>(
    remote: Opener,
    body: impl FnOnce(&Trace) -> Result<T, TaskError>,
) -> Result<T, Box<TaskFailure>> {
    install_hook();
    take_failed();
    take_failed_key();
    let trace = Rc::new(Trace::new(remote));
    let outer = TASK.replace(Some(Rc::clone(&trace)));
    let _running = abort::Running::new();
    let caught = panic::catch_unwind(AssertUnwindSafe(|| body(&trace)));
    TASK.set(outer);
    match caught {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(Box::new(trace.place(failure(error)))),
        Err(payload) => Err(Box::new(trace.place(panicked(PANIC.take(), &*payload)))),
    }
}

impl Trace {
    fn new(remote: Opener) -> Self {
        Trace {
            remote,
            method: Cell::default(),
            split: RefCell::default(),
            offset: Cell::default(),
            has_lines: Cell::default(),
            key: RefCell::default(),
            group: RefCell::default(),
        }
    }

    /// Notes that this split is being read.
    pub(crate) fn open(&self, split: &Split) {
        current::set_input(Some(split));
        self.split.replace(Some(split.clone()));
        self.offset.set(if split.codec.is_some() {
            0
        } else {
            split.start
        });
    }

    /// Notes how the source of the split that is being read is compressed.
    pub(crate) fn compressed(&self, codec: Option<Codec>) {
        if let Some(split) = &mut *self.split.borrow_mut() {
            split.codec = codec;
        }
    }

    /// Notes that all splits were read.
    pub(crate) fn close(&self) {
        current::set_input(None);
        self.split.replace(None);
    }

    /// Notes that the group of this key is being worked on.
    #[inline]
    pub(crate) fn enter_group<'t, K: Key>(&'t self, key: &'t [u8]) -> InGroup<'t> {
        if abort::ALWAYS {
            let mut group = self.group.borrow_mut();
            group.key.clear();
            group.key.extend_from_slice(key);
            group.show = Some(show_key::<K>);
        }
        InGroup {
            trace: self,
            key,
            show: show_key::<K>,
            left: false,
        }
    }

    /// Whether counting lines to where it failed takes too long.
    fn is_far(&self, split: &Split) -> bool {
        split.source.is_remote() && split.start.max(self.offset.get()) > FARTHEST
    }

    fn place(&self, mut failure: TaskFailure) -> TaskFailure {
        if matches!(failure.kind, FailureKind::Cancelled) {
            return failure;
        }
        let (running, failed) = (self.method.get(), take_failed());
        failure.method = failed.or(running).map(str::to_owned);
        failure.key = take_failed_key()
            .or_else(|| self.key.take())
            .or_else(|| self.group.borrow().shown());
        // What can't be read has no line, and its message says where.
        let has_line = self.has_lines.get() && failure.kind != FailureKind::Io;
        let split = self.split.take();
        failure.place = split.as_ref().map(|split| Place {
            file: split.source.name().to_owned(),
            line: (has_line && !self.is_far(split))
                .then(|| split.line_at(self.remote, self.offset.get(), LINE_MEMORY))
                .flatten(),
            offset: self.offset.get(),
            // Only a combiner runs while its mapper reads.
            or_before: failed.is_some() && failed != running,
        });
        if failure.kind == FailureKind::Record && failure.hint.is_none() {
            way_out(&mut failure, split.as_ref());
        }
        failure
    }
}

/// Says what to do about a record that a method can't be given; the message may say it of any file.
fn way_out(failure: &mut TaskFailure, split: Option<&Split>) {
    let said = failure.message.split_once("\nhint: ");
    let said = said.map(|(message, hint)| (message.to_owned(), hint.to_owned()));
    let is_source = split.is_some() && current::task().step() == 0;
    let is_first = failure
        .place
        .as_ref()
        .is_some_and(|place| place.line == Some(1));
    let hint = match (&said, split) {
        (Some((_, hint)), Some(split)) if is_source && (is_first || hint != hints::HEADER) => {
            of_file(hint, split)
        }
        (Some((_, hint)), _) if !hint.contains(FILE) => return,
        _ if is_source => LEAVE_OUT.to_owned(),
        _ if split.is_none() && failure.key.is_none() => return,
        _ => BOTH_WAYS.to_owned(),
    };
    if let Some((message, _)) = said {
        failure.message = message;
    }
    failure.hint = Some(hint);
}

/// What stands in a hint's command for the file.
const FILE: &str = " < FILE";

/// The hint with the file's name, where a shell can read it.
fn of_file(hint: &str, split: &Split) -> String {
    let name = match &split.source {
        Source::File { name, .. } if name != "<stdin>" => visible::shell(name),
        _ => return hint.to_owned(),
    };
    let Some((before, after)) = hint.split_once(FILE) else {
        return hint.to_owned();
    };
    let unpack = match split.codec {
        None => return format!("{before} < {name}{after}"),
        Some(Codec::Gzip) => "gzip",
        Some(Codec::Bzip2) => "bzip2",
        Some(Codec::Zstd) => "zstd",
        Some(_) => return hint.to_owned(),
    };
    let at = before.match_indices("`").map(|(at, _)| at + 1);
    let at = at.last().unwrap_or(0);
    format!(
        "{}{unpack} -dc < {name} | {}{after}",
        &before[..at],
        &before[at..]
    )
}

/// What to do about a line that isn't what the mapper takes.
const LEAVE_OUT: &str = "mend the line; or, to leave such lines out, take the line itself, as `&str` with \
                         `input = TextValue`, and parse it in the mapper";

/// What to do about what the job wrote itself.
const BOTH_WAYS: &str =
    "the job wrote this itself: a type's `Deserialize` has to read what its `Serialize` writes";

/// Says what to do about a line that a reducer run by hand can't read, instead of what the protocol says of files.
fn by_hand(failure: &mut TaskFailure) {
    if let Some(hint) = failure.message.find("\nhint: ") {
        failure.message.truncate(hint);
    }
    failure.hint = Some(BY_HAND.to_owned());
}

/// What to do about such a line.
const BY_HAND: &str =
    "`--reducer` reads what `--mapper` writes, sorted: key TAB value, both as JSON";

/// Says in which group the task was, unless it was left well.
pub(crate) struct InGroup<'t> {
    trace: &'t Trace,
    key: &'t [u8],
    show: Show,
    left: bool,
}

impl InGroup<'_> {
    #[inline]
    pub(crate) fn leave(mut self) {
        self.left = true;
        if abort::ALWAYS {
            self.trace.group.borrow_mut().show = None;
        }
    }
}

impl Drop for InGroup<'_> {
    #[inline]
    fn drop(&mut self) {
        if !self.left {
            self.trace.key.replace((self.show)(self.key));
        }
    }
}

impl Group {
    /// The key as JSON.
    fn shown(&self) -> Option<String> {
        (self.show?)(&self.key)
    }
}

/// A key as JSON.
pub(crate) fn show_key<K: Key>(bytes: &[u8]) -> Option<String> {
    let arena = Arena::default();
    let key: K = key::decode(bytes, &arena).ok()?;
    serde_json::to_string(&key).ok()
}

fn failure(error: TaskError) -> TaskFailure {
    match error {
        TaskError::Step(error) => step_failure(&error),
        TaskError::Fault(Fault::Pair(error)) => TaskFailure::new(
            FailureKind::Output,
            format!("failed to write what it emitted: {}", chain(&*error)),
        ),
        TaskError::Fault(Fault::Combiner(error)) => step_failure(&error),
        TaskError::Fault(Fault::Io(error)) => io_failure(&*error),
        TaskError::Shuffle(error) => io_failure(&error),
        TaskError::Order(error) => TaskFailure {
            hint: error.hint(),
            ..TaskFailure::new(FailureKind::Order, chain(&error))
        },
        TaskError::Io { action, source } => {
            let mut failure = io_failure(&source);
            failure.message = format!("failed to {action}: {}", chain(&source));
            if let Some(error) = CodecError::of(&source) {
                failure.hint = Some(error.hint().into_owned());
            }
            failure
        }
        TaskError::Command(message) => TaskFailure::new(FailureKind::Command, message),
        TaskError::Job(error) => TaskFailure::new(FailureKind::Error, chain(&*error)),
        TaskError::TooLong { offset, longest } => {
            let message = format!(
                "the record that begins at byte {offset} is longer than {} bytes",
                longest.bytes
            );
            let mut failure = TaskFailure::new(FailureKind::Record, message);
            failure.hint = Some(longest.hint());
            failure
        }
        TaskError::Counter(overflow) => TaskFailure::new(FailureKind::Overflow, overflow),
        TaskError::Cancelled => {
            TaskFailure::new(FailureKind::Cancelled, "the task was told to stop")
        }
    }
}

/// A failure of files, or a record that the shuffle doesn't take; the error's text completes "failed to".
fn io_failure(error: &(dyn std::error::Error + 'static)) -> TaskFailure {
    let kind = match error.downcast_ref() {
        Some(ShuffleError::Line { .. }) => FailureKind::Record,
        Some(ShuffleError::TooLarge { .. }) => FailureKind::TooLong,
        _ => FailureKind::Io,
    };
    let mut failure = TaskFailure::new(kind, format!("failed to {}", chain(error)));
    if kind == FailureKind::Record {
        by_hand(&mut failure);
    }
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    let cause = causes.find_map(|error| error.downcast_ref().map(std::io::Error::kind));
    let hint = match cause {
        Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
            "make room there, or take another place: `--output-dir` for the output, `--local-tmp-dir` for temporary files"
        }
        Some(ErrorKind::NotFound) => {
            "another program deleted it while the job ran; `--local-tmp-dir` puts temporary files in another place"
        }
        _ => return failure,
    };
    failure.hint = Some(hint.to_owned());
    failure
}

fn step_failure(error: &StepError) -> TaskFailure {
    match error {
        StepError::User(error) => TaskFailure {
            backtrace: carried_backtrace(&**error),
            ..TaskFailure::new(FailureKind::Error, chain(&**error))
        },
        StepError::Record(error) => {
            let kind = match error.is::<Overflow>() {
                true => FailureKind::Overflow,
                false => FailureKind::Record,
            };
            match error.downcast_ref() {
                Some(error @ ShuffleError::Line { .. }) => io_failure(error),
                _ => TaskFailure::new(kind, chain(&**error)),
            }
        }
    }
}

/// An error and its causes, joined by colons; a cause that the message already ends with isn't said twice.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.ends_with(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}

/// The backtrace that anyhow's and eyre's errors carry if `RUST_BACKTRACE` asks for it. It can be had in their `Debug` alone.
fn carried_backtrace(error: &dyn std::error::Error) -> Option<String> {
    let text = format!("{error:?}");
    let (_, backtrace) = text.split_once("Stack backtrace:\n")?;
    Some(backtrace.to_owned())
}

fn panicked(panic: Option<Panic>, payload: &(dyn Any + Send)) -> TaskFailure {
    let Some(panic) = panic else {
        // The job has a hook of its own.
        let message = payload.downcast_ref::<String>().map(String::as_str);
        let message = message.or_else(|| payload.downcast_ref::<&str>().copied());
        return TaskFailure::new(FailureKind::Panic, message.unwrap_or(NO_MESSAGE));
    };
    let mut failure = TaskFailure::new(FailureKind::Panic, panic.message);
    failure.panicked_at = panic.location;
    failure.backtrace = panic.backtrace;
    failure
}

const NO_MESSAGE: &str = "a panic without a message";
/// What the standard library says of a panic that can't unwind, such as one in a `drop` while another unwinds: the process
/// ends, so that nobody else is left to say what was kept.
const ABORTING: [&str; 2] = [
    "panic in a destructor during cleanup",
    "panic in a function that cannot unwind",
];

/// What a panic said.
struct Panic {
    message: String,
    location: Option<String>,
    backtrace: Option<String>,
}

thread_local! {
    /// The task that runs on this thread.
    static TASK: RefCell<Option<Rc<Trace>>> = const { RefCell::new(None) };
    static PANIC: Cell<Option<Panic>> = const { Cell::new(None) };
}

/// Keeps what a panic in a task says, instead of printing it; other threads' panics go where they went before.
fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let trace = TASK.with_borrow(Clone::clone);
            if trace.is_none() && !abort::ends_a_task() {
                return before(info);
            }
            let message = info.payload_as_str().unwrap_or(NO_MESSAGE);
            let this = || Panic {
                message: message.to_owned(),
                location: info.location().map(ToString::to_string),
                backtrace: backtrace_wanted().then(|| Backtrace::force_capture().to_string()),
            };
            let is_second = ABORTING.contains(&message);
            if abort::ALWAYS || is_second {
                // Nobody is left to say what was kept of the first one.
                let panic = PANIC.take().filter(|_| is_second).unwrap_or_else(this);
                let failure = panicked(Some(panic), info.payload());
                let failure = match &trace {
                    Some(trace) => trace.place(failure),
                    None => failure,
                };
                if let Err(failure) = abort::tell(Box::new(failure)) {
                    let place = failure.panicked_at.as_deref().unwrap_or_default();
                    let _ = writeln!(io::stderr(), "panicked at {place}: {failure}");
                }
                return before(info);
            }
            PANIC.set(Some(this()));
        }));
    });
}

/// Whether the user didn't switch backtraces off: that of a job ends where the framework begins, and is shown by default.
fn backtrace_wanted() -> bool {
    std::env::var_os("RUST_BACKTRACE").is_none_or(|value| value != "0")
}
