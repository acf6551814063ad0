//! Hadoop on this machine: its program, the archive for streaming, its configuration.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::HadoopConfig;
use crate::fs::hdfs::installation::{
    HOMES, InstallationError, check_program, conf_dir, home, other_homes, program, variable,
};

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
    pub(super) fn find(config: &HadoopConfig) -> Result<Self, InstallationError> {
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
                return Err(InstallationError::NotFound {
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

fn jar(home: Option<&Path>) -> Result<PathBuf, InstallationError> {
    let mut places: Vec<PathBuf> = HOMES.iter().filter_map(|name| variable(name)).collect();
    places.extend(variable("HADOOP_MAPRED_HOME"));
    places.extend(home.map(Path::to_owned));
    places.extend(other_homes().map(|(_, home)| home));
    places.extend(JAR_PLACES.map(PathBuf::from));
    let found = places.iter().find_map(|place| best_jar(place));
    found.ok_or_else(|| InstallationError::NotFound {
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
