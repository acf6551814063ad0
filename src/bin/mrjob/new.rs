//! `mrjob new`: a crate with a job.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgGroup, ArgMatches, Command, ValueHint, value_parser};

use crate::{Refused, print};

/// The folder that this program was built from; it may be gone.
const CHECKOUT: &str = env!("CARGO_MANIFEST_DIR");

/// What no crate can be called, or none that uses mrjob.
const TAKEN: [&str; 12] = [
    "mrjob", "test", "core", "std", "alloc", "self", "super", "crate", "main", "build", "deps",
    "examples",
];

pub(crate) fn command() -> Command {
    Command::new("new")
        .about("Make a crate with a job, a test of it, and some data")
        .arg(
            Arg::new("name")
                .value_name("NAME")
                .required(true)
                .value_hint(ValueHint::DirPath)
                .help("Name of the crate, and of its folder; a path may stand before it"),
        )
        .arg(
            Arg::new("path")
                .long("path")
                .value_name("DIR")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::DirPath)
                .help("Use mrjob from this folder [default: the one that this program was built from, if it is there]"),
        )
        .arg(Arg::new("git").long("git").value_name("URL").help("Use mrjob from this repository"))
        .arg(
            Arg::new("release")
                .long("release")
                .value_name("VERSION")
                .help("Use this release of mrjob [default otherwise: that of this program]"),
        )
        .group(ArgGroup::new("from").args(["path", "git", "release"]))
}

pub(crate) fn run(matches: &ArgMatches) -> Result<(), Refused> {
    let folder: &String = matches.get_one("name").expect("clap asks for it");
    let folder = Path::new(folder);
    let name = folder
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    if let Some(problem) = problem(name) {
        return Err(vec![format!(
            "`{name}` can't be the name of a crate: {problem}\n\
             hint: a name has letters, digits, `_` and `-`, and begins with a letter: `word_count`"
        )]);
    }
    let from = From::of(matches).map_err(|error| vec![error])?;
    if folder.exists() {
        return Err(vec![format!(
            "`{}` exists\nhint: choose another name, or remove it first",
            folder.display()
        )]);
    }
    write(folder, name, &from).map_err(|error| {
        vec![format!(
            "failed to write to `{}`: {error}",
            folder.display()
        )]
    })?;
    print(&format!(
        "`{0}` is ready. To test it, and to run it:\n\n    cd {0}\n    cargo test\n    cargo run --release -- README.md\n",
        folder.display()
    ))
}

fn problem(name: &str) -> Option<&'static str> {
    let known = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !name.chars().all(known) {
        return Some("it has other characters in it");
    }
    (TAKEN.contains(&name) || is_keyword(name)).then_some("that name is taken")
}

fn is_keyword(name: &str) -> bool {
    const KEYWORDS: &str = " abstract as async await become box break const continue crate do dyn else enum extern \
        false final fn for gen if impl in let loop macro match mod move mut override priv pub ref return self static \
        struct super trait true try type typeof unsafe unsized use virtual where while yield ";
    KEYWORDS.contains(&format!(" {name} "))
}

/// Where the new crate has mrjob from.
enum From {
    Path(PathBuf),
    Git(String),
    Release(String),
}

impl From {
    fn of(matches: &ArgMatches) -> Result<Self, String> {
        if let Some(url) = matches.get_one::<String>("git") {
            return Ok(From::Git(url.clone()));
        }
        if let Some(version) = matches.get_one::<String>("release") {
            return Ok(From::Release(version.clone()));
        }
        if let Some(path) = matches.get_one::<PathBuf>("path") {
            return match fs::canonicalize(path) {
                Ok(path) if is_mrjob(&path) => Ok(From::Path(path)),
                Ok(_) => Err(format!(
                    "`{}` isn't mrjob: its Cargo.toml is another package's, or isn't there\n\
                     hint: name the folder of a clone of mrjob",
                    path.display()
                )),
                Err(error) => Err(format!("failed to read `{}`: {error}", path.display())),
            };
        }
        // A registry's copy isn't a checkout: its lock file and its place aren't meant to be used.
        if is_mrjob(Path::new(CHECKOUT)) && Path::new(CHECKOUT).join("mrjob-core").is_dir() {
            return Ok(From::Path(CHECKOUT.into()));
        }
        Ok(From::Release(env!("CARGO_PKG_VERSION").to_owned()))
    }

    /// The value of the dependency in `Cargo.toml`.
    fn dependency(&self) -> String {
        let quoted =
            |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        match self {
            From::Path(path) => format!("{{ path = {} }}", quoted(&path.to_string_lossy())),
            From::Git(url) => format!("{{ git = {} }}", quoted(url)),
            From::Release(version) => quoted(version),
        }
    }
}

fn is_mrjob(folder: &Path) -> bool {
    fs::read_to_string(folder.join("Cargo.toml"))
        .is_ok_and(|manifest| manifest.lines().any(|line| line == r#"name = "mrjob""#))
}

fn write(folder: &Path, name: &str, from: &From) -> io::Result<()> {
    let manifest = include_str!("new/Cargo.toml.in")
        .replace("{name}", name)
        .replace("{mrjob}", &from.dependency());
    let own_workspace = if inside_workspace(folder) {
        "\n# The folder above is another workspace, which this crate isn't part of.\n[workspace]\n"
    } else {
        ""
    };
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("Cargo.toml"), manifest + own_workspace)?;
    fs::write(folder.join("src/main.rs"), include_str!("new/main.rs.in"))?;
    fs::write(
        folder.join("README.md"),
        include_str!("new/README.md.in").replace("{name}", name),
    )?;
    fs::write(folder.join(".gitignore"), "/target\n")?;
    if let From::Path(path) = from {
        // The versions that mrjob is tested with, which are at hand without a network.
        let lock = path.join("Cargo.lock");
        if lock.is_file() {
            fs::copy(lock, folder.join("Cargo.lock"))?;
        }
    }
    Ok(())
}

fn inside_workspace(folder: &Path) -> bool {
    let Ok(folder) = std::path::absolute(folder) else {
        return false;
    };
    folder.ancestors().skip(1).any(|above| {
        fs::read_to_string(above.join("Cargo.toml"))
            .is_ok_and(|manifest| manifest.lines().any(|line| line.trim() == "[workspace]"))
    })
}
