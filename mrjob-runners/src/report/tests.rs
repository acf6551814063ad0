//! A run to tell of.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mrjob_core::task::{FailureKind, TaskFailure};

use super::Clock;
use crate::event::{Event, Phase, Totals};

/// A clock that is set and a stream that can be read, shared with a reporter.
#[derive(Debug, Clone, Default)]
pub(super) struct Shared {
    written: Arc<Mutex<Vec<u8>>>,
    seconds: Arc<AtomicU64>,
}

impl Shared {
    pub(super) fn clock(&self) -> Clock {
        let seconds = Arc::clone(&self.seconds);
        Box::new(move || Duration::from_secs(seconds.load(Ordering::Relaxed)))
    }

    pub(super) fn set_seconds(&self, seconds: u64) {
        self.seconds.store(seconds, Ordering::Relaxed);
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8(self.written.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const MAP: Phase = Phase::Map;

/// The events of a run, each with its second.
pub(super) fn events() -> Vec<(u64, Event)> {
    let progress = |tasks_done, records, bytes| Event::Progress {
        step: 0,
        phase: MAP,
        tasks_done,
        records,
        bytes,
    };
    let totals = Totals {
        tasks: 16,
        records_in: 49_380,
        records_out: 7,
        ..Totals::default()
    };
    let names = [("too short".to_owned(), 12), ("long".to_owned(), 1)];
    vec![
        (0, started()),
        (
            1,
            Event::PhaseStarted {
                step: 0,
                phase: MAP,
                tasks: 16,
                bytes: 4_000_000_000,
            },
        ),
        (2, progress(1, 3000, 300_000_000)),
        (33, progress(4, 12_345, 1_000_000_000)),
        (34, progress(4, 12_400, 1_010_000_000)),
        (
            35,
            Event::Status {
                step: 0,
                phase: MAP,
                task: 3,
                message: "loading".to_owned(),
            },
        ),
        (
            36,
            Event::AttemptLost {
                step: 0,
                phase: MAP,
                task: 3,
                attempt: 0,
                reason: "worker killed by signal 9".to_owned(),
            },
        ),
        (
            37,
            Event::TaskOutput {
                line: "debug print".to_owned(),
            },
        ),
        (71, progress(8, 24_000, 2_000_000_000)),
        (
            120,
            Event::PhaseFinished {
                step: 0,
                phase: MAP,
                totals,
            },
        ),
        (
            120,
            Event::StepFinished {
                step: 0,
                counters: [("words".to_owned(), names.into())].into(),
            },
        ),
        (
            121,
            Event::PhaseStarted {
                step: 1,
                phase: Phase::Reduce,
                tasks: 1,
                bytes: 0,
            },
        ),
        (
            125,
            Event::StepFinished {
                step: 1,
                counters: Default::default(),
            },
        ),
        (125, finished()),
    ]
}

pub(super) fn started() -> Event {
    Event::JobStarted {
        job: "PageRank".to_owned(),
        runner: "local",
        steps: 2,
        input_bytes: Some(4_000_000_000),
    }
}

pub(super) fn finished() -> Event {
    Event::JobFinished {
        elapsed: Duration::from_secs(125),
        input: (49_380, 4_000_000_000),
        output: (7, 96),
        spilled_bytes: 1_200_000,
        lossy_lines: 2,
    }
}

/// A run that ended by a panic.
pub(super) fn failed() -> Event {
    let mut failure = TaskFailure::new(FailureKind::Panic, "index out of bounds");
    failure.method = Some("words".to_owned());
    failure.panicked_at = Some("src/main.rs:10:5".to_owned());
    failure.backtrace = Some(BACKTRACE.to_owned());
    failure.hint = Some("`-r inline` stops in a debugger".to_owned());
    let message = format!("step 1 of 1 failed in map task 3: {failure}");
    Event::JobFailed {
        message,
        failure: Some(failure),
    }
}

const BACKTRACE: &str = "   0: __rustc::rust_begin_unwind
             at /rustc/5980/library/std/src/panicking.rs:689:5
   1: core::panicking::panic_fmt
             at /rustc/5980/library/core/src/panicking.rs:80:14
   2: mrjob_core::values::Values<V>::sum
             at ./mrjob-core/src/values.rs:102:5
   3: call_once<word_freq::{closure#0}>
             at /rustc/5980/library/core/src/ops/function.rs:250:5
   4: word_freq::split::{{closure}}
             at ./src/main.rs:30:5
   5: word_freq::WordFreq::words
             at ./src/main.rs:12:5
   6: <word_freq::_::WordsMapper as mrjob_core::step::Mapper>::map
             at ./src/main.rs:8:5
   7: mrjob_core::task::trace::guarded
             at ./mrjob-core/src/task/trace.rs:9:5
   8: word_freq::main
   9: main
  10: __libc_start_main
";
