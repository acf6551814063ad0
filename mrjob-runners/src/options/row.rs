//! What is said of an option.

use std::fmt::{self, Display, Formatter};

/// One option: a key of a configuration file and, where it works, a switch of the command line.
#[derive(Debug)]
#[non_exhaustive]
pub struct OptionRow {
    /// Its key in a file.
    pub name: &'static str,
    /// The key that mrjob has for it.
    pub mrjob: InMrjob,
    /// What its value is.
    pub kind: Kind,
    /// The runners that it is for.
    pub runners: Runners,
    /// The runners in whose sections it may stand although it does nothing there.
    pub idle: Runners,
    /// What holds where nobody says anything, in words.
    pub default: &'static str,
    /// What it is for, a line.
    pub help: &'static str,
    /// What becomes of it.
    pub status: Status,
    /// Whether its value is never shown.
    pub secret: bool,
}

/// What the value of an option is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Any text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number that isn't smaller than this.
    Whole(u32),
    /// A number that isn't negative, with decimals or without.
    Number,
    /// A size in bytes: `400M`, `2G`.
    Size,
    /// When what is cleaned up: modes, separated by commas or as a list.
    Cleanup,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A path.
    Path,
    /// A command with its arguments, as text or as a list of words.
    Command,
    /// Text, or a list of texts.
    Texts,
    /// A list of texts.
    List,
    /// A list of paths.
    Paths,
    /// A list of mappings.
    Objects,
    /// A mapping of names to texts.
    Dict,
    /// A mapping of the names of environment variables to texts.
    Env,
    /// A mapping of the names of Hadoop's properties to texts.
    Jobconf,
    /// A mapping of anything.
    Params,
    /// Anything.
    Json,
}

/// How the values of several layers become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// The last value wins.
    Last,
    /// The lists follow each other.
    Concatenate,
    /// For each key the last value wins.
    Merge,
    /// As [`Rule::Merge`]; the value of a name that ends in `PATH` is put before the earlier one, with a colon between.
    MergePaths,
    /// As [`Rule::Merge`]; `null` removes a key.
    MergeProperties,
}

/// A runner that has a section in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunnerKind {
    /// One thread of one process.
    Inline,
    /// Processes on this machine.
    Local,
    /// A Hadoop cluster.
    Hadoop,
    /// Amazon EMR.
    Emr,
}

/// A set of runners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Runners(u8);

/// What becomes of an option that is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// It takes effect.
    Works,
    /// It takes effect, and has no switch.
    InFiles,
    /// It may stand there and does nothing, for this reason.
    Ignored(&'static str),
    /// It is refused.
    Refused(&'static Refusal),
}

/// Why an option is refused.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The reason.
    pub why: &'static str,
    /// What to do.
    pub instead: &'static str,
}

/// The key that mrjob has for an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InMrjob {
    /// The same.
    Same,
    /// Another.
    Named(&'static str),
    /// None.
    Absent,
}

impl RunnerKind {
    /// All of them.
    pub const ALL: [RunnerKind; 4] = [
        RunnerKind::Inline,
        RunnerKind::Local,
        RunnerKind::Hadoop,
        RunnerKind::Emr,
    ];

    /// Its name in a file and after `-r`.
    pub const fn name(self) -> &'static str {
        match self {
            RunnerKind::Inline => "inline",
            RunnerKind::Local => "local",
            RunnerKind::Hadoop => "hadoop",
            RunnerKind::Emr => "emr",
        }
    }

    /// The runner of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|runner| runner.name() == name)
    }
}

impl Runners {
    pub(super) const NONE: Runners = Runners(0);
    pub(super) const MACHINE: Runners = Runners(0b0011);
    pub(super) const LOCAL: Runners = Runners(0b0010);
    pub(super) const HADOOP: Runners = Runners(0b0100);
    pub(super) const EMR: Runners = Runners(0b1000);
    /// Those whose files in S3 the job itself reads and writes.
    pub(super) const WITH_S3: Runners = Runners(0b1011);
    /// Those whose launcher and tasks read HDFS by its web service.
    pub(super) const WITH_HDFS: Runners = Runners(0b0111);
    pub(super) const CLUSTERS: Runners = Runners(0b1100);
    pub(super) const ALL: Runners = Runners(0b1111);

    /// Whether `runner` is one of them.
    pub const fn contain(self, runner: RunnerKind) -> bool {
        self.0 & (1 << runner as u8) != 0
    }
}

/// `inline, local`.
impl Display for Runners {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for runner in RunnerKind::ALL.into_iter().filter(|&r| self.contain(r)) {
            write!(f, "{separator}{}", runner.name())?;
            separator = ", ";
        }
        Ok(())
    }
}

impl Kind {
    /// How the values of several layers become one.
    pub const fn rule(self) -> Rule {
        match self {
            Kind::List | Kind::Paths | Kind::Objects => Rule::Concatenate,
            Kind::Dict | Kind::Params => Rule::Merge,
            Kind::Env => Rule::MergePaths,
            Kind::Jobconf => Rule::MergeProperties,
            _ => Rule::Last,
        }
    }
}

/// What is wanted, as it follows "must be".
impl Display for Kind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Text => "text",
            Kind::Bool => "`true` or `false`",
            Kind::Whole(least) => return write!(f, "a whole number, {least} or more"),
            Kind::Number => "a number, 0 or more",
            Kind::Size => "a size, such as `400M` or `2G`",
            Kind::Cleanup => "modes of cleaning up",
            Kind::Choice(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                return f.write_str(&words.join(" or "));
            }
            Kind::Path => "a path",
            Kind::Command => "a command, as text or as a list of words",
            Kind::Texts => "text or a list of texts",
            Kind::List => "a list of texts",
            Kind::Paths => "a list of paths",
            Kind::Objects => "a list of mappings",
            Kind::Dict | Kind::Jobconf => "a mapping of names to values",
            Kind::Env => "a mapping of variables to values",
            Kind::Params => "a mapping",
            Kind::Json => "a value",
        })
    }
}

impl Display for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Rule::Last => "the last one counts",
            Rule::Concatenate => "lists follow each other",
            Rule::Merge => "the last one of a key counts",
            Rule::MergePaths => "the last one of a key counts; `…PATH` is put before",
            Rule::MergeProperties => "the last one of a key counts; `null` removes",
        })
    }
}

/// A row for an option that mrjob has under the same name, and that has no switch.
pub(super) const fn row(
    name: &'static str,
    kind: Kind,
    runners: Runners,
    default: &'static str,
    help: &'static str,
) -> OptionRow {
    OptionRow {
        name,
        mrjob: InMrjob::Same,
        kind,
        runners,
        idle: Runners::NONE,
        default,
        help,
        status: Status::InFiles,
        secret: false,
    }
}

/// A row for one that is refused.
pub(super) const fn refused(name: &'static str, refusal: &'static Refusal) -> OptionRow {
    OptionRow {
        status: Status::Refused(refusal),
        ..row(name, Kind::Json, Runners::ALL, "", "")
    }
}

impl OptionRow {
    /// It has a switch.
    pub(super) const fn works(self) -> Self {
        self.with_status(Status::Works)
    }

    pub(super) const fn with_status(self, status: Status) -> Self {
        OptionRow { status, ..self }
    }

    pub(super) const fn idle_on(self, idle: Runners) -> Self {
        OptionRow { idle, ..self }
    }

    /// mrjob has it under another name, or not at all.
    pub(super) const fn mrjob(self, mrjob: InMrjob) -> Self {
        OptionRow { mrjob, ..self }
    }

    pub(super) const fn secret(self) -> Self {
        OptionRow {
            secret: true,
            ..self
        }
    }

    /// Its long switch, without `--`, where it works.
    pub fn switch(&self) -> Option<String> {
        (self.status == Status::Works).then(|| self.name.replace('_', "-"))
    }

    /// The key that mrjob has for it.
    pub fn mrjob_name(&self) -> Option<&'static str> {
        match self.mrjob {
            InMrjob::Same => Some(self.name),
            InMrjob::Named(name) => Some(name),
            InMrjob::Absent => None,
        }
    }

    /// Whether a file may have it in the section of `runner`.
    pub fn stands_in(&self, runner: RunnerKind) -> bool {
        self.runners.contain(runner) || self.idle.contain(runner)
    }
}
