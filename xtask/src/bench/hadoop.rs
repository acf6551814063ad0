//! `cargo xtask bench --hadoop`: word count and sort on a Hadoop cluster, beside Java's own examples and Python's streaming.
//!
//! All contenders run in the same containers on the same cluster, with the same properties; answers are compared.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use super::rivals::Built;
use super::{bench_folder, text};
use crate::command::{program, root};
use crate::hadoop::{Scheme, TestCluster};
use crate::trouble::Trouble;

/// The archive of Java's examples, which Maven fetches.
const EXAMPLES: &str = "org.apache.hadoop:hadoop-mapreduce-examples:3.4.2";
/// The containers of all contenders. Both machines of the cluster are this one: it runs two tasks at once, with Java's own
/// compiler at its best.
const PROPERTIES: [(&str, &str); 9] = [
    ("mapreduce.map.memory.mb", "1024"),
    ("mapreduce.reduce.memory.mb", "1024"),
    ("mapreduce.map.java.opts", JAVA),
    ("mapreduce.reduce.java.opts", JAVA),
    ("mapreduce.task.io.sort.mb", "100"),
    ("mapreduce.job.running.map.limit", "2"),
    ("mapreduce.job.running.reduce.limit", "2"),
    ("mapreduce.job.reduce.slowstart.completedmaps", "1.0"),
    ("mapreduce.task.progress-report.interval", "1000"),
];
const JAVA: &str =
    "-Xmx600m -XX:+UseSerialGC -Xshare:auto --add-opens=java.base/java.lang=ALL-UNNAMED";
/// Bytes of a block of HDFS.
const BLOCK: &str = "67108864";
const REDUCERS: &str = "2";
/// What people write about the figures, in the folder of benchmarks.
const NOTES: &str = "hadoop/NOTES.md";

/// What ran, and how long.
struct Measured {
    workload: &'static str,
    name: &'static str,
    runs: Vec<Run>,
}

/// A size, and the contenders in their order.
type Measures<'a> = (&'a str, [Measured; CONTENDERS.len()]);

/// One run: seconds.
struct Run {
    wall: f64,
    /// From the command to where the cluster has the job, and from the job's end to the prompt.
    client: f64,
    /// Of the containers, by Hadoop's counter.
    cpu: f64,
    /// Of all tasks, from their starts to their ends.
    maps: f64,
    reduces: f64,
    /// Map tasks.
    splits: f64,
    /// Of this machine: of daemons and clients, too.
    machine: f64,
    answer: u64,
}

/// A job on the cluster.
struct Bench<'a> {
    home: &'a Path,
    built: &'a Built,
    examples: PathBuf,
    streaming: PathBuf,
    out: usize,
}

/// Runs all of it for each size, each contender `runs` times, in turns.
pub(super) fn run(built: &Built, cache: &Path, sizes: &[&str], runs: usize) -> Result<(), Trouble> {
    let examples = examples(cache)?;
    let cluster = TestCluster::start(Scheme::Http)?;
    let home = cluster.dir();
    let mut bench = Bench {
        home,
        built,
        examples,
        streaming: streaming(&home.join("lib"))?,
        out: 0,
    };
    let mut all = Vec::new();
    for &size in sizes {
        bench.hadoop(&["fs", "-mkdir", "/bench"])?;
        for kind in ["text", "tera"] {
            let data = built.data(kind, size)?;
            let block = format!("-Ddfs.blocksize={BLOCK}");
            let place = format!("/bench/{kind}");
            bench.hadoop(&["fs", &block, "-put", &text(&data), &place])?;
        }
        all.push((size, CONTENDERS.map(Measured::new)));
        for turn in 0..runs {
            bench.turn(turn, &mut all)?;
        }
        if let Some((_, measured)) = all.last() {
            check(measured)?;
        }
        bench.hadoop(&["fs", "-rm", "-r", "-skipTrash", "/bench"])?;
    }
    Ok(())
}

const CONTENDERS: [(&str, &str); 10] = [
    ("word count", JAVA_WORDS),
    ("word count", PYTHON),
    ("word count", PYTHON_DICT),
    ("word count", OWN),
    ("word count", HADOOPS),
    ("word count", TEXT),
    ("sort", JAVA_SORT),
    ("sort", OWN),
    ("sort", HADOOPS),
    ("sort", TEXT),
];
const JAVA_WORDS: &str = "Java `wordcount`";
const JAVA_SORT: &str = "Java `terasort`";
const PYTHON: &str = "Python streaming, a line a word";
const PYTHON_DICT: &str = "Python streaming, a dict in the mapper";
const OWN: &str = "mrjob";
const HADOOPS: &str = "mrjob `--splits hadoop`";
const TEXT: &str = "mrjob `--shuffle text`";

/// Seconds: what takes longer isn't run again, and what takes much longer isn't on a larger size.
const LONG: f64 = 60.0;
const TOO_LONG: f64 = 150.0;

impl Bench<'_> {
    /// Runs each contender of the last size once, except those that have taken long.
    fn turn(&mut self, turn: usize, all: &mut [Measures<'_>]) -> Result<(), Trouble> {
        for index in 0..CONTENDERS.len() {
            let smaller = all.iter().rev().skip(1);
            let mut runs = smaller.filter_map(|(_, measured)| measured[index].runs.first());
            if runs.any(|run| run.wall > TOO_LONG) {
                continue;
            }
            let Some((size, measured)) = all.last_mut() else {
                break;
            };
            let measured = &mut measured[index];
            if measured.runs.first().is_some_and(|run| run.wall > LONG) {
                continue;
            }
            let run = self.measure(measured.workload, measured.name)?;
            eprintln!(
                "{} of {size} {turn}: {}: {:.1} s, {:.1} s of CPU",
                measured.workload, measured.name, run.wall, run.cpu
            );
            measured.runs.push(run);
            fs::write(bench_folder().join("HADOOP.md"), page(all))
                .map_err(Trouble::failed("write `benches/HADOOP.md`"))?;
        }
        Ok(())
    }

    /// Runs a contender once.
    fn measure(&mut self, workload: &str, name: &str) -> Result<Run, Trouble> {
        self.out += 1;
        let out = format!("/bench/out-{}", self.out);
        let is_sort = workload == "sort";
        let mut command = match name {
            JAVA_WORDS | JAVA_SORT => self.java(is_sort, &out),
            PYTHON => self.python("words.py", &out),
            PYTHON_DICT => self.python("words_in_dict.py", &out),
            HADOOPS => self.ours(is_sort, &["--splits=hadoop"], &out),
            TEXT => self.ours(is_sort, &["--shuffle=text"], &out),
            _ => self.ours(is_sort, &[], &out),
        };
        let run = watched(&mut command)?;
        let folder = std::env::temp_dir().join(format!("mrjob-bench-{}", std::process::id()));
        self.hadoop(&["fs", "-get", &out, &text(&folder)])?;
        // Only where ranges of keys are asked for are parts in a row in order.
        let in_order = is_sort && name != TEXT;
        let answer = digest(&folder, in_order);
        let _ = fs::remove_dir_all(&folder);
        self.hadoop(&["fs", "-rm", "-r", "-skipTrash", &out])?;
        let answer = answer.map_err(Trouble::failed("read an answer"))?;
        Ok(Run { answer, ..run })
    }

    fn java(&self, is_sort: bool, out: &str) -> Command {
        let (name, kind) = match is_sort {
            true => ("terasort", "tera"),
            false => ("wordcount", "text"),
        };
        let mut command = self.client();
        command.arg("jar").arg(&self.examples).arg(name);
        self.properties(&mut command);
        command.arg(format!("-Dmapreduce.job.reduces={REDUCERS}"));
        command.arg(format!("/bench/{kind}")).arg(out);
        command
    }

    fn python(&self, mapper: &str, out: &str) -> Command {
        let folder = root().join("benches/hadoop");
        let mut command = self.client();
        command.arg("jar").arg(&self.streaming);
        let files = [mapper, "sums.py"].map(|name| text(&folder.join(name)));
        command.args(["-files", &files.join(",")]);
        self.properties(&mut command);
        command.arg(format!("-Dmapreduce.job.reduces={REDUCERS}"));
        command.args([
            "-Dstream.reduce.output=keyonlytext",
            "-input",
            "/bench/text",
        ]);
        command.args(["-output", out, "-mapper", &format!("python3 {mapper}")]);
        command.args(["-reducer", "python3 sums.py"]);
        command
    }

    fn ours(&self, is_sort: bool, options: &[&str], out: &str) -> Command {
        let (name, kind) = match is_sort {
            true => ("sorted_lines", "tera"),
            false => ("white_space_words", "text"),
        };
        let mut command = program(
            self.built.job_path(name),
            ["-r", "hadoop", "--no-conf", "-v"],
        );
        self.environment(&mut command);
        self.properties(&mut command);
        command.args(options).args(["--reducers", REDUCERS]);
        if is_sort && !options.contains(&"--shuffle=text") {
            command.arg("--total-order");
        }
        command
            .arg(format!("hdfs:///bench/{kind}"))
            .args(["-o", out]);
        command
    }

    fn properties(&self, command: &mut Command) {
        for (name, value) in PROPERTIES {
            command.args(["-D", &format!("{name}={value}")]);
        }
    }

    fn client(&self) -> Command {
        let mut command = program(self.home.join("bin/hadoop"), []);
        self.environment(&mut command);
        command
    }

    fn environment(&self, command: &mut Command) {
        command.env("HADOOP_HOME", self.home);
        command.env("HADOOP_CONF_DIR", self.home.join("conf"));
    }

    fn hadoop(&self, arguments: &[&str]) -> Result<(), Trouble> {
        let output = self
            .client()
            .args(arguments)
            .output()
            .map_err(Trouble::failed("run `hadoop`"))?;
        match output.status.success() {
            true => Ok(()),
            false => Err(Trouble::Failed(format!(
                "`hadoop {}` failed: {}",
                arguments.join(" "),
                String::from_utf8_lossy(&output.stderr)
            ))),
        }
    }
}

/// Runs a client to its end; what it says of its job.
fn watched(command: &mut Command) -> Result<Run, Trouble> {
    let (busy, begun) = (busy(), Instant::now());
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Trouble::failed("run a client"))?;
    let (mut submitted, mut done) = (0.0, 0.0);
    let mut said = String::new();
    let stderr = child.stderr.take().expect("it is a pipe");
    for line in BufReader::new(stderr).lines() {
        let line = line.map_err(Trouble::failed("read what a client says"))?;
        let now = begun.elapsed().as_secs_f64();
        if line.contains("Submitted application") {
            submitted = now;
        }
        if line.contains("completed successfully") {
            done = now;
        }
        let _ = writeln!(said, "{line}");
    }
    let status = child.wait().map_err(Trouble::failed("wait for a client"))?;
    let wall = begun.elapsed().as_secs_f64();
    if !status.success() || done == 0.0 {
        return Err(Trouble::Failed(format!("a job failed: {status}\n{said}")));
    }
    let counter = |name: &str| {
        let mut lines = said.lines().rev();
        let found = lines.find_map(|line| line.trim_end().rsplit_once(&format!("{name}=")));
        found
            .and_then(|(_, amount)| amount.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    Ok(Run {
        wall,
        client: submitted + wall - done,
        cpu: counter("CPU time spent (ms)") / 1e3,
        maps: counter("Total time spent by all map tasks (ms)") / 1e3,
        reduces: counter("Total time spent by all reduce tasks (ms)") / 1e3,
        splits: counter("Launched map tasks"),
        machine: self::busy() - busy,
        answer: 0,
    })
}

/// Seconds that this machine's processors have worked.
fn busy() -> f64 {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let first = text.lines().next().unwrap_or_default();
    let ticks: Vec<f64> = first
        .split(' ')
        .filter_map(|word| word.parse().ok())
        .collect();
    // Without what they waited.
    let idle = ticks.get(3).unwrap_or(&0.0) + ticks.get(4).unwrap_or(&0.0);
    (ticks.iter().take(8).sum::<f64>() - idle) / 100.0
}

/// A digest of the lines of all parts: in their order, or in any.
fn digest(folder: &Path, in_order: bool) -> std::io::Result<u64> {
    let mut parts: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    parts.retain(|part| text(part).contains("/part-"));
    parts.sort();
    let (mut all, mut sum) = (DefaultHasher::new(), 0_u64);
    for part in parts {
        for line in BufReader::new(fs::File::open(part)?).split(b'\n') {
            let line = line?;
            line.hash(&mut all);
            let mut one = DefaultHasher::new();
            line.hash(&mut one);
            sum = sum.wrapping_add(one.finish());
        }
    }
    Ok(if in_order { all.finish() } else { sum })
}

/// The answers of a workload are the same.
fn check(all: &[Measured]) -> Result<(), Trouble> {
    for (workload, reference) in [("word count", JAVA_WORDS), ("sort", JAVA_SORT)] {
        let of = |measured: &&Measured| measured.workload == workload;
        // What isn't run again is compared as far as it ran.
        let answers = |measured: &Measured| -> Vec<u64> {
            measured.runs.iter().map(|run| run.answer).collect()
        };
        let java = all.iter().filter(of).find(|it| it.name == reference);
        let wanted = java.and_then(|java| answers(java).first().copied());
        for measured in all.iter().filter(of) {
            // Its parts aren't in order.
            let skipped = workload == "sort" && measured.name == TEXT;
            let same = |found: &u64| Some(*found) == wanted;
            if !skipped && !answers(measured).iter().all(same) {
                return Err(Trouble::Failed(format!(
                    "{workload}: the answer of {} isn't that of {reference}",
                    measured.name
                )));
            }
        }
    }
    Ok(())
}

fn page(all: &[Measures<'_>]) -> String {
    let mut page = format!(
        "# On a Hadoop cluster\n\n\
         Written by `cargo xtask bench --hadoop`: word count and sort on Hadoop 3.4.2 on this machine alone, which is both of \
         the cluster's nodes, with {} processors and nothing else to do. All have the same containers: 1 GiB with a Java heap of 600 MB, \
         two tasks at once, blocks of 64 MB, {REDUCERS} reduce tasks that start when the map tasks are done. Medians of runs in \
         turns; what takes longer than {LONG:.0} s isn't run again, and what takes longer than {TOO_LONG:.0} s isn't on a larger size. The answers are the same: of words the lines, of sorts the bytes of the \
         parts in a row.\n\n\
         Wall is the command's, client what of it is before the cluster has the job and after it is done, maps and reduces are \
         the tasks' own times added up. CPU is Hadoop's counter of the containers, Java in them; the machine's is all that its processors did \
         meanwhile, for daemons and clients, too.\n\n",
        std::thread::available_parallelism().map_or(1, usize::from),
    );
    for (size, measured) in all {
        for (workload, reference) in [("word count", JAVA_WORDS), ("sort", JAVA_SORT)] {
            let _ = writeln!(page, "## {workload} of {size}\n");
            let ran = measured.iter().filter(|it| !it.runs.is_empty());
            let rows: Vec<&Measured> = ran.filter(|it| it.workload == workload).collect();
            if let Some(java) = rows.iter().find(|it| it.name == reference) {
                table(&mut page, &rows, java);
            }
            page.push('\n');
        }
    }
    page + &fs::read_to_string(bench_folder().join(NOTES)).unwrap_or_default()
}

fn table(page: &mut String, rows: &[&Measured], java: &Measured) {
    page.push_str(
        "| | runs | wall s | of Java's | CPU s | of Java's | machine's CPU s | map tasks | maps s | reduces s | client s |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    let (wall, cpu) = (|run: &Run| run.wall, |run: &Run| run.cpu);
    for measured in rows {
        let _ = writeln!(
            page,
            "| {} | {} | {:.1} | {:.2} | {:.1} | {:.2} | {:.1} | {:.0} | {:.1} | {:.1} | {:.1} |",
            measured.name,
            measured.runs.len(),
            measured.median(wall),
            measured.median(wall) / java.median(wall),
            measured.median(cpu),
            measured.median(cpu) / java.median(cpu),
            measured.median(|run| run.machine),
            measured.median(|run| run.splits),
            measured.median(|run| run.maps),
            measured.median(|run| run.reduces),
            measured.median(|run| run.client),
        );
    }
}

impl Measured {
    fn new((workload, name): (&'static str, &'static str)) -> Self {
        Measured {
            workload,
            name,
            runs: Vec::new(),
        }
    }

    fn median(&self, of: impl Fn(&Run) -> f64) -> f64 {
        let mut all: Vec<f64> = self.runs.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// The archive of Java's examples.
fn examples(cache: &Path) -> Result<PathBuf, Trouble> {
    let name = EXAMPLES.split(':').skip(1).collect::<Vec<_>>().join("-");
    let path = cache.join(format!("{name}.jar"));
    if path.is_file() {
        return Ok(path);
    }
    let fetched = program("mvn", ["--batch-mode", "--quiet", "dependency:copy"])
        .arg(format!("-Dartifact={EXAMPLES}"))
        .arg(format!("-DoutputDirectory={}", cache.display()))
        .status()
        .map_err(Trouble::failed("run `mvn`"))?;
    match fetched.success() {
        true => Ok(path),
        false => Err(Trouble::Failed(format!("`mvn` couldn't fetch {EXAMPLES}"))),
    }
}

/// The archive for streaming among Hadoop's.
fn streaming(lib: &Path) -> Result<PathBuf, Trouble> {
    let entries = fs::read_dir(lib).map_err(Trouble::failed("look at Hadoop's archives"))?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| text(path).contains("hadoop-streaming-"))
        .ok_or_else(|| Trouble::Failed("Hadoop has no archive for streaming".to_owned()))
}
