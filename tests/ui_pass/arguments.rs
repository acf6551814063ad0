//! Structs and fields that are a job's arguments.

use std::collections::HashMap;
use std::path::PathBuf;

// A job needs no clap of its own, not even for arguments that are enums and structs.
use mrjob::clap;
use mrjob::prelude::*;

macro_rules! one_step {
    ($($job:ident)*) => {$(
        #[mrjob::steps]
        impl $job {
            #[mapper]
            fn lines(&self, line: &str, out: &mut Emitter<String, u64>) {
                out.emit(line, 1);
            }
        }
    )*};
}

one_step!(Unit Empty All WithSettings);

#[derive(MrJob)]
struct Unit;

#[derive(MrJob)]
struct Empty {}

#[derive(Clone, Copy, Default, clap::ValueEnum)]
enum Language {
    #[default]
    English,
    French,
}

/// Which documents.
#[derive(clap::Args)]
struct Range {
    #[arg(long)]
    since: Option<u32>,
}

const MOST: usize = 40;

/// Help for the job.
///
/// A second paragraph.
#[derive(MrJob)]
#[command(after_help = "Text after the help.")]
struct All {
    /// Help for the argument.
    #[arg(long, short, default_value_t = 1)]
    min_length: usize,
    #[arg(long, default_value_t = Self::max_length())]
    max_length: usize,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) language: Language,
    #[clap(short = 't')]
    r#type: Option<String>,
    #[command(flatten)]
    range: Range,
    #[arg(long)]
    verbose_words: bool,
    #[arg(long, id = "stop-word-file")]
    #[mrjob(file)]
    stop_words: Option<PathBuf>,
    #[mrjob(file)]
    #[arg(long, required = true)]
    dictionary: std::path::PathBuf,
    #[arg(long)]
    #[mrjob(file)]
    more: Vec<PathBuf>,
    #[mrjob(state)]
    seen: HashMap<String, Vec<u64>>,
    /// State may be documented.
    #[mrjob(state)]
    last: Option<Box<Range>>,
}

impl All {
    fn max_length() -> usize {
        MOST
    }
}

#[derive(MrJob)]
#[mrjob(
    input = Text,
    internal = Compact,
    output = mrjob::protocol::Csv,
    sort_values,
    jobconf("mapreduce.job.priority" = "HIGH", mapreduce.job.maps = 8, a.flag = true)
)]
struct WithSettings;

#[test]
fn settings_are_as_written() {
    use mrjob::{Arguments, Settings};
    use std::any::TypeId;

    assert_eq!(<All as Settings>::NAME, "All");
    const { assert!(!All::SORT_VALUES) };
    const { assert!(WithSettings::SORT_VALUES) };
    let written = [
        ("mapreduce.job.priority", "HIGH"),
        ("mapreduce.job.maps", "8"),
        ("a.flag", "true"),
    ];
    assert_eq!(WithSettings::JOBCONF, written);
    assert_eq!(
        TypeId::of::<<All as Settings>::Input>(),
        TypeId::of::<mrjob::protocol::TextValue>()
    );
    assert_eq!(
        TypeId::of::<<All as Settings>::Output>(),
        TypeId::of::<mrjob::protocol::Json>()
    );
    assert_eq!(
        TypeId::of::<<WithSettings as Settings>::Internal>(),
        TypeId::of::<mrjob::protocol::Compact>()
    );
    assert_eq!(
        All::file_arguments(),
        ["stop-word-file", "dictionary", "more"]
    );
}

#[test]
fn arguments_are_read_and_documented() {
    use mrjob::Arguments;

    let mut command = All::augment(clap::Command::new("all"));
    let help = command.render_help().to_string();
    for text in [
        "Help for the job",
        "Help for the argument",
        "--max-length",
        "[default: 40]",
        "Text after the help.",
    ] {
        assert!(help.contains(text), "{text} is missing in:\n{help}");
    }
    assert!(
        !help.contains("Which documents"),
        "a flattened struct hides the job's help:\n{help}"
    );

    let typed = [
        "all",
        "--dictionary",
        "d.txt",
        "-t",
        "x",
        "--since",
        "3",
        "--language",
        "french",
    ];
    let matches = command
        .try_get_matches_from(typed)
        .expect("the arguments are right");
    let job = All::from_matches(&matches).expect("the arguments are right");
    assert_eq!((job.min_length, job.max_length), (1, 40));
    assert_eq!(job.r#type.as_deref(), Some("x"));
    assert_eq!(job.range.since, Some(3));
    assert!(matches!(job.language, Language::French));
    assert_eq!(job.dictionary, PathBuf::from("d.txt"));
    assert!(job.stop_words.is_none() && job.more.is_empty() && !job.verbose_words);
    assert!(job.seen.is_empty() && job.last.is_none());
}

#[test]
fn are_jobs() {
    crate::is_job::<Unit>();
    crate::is_job::<Empty>();
    crate::is_job::<All>();
    crate::is_job::<WithSettings>();
}
