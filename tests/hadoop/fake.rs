//! A `hadoop` that keeps files in a folder, notes the jobs that it is asked for and runs none; and a ResourceManager that says
//! what it is told to.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;

use mrjob_tests_process::{Command, Stdio};
use serde_json::Value;
use tempfile::TempDir;

use crate::cluster::{Ended, end};

/// `fs` as far as the runner uses it, and `jar`. Each job writes a part with the line that the test expects of none.
const HADOOP: &str = r#"#!/bin/sh
root=$(dirname "$0")/../hdfs
at() { echo "$root/${1#hdfs://fake/}"; }
last() { for word; do :; done; echo "$word"; }
command=$1 && shift
case $command in
fs)
  target=$(at "$(last "$@")")
  case $1 in
  -stat)
    found=no
    for file in $target; do
      if [ -d "$file" ]; then kind=directory size=0; elif [ -f "$file" ]; then kind=file size=$(wc -c <"$file"); else continue; fi
      printf '%s\t%s\t%s\n' "$kind" "$size" "${file##*/}"
      found=yes
    done
    [ $found = yes ] || { echo "stat: $3: No such file or directory" >&2; exit 1; } ;;
  -mkdir) mkdir -p "$target" ;;
  -put)
    shift 2
    if [ "$1" = - ]; then cat >"$target"; else while [ $# -gt 1 ]; do cp -rL "$1" "$target" && shift; done; fi ;;
  -get) cp "$(at "$3")" "$4" ;;
  -mv) mv "$(at "$2")" "$target" ;;
  -rmdir) rmdir "$target" ;;
  -rm) rm -rf "$target" ;;
  -du) printf '%s  1  x\n' "$(cat "$target" | wc -c)" ;;
  *) echo "what is $1?" >&2; exit 1 ;;
  esac ;;
jar)
  number=$(ls "$root/../jobs" | wc -l)
  printf '%s\0' "$@" >"$root/../jobs/$number"
  while [ "$1" != -output ]; do shift; done
  out=$(at "$2")
  mkdir -p "$out" && echo "a line" >"$out/part-00000" && : >"$out/_SUCCESS"
  echo '2026-01-01 00:00:00,000 INFO mapreduce.Job: Running job: job_1_0001' >&2 ;;
*) echo "what is $command?" >&2; exit 1 ;;
esac
"#;

/// It, in a folder of a test's own.
pub(crate) struct Fake {
    dir: TempDir,
}

impl Fake {
    /// One whose machines are of this kind, as Java calls it.
    pub(crate) fn of(architecture: &'static str) -> Self {
        let fake = Fake {
            dir: tempfile::tempdir().unwrap(),
        };
        for folder in ["bin", "conf", "hdfs", "jobs", "here"] {
            fs::create_dir(fake.path(folder)).unwrap();
        }
        let bin = fake.path("bin/hadoop");
        fs::write(&bin, HADOOP).unwrap();
        fs::set_permissions(&bin, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(fake.path("hadoop-streaming.jar"), "").unwrap();
        let manager = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = manager.local_addr().unwrap().to_string();
        let answers = address.clone();
        thread::spawn(move || {
            for connection in manager.incoming().flatten() {
                answer(connection, &answers, architecture);
            }
        });
        for (file, properties) in [
            ("core-site.xml", vec![("fs.defaultFS", "hdfs://fake")]),
            ("hdfs-site.xml", vec![("dfs.webhdfs.enabled", "false")]),
            (
                "mapred-site.xml",
                vec![("mapreduce.framework.name", "yarn")],
            ),
            (
                "yarn-site.xml",
                vec![
                    ("yarn.resourcemanager.address", &*address),
                    ("yarn.resourcemanager.webapp.address", &*address),
                ],
            ),
        ] {
            let properties = properties.iter().map(|(name, value)| {
                format!("<property><name>{name}</name><value>{value}</value></property>")
            });
            let text: String = properties.collect();
            let text = format!("<configuration>{text}</configuration>");
            fs::write(fake.path("conf").join(file), text).unwrap();
        }
        fake.write("in.txt", "a line\n");
        fake
    }

    /// One that executes programs of this machine.
    pub(crate) fn new() -> Self {
        Self::of(architecture())
    }

    /// Sets properties in one of Hadoop's files.
    pub(crate) fn configure(&self, file: &str, properties: &[(&str, &str)]) {
        let path = self.path("conf").join(file);
        let text = fs::read_to_string(&path).unwrap();
        let properties: String = properties
            .iter()
            .map(|(name, value)| {
                format!("<property><name>{name}</name><value>{value}</value></property>")
            })
            .collect();
        let end = "</configuration>";
        fs::write(&path, text.replace(end, &(properties + end))).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Makes a file where programs are started.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path("here").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A program with `-r hadoop`, which finds it by the options alone.
    pub(crate) fn program(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("HADOOP_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.path("here"))
            .env("HADOOP_CONF_DIR", self.path("conf"))
            .env("HOME", self.path("here"))
            .args(["-r", "hadoop", "--hadoop-bin"])
            .arg(self.path("bin/hadoop"))
            .arg("--hadoop-streaming-jar")
            .arg(self.path("hadoop-streaming.jar"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a program with these arguments over the file `in.txt`.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Ended {
        let mut command = self.program(program);
        end(command.args(arguments).arg("in.txt").spawn().unwrap())
    }

    /// Has `hadoop jar` do this first.
    pub(crate) fn before_jobs(&self, script: &str) {
        let bin = self.path("bin/hadoop");
        let text = fs::read_to_string(&bin).unwrap();
        fs::write(
            bin,
            text.replace("\njar)\n", &format!("\njar)\n  {script}\n")),
        )
        .unwrap();
    }

    /// The command lines of the jobs so far.
    pub(crate) fn jobs(&self) -> Vec<Vec<String>> {
        let mut names: Vec<PathBuf> = fs::read_dir(self.path("jobs"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        names.sort();
        let words = |path: &PathBuf| {
            let text = fs::read_to_string(path).unwrap();
            let words = text.strip_suffix('\0').unwrap().split('\0');
            words.map(str::to_owned).collect()
        };
        names.iter().map(words).collect()
    }

    /// All files on it, and folders with `/` behind them, by paths.
    pub(crate) fn files(&self) -> Vec<String> {
        let root = self.path("hdfs");
        let mut files = Vec::new();
        collect(&root, &root, &mut files);
        files.sort();
        files
    }

    /// The one file on it whose path ends so.
    pub(crate) fn file(&self, end: &str) -> PathBuf {
        let found: Vec<String> = self.files();
        let mut found = found.iter().filter(|path| path.ends_with(end));
        let path = found
            .next()
            .unwrap_or_else(|| panic!("no {end}: {:?}", self.files()));
        assert_eq!(found.next(), None);
        self.path("hdfs").join(path)
    }

    /// The task file that the job was given; the run must keep its temporary files.
    pub(crate) fn task_file(&self) -> Value {
        serde_json::from_slice(&fs::read(self.file("mrjob-task.json")).unwrap()).unwrap()
    }
}

fn collect(root: &Path, dir: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().display().to_string();
        if path.is_dir() {
            files.push(format!("{name}/"));
            collect(root, &path, files);
        } else {
            files.push(name);
        }
    }
}

/// Answers a request.
fn answer(mut connection: TcpStream, address: &str, architecture: &str) {
    let mut line = String::new();
    // Some only look whether anybody is there.
    let _ = BufReader::new(&connection).read_line(&mut line);
    let body = resources(&line, address, architecture);
    let _ = write!(
        connection,
        "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
}

/// What a ResourceManager says: there is one machine, and it is the same server; it isn't well, and no application begins.
pub(crate) fn resources(target: &str, address: &str, architecture: &str) -> String {
    if target.contains("/cluster/nodes?states=UNHEALTHY") {
        r#"{"nodes":{"node":[{"healthReport":"1/1 local-dirs are bad: /data"}]}}"#.to_owned()
    } else if target.contains("/cluster/apps/") {
        r#"{"app":{"state":"ACCEPTED","queue":"night","diagnostics":""}}"#.to_owned()
    } else if target.contains("/cluster/metrics") {
        r#"{"clusterMetrics":{"activeNodes":0,"unhealthyNodes":2,"totalMB":0}}"#.to_owned()
    } else if target.contains("/cluster/nodes") {
        format!(r#"{{"nodes":{{"node":[{{"nodeHTTPAddress":"{address}"}}]}}}}"#)
    } else if target.contains("/jmx") {
        format!(r#"{{"beans":[{{"Name":"Linux","Arch":"{architecture}"}}]}}"#)
    } else {
        "{}".to_owned()
    }
}

/// This machine's architecture, as Java calls it.
pub(crate) fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        other => other,
    }
}

/// The values that follow the words `name` on a command line.
pub(crate) fn values<'a>(words: &'a [String], name: &str) -> Vec<&'a str> {
    let pairs = words.windows(2).filter(|pair| pair[0] == name);
    pairs.map(|pair| pair[1].as_str()).collect()
}

/// The value of a property that wins.
pub(crate) fn property<'a>(words: &'a [String], name: &str) -> Option<&'a str> {
    let mut all = values(words, "-D").into_iter().rev();
    all.find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}
