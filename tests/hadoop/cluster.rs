//! The cluster, and programs that are run on it.

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use mrjob_tests_process::{Child, Command, Output, Stdio};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// What `cargo xtask test` sets to the cluster's folder.
const VARIABLE: &str = "MRJOB_TEST_HADOOP";

/// Time for a job: on a busy machine each of its processes takes seconds to start.
const LIMIT: Duration = Duration::from_secs(1200);

/// Tests share the cluster, but for those that break it.
static TURN: RwLock<()> = RwLock::new(());
static RUNS: AtomicU32 = AtomicU32::new(0);

/// The cluster, for one test.
pub(crate) struct Cluster {
    home: PathBuf,
    /// A folder of this machine.
    dir: TempDir,
    /// A folder of HDFS.
    remote: String,
    /// What names of runs begin with.
    label: String,
    _turn: Turn,
}

/// How a test has the cluster, for as long as it lasts.
#[expect(dead_code, reason = "they are held")]
enum Turn {
    Shared(RwLockReadGuard<'static, ()>),
    Alone(RwLockWriteGuard<'static, ()>),
}

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Cluster {
    /// The cluster, with other tests; without one the test is skipped.
    pub(crate) fn get() -> Option<Self> {
        Self::with(|| Turn::Shared(TURN.read().unwrap_or_else(PoisonError::into_inner)))
    }

    /// The cluster for one test alone.
    pub(crate) fn alone() -> Option<Self> {
        Self::with(|| Turn::Alone(TURN.write().unwrap_or_else(PoisonError::into_inner)))
    }

    fn with(turn: impl FnOnce() -> Turn) -> Option<Self> {
        let Some(home) = env::var_os(VARIABLE) else {
            println!(
                "skipped (service): no Hadoop cluster; hint: `cargo xtask test hadoop` starts one where Java and Maven are"
            );
            return None;
        };
        let number = RUNS.fetch_add(1, Ordering::Relaxed);
        Some(Cluster {
            home: home.into(),
            dir: tempfile::tempdir().unwrap(),
            remote: format!("/tmp/test-{}-{number}", std::process::id()),
            label: format!("test-{}-{number}", std::process::id()),
            _turn: turn(),
        })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A path on HDFS that nobody else has.
    pub(crate) fn remote(&self, name: &str) -> String {
        format!("{}/{name}", self.remote)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// A program with `-r hadoop`, run in the folder of this machine.
    pub(crate) fn program(&self, program: &str) -> Command {
        let mut command = self.here(program);
        command.args(["-r", "hadoop", "--label", &self.label]);
        command
    }

    /// A program that runs its job on this machine.
    pub(crate) fn here(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .limit(LIMIT)
            .current_dir(self.dir.path())
            .env("HADOOP_HOME", &self.home)
            .env("HADOOP_CONF_DIR", self.home.join("conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// What `hadoop ARGUMENTS` prints.
    pub(crate) fn hadoop(&self, arguments: &[&str]) -> String {
        let mut command = self.here(self.home.join("bin/hadoop").to_str().unwrap());
        let ended = end(command.args(arguments).spawn().unwrap());
        assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.stderr);
        ended.stdout
    }

    /// Another configuration: the cluster's with `from` replaced by `to` in one of its files.
    pub(crate) fn configuration(&self, file: &str, from: &str, to: &str) -> PathBuf {
        let dir = self.path("conf");
        fs::create_dir_all(&dir).unwrap();
        for entry in fs::read_dir(self.home.join("conf")).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::copy(&path, dir.join(path.file_name().unwrap())).unwrap();
            }
        }
        let path = dir.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(path, text.replace(from, to)).unwrap();
        dir
    }

    /// The value of a property of the cluster.
    pub(crate) fn property(&self, file: &str, name: &str) -> String {
        let text = fs::read_to_string(self.home.join("conf").join(file)).unwrap();
        let (_, rest) = text
            .split_once(&format!("<name>{name}</name><value>"))
            .unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    }

    /// What of this test's runs is left in the folder for temporary files.
    pub(crate) fn leftovers(&self) -> Vec<String> {
        let home = self.files("GET", "/", "GETHOMEDIRECTORY").unwrap();
        let home: Value = serde_json::from_slice(&home).unwrap();
        let mut names = self.names(&format!("{}/tmp/mrjob", home["Path"].as_str().unwrap()));
        names.retain(|name| name.starts_with(&format!("{}.", self.label)));
        names
    }

    /// What is in a folder of HDFS, if that is there.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let Some(list) = self.files("GET", folder.trim_end_matches('/'), "LISTSTATUS") else {
            return Vec::new();
        };
        let list: Value = serde_json::from_slice(&list).unwrap();
        let files = list["FileStatuses"]["FileStatus"].as_array().unwrap();
        let name = |file: &Value| file["pathSuffix"].as_str().unwrap().to_owned();
        files.iter().map(name).collect()
    }

    /// What HDFS answers, whose web service takes milliseconds where `hadoop fs` takes seconds.
    fn files(&self, method: &str, path: &str, operation: &str) -> Option<Vec<u8>> {
        let server = self.property("hdfs-site.xml", "dfs.namenode.http-address");
        web(
            method,
            &server,
            &format!("/webhdfs/v1{path}?op={operation}"),
        )
    }

    /// The folder of the cluster.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// The files in a folder of HDFS that aren't hidden, by name.
    pub(crate) fn parts(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        let mut names = self.names(folder);
        names.retain(|name| !name.starts_with(['.', '_']));
        names.sort_unstable();
        let part = |name: String| {
            let bytes = self.files("GET", &format!("{folder}/{name}"), "OPEN");
            (name, bytes.unwrap())
        };
        names.into_iter().map(part).collect()
    }

    /// What the ResourceManager's web service answers.
    pub(crate) fn manager(&self, path: &str) -> String {
        let server = self.property("yarn-site.xml", "yarn.resourcemanager.webapp.address");
        String::from_utf8(web("GET", &server, path).unwrap()).unwrap()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.files("DELETE", &self.remote, "DELETE&recursive=true");
    }
}

/// What a web server answers, elsewhere if it sends one there; nothing where nothing is.
fn web(method: &str, server: &str, path: &str) -> Option<Vec<u8>> {
    let mut stream = TcpStream::connect(server).unwrap();
    write!(stream, "{method} {path} HTTP/1.0\r\nHost: {server}\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .unwrap();
    let body = answer.split_off(end + 4);
    let head = String::from_utf8(answer).unwrap();
    let place = head
        .lines()
        .find_map(|line| line.strip_prefix("Location: http://"));
    match place {
        Some(place) => {
            let (server, path) = place.split_at(place.find('/').unwrap());
            web(method, server, path)
        }
        None if head.contains(" 404 ") => None,
        None => {
            assert!(head.contains(" 200 "), "{path}: {head}");
            Some(body)
        }
    }
}

/// Sends a program a signal.
pub(crate) fn interrupt(child: &Child, signal: Signal) {
    let process = Pid::from_raw(child.id().try_into().unwrap()).unwrap();
    kill_process(process, signal).unwrap();
}

/// Waits for the end of a program.
pub(crate) fn end(child: Child) -> Ended {
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().unwrap();
    Ended {
        code: status.code(),
        stdout: String::from_utf8_lossy(&stdout).into_owned(),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
    }
}

/// What a program prints that ends well.
pub(crate) fn printed(command: &mut Command) -> String {
    let ended = end(command.spawn().unwrap());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    ended.stdout
}

/// The files in a folder that aren't hidden, by name, each with its text.
pub(crate) fn parts(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut parts: Vec<(String, Vec<u8>)> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), path))
        .filter(|(name, _)| !name.starts_with(['.', '_']))
        .map(|(name, path)| (name, fs::read(path).unwrap()))
        .collect();
    parts.sort();
    parts
}
