//! Hadoop on this machine: its program, the archive for streaming, its configuration.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::{HadoopConfig, HadoopError};

/// Where an installation is, if any of these is set.
const HOMES: [&str; 3] = ["HADOOP_PREFIX", "HADOOP_HOME", "HADOOP_INSTALL"];
/// Where the images of EMR and Dataproc have their archives.
const JAR_PLACES: [&str; 2] = ["/home/hadoop/contrib", "/usr/lib/hadoop-mapreduce"];

/// What was found.
#[derive(Debug, Clone)]
pub(super) struct Installation {
    /// The program `hadoop` and what it is called with first.
    pub(super) command: Vec<String>,
    /// The archive for streaming.
    pub(super) jar: PathBuf,
    /// The folder of configuration.
    pub(super) conf_dir: PathBuf,
}

impl Installation {
    /// Looks for what `config` doesn't say.
    pub(super) fn find(config: &HadoopConfig) -> Result<Self, HadoopError> {
        let command = match config.bin.as_slice() {
            [] => vec![program()?.display().to_string()],
            words => {
                check_program(&words[0])?;
                words.to_vec()
            }
        };
        let home = home(&command[0]);
        let jar = match &config.streaming_jar {
            Some(jar) if jar.is_file() => jar.clone(),
            Some(jar) => {
                return Err(HadoopError::NotFound {
                    what: "archive for streaming",
                    looked_at: vec![format!("`{}`", jar.display())],
                    hint: "`hadoop_streaming_jar` is its path on this machine",
                });
            }
            None => jar(home.as_deref())?,
        };
        let conf_dir = conf_dir(home.as_deref())?;
        Ok(Installation {
            command,
            // The client may run in another folder.
            jar: std::path::absolute(&jar).unwrap_or(jar),
            conf_dir,
        })
    }
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// `$HADOOP_*_HOME`, by their names.
fn other_homes() -> impl Iterator<Item = (String, PathBuf)> {
    let all: BTreeMap<_, _> = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, PathBuf::from(value))))
        .filter(|(name, value)| {
            name.starts_with("HADOOP_") && name.ends_with("_HOME") && !value.as_os_str().is_empty()
        })
        .collect();
    all.into_iter()
}

/// The program `hadoop` of this machine.
pub(super) fn program() -> Result<PathBuf, HadoopError> {
    let mut places = Vec::new();
    for name in HOMES {
        let Some(home) = variable(name) else {
            continue;
        };
        places.push(home.join("bin"));
        if name == "HADOOP_INSTALL" {
            places.push(home.join("hadoop/bin"));
        }
    }
    places.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    places.extend(other_homes().map(|(_, home)| home.join("bin")));
    let found = places.iter().map(|dir| dir.join("hadoop"));
    found
        .into_iter()
        .find(|file| file.is_file())
        .ok_or_else(|| {
            let looked_at = HOMES.map(|name| match variable(name) {
                Some(home) => format!("`{}`", home.join("bin").display()),
                None => format!("`${name}` (not set)"),
            });
            let mut looked_at = looked_at.to_vec();
            looked_at.push("`$PATH`".to_owned());
            HadoopError::NotFound {
                what: "`hadoop` program",
                looked_at,
                hint: "`--hadoop-bin PATH` names it",
            }
        })
}

/// Checks that the program which the user names is there.
fn check_program(name: &str) -> Result<(), HadoopError> {
    let places: Vec<PathBuf> = match name.contains('/') {
        true => vec![PathBuf::from(name)],
        false => env::var_os("PATH")
            .iter()
            .flat_map(env::split_paths)
            .map(|dir| dir.join(name))
            .collect(),
    };
    if places.iter().any(|place| place.is_file()) {
        return Ok(());
    }
    Err(HadoopError::NotFound {
        what: "`hadoop` program",
        looked_at: vec![match name.contains('/') {
            true => format!("`{name}`"),
            false => format!("`{name}` in `$PATH`"),
        }],
        hint: "`hadoop_bin` is its path on this machine, or a name on the search path",
    })
}

/// The folder that the program is of, links followed; never one that holds everything.
fn home(program: &str) -> Option<PathBuf> {
    let path = Path::new(program).canonicalize().ok()?;
    let home = path.parent()?.parent()?;
    let too_large = ["/", "/usr", "/usr/local"]
        .iter()
        .any(|dir| home == Path::new(dir));
    (!too_large).then(|| home.to_owned())
}

fn jar(home: Option<&Path>) -> Result<PathBuf, HadoopError> {
    let mut places: Vec<PathBuf> = HOMES.iter().filter_map(|name| variable(name)).collect();
    places.extend(variable("HADOOP_MAPRED_HOME"));
    places.extend(home.map(Path::to_owned));
    places.extend(other_homes().map(|(_, home)| home));
    places.extend(JAR_PLACES.map(PathBuf::from));
    let found = places.iter().find_map(|place| best_jar(place));
    found.ok_or_else(|| HadoopError::NotFound {
        what: "archive for streaming (`hadoop-streaming-….jar`)",
        looked_at: places
            .iter()
            .map(|place| format!("`{}`", place.display()))
            .collect(),
        hint: "`--hadoop-streaming-jar PATH` names it",
    })
}

/// Of several the one with the fewest folders above it, then the shortest name.
fn best_jar(place: &Path) -> Option<PathBuf> {
    let jars = WalkDir::new(place)
        .follow_links(true)
        .max_depth(6)
        .into_iter()
        .flatten()
        .map(walkdir::DirEntry::into_path)
        .filter(|path| is_jar(path));
    jars.min_by_key(|path| {
        let length = path.file_name().map_or(0, |name| name.len());
        (path.components().count(), length, path.clone())
    })
}

fn is_jar(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let streaming = name
        .strip_prefix("hadoop")
        .is_some_and(|rest| rest.contains("streaming"));
    streaming && name.ends_with(".jar") && !name.ends_with("-sources.jar")
}

/// The folder of configuration, where nothing else is needed.
#[cfg(feature = "emr")]
pub(super) fn configuration() -> Result<PathBuf, HadoopError> {
    let home = program()
        .ok()
        .and_then(|program| home(&program.to_string_lossy()));
    conf_dir(home.as_deref())
}

fn conf_dir(home: Option<&Path>) -> Result<PathBuf, HadoopError> {
    const HINT: &str = "set `HADOOP_CONF_DIR` to the folder of the cluster's configuration";
    let is_one = |dir: &PathBuf| dir.join("core-site.xml").is_file();
    let missing = |looked_at: &[PathBuf]| HadoopError::NotFound {
        what: "configuration of Hadoop (`core-site.xml`)",
        looked_at: looked_at
            .iter()
            .map(|dir| format!("`{}`", dir.display()))
            .collect(),
        hint: HINT,
    };
    if let Some(dir) = variable("HADOOP_CONF_DIR") {
        // Hadoop itself looks nowhere else then.
        return if is_one(&dir) {
            Ok(dir)
        } else {
            Err(missing(&[dir]))
        };
    }
    let homes = HOMES.iter().filter_map(|name| variable(name));
    let homes = homes.chain(home.map(Path::to_owned));
    let mut places: Vec<PathBuf> = homes
        .flat_map(|home| [home.join("etc/hadoop"), home.join("conf")])
        .collect();
    places.push(PathBuf::from("/etc/hadoop/conf"));
    let found = places.iter().find(|dir| is_one(dir)).cloned();
    found.ok_or_else(|| missing(&places))
}
