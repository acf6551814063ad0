//! The jobs: `test = program: input and what is known of the output`. A row that waits for something says for what.

use crate::case::Case;
use crate::check::check;
use crate::{hostile, keys, memory, protocols, steps, words};

macro_rules! program {
    ($program:ident) => {
        env!(concat!("CARGO_BIN_EXE_", stringify!($program)))
    };
}

macro_rules! table {
    ($($(#[$waits:meta])? $test:ident = $program:ident: $case:path,)*) => {
        $(
            #[test]
            $(#[$waits])?
            fn $test() {
                check(stringify!($test), &$case(Case::new(program!($program))));
            }
        )*

        #[cfg(target_os = "linux")]
        mod hadoop {
            use crate::case::Case;
            use crate::{hostile, keys, memory, on_hadoop, protocols, steps, words};

            $(
                #[test]
                #[ignore = "stage `conformance`: each row takes many seconds"]
                fn $test() {
                    on_hadoop::in_one_process(stringify!($test), &$case(Case::new(program!($program))));
                }
            )*
        }

        #[cfg(target_os = "linux")]
        mod yarn {
            use crate::case::Case;
            use crate::{hostile, keys, memory, on_hadoop, protocols, steps, words};

            $(
                #[test]
                #[ignore = "stage `conformance`: each row takes many seconds"]
                fn $test() {
                    on_hadoop::on_yarn(stringify!($test), &$case(Case::new(program!($program))), 3);
                }
            )*

            #[test]
            #[ignore = "stage `conformance`: 129 tasks take a minute"]
            fn word_count_in_129_parts() {
                on_hadoop::on_yarn("word_count", &words::counted(Case::new(program!(word_count))), 129);
            }

            #[test]
            #[ignore = "stage `conformance`: 129 tasks take a minute"]
            fn keys_of_every_shape_in_129_parts() {
                on_hadoop::on_yarn("shapes", &keys::shapes(Case::new(program!(hostile_keys))), 129);
            }
        }

        #[cfg(all(target_os = "linux", feature = "s3"))]
        mod s3 {
            use crate::case::Case;
            use crate::{hostile, keys, memory, on_s3, protocols, steps, words};

            $(
                #[test]
                #[ignore = "stage `conformance`: each row takes seconds"]
                fn $test() {
                    on_s3::on_s3(stringify!($test), &$case(Case::new(program!($program))));
                }
            )*
        }

        #[cfg(target_os = "linux")]
        mod emr {
            use crate::case::Case;
            use crate::{hostile, keys, memory, on_emr, protocols, steps, words};

            $(
                #[test]
                #[ignore = "stage `conformance`: each row takes many seconds"]
                fn $test() {
                    on_emr::on_emr(stringify!($test), &$case(Case::new(program!($program))));
                }
            )*
        }
    };
}

table! {
    word_count = word_count: words::counted,
    word_count_of_a_folder = word_count: words::folder,
    word_count_of_nothing = word_count: words::nothing,
    word_count_of_one_word = word_count: words::one_word,
    word_count_pairs = word_count_pairs: words::by_length,
    text = ledger: protocols::ledger,
    json_value = clicks: protocols::clicks,
    bytes_value_to_bytes = raw_lines: protocols::raw_lines,
    bytes_to_bytes_value = raw_pairs: protocols::raw_pairs,
    csv = sales: protocols::sales,
    protocol_of_the_job = piped: protocols::piped,
    map_only = grep: protocols::grep,
    reduce_only = distinct: protocols::distinct,
    compact_between_steps = chain: steps::chain,
    no_rounds = halve: steps::no_rounds,
    one_round = halve: steps::one_round,
    three_rounds = halve: steps::three_rounds,
    init_and_final = lifecycle: steps::lifecycle,
    mapper_file = file_lines: steps::files,
    results = fallible: steps::fallible,
    signed_keys = line_lengths: steps::lengths,
    sorted_values = sessions: steps::sessions,
    descending = newest: keys::descending,
    arguments = stop_words: steps::stop_words,
    steps_with_options = top_words: steps::top_words,
    keys_of_text = hostile_text: keys::texts,
    keys_of_every_shape = hostile_keys: keys::shapes,
    values_of_every_kind = every_value: keys::values,
    group_larger_than_memory = hot_key: memory::hot_key,
    keys_larger_than_memory = many_keys: memory::many_keys,
    values_left_unread = first_value: memory::first_value,
    combiner_of_other_keys = initials: words::initials,
    lines_that_are_hardly_text = text_lines: hostile::lines,
    keys_that_end_lines = hostile_text: hostile::keys,
    pairs_read_as_they_were_written = json_pairs: hostile::pairs,
    thousands_of_files = text_lines: hostile::files,
    no_bytes = text_lines: hostile::nothing,
    a_mark_before_lines = text_lines: hostile::marked_lines,
    a_mark_before_text = ledger: protocols::marked_ledger,
    a_mark_before_json = clicks: protocols::marked_clicks,
    a_mark_before_csv = sales: protocols::marked_sales,
    a_mark_before_pairs = json_pairs: hostile::marked_pairs,
    methods_that_print = noisy: words::noisy,
    filter = filtered: words::filtered,
    commands = shell: words::upper_case,
}

/// Rows of which each run takes part; the others are ignored above.
#[cfg(target_os = "linux")]
mod on_a_cluster {
    use crate::case::Case;
    use crate::on_hadoop::{in_one_process, on_yarn};
    use crate::{keys, steps, words};

    #[test]
    #[ignore = "stage `hadoop`: needs a cluster"]
    fn keys_of_every_shape_in_one_process() {
        let case = keys::shapes(Case::new(program!(hostile_keys)));
        in_one_process("some-shapes", &case);
    }

    #[test]
    #[ignore = "stage `hadoop`: needs a cluster"]
    fn descending_in_one_process() {
        let case = keys::descending(Case::new(program!(newest)));
        in_one_process("some-descending", &case);
    }

    #[test]
    #[ignore = "stage `hadoop`: needs a cluster"]
    fn three_rounds_on_yarn() {
        let case = steps::three_rounds(Case::new(program!(halve)));
        on_yarn("some-rounds", &case, 3);
    }

    #[test]
    #[ignore = "stage `hadoop`: needs a cluster"]
    fn commands_on_yarn() {
        let case = words::upper_case(Case::new(program!(shell)));
        on_yarn("some-commands", &case, 3);
    }
}
