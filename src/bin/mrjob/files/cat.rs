//! `mrjob cat`: the content of files, decompressed.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};

use clap::{Arg, ArgMatches, Command, value_parser};
use mrjob_core::codec::{Codec, Decoder, peek};
use mrjob_core::task::Remote;
use mrjob_runners::fs::Files;
use mrjob_runners::input::Input;
use mrjob_runners::input::{self, Contents};
use mrjob_runners::launch::check_stdout;

use super::place::{access, options};
use crate::Failure;

/// Bytes of memory for decompressing.
const MEMORY: usize = 256 << 20;

pub(super) fn command() -> Command {
    Command::new("cat")
        .about("Print files, here, in S3 or HDFS, decompressed")
        .arg(
            Arg::new("address")
                .value_name("ADDRESS")
                .num_args(1..)
                .required(true)
                .value_parser(value_parser!(OsString))
                .help("What a job would take as input: files, folders, patterns. Of folders, names with a leading `_` or `.` are left out"),
        )
        .args(options())
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let given: Vec<OsString> = matches
        .get_many("address")
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    let inputs = input::resolve(&given, &access(matches), Contents::Files)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let failed = |error| Failure::failed(format!("failed to write to standard output: {error}"));
    check_stdout().map_err(failed)?;
    let mut stdout = io::stdout().lock();
    for input in inputs {
        let (name, opened) = open(input);
        let failed =
            |error: io::Error| Failure::failed(format!("failed to read `{name}`: {error}"));
        let mut from = opened.map_err(failed)?;
        let mut buffer = vec![0; 1 << 18];
        loop {
            let read = match from.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(failed(error)),
            };
            match stdout.write_all(&buffer[..read]) {
                Ok(()) => {}
                // Whoever closes it early has seen enough.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
                Err(error) => {
                    return Err(Failure::failed(format!(
                        "failed to write to standard output: {error}"
                    )));
                }
            }
        }
    }
    match stdout.flush() {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::failed(format!(
            "failed to write to standard output: {error}"
        ))),
        _ => Ok(()),
    }
}

/// An input's name, and its content.
fn open(input: Input) -> (String, io::Result<Box<dyn Read + Send>>) {
    let (name, opened): (_, io::Result<Box<dyn Read + Send>>) = match input {
        Input::File { path, name, .. } | Input::Pipe { path, name } => {
            (name, File::open(path).map(|file| Box::new(file) as _))
        }
        Input::Remote(file) => {
            let opened = Files.open(&file, 0, file.bytes);
            (file.address, opened)
        }
        _ => ("-".to_owned(), Ok(Box::new(io::stdin()))),
    };
    let decompressed = opened.and_then(|from| {
        let (start, from) = peek(from)?;
        let codec = Codec::of_file(Codec::of(&name), &start)?;
        Ok(match codec {
            Some(codec) => Box::new(Decoder::new(codec, from, MEMORY)?) as Box<dyn Read + Send>,
            None => Box::new(from),
        })
    });
    (name, decompressed)
}
