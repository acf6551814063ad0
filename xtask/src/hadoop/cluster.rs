//! A cluster in a folder.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{self, Child};
use std::thread;
use std::time::{Duration, Instant};

use super::daemon::{DAEMONS, NAME_NODE, stop_all};
use super::ports::Ports;
use super::script::quoted;
use super::{configuration, daemon, jars, java, script, user, web};
use crate::trouble::Trouble;

/// How long the cluster has until it is ready: a busy machine takes several times the usual 12 seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// What is in a folder that is a cluster's.
const MARK: &str = "mrjob-hadoop";

/// A cluster that runs.
#[derive(Debug)]
pub(super) struct Cluster {
    dir: PathBuf,
    java_home: PathBuf,
}

impl Cluster {
    /// Starts one in `dir`, which is made, and waits until it is ready. What was started is ended again where that fails.
    pub(super) fn start(dir: &Path) -> Result<Self, Trouble> {
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
        let cluster = Cluster { dir, java_home };
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
        Ok(Cluster { dir, java_home })
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
            configuration::write(&self.dir, &user(), ports)
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
        let mut children: Vec<(&str, Child)> = Vec::new();
        let deadline = Instant::now() + PATIENCE;
        for daemon in DAEMONS {
            if daemon.name == "historyserver" {
                // It would wait for ten seconds where HDFS isn't there.
                self.wait(deadline, &mut children, "HDFS", || hdfs_is_ready(ports))?;
                make_folders(ports)?;
            }
            let child = daemon
                .start(&self.dir, &self.java_home)
                .map_err(Trouble::failed("run `java`"))?;
            children.push((daemon.name, child));
        }
        self.wait(deadline, &mut children, "YARN", || yarn_is_ready(ports))?;
        self.wait(deadline, &mut children, "the history server", || {
            web::request("GET", ports.history_web, "/ws/v1/history/info").is_ok()
        })
    }

    fn wait(
        &self,
        deadline: Instant,
        children: &mut [(&str, Child)],
        what: &str,
        is_ready: impl Fn() -> bool,
    ) -> Result<(), Trouble> {
        while !is_ready() {
            for (name, child) in children.iter_mut() {
                if !matches!(child.try_wait(), Ok(None)) {
                    return Err(self.died(name));
                }
            }
            if Instant::now() > deadline {
                return Err(Trouble::Failed(format!(
                    "{what} isn't ready after {} s; hint: see `{}`",
                    PATIENCE.as_secs(),
                    self.dir.join("logs").display()
                )));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    fn died(&self, name: &str) -> Trouble {
        let log = self.dir.join("logs").join(format!("{name}.log"));
        let text = fs::read_to_string(&log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let last = lines[lines.len().saturating_sub(15)..].join("\n");
        Trouble::Failed(format!(
            "the {name} ended; the last lines of `{}`:\n{last}",
            log.display()
        ))
    }
}

/// A cluster for tests, which ends with this value.
#[derive(Debug)]
pub(crate) struct TestCluster(Cluster);

impl TestCluster {
    /// Starts one in a folder that no other has.
    pub(crate) fn start() -> Result<Self, Trouble> {
        let name = format!("mrjob-hadoop-test-{}", process::id());
        Cluster::start(&env::temp_dir().join(name)).map(TestCluster)
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

fn hdfs_is_ready(ports: Ports) -> bool {
    let path = "/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState";
    web::request("GET", ports.name_node_web, path).is_ok_and(|state| {
        state.contains("\"NumLiveDataNodes\" : 1")
            && state.contains("\"FSState\" : \"Operational\"")
    })
}

fn yarn_is_ready(ports: Ports) -> bool {
    let path = "/ws/v1/cluster/metrics";
    web::request("GET", ports.resources_web, path)
        .is_ok_and(|metrics| metrics.contains("\"activeNodes\":2"))
}

/// The folders that every cluster has, open to who may use them; the history server would make them its own.
fn make_folders(ports: Ports) -> Result<(), Trouble> {
    let user = user();
    for (path, mode) in [
        ("/tmp", 1777),
        ("/user", 755),
        (&*format!("/user/{user}"), 755),
    ] {
        for operation in ["MKDIRS", "SETPERMISSION"] {
            let path =
                format!("/webhdfs/v1{path}?op={operation}&permission={mode}&user.name={user}");
            web::request("PUT", ports.name_node_web, &path)
                .map_err(Trouble::failed(format!("make `{path}`")))?;
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
