//! A job that does what each line tells it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use std::{env, fs, thread};

use mrjob::prelude::*;

/// Do what each line says.
#[derive(MrJob)]
#[mrjob(output = Text)]
struct Told {
    /// A word.
    #[arg(long)]
    word: Option<String>,
    /// A file.
    #[arg(long)]
    #[mrjob(file)]
    side: Option<PathBuf>,
}

#[mrjob::steps]
impl Told {
    #[mapper]
    #[expect(clippy::print_stdout, clippy::print_stderr, reason = "jobs print")]
    fn obey(&self, line: &str, out: &mut Emitter<String, String>) -> Result<()> {
        let (order, rest) = line.split_once(' ').unwrap_or((line, ""));
        let answer = match order {
            "panic" => panic!("{rest}"),
            "error" => return Err(rest.into()),
            "sleep" => {
                thread::sleep(Duration::from_millis(rest.parse()?));
                None
            }
            "status" => {
                status!("{rest}");
                None
            }
            "count" => {
                for number in 0..rest.parse()? {
                    count("told", format!("counter {number:03}"), 1);
                }
                None
            }
            "print" => {
                println!("{rest}");
                eprint!("{rest}");
                None
            }
            "variable" => env::var(rest).ok(),
            "property" => task().jobconf(rest).map(str::to_owned),
            "word" => self.word.clone(),
            "side" => self.side.as_ref().map(fs::read_to_string).transpose()?,
            "return" => Some("a\rb".to_owned()),
            _ => Some(rest.to_owned()),
        };
        if let Some(answer) = answer {
            out.emit(order, answer);
        }
        Ok(())
    }

    #[reducer]
    fn give(&self, key: &str, answers: Values<String>, out: &mut Emitter<String, String>) {
        assert!(key != "fail", "told to fail");
        for answer in answers {
            out.emit(key, answer);
        }
    }

    #[reducer_final]
    fn end(&self, out: &mut Emitter<String, String>) {
        out.emit("end", format!("of {}", task().partition()));
    }
}

fn main() -> ExitCode {
    Told::run()
}
