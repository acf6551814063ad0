//! The table as a page.

use std::fmt::Write;

use super::row::{InMrjob, OptionRow, Refusal, Rule, RunnerKind, Status};
use super::rows;

/// `configs/REFERENCE.md`.
pub fn reference() -> String {
    let mut page = String::from(INTRODUCTION);
    let here = |row: &&OptionRow| row.runners.contain(RunnerKind::Local);
    let works = |row: &&OptionRow| row.status == Status::Works && here(row);
    section(
        &mut page,
        "On this machine",
        "These take effect, with the runners `inline` and `local`; those that say so, with clusters as well.",
        works,
    );
    let hadoop = |row: &&OptionRow| {
        row.status == Status::Works && !here(row) && row.runners.contain(RunnerKind::Hadoop)
    };
    section(
        &mut page,
        "With a cluster",
        "These take effect with the runners that they name.",
        hadoop,
    );
    let emr = |row: &&OptionRow| {
        let works = matches!(row.status, Status::Works | Status::InFiles);
        works && !here(row) && !row.runners.contain(RunnerKind::Hadoop)
    };
    section(
        &mut page,
        "With Amazon EMR",
        "These take effect with the runner `emr`, in programs that have the feature `emr`. A few are refused there by name, with what to do instead.",
        emr,
    );
    absent(&mut page);
    page
}

const INTRODUCTION: &str = "\
<!-- Made from the table of options by `UPDATE_GENERATED=1 cargo test --package mrjob-tests --test config`. -->

# Options

What may stand in a configuration file under a runner, `runners: {local: {num_cores: 4}}`. Where several say something about an
option, the later counts, or what they say is combined: the built-in value, files in their order, the job itself, the command line.

| in the table | |
|---|---|
| a list | texts; one may stand without the list |
| a mapping | `NAME: VALUE` lines |
| a path | `~`, `$NAME` and `${NAME}` are expanded; in lists of paths patterns such as `*.txt` too |
| a size | bytes, or `400M`, `2G` |
| `!clear` | before a value: what earlier files say is forgotten; alone: the built-in value |

Switches are the option's name with `-` for `_`. mrjob's name stands where it is another.
";

fn section(page: &mut String, title: &str, text: &str, wanted: impl Fn(&&OptionRow) -> bool) {
    push(page, format_args!("\n## {title}\n\n{text}\n\n"));
    push(
        page,
        format_args!(
            "| option | what it is | default | runners | several |\n|---|---|---|---|---|\n"
        ),
    );
    for row in rows().filter(wanted) {
        let mrjob = match row.mrjob {
            InMrjob::Same => String::new(),
            InMrjob::Named(name) => format!(" (mrjob: `{name}`)"),
            InMrjob::Absent => " (not in mrjob)".to_owned(),
        };
        let OptionRow {
            name,
            kind,
            default,
            runners,
            help,
            ..
        } = row;
        let switch = row
            .switch()
            .map(|switch| format!(", `--{switch}`"))
            .unwrap_or_default();
        let rule = match kind.rule() {
            Rule::Last => String::new(),
            rule => rule.to_string(),
        };
        push(
            page,
            format_args!(
                "| `{name}`{switch}{mrjob} | {help}: {kind} | {default} | {runners} | {rule} |\n"
            ),
        );
    }
}

fn absent(page: &mut String) {
    page.push_str("\n## Not here\n\nmrjob's options that are passed over with a warning, and those that are refused.\n\n| option | why | instead |\n|---|---|---|\n");
    for row in rows() {
        let name = row.name;
        match row.status {
            Status::Ignored(why) => {
                push(page, format_args!("| `{name}` | {why} | leave it out |\n"))
            }
            Status::Refused(Refusal { why, instead }) => {
                push(page, format_args!("| `{name}` | {why} | {instead} |\n"))
            }
            _ => {}
        }
    }
}

fn push(page: &mut String, text: std::fmt::Arguments<'_>) {
    page.write_fmt(text).expect("a String takes all text");
}
