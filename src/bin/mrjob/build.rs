//! `mrjob build`: a program for the machines of a cluster, by cargo-zigbuild, and a look whether it is one.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};

use clap::{Arg, ArgMatches, Command};
use mrjob_runners::executable::{Executable, System};
use mrjob_runners::release;

use crate::{Refused, print};

const INSTALL: &str = "`pip install ziglang cargo-zigbuild`, or `cargo install cargo-zigbuild` where zig is installed";

pub(crate) fn command() -> Command {
    Command::new("build")
        .about("Build the job of this folder for the machines of a cluster, by cargo-zigbuild")
        .arg(
            Arg::new("example")
                .long("example")
                .value_name("NAME")
                .conflicts_with("bin")
                .help("Build this example"),
        )
        .arg(
            Arg::new("bin")
                .long("bin")
                .value_name("NAME")
                .help("Build this program [default: all]"),
        )
        .arg(
            Arg::new("release-label")
                .long("release-label")
                .value_name("LABEL")
                .default_value(release::NEWEST)
                .help("The release of EMR that it will run on"),
        )
        .arg(
            Arg::new("arch")
                .long("arch")
                .value_name("ARCH")
                .value_parser(["x86_64", "aarch64"])
                .default_value("x86_64")
                .help("Its processors: aarch64 is Graviton"),
        )
        .arg(
            Arg::new("rest")
                .value_name("ARGUMENT")
                .num_args(0..)
                .last(true)
                .help("More arguments for cargo, such as --features"),
        )
}

/// The profile of programs for clusters, where the package doesn't have it.
const PROFILE: [&str; 4] = [
    "profile.dist.inherits=\"release\"",
    "profile.dist.lto=\"fat\"",
    "profile.dist.codegen-units=1",
    "profile.dist.strip=\"debuginfo\"",
];

pub(crate) fn run(matches: &ArgMatches) -> Result<(), Refused> {
    let text = |id: &str| matches.get_one::<String>(id);
    let label = text("release-label").expect("clap has a default for it");
    let arch = text("arch").expect("clap has a default for it");
    let Some(((major, minor), system)) = release::glibc(label) else {
        return Err(vec![format!(
            "`--release-label {label}`: which C library that release has isn't known\n\
             hint: labels are as `{}`",
            release::NEWEST
        )]);
    };
    let target = format!("{arch}-unknown-linux-gnu");
    let mut cargo = Process::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args([
        "zigbuild",
        "--profile=dist",
        "--message-format=json-render-diagnostics",
    ]);
    if !has_profile(&cargo) {
        cargo.args(PROFILE.iter().flat_map(|setting| ["--config", setting]));
    }
    cargo.args(["--target", &format!("{target}.{major}.{minor}")]);
    for name in ["example", "bin"] {
        if let Some(value) = text(name) {
            cargo.arg(format!("--{name}")).arg(value);
        }
    }
    cargo.args(matches.get_many::<String>("rest").into_iter().flatten());
    let built = executables(cargo, &target)?;
    if built.is_empty() {
        let message = "cargo built no program\nhint: `--bin NAME` or `--example NAME` says which";
        return Err(vec![message.to_owned()]);
    }
    for path in built {
        check(&path, arch, (major, minor))?;
        print(&format!(
            "{}: for {arch}, glibc {major}.{minor} ({system})\n",
            path.display()
        ))?;
    }
    Ok(())
}

/// Whether the package in the working directory says itself what the profile `dist` is.
fn has_profile(cargo: &Process) -> bool {
    let mut locate = Process::new(cargo.get_program());
    let asked = locate.args(["locate-project", "--workspace", "--message-format=plain"]);
    let path = asked.output().map(|output| output.stdout);
    let path = path.map(|path| String::from_utf8_lossy(&path).trim().to_owned());
    let manifest = path.and_then(std::fs::read_to_string);
    manifest.is_ok_and(|manifest| manifest.contains("[profile.dist]"))
}

/// Runs cargo, and gives the programs that it built.
fn executables(mut cargo: Process, target: &str) -> Result<Vec<PathBuf>, Refused> {
    let known = Process::new(cargo.get_program())
        .args(["zigbuild", "--help"])
        .output();
    if !known.is_ok_and(|known| known.status.success()) {
        return Err(vec![format!(
            "cargo-zigbuild isn't installed\nhint: {INSTALL}"
        )]);
    }
    let failed = |error: std::io::Error| vec![format!("failed to run cargo: {error}")];
    let mut child = cargo.stdout(Stdio::piped()).spawn().map_err(failed)?;
    let mut built = Vec::new();
    let said = child.stdout.take().map(BufReader::new);
    for line in said.into_iter().flat_map(BufRead::lines) {
        let line = line.map_err(failed)?;
        if let Some(path) = executable(&line) {
            built.push(path);
        }
    }
    if !child.wait().map_err(failed)?.success() {
        return Err(vec![format!(
            "the build failed, as cargo says above\n\
             hint: if it finds no `core` or `std`, `rustup target add {target}` brings them"
        )]);
    }
    Ok(built)
}

/// The program that a line of cargo's messages tells of.
fn executable(line: &str) -> Option<PathBuf> {
    let (_, rest) = line.split_once("\"executable\":\"")?;
    let (path, _) = rest.split_once('"')?;
    Some(path.replace("\\\\", "\\").into())
}

/// Whether the program is for those machines: a build script or a library may have brought something else.
fn check(path: &Path, arch: &str, has: (u32, u32)) -> Result<(), Refused> {
    let shown = path.display();
    let program = Executable::read(path);
    let program = program.map_err(|error| vec![format!("failed to read `{shown}`: {error}")])?;
    let system = System {
        name: "Linux".to_owned(),
        // By Java's names.
        architecture: if arch == "x86_64" { "amd64" } else { arch }.to_owned(),
    };
    if let Err(mismatch) = program.check(&system) {
        return Err(vec![format!("`{shown}` is of no use there: {mismatch}")]);
    }
    match program.glibc() {
        Some(needed) if needed > has => Err(vec![format!(
            "`{shown}` needs glibc {}.{}, and the release has {}.{}\n\
             hint: a C library that is linked into it may be built for this machine",
            needed.0, needed.1, has.0, has.1
        )]),
        _ => Ok(()),
    }
}
