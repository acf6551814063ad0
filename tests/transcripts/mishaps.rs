//! A sum that fails where and how it is told to.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it shows where that goes"
)]

use std::collections::BTreeMap;
use std::process::ExitCode;

use mrjob::clap::{self, ValueEnum};
use mrjob::prelude::*;
use serde::{Deserialize, Serialize, Serializer};

/// Sum numbers by key, and fail.
#[derive(MrJob)]
#[mrjob(output = Text)]
struct Mishaps {
    /// The method that fails.
    #[arg(long)]
    at: Option<String>,
    /// How it does.
    #[arg(long, default_value = "error")]
    by: Mishap,
}

/// A way to fail.
#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum Mishap {
    Error,
    Panic,
    Number,
    Exit,
    Kill,
    Print,
}

/// A number that is written in a way that it isn't read in, if it is 13.
#[derive(Serialize, Deserialize)]
struct Number(#[serde(serialize_with = "unlucky")] u64);

fn unlucky<S: Serializer>(number: &u64, to: S) -> Result<S::Ok, S::Error> {
    match number {
        13 => to.serialize_str("thirteen"),
        number => to.serialize_u64(*number),
    }
}

#[mrjob::steps]
impl Mishaps {
    #[mapper_init]
    fn load(&self) -> Result<()> {
        self.fail("load")
    }

    #[mapper]
    fn split(&self, line: &str, out: &mut Emitter<String, Number>) -> Result<()> {
        let (key, number) = line.split_once(' ').ok_or("there is no space")?;
        self.fail("split")?;
        out.emit(key, Number(number.parse()?));
        Ok(())
    }

    #[mapper_final]
    fn unload(&self) -> Result<()> {
        self.fail("unload")
    }

    #[combiner]
    fn add(&self, sum: &mut Number, next: Number) -> Result<()> {
        sum.0 += next.0;
        self.fail("add")
    }

    #[reducer_init]
    fn open(&self) -> Result<()> {
        self.fail("open")
    }

    #[reducer]
    fn total(
        &self,
        key: &str,
        numbers: Values<Number>,
        out: &mut Emitter<String, u64>,
    ) -> Result<()> {
        self.fail("total")?;
        out.emit(key, numbers.map(|number| number.0).sum::<u64>());
        Ok(())
    }

    #[reducer_final]
    fn close(&self) -> Result<()> {
        self.fail("close")
    }
}

impl Mishaps {
    fn fail(&self, method: &str) -> Result<()> {
        if self.at.as_deref() != Some(method) {
            return Ok(());
        }
        match self.by {
            Mishap::Error => Err("it didn't go well".into()),
            Mishap::Panic => out_of_bounds(method),
            Mishap::Number => Ok(method.parse::<u64>().map(|_| ())?),
            Mishap::Exit => {
                eprintln!("this is the end");
                std::process::exit(3)
            }
            Mishap::Kill => std::process::abort(),
            Mishap::Print => {
                println!("{method} prints this");
                eprintln!("{method} says this");
                Ok(())
            }
        }
    }
}

#[inline(never)]
fn out_of_bounds(method: &str) -> Result<()> {
    let letters: Vec<char> = method.chars().collect();
    Err(letters[30].to_string().into())
}

/// A job with a key that can't be one.
#[derive(MrJob)]
struct MapKey;

#[mrjob::steps]
impl MapKey {
    #[mapper]
    fn split(&self, line: &str, out: &mut Emitter<BTreeMap<String, u64>, u64>) {
        out.emit(BTreeMap::from([(line.to_owned(), 1)]), 1);
    }

    #[reducer]
    fn total(&self, _: BTreeMap<String, u64>, values: Values<u64>, out: &mut Emitter<(), u64>) {
        out.emit((), values.sum());
    }
}

/// A job that reads rows.
#[derive(MrJob)]
#[mrjob(input = Csv, output = Text)]
struct Rows;

#[mrjob::steps]
impl Rows {
    #[mapper]
    fn rows(&self, row: (String, u64), out: &mut Emitter<String, u64>) {
        out.emit(row.0, row.1);
    }
}

/// Which job it is, is told by the environment.
fn main() -> ExitCode {
    match std::env::var("JOB").as_deref() {
        Ok("map_key") => MapKey::run(),
        Ok("rows") => Rows::run(),
        _ => Mishaps::run(),
    }
}
