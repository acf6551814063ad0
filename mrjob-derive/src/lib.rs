//! The macros of mrjob. Users find them in the crate `mrjob`, which documents a job as a whole.
//!
//! | macro | on | what it writes |
//! |---|---|---|
//! | [`MrJob`](derive@MrJob) | a struct | `Settings`, `Arguments` and `Job` |
//! | [`macro@steps`] | an `impl` of the struct | a type per mapper, combiner and reducer, and `Steps` |
//! | [`counter!`](macro@counter) | names of a counter | an addition to it |
//!
//! The first two go the same way: *parse* what the user wrote, *check* it into a model, *expand* the model. Errors are
//! collected on the way; if there are any, a *fallback* keeps the rest of the program compiling, so that one mistake
//! doesn't become twenty.

mod counter;
mod derive;
mod errors;
mod jobconf;
mod steps;
mod tokens;

use proc_macro::TokenStream;

/// Makes a struct a job: its fields are the job's arguments, its documentation is the text of `--help`.
///
/// ```text
/// /// Count how often each word occurs.
/// #[derive(MrJob)]
/// #[mrjob(output = Text)]
/// struct WordFreq {
///     /// Leave out words shorter than this.
///     #[arg(long, default_value_t = 1)]
///     min_length: usize,
///     /// Words not to count, one a line.
///     #[arg(long)]
///     #[mrjob(file)]
///     stop_words: Option<PathBuf>,
///     #[mrjob(state)]
///     stop: HashSet<String>,
/// }
/// ```
///
/// # On the struct: `#[mrjob(…)]`
///
/// | option | what it says |
/// |---|---|
/// | `input = P` | the protocol of the job's input; `TextValue` unless said otherwise |
/// | `internal = P` | the protocol between steps; `Json` unless said otherwise |
/// | `output = P` | the protocol of the job's output; `Json` unless said otherwise |
/// | `sort_values` | reducers get the values of a key in order |
/// | `jobconf("k" = "v", …)` | properties for all steps |
///
/// A protocol is `Json`, `JsonValue`, `Text`, `TextValue`, `Bytes`, `BytesValue`, `Csv` or `Compact`, or the path of a type
/// of your own that implements `Protocol`. `#[command(…)]` on the struct is clap's.
///
/// # On a field
///
/// | attribute | what the field is |
/// |---|---|
/// | `#[arg(long, …)]` | an argument, as in clap; every task has it as it was typed. It has a long or short name: what stands without one is input |
/// | `#[arg(long)] #[mrjob(file)]` | an argument that is a file: it goes along with the job, and in a task the field is the local copy's path. A `PathBuf`, `Option<PathBuf>` or `Vec<PathBuf>` |
/// | `#[command(flatten)]` | a struct of arguments, as in clap; its fields can't be files or state |
/// | `#[mrjob(state)]` | not an argument: `Default::default()`, one for each task |
#[proc_macro_derive(MrJob, attributes(mrjob, arg, command, clap, group, value))]
pub fn mrjob(item: TokenStream) -> TokenStream {
    derive::expand(item.into()).into()
}

/// Makes the methods of an `impl` the steps of a job.
///
/// # One step
///
/// Its methods are marked; a method may have several marks.
///
/// | attribute | arguments after `self` |
/// |---|---|
/// | `#[mapper]` | the record, or its key and its value; `&mut Emitter<K, V>` |
/// | `#[mapper_file]` | `&Path`, a local copy; `&str`, its URI; `&mut Emitter<K, V>` |
/// | `#[combiner]` | as a reducer, or `&mut V` and `V`: adds the second to the first |
/// | `#[reducer]` | a key, `Values<V>`, `&mut Emitter<K, V>` |
/// | `#[mapper_init]`, `#[mapper_final]` and so on | none, or the emitter: called once a task, before the first record and after the last |
/// | `#[mapper_cmd]`, `#[combiner_cmd]`, `#[reducer_cmd]` | none; returns a shell command that stands in its place |
/// | `#[mapper_pre_filter]`, `#[combiner_pre_filter]`, `#[reducer_pre_filter]` | none; returns a shell command that stands in front of it |
///
/// A record is `&str`, `&[u8]` or any type that serde reads, borrowed or not; a `&T` is decoded as a `T` and lent. Keys are the
/// same. A method takes `&self` or `&mut self` and returns nothing or a `Result<(), E>`.
///
/// # Several steps
///
/// ```text
/// #[mrjob::steps(
///     step(mapper = parse_edges, reducer = adjacency),
///     repeat(self.iterations, step(mapper = spread, combiner = add, reducer = rank)),
///     step(reducer = top, reducers = 1, jobconf("mapreduce.job.priority" = "HIGH")),
/// )]
/// impl PageRank {
///     fn parse_edges(&self, line: &str, out: &mut Emitter<String, String>) {}
///     // …
/// }
/// ```
///
/// A step's options are the attributes above, `jobconf(…)` and `reducers = N`. `repeat(n, …)` adds its steps `n` times, 0 times
/// too. A step without a mapper reads what its reducer takes.
#[proc_macro_attribute]
pub fn steps(list: TokenStream, item: TokenStream) -> TokenStream {
    steps::expand(list.into(), item.into()).into()
}

/// Adds to a counter of the job: one, or the amount given.
///
/// ```text
/// counter!("words", "too short");
/// counter!("words", "letters", 11);
/// ```
///
/// Group and name are constants; for names from the data there is `count(group, name, n)`.
///
/// Counts are kept by the thread that runs the task and summed over all tasks of a step. An add costs about a
/// nanosecond; the names are looked up once. Threads that a method starts aren't heard: count what they return.
/// A counter beyond what an `i64` holds fails the task or the job.
#[proc_macro]
pub fn counter(arguments: TokenStream) -> TokenStream {
    counter::expand(arguments.into()).into()
}

/// What marks methods is taken away by [`macro@steps`]; these are what remains where that is missing.
macro_rules! marks {
    ($($name:ident)*) => {$(
        /// Marks a method of an `impl` that has [`#[mrjob::steps]`](macro@steps), which says what it does.
        #[proc_macro_attribute]
        pub fn $name(_: TokenStream, method: TokenStream) -> TokenStream {
            steps::mark_alone(stringify!($name), method.into()).into()
        }
    )*};
}

marks! {
    mapper mapper_file mapper_init mapper_final mapper_cmd mapper_pre_filter
    combiner combiner_init combiner_final combiner_cmd combiner_pre_filter
    reducer reducer_init reducer_final reducer_cmd reducer_pre_filter
}
