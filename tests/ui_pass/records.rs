//! What a mapper takes.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use mrjob::prelude::*;
use serde::{Deserialize, Serialize};

macro_rules! jobs {
    ($($(#[$settings:meta])* $job:ident { $($item:item)* })*) => {$(
        #[derive(MrJob)]
        $(#[$settings])*
        struct $job;

        #[mrjob::steps]
        impl $job {
            $($item)*
        }
    )*};
}

#[derive(Serialize, Deserialize)]
struct Click<'a> {
    user: &'a str,
    page: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
struct Visit {
    user: String,
}

#[derive(Debug)]
struct Odd;

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("odd")
    }
}

impl Error for Odd {}

type Out = std::result::Result<(), Odd>;

#[derive(MrJob)]
#[mrjob(input = Json)]
struct Written;

/// Not through a macro, so that patterns and paths are as people write them.
#[mrjob::steps(
    step(mapper = text),
    step(mapper = Self::pair, mapper_init = begin, mapper_final = end),
)]
impl Written {
    const LIMIT: u64 = 3;

    #[expect(clippy::needless_lifetimes, reason = "a lifetime may have a name")]
    fn text<'a>(
        &self,
        mut key: &'a str,
        _: u64,
        out: &mut mrjob::Emitter<String, u64>,
    ) -> Result<(), Odd> {
        key = key.trim();
        if key.is_empty() {
            Err(Odd)
        } else {
            out.emit(key, Self::LIMIT);
            Ok(())
        }
    }

    fn pair(
        &mut self,
        key: Cow<'_, str>,
        &n: &u64,
        out: &mut Emitter<(String, u64), Vec<String>>,
    ) -> Out {
        out.emit((&*key, n), [&*key].as_slice());
        Ok(())
    }

    fn begin(&self) -> Result<()> {
        Ok(())
    }

    fn end(
        &mut self,
        out: &mut Emitter<(String, u64), Vec<String>>,
    ) -> impl Into<Nothing> + mrjob::step::Returns + use<> {
        out.emit(("", 1), vec!["a"]);
    }
}

struct Nothing;

impl From<()> for Nothing {
    fn from((): ()) -> Self {
        Nothing
    }
}

jobs! {
    Line { #[mapper] fn map(&self, line: &str, out: &mut Emitter<String, u64>) { out.emit(line, 1); } }
    Owned { #[mapper] fn map(&self, line: String, out: &mut Emitter<String, u64>) { out.emit(line, 1); } }
    Bytes { #[mapper] fn map(&self, line: &[u8], out: &mut Emitter<u64, ()>) { out.emit(line.len() as u64, ()); } }
    #[mrjob(input = JsonValue)]
    Borrowed { #[mapper] fn map(&self, click: Click<'_>, out: &mut Emitter<String, String>) { out.emit(click.user, click.page); } }
    #[mrjob(input = JsonValue)]
    Named { #[mapper] fn map<'c>(&self, click: Click<'c>, out: &mut Emitter<String, String>) { out.emit(click.user, click.page); } }
    #[mrjob(input = JsonValue)]
    Lent { #[mapper] fn map(&self, visit: &Visit, out: &mut Emitter<String, u64>) { out.emit(&visit.user, 1); } }
    #[mrjob(input = JsonValue)]
    Slice { #[mapper] fn map(&self, words: &[String], out: &mut Emitter<String, u64>) { out.emit(&words[0], 1); } }
    #[mrjob(input = Json)]
    Tuple { #[mapper] fn map(&self, (word, n): (&str, u64), out: &mut Emitter<String, u64>) { out.emit(word, n); } }
    #[mrjob(input = Csv)]
    Optional { #[mapper] fn map(&self, row: Option<&str>, out: &mut Emitter<Option<String>, u64>) { out.emit(row, 1); } }
    Boxed { #[mapper] fn map(&self, line: &str, out: &mut Emitter<Visit, Visit>) -> std::result::Result<(), Box<dyn Error + Send + Sync>> {
        out.emit(Visit { user: line.to_owned() }, Visit { user: line.to_owned() });
        Ok(())
    } }
    Static { #[mapper] fn map(&self, _: &str, out: &mut Emitter<Cow<'static, str>, u64>) { out.emit(Cow::Borrowed("a"), 1); } }
    File { #[mapper_file] fn map(&self, path: &std::path::Path, uri: &str, out: &mut Emitter<String, bool>) -> Result<()> {
        out.emit(uri, path.exists());
        Ok(())
    } }
}

#[test]
fn are_jobs() {
    crate::is_job::<Written>();
    crate::is_job::<Line>();
    crate::is_job::<Owned>();
    crate::is_job::<Bytes>();
    crate::is_job::<Borrowed>();
    crate::is_job::<Named>();
    crate::is_job::<Lent>();
    crate::is_job::<Slice>();
    crate::is_job::<Tuple>();
    crate::is_job::<Optional>();
    crate::is_job::<Boxed>();
    crate::is_job::<Static>();
    crate::is_job::<File>();
}

#[test]
fn are_called_with_the_record() {
    use crate::output;

    assert_eq!(output::<Line>(&[], "a b\n"), "\"a b\"\t1\n");
    assert_eq!(output::<Owned>(&[], "a b\n"), "\"a b\"\t1\n");
    assert_eq!(output::<Bytes>(&[], "a b\n"), "3\tnull\n");
    // A string with an escape in it can't be lent from the line.
    let click = "{\"user\":\"a\\tb\",\"page\":\"p\"}\n";
    assert_eq!(output::<Borrowed>(&[], click), "\"a\\tb\"\t\"p\"\n");
    assert_eq!(output::<Named>(&[], click), "\"a\\tb\"\t\"p\"\n");
    assert_eq!(output::<Lent>(&[], "{\"user\":\"u\"}\n"), "\"u\"\t1\n");
    assert_eq!(output::<Slice>(&[], "[\"x\",\"y\"]\n"), "\"x\"\t1\n");
    assert_eq!(output::<Tuple>(&[], "0\t[\"w\",7]\n"), "\"w\"\t7\n");
    assert_eq!(
        output::<Boxed>(&[], "b\n"),
        "{\"user\":\"b\"}\t{\"user\":\"b\"}\n"
    );
}

#[test]
fn keys_go_through_steps() {
    let expected = "[\"a\",3]\t[\"a\"]\n[\"\",1]\t[\"a\"]\n";
    assert_eq!(crate::output::<Written>(&[], "\" a\"\t1\n"), expected);
    let failed = Written::parse_from([""; 0]).sandbox("\" \"\t1\n");
    let message = failed
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default();
    assert!(message.contains("odd"), "{message}");
}
