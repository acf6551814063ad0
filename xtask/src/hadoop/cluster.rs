//! A cluster in a folder.

use std::env;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{self, Child};
use std::thread;
use std::time::{Duration, Instant};

use super::configuration::Scheme;
use super::daemon::{DAEMONS, Daemon, NAME_NODE, stop_all};
use super::ports::Ports;
use super::script::quoted;
use super::{configuration, daemon, jars, java, script, tls, user, web};
use crate::trouble::Trouble;

/// How long the cluster has until it is ready: a busy machine takes many times the usual 12 seconds.
const PATIENCE: Duration = Duration::from_secs(600);

/// What is in a folder that is a cluster's.
const MARK: &str = "mrjob-hadoop";

/// A cluster that runs.
#[derive(Debug)]
pub(super) struct Cluster {
    dir: PathBuf,
    java_home: PathBuf,
    /// How its web servers are spoken to.
    scheme: Scheme,
}

impl Cluster {
    /// Starts one in `dir`, which is made, and waits until it is ready. What was started is ended again where that fails.
    pub(super) fn start(dir: &Path, scheme: Scheme) -> Result<Self, Trouble> {
        let java_home = java::home()?;
        let jars = [jars::HADOOP, jars::S3A].map(jars::folder);
        let [hadoop, s3a] = jars;
        let jars = [("lib", hadoop?), ("lib-s3a", s3a?)];
        let dir = absolute(dir)?;
        if daemon::any(&dir) {
            return Err(Trouble::Failed(format!(
                "a cluster runs in `{}` already; hint: `cargo xtask hadoop stop`",
                dir.display()
            )));
        }
        remove(&dir)?;
        let cluster = Cluster {
            dir,
            java_home,
            scheme,
        };
        let begun = Instant::now();
        let started = cluster.prepare(&jars).and_then(|ports| cluster.run(ports));
        if let Err(trouble) = started {
            stop_all(&cluster.dir);
            return Err(trouble);
        }
        eprintln!("ready after {:.1} s", begun.elapsed().as_secs_f64());
        Ok(cluster)
    }

    /// Ends the one in `dir`, if one runs there, and deletes the folder.
    pub(super) fn stop(dir: &Path) -> Result<(), Trouble> {
        let dir = absolute(dir)?;
        stop_all(&dir);
        remove(&dir)
    }

    /// The one that runs in `dir`.
    pub(super) fn running(dir: &Path) -> Result<Self, Trouble> {
        let dir = absolute(dir)?;
        if !daemon::any(&dir) {
            return Err(Trouble::Failed(format!(
                "no cluster runs in `{}`; hint: `cargo xtask hadoop start`",
                dir.display()
            )));
        }
        let java_home = java::home()?;
        Ok(Cluster {
            dir,
            java_home,
            scheme: Scheme::Http,
        })
    }

    /// What the shell of a user of it executes.
    pub(super) fn exports(&self) -> String {
        let (dir, bin) = (quoted(&self.dir), quoted(&self.dir.join("bin")));
        format!(
            "export HADOOP_HOME={dir} HADOOP_CONF_DIR={} JAVA_HOME={} PATH={bin}:\"$PATH\"\n",
            quoted(&self.dir.join("conf")),
            quoted(&self.java_home),
        )
    }

    fn prepare(&self, jars: &[(&str, PathBuf)]) -> Result<Ports, Trouble> {
        let ports = Ports::free().map_err(Trouble::failed("find free ports"))?;
        let files = || {
            for folder in ["logs", "tmp", "processes"] {
                fs::create_dir_all(self.dir.join(folder))?;
            }
            fs::write(
                self.dir.join(MARK),
                "A Hadoop cluster, made by `cargo xtask hadoop start`.\n",
            )?;
            for (name, folder) in jars {
                symlink(folder, self.dir.join(name))?;
            }
            script::write(&self.dir, &self.java_home)?;
            configuration::write(&self.dir, &user(), ports, self.scheme)?;
            match self.scheme {
                Scheme::Http => Ok(()),
                Scheme::Https => tls::write(&self.dir, &self.java_home),
            }
        };
        files().map_err(Trouble::failed(format!("fill `{}`", self.dir.display())))?;
        Ok(ports)
    }

    fn run(&self, ports: Ports) -> Result<(), Trouble> {
        let format = NAME_NODE
            .command(
                &self.dir,
                &self.java_home,
                &["-format", "-nonInteractive", "-force"],
            )
            .and_then(|mut command| command.status())
            .map_err(Trouble::failed("run `java`"))?;
        if !format.success() {
            return Err(self.died(NAME_NODE.name));
        }
        let scheme = self.scheme;
        let mut start = Start::new(self);
        for daemon in DAEMONS {
            if daemon.name == "historyserver" {
                // It would wait for ten seconds where HDFS isn't there.
                start.wait("HDFS", || hdfs_is_ready(scheme, ports))?;
                start.wait("the folders in HDFS", || make_folders(scheme, ports))?;
            }
            start.daemon(daemon)?;
        }
        start.wait("YARN", || yarn_is_ready(scheme, ports))?;
        start.wait("the history server", || {
            web::request("GET", scheme, ports.history_web, "/ws/v1/history/info").map(drop)
        })
    }

    fn died(&self, name: &str) -> Trouble {
        Trouble::Failed(format!("the {name} ended{}", self.last_words(name)))
    }

    /// The end of a daemon's log.
    fn last_words(&self, name: &str) -> String {
        let log = self.dir.join("logs").join(format!("{name}.log"));
        let text = fs::read_to_string(&log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let last = lines[lines.len().saturating_sub(15)..].join("\n");
        format!("; the last lines of `{}`:\n{last}", log.display())
    }
}

/// A cluster's start: daemons, and the time that they have together.
struct Start<'a> {
    cluster: &'a Cluster,
    deadline: Instant,
    children: Vec<(&'static str, Child)>,
}

impl<'a> Start<'a> {
    fn new(cluster: &'a Cluster) -> Self {
        Start {
            cluster,
            deadline: Instant::now() + PATIENCE,
            children: Vec::new(),
        }
    }

    fn daemon(&mut self, daemon: Daemon) -> Result<(), Trouble> {
        let child = daemon
            .start(&self.cluster.dir, &self.cluster.java_home)
            .map_err(Trouble::failed("run `java`"))?;
        self.children.push((daemon.name, child));
        Ok(())
    }

    /// Asks until the answer is good: only a daemon's end or the deadline is a failure, whatever becomes of one request.
    fn wait(&mut self, what: &str, ask: impl Fn() -> io::Result<()>) -> Result<(), Trouble> {
        eprintln!("waiting for {what}");
        while let Err(answer) = ask() {
            for (name, child) in &mut self.children {
                if !matches!(child.try_wait(), Ok(None)) {
                    return Err(self.cluster.died(name));
                }
            }
            if Instant::now() > self.deadline {
                let words = self
                    .children
                    .iter()
                    .map(|(name, _)| self.cluster.last_words(name));
                return Err(Trouble::Failed(format!(
                    "{what} isn't ready after {} s: {answer}{}",
                    PATIENCE.as_secs(),
                    words.collect::<String>(),
                )));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

/// A cluster for tests, which ends with this value.
#[derive(Debug)]
pub(crate) struct TestCluster(Cluster);

impl TestCluster {
    /// Starts one in a folder that no other has.
    pub(crate) fn start(scheme: Scheme) -> Result<Self, Trouble> {
        let name = format!("mrjob-hadoop-test-{}-{}", scheme.name(), process::id());
        Cluster::start(&env::temp_dir().join(name), scheme).map(TestCluster)
    }

    /// Its folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.0.dir
    }
}

impl Drop for TestCluster {
    fn drop(&mut self) {
        if let Err(trouble) = Cluster::stop(&self.0.dir) {
            eprintln!("warning: {trouble}");
        }
    }
}

fn hdfs_is_ready(scheme: Scheme, ports: Ports) -> io::Result<()> {
    let path = "/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState";
    let state = web::request("GET", scheme, ports.name_node_web, path)?;
    says(&state, "\"NumLiveDataNodes\" : 1")?;
    says(&state, "\"FSState\" : \"Operational\"")
}

fn yarn_is_ready(scheme: Scheme, ports: Ports) -> io::Result<()> {
    let metrics = web::request("GET", scheme, ports.resources_web, "/ws/v1/cluster/metrics")?;
    says(&metrics, "\"activeNodes\":2")
}

fn says(answer: &str, words: &str) -> io::Result<()> {
    if answer.contains(words) {
        Ok(())
    } else {
        Err(io::Error::other(format!("`{words}` isn't in the answer")))
    }
}

/// The folders that every cluster has, open to who may use them; the history server would make them its own.
fn make_folders(scheme: Scheme, ports: Ports) -> io::Result<()> {
    let user = user();
    for (path, mode) in [
        ("/tmp", 1777),
        ("/user", 755),
        (&*format!("/user/{user}"), 755),
    ] {
        for operation in ["MKDIRS", "SETPERMISSION"] {
            let path =
                format!("/webhdfs/v1{path}?op={operation}&permission={mode}&user.name={user}");
            web::request("PUT", scheme, ports.name_node_web, &path)?;
        }
    }
    Ok(())
}

fn absolute(dir: &Path) -> Result<PathBuf, Trouble> {
    std::path::absolute(dir).map_err(Trouble::failed(format!("find `{}`", dir.display())))
}

/// Deletes the folder of a cluster, and no other.
fn remove(dir: &Path) -> Result<(), Trouble> {
    if !dir.exists() {
        return Ok(());
    }
    if !dir.join(MARK).exists() {
        return Err(Trouble::Failed(format!(
            "`{}` isn't a cluster's folder; hint: name one that doesn't exist yet",
            dir.display()
        )));
    }
    fs::remove_dir_all(dir).map_err(Trouble::failed(format!("delete `{}`", dir.display())))
}

#[cfg(test)]
mod tests;
