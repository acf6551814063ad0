//! How long a server is asked again that is down, slow or restarting.

use std::fmt::Display;
use std::time::{Duration, Instant};
use std::{mem, thread};

use crate::event::Event;
use crate::stop::Stop;

/// What holds unless the user says otherwise.
pub(crate) const LIMIT: Duration = Duration::from_secs(120);
/// How long a server may be silent at first, so that the user is told soon, and later.
const SOON: Duration = Duration::from_secs(10);
const SILENCE: Duration = Duration::from_secs(60);
/// How long, when the run is to stop and something is left to delete.
const LAST: Duration = Duration::from_secs(5);
/// The first pause, which doubles, and the longest one.
const PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// After how long the user is told.
const TOLD: Duration = Duration::from_secs(1);
/// How often a pause looks whether the run is to stop.
const LOOK: Duration = Duration::from_millis(50);

/// What a run has for servers that don't answer.
#[derive(Clone, Copy)]
pub(crate) struct Patience<'a> {
    limit: Duration,
    stop: Option<&'a Stop>,
    events: Option<&'a (dyn Fn(Event) + Sync)>,
}

/// One question, asked again and again.
pub(crate) struct Wait<'a> {
    patience: Patience<'a>,
    began: Instant,
    tries: u32,
    is_told: bool,
}

impl<'a> Patience<'a> {
    /// That of a run, which may stop, and whose user is told.
    pub(crate) fn new(limit: Duration, stop: &'a Stop, events: &'a (dyn Fn(Event) + Sync)) -> Self {
        Patience {
            limit,
            stop: Some(stop),
            events: Some(events),
        }
    }

    /// None: each question is asked once.
    pub(crate) fn none() -> Self {
        Patience {
            limit: Duration::ZERO,
            stop: None,
            events: None,
        }
    }

    /// With this limit at most.
    pub(crate) fn at_most(self, limit: Duration) -> Self {
        Patience {
            limit: self.limit.min(limit),
            ..self
        }
    }

    pub(crate) fn begin(self) -> Wait<'a> {
        Wait {
            patience: self,
            began: Instant::now(),
            tries: 0,
            is_told: false,
        }
    }

    pub(crate) fn warn(&self, message: String) {
        if let Some(events) = self.events {
            events(Event::Warning { message });
        }
    }
}

impl Wait<'_> {
    /// How long a server may be silent this time.
    pub(crate) fn silence(&self) -> Duration {
        let limit = self.patience.limit;
        match self.tries {
            _ if self.is_stopped() => LAST,
            _ if limit.is_zero() => SOON,
            0 => SOON.min(limit / 4),
            _ => SILENCE.min(limit.saturating_sub(self.began.elapsed())),
        }
        .max(Duration::from_secs(1))
    }

    /// Waits a little before the question is asked again; not when the time is over or the run is to stop.
    pub(crate) fn again(&mut self, why: &dyn Display) -> bool {
        let pause = LONGEST_PAUSE.min(PAUSE * 2_u32.pow(self.tries.min(8)));
        if self.is_stopped() || self.began.elapsed() + pause > self.patience.limit {
            return false;
        }
        self.tries += 1;
        // A connection may break once.
        let lasts = self.tries > 1 || self.began.elapsed() > TOLD;
        if lasts
            && !mem::replace(&mut self.is_told, lasts)
            && let Some(events) = self.patience.events
        {
            let message = format!("waiting: {why}");
            events(Event::Note { message });
        }
        let until = Instant::now() + pause;
        while Instant::now() < until {
            if self.is_stopped() {
                return false;
            }
            thread::sleep(LOOK);
        }
        true
    }

    /// How long it was waited, if it was.
    pub(crate) fn waited(&self) -> Option<Duration> {
        (self.tries > 0).then(|| self.began.elapsed())
    }

    fn is_stopped(&self) -> bool {
        self.patience.stop.is_some_and(Stop::requested)
    }
}

impl std::fmt::Debug for Patience<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Patience")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
