//! Lines on a task's standard error that are for the launcher, among whatever the job prints there.
//!
//! Hadoop reads `reporter:counter:GROUP,NAME,AMOUNT` and `reporter:status:TEXT` and leaves all else to the task's log. The
//! lines of this module begin with `mrjob:`, and what follows is JSON:
//!
//! ```text
//! mrjob:counters:{"group":{"name":12}}
//! mrjob:failure:{"kind":"Panic","method":"words",…}
//! ```

use std::fmt;

use mrjob_core::counter::Counters;
use mrjob_core::task::TaskFailure;

const COUNTERS: &str = "mrjob:counters:";
const FAILURE: &str = "mrjob:failure:";

/// What a task says to its launcher.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Message {
    /// Counters that were too many for Hadoop, which ends a job that has more than 120 with its own. They are to be added to
    /// Hadoop's.
    Counters(Counters),
    /// Why the task failed.
    Failure(Box<TaskFailure>),
}

impl Message {
    /// The message of a line of a task's standard error, if it is one.
    ///
    /// ```
    /// # use mrjob_runners::cluster::Message;
    /// let line = r#"mrjob:counters:{"words":{"too short":4}}"#;
    /// let Some(Message::Counters(counters)) = Message::parse(line) else { panic!("it is one") };
    /// assert_eq!(counters["words"]["too short"], 4);
    /// assert!(Message::parse("warning: 12 words are too short").is_none());
    /// ```
    pub fn parse(line: &str) -> Option<Self> {
        // The job may have printed something before it, without an end of line.
        let after = |prefix: &str| line.find(prefix).map(|at| &line[at + prefix.len()..]);
        if let Some(json) = after(FAILURE) {
            return Some(Message::Failure(serde_json::from_str(json).ok()?));
        }
        Some(Message::Counters(
            serde_json::from_str(after(COUNTERS)?).ok()?,
        ))
    }
}

/// The line, without its end.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prefix, json) = match self {
            Message::Counters(counters) => (COUNTERS, serde_json::to_string(counters)),
            Message::Failure(failure) => (FAILURE, serde_json::to_string(failure)),
        };
        write!(f, "{prefix}{}", json.map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use mrjob_core::task::FailureKind;

    use super::*;

    #[test]
    fn a_failure_comes_back_from_its_line() {
        let mut failure = TaskFailure::new(FailureKind::Panic, "it broke\nin two");
        failure.method = Some("words".to_owned());
        let line = Message::Failure(Box::new(failure)).to_string();
        assert!(!line.contains('\n'), "{line}");
        for line in [line.clone(), format!("printed by the job{line}")] {
            let Some(Message::Failure(read)) = Message::parse(&line) else {
                panic!("{line}")
            };
            assert_eq!(read.to_string(), "`words` panicked: it broke\nin two");
        }
        assert!(Message::parse(&line[..40]).is_none());
    }
}
