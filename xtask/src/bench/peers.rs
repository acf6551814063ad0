//! Engines and tools that other people make: what of them is here, and how they are asked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::row::Row;
use super::text;
use crate::command::{program, root, succeeds};

/// One of them.
pub(super) struct Peer {
    /// What its column is called.
    pub(super) name: &'static str,
    /// What one contender of it is called beside the name: `sorted`.
    pub(super) variant: &'static str,
    asked: Asked,
    needs: &'static [Need],
    /// The workloads that it can be asked for, each with a size where that of the row would take too long.
    workloads: &'static [(&'static str, Option<&'static str>)],
}

/// How it is asked.
enum Asked {
    /// By a script of `benches/rivals/peers`, which is called with workload, output, inputs and these words.
    Python(&'static str, &'static [&'static str]),
    /// By `benches/rivals/peers/tools.sh`, which is called with a tool, workload, output and inputs.
    Tool(&'static str),
}

/// What has to be on the machine.
enum Need {
    /// Packages of Python's index, which are installed.
    Packages(&'static [&'static str]),
    /// A program on the search path, and how it is asked for its version.
    Program(&'static str, &'static str),
}

const DUCKDB: Need = Need::Packages(&["duckdb==2.0.1"]);
const POLARS: Need = Need::Packages(&["polars==2.1.0"]);
const SPARK: &[Need] = &[
    Need::Program("java", "-version"),
    Need::Packages(&["pyspark==4.3.0"]),
];

/// The workloads that engines do in their rows' own sizes.
const WHOLE: [(&str, Option<&str>); 8] = [
    ("W1w", None),
    ("W1r", None),
    ("W2", None),
    ("W3", None),
    ("W4", None),
    ("W5", None),
    ("W6", None),
    ("W8", None),
];

/// All of them; columns are those of the same name.
pub(super) const PEERS: [Peer; 9] = [
    Peer {
        name: "DuckDB",
        variant: "",
        asked: Asked::Python("duck.py", &[]),
        needs: &[DUCKDB],
        workloads: &WHOLE,
    },
    Peer {
        name: "DuckDB",
        variant: "sorted",
        asked: Asked::Python("duck.py", &["--sorted"]),
        needs: &[DUCKDB],
        workloads: &[("W4", None)],
    },
    Peer {
        name: "Polars",
        variant: "",
        asked: Asked::Python("pol.py", &[]),
        needs: &[POLARS],
        workloads: &WHOLE,
    },
    Peer {
        name: "Polars",
        variant: "sorted",
        asked: Asked::Python("pol.py", &["--sorted"]),
        needs: &[POLARS],
        workloads: &[("W4", None)],
    },
    Peer {
        name: "Spark",
        variant: "",
        asked: Asked::Python("spark.py", &[]),
        needs: SPARK,
        workloads: &[
            ("W1w", Some("100m")),
            ("W1r", Some("100m")),
            ("W2", None),
            ("W3", Some("100m")),
            ("W4", Some("100m")),
            ("W5", None),
            ("W8", None),
        ],
    },
    Peer {
        name: "mrjob (Python)",
        variant: "",
        asked: Asked::Python("mrjobs.py", &[]),
        needs: &[Need::Packages(&["mrjob==0.7.4", "setuptools<81"])],
        workloads: &[
            ("W1w", Some("10m")),
            ("W1r", Some("10m")),
            ("W2", Some("10m")),
            ("W3", Some("100m")),
            ("W4", Some("10m")),
            ("W5", Some("10m")),
            ("W6", Some("1m")),
            ("W8", Some("10m")),
        ],
    },
    Peer {
        name: "GNU tools",
        variant: "",
        asked: Asked::Tool("gnu"),
        needs: &[Need::Program("sort", "--version")],
        workloads: &[("W1w", Some("100m")), ("W1r", Some("100m")), ("W8", None)],
    },
    Peer {
        name: "GNU tools",
        variant: "with mawk",
        asked: Asked::Tool("gnu"),
        needs: &[
            Need::Program("sort", "--version"),
            Need::Program("mawk", "-Wversion"),
        ],
        workloads: &[("W4", Some("100m"))],
    },
    Peer {
        name: "mawk",
        variant: "",
        asked: Asked::Tool("mawk"),
        needs: &[Need::Program("mawk", "-Wversion")],
        workloads: &[
            ("W1w", Some("100m")),
            ("W2", None),
            ("W4", Some("100m")),
            ("W9", None),
        ],
    },
];

/// What is installed of all that peers need.
pub(super) struct Installed {
    /// The interpreter of the environment with their packages.
    python: PathBuf,
    /// Those that aren't here, by their names, and why.
    pub(super) missing: Vec<(&'static str, String)>,
    /// What the others call themselves.
    pub(super) versions: Vec<String>,
}

impl Installed {
    /// Looks for programs and installs packages to an environment in `folder`; nothing of it where peers aren't `wanted`.
    pub(super) fn new(folder: &Path, wanted: bool) -> Self {
        let mut installed = Installed {
            python: folder.join("bin/python"),
            missing: Vec::new(),
            versions: Vec::new(),
        };
        for peer in &PEERS {
            let need = |need| match wanted {
                true => installed.find(folder, need),
                false => Err("left out by `--no-peers`".to_owned()),
            };
            match peer.needs.iter().map(need).collect::<Result<Vec<_>, _>>() {
                Ok(versions) => {
                    for version in versions {
                        if !installed.versions.contains(&version) {
                            installed.versions.push(version);
                        }
                    }
                }
                Err(why) => {
                    if installed.missing.iter().all(|(name, _)| *name != peer.name) {
                        eprintln!("without {}: {why}", peer.name);
                        installed.missing.push((peer.name, why));
                    }
                }
            }
        }
        installed
    }

    /// The contenders of a row, and the size at which each runs where that isn't the row's.
    pub(super) fn of(
        &self,
        row: &Row,
    ) -> impl Iterator<Item = (&'static Peer, Option<&'static str>)> {
        let asked = |peer: &Peer| row.peers.contains(&"*") || row.peers.contains(&peer.name);
        let present = |peer: &Peer| self.missing.iter().all(|(name, _)| *name != peer.name);
        PEERS
            .iter()
            .filter(move |peer| asked(peer) && present(peer))
            .filter_map(|peer| {
                let workload = peer
                    .workloads
                    .iter()
                    .find(|(name, _)| *name == row.workload);
                let (_, size) = workload?;
                // What takes too long at 1 GB doesn't at 10 KB.
                Some((peer, size.filter(|_| !row.fixed)))
            })
    }

    /// The command of a peer.
    pub(super) fn command(
        &self,
        peer: &Peer,
        workload: &str,
        inputs: &[PathBuf],
        out: &Path,
    ) -> Command {
        let folder = root().join("benches/rivals/peers");
        let mut command = match peer.asked {
            Asked::Python(script, _) => {
                program(&self.python, [text(&folder.join(script)).as_str()])
            }
            Asked::Tool(tool) => program("sh", [text(&folder.join("tools.sh")).as_str(), tool]),
        };
        command.arg(workload).arg(out).args(inputs);
        if let Asked::Python(_, words) = peer.asked {
            command.args(words);
        }
        command
    }

    /// What is found calls itself.
    fn find(&self, folder: &Path, need: &Need) -> Result<String, String> {
        match need {
            Need::Packages(packages) => {
                install(folder, &self.python, packages)?;
                Ok(packages[0].replace("==", " "))
            }
            Need::Program(name, version) => {
                let output = program(name, [*version]).output();
                let output =
                    output.map_err(|_| format!("there is no `{name}` on the search path"))?;
                let said = [output.stdout, output.stderr].concat();
                let said = String::from_utf8_lossy(&said);
                Ok(said.lines().next().unwrap_or(name).to_owned())
            }
        }
    }
}

/// Installs packages to the virtual environment in `folder`, once.
fn install(folder: &Path, python: &Path, packages: &[&str]) -> Result<(), String> {
    let made = folder.join(format!("has-{}", packages[0]));
    let wanted = packages.join(" ");
    if fs::read_to_string(&made).is_ok_and(|made| made == wanted) {
        return Ok(());
    }
    if !python.exists() {
        let mut make = program("python3", ["-m", "venv"]);
        make.arg(folder);
        if !succeeds(make) {
            return Err(
                "`python3 -m venv` failed; hint: `apt-get install python3-venv`".to_owned(),
            );
        }
    }
    let mut install = program(python, ["-m", "pip", "install", "--quiet"]);
    install.args(packages);
    if !succeeds(install) {
        return Err(format!("`pip install {wanted}` failed"));
    }
    fs::write(&made, &wanted).map_err(|error| format!("{}: {error}", made.display()))
}
