//! Hadoop on this machine: its program, its configuration, and who its user is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, io};

use super::has_scheme;
use super::site::Site;
use crate::web::Credentials;

/// Why Hadoop can't be used from this machine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstallationError {
    /// Something of Hadoop isn't on this machine.
    #[error("found no {what}; looked at {}\nhint: {hint}", looked_at.join(", "))]
    NotFound {
        /// What: "`hadoop` program".
        what: &'static str,
        /// Where it was looked for.
        looked_at: Vec<String>,
        /// What to do.
        hint: &'static str,
    },
    /// Hadoop's configuration names no file system of a cluster.
    #[error(
        "`{}` names no cluster: `fs.defaultFS` is {found}\nhint: `HADOOP_CONF_DIR` is the folder of the cluster's \
         configuration",
        dir.display()
    )]
    NoCluster {
        /// The folder of configuration.
        dir: PathBuf,
        /// What is there instead.
        found: String,
    },
    /// A file of configuration can't be read.
    #[error("failed to read `{}`: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Where an installation is, if any of these is set.
pub(crate) const HOMES: [&str; 3] = ["HADOOP_PREFIX", "HADOOP_HOME", "HADOOP_INSTALL"];
/// The path that a variable names, if it is set.
pub(crate) fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// `$HADOOP_*_HOME`, by their names.
pub(crate) fn other_homes() -> impl Iterator<Item = (String, PathBuf)> {
    let all: BTreeMap<_, _> = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, PathBuf::from(value))))
        .filter(|(name, value)| {
            name.starts_with("HADOOP_") && name.ends_with("_HOME") && !value.as_os_str().is_empty()
        })
        .collect();
    all.into_iter()
}

/// The program `hadoop` of this machine.
pub(crate) fn program() -> Result<PathBuf, InstallationError> {
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
            InstallationError::NotFound {
                what: "`hadoop` program",
                looked_at,
                hint: "`--hadoop-bin PATH` names it",
            }
        })
}

/// Checks that the program which the user names is there.
pub(crate) fn check_program(name: &str) -> Result<(), InstallationError> {
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
    Err(InstallationError::NotFound {
        what: "`hadoop` program",
        looked_at: vec![match name.contains('/') {
            true => format!("`{name}`"),
            false => format!("`{name}` in `$PATH`"),
        }],
        hint: "`hadoop_bin` is its path on this machine, or a name on the search path",
    })
}

/// The folder that the program is of, links followed; never one that holds everything.
pub(crate) fn home(program: &str) -> Option<PathBuf> {
    let path = Path::new(program).canonicalize().ok()?;
    let home = path.parent()?.parent()?;
    let too_large = ["/", "/usr", "/usr/local"]
        .iter()
        .any(|dir| home == Path::new(dir));
    (!too_large).then(|| home.to_owned())
}

/// The folder of configuration, where nothing else is needed.
pub(crate) fn configuration() -> Result<PathBuf, InstallationError> {
    let home = program()
        .ok()
        .and_then(|program| home(&program.to_string_lossy()));
    conf_dir(home.as_deref())
}

/// The folder of configuration of the Hadoop in `home`.
pub(crate) fn conf_dir(home: Option<&Path>) -> Result<PathBuf, InstallationError> {
    const HINT: &str = "set `HADOOP_CONF_DIR` to the folder of the cluster's configuration";
    let is_one = |dir: &PathBuf| dir.join("core-site.xml").is_file();
    let missing = |looked_at: &[PathBuf]| InstallationError::NotFound {
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

/// The file system that paths without a scheme are in.
pub(crate) fn default_file_system(site: &Site) -> Result<String, InstallationError> {
    let named = site
        .get("fs.defaultFS")
        .or_else(|| site.get("fs.default.name"));
    let found = match &named {
        Some(uri) if has_scheme(uri) && !uri.starts_with("file:") => {
            return Ok(uri.trim_end_matches('/').to_owned());
        }
        Some(uri) => format!("`{uri}`"),
        None => "not set".to_owned(),
    };
    Err(InstallationError::NoCluster {
        dir: site.dir().to_owned(),
        found,
    })
}

/// What says at HDFS's web service who `user` is, where that takes a password or a token.
pub(crate) fn credentials(user: &str) -> Option<Credentials> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let token = variable("MRJOB_HDFS_TOKEN").map(Credentials::Token);
    let password = || Some(Credentials::basic(user, &variable("MRJOB_HDFS_PASSWORD")?));
    token.or_else(password)
}

/// Who is logged in, as Hadoop sees it.
pub(crate) fn user() -> String {
    if let Ok(user) = env::var("HADOOP_USER_NAME")
        && !user.is_empty()
    {
        return user;
    }
    let output = Command::new("id").arg("-un").output();
    let named = output.ok().filter(|output| output.status.success());
    let named = named.and_then(|output| String::from_utf8(output.stdout).ok());
    let named = named.map(|name| name.trim().to_owned());
    named.or_else(|| env::var("USER").ok()).unwrap_or_default()
}
