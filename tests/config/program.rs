//! What a job does with configuration files, and where it says that values come from.

use std::fs;
use std::path::Path;

use mrjob_tests_process::{Command, Output};
use tempfile::TempDir;

const JOB: &str = env!("CARGO_BIN_EXE_top_words");

struct Scene {
    folder: TempDir,
}

impl Scene {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        fs::write(folder.path().join("in.txt"), "to be or not to be\n").unwrap();
        Scene { folder }
    }

    fn run(&self, arguments: &str, conf: Option<&str>) -> Output {
        let mut command = Command::new(JOB);
        command
            .args(arguments.split_whitespace())
            .arg("in.txt")
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env_remove("MRJOB_CONF");
        if let Some(conf) = conf {
            command.env("MRJOB_CONF", conf);
        }
        command.output().unwrap()
    }

    /// What `--dry-run -v` prints.
    fn plan(&self, arguments: &str) -> String {
        let output = self.run(&format!("{arguments} --dry-run -v"), None);
        assert!(output.status.success(), "{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn every_value_has_its_origin() {
    let scene = Scene::new(&[
        (
            "a.yaml",
            "runners:\n  local:\n    label: a\n    owner: a\n    num_cores: 1\n    memory: 64M\n    jobconf:\n      \
             mapreduce.job.priority: a\n      own: a\n      both: a\n",
        ),
        (
            "b.yaml",
            "runners:\n  local:\n    owner: b\n    num_cores: 2\n    jobconf: {both: b}\n  inline:\n    label: inline\n",
        ),
    ]);
    let both = "-c a.yaml -c b.yaml";
    let cases = [
        ("--no-conf", "label:", "# default: the job's name"),
        ("--no-conf", "num_cores:", "# default: one a core"),
        ("--no-conf", "  mapreduce.job.priority: LOW", "# the job"),
        ("-c a.yaml", "label: a", "# a.yaml:3"),
        ("-c a.yaml", "memory: 64M", "# a.yaml:6"),
        ("-c a.yaml", "  own: a", "# a.yaml:9"),
        ("-c a.yaml", "  mapreduce.job.priority: LOW", "# the job"),
        (both, "label: a", "# a.yaml:3"),
        (both, "owner: b", "# b.yaml:3"),
        (both, "num_cores: 2", "# b.yaml:4"),
        (both, "  both: b", "# b.yaml:5"),
        (both, "  own: a", "# a.yaml:9"),
        ("-c b.yaml -c a.yaml", "owner: a", "# a.yaml:4"),
        ("-c b.yaml -c a.yaml", "  both: a", "# a.yaml:10"),
        ("-c a.yaml -r inline", "label:", "# default: the job's name"),
        ("-c b.yaml -r inline", "label: inline", "# b.yaml:7"),
        ("-c a.yaml --label typed", "label: typed", "# --label"),
        ("-c a.yaml --num-cores 3", "num_cores: 3", "# --num-cores"),
        ("-c a.yaml -D own=typed", "  own: typed", "# --jobconf"),
        (
            "-c a.yaml -D mapreduce.job.priority=HIGH",
            "  mapreduce.job.priority: HIGH",
            "# --jobconf",
        ),
        ("-c a.yaml --no-conf", "label:", "# default: the job's name"),
        ("--no-conf -c a.yaml", "label: a", "# a.yaml:3"),
        (
            "-c a.yaml --memory 128M",
            "memory: \"134217728\"",
            "# --memory",
        ),
    ];
    for (arguments, value, origin) in cases {
        let plan = scene.plan(arguments);
        let found = plan
            .lines()
            .any(|line| line.starts_with(value) && line.ends_with(origin));
        assert!(found, "`{value}  {origin}` with {arguments}:\n{plan}");
    }
}

#[test]
fn values_take_effect() {
    let scene = Scene::new(&[(
        "conf.yaml",
        "runners:\n  local: &all\n    output_dir: out\n    step_output_dir: steps\n    cat_output: true\n    \
         label: nightly\n    owner: ann.x\n    num_cores: 2\n    memory: 64M\n  inline: *all\n",
    )]);
    for runner in ["local", "inline"] {
        let output = scene.run(&format!("-r {runner} -c conf.yaml"), None);
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(!output.stdout.is_empty());
        for made in ["out/_SUCCESS", "steps/0000/part-00000"] {
            assert!(
                scene.folder.path().join(made).exists(),
                "{made} by {runner}"
            );
        }
        for made in ["out", "steps"] {
            fs::remove_dir_all(scene.folder.path().join(made)).unwrap();
        }
    }
    let plan = scene.plan("-c conf.yaml");
    for line in [
        "workers       2",
        "memory        67.1 MB for the whole run",
        "output        out and standard output",
    ] {
        assert!(plan.contains(line), "{line}: {plan}");
    }
}

#[test]
fn reducers_of_whoever_counts_most() {
    let scene = Scene::new(&[
        ("option.yaml", "runners: {local: {reducers: 3}}"),
        (
            "property.yaml",
            "runners: {local: {jobconf: {mapreduce.job.reduces: 4}}}",
        ),
        (
            "both.yaml",
            "runners:\n  local:\n    reducers: 3\n    jobconf: {mapred.reduce.tasks: 4}\n",
        ),
    ]);
    for (arguments, expected) in [
        ("-c option.yaml", "3"),
        ("-c property.yaml", "4"),
        ("-c option.yaml --reducers 5", "5"),
        ("-c option.yaml -D mapreduce.job.reduces=6", "6"),
        ("-c property.yaml --reducers 5", "5"),
    ] {
        let plan = scene.plan(arguments);
        let reducers = plan.lines().find(|line| line.starts_with("  reducers"));
        let number = reducers.and_then(|line| line.split_whitespace().nth(1));
        assert_eq!(number, Some(expected), "{arguments}: {plan}");
    }
    let output = scene.run("-c both.yaml", None);
    assert_eq!(output.status.code(), Some(2));
    let expected = "`reducers: 3` in both.yaml:3 and `mapred.reduce.tasks: 4` in both.yaml:4 say different things";
    assert!(stderr(&output).contains(expected), "{}", stderr(&output));
}

#[test]
fn files_are_searched_for() {
    let scene = Scene::new(&[
        (".mrjob.conf", "runners: {local: {num_cores: nonsense}}"),
        ("named.yaml", "runners: {local: {memory: nonsense}}"),
    ]);
    let said = |arguments: &str, conf: Option<&str>| {
        let output = scene.run(arguments, conf);
        (output.status.code(), stderr(&output))
    };
    let (code, text) = said("", None);
    assert_eq!(code, Some(2));
    assert!(
        text.contains(".mrjob.conf:1:30: `num_cores` must be"),
        "{text}"
    );
    let (_, text) = said("", Some("named.yaml"));
    assert!(text.contains("named.yaml:1:27: `memory` must be"), "{text}");
    let (code, text) = said("", Some("nowhere.yaml"));
    assert_eq!(code, Some(2));
    assert!(text.contains("nowhere.yaml: failed to read it"), "{text}");
    // What is named is read in place of what would be searched for.
    assert_eq!(said("--no-conf -q", None).0, Some(0));
    assert_eq!(said("--no-conf -q", Some("named.yaml")).0, Some(0));
}

#[test]
fn what_does_nothing_is_said() {
    let scene = Scene::new(&[(
        "conf.yaml",
        "runners:\n  local: {sort_bin: gsort}\n  emr: {}\n  spark: {spark_master: x}\n",
    )]);
    let output = scene.run("-c conf.yaml", None);
    assert!(output.status.success());
    let text = stderr(&output);
    assert!(
        text.contains("conf.yaml:2:11: `sort_bin` does nothing here: no program is needed to sort"),
        "{text}"
    );
}

#[test]
fn values_of_files_are_named_where_they_do_not_fit() {
    let scene = Scene::new(&[(
        "conf.yaml",
        "runners:\n  local:\n    memory: 1M\n    local_tmp_dir: $NOWHERE/x\n",
    )]);
    let output = scene.run("-c conf.yaml", None);
    assert!(
        stderr(&output)
            .contains("conf.yaml:4:20: the variable `NOWHERE` in `local_tmp_dir` isn't set")
    );
    let scene = Scene::new(&[(
        "conf.yaml",
        "runners:\n  local:\n    memory: 1M\n    local_tmp_dir: ~/nowhere\n",
    )]);
    let text = stderr(&scene.run("-c conf.yaml", None));
    assert!(
        text.contains("`memory` in conf.yaml:3 must be 16M or more"),
        "{text}"
    );
    assert!(
        text.contains("`local_tmp_dir` in conf.yaml:4 is `"),
        "{text}"
    );
}

fn left(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn temporary_files_stay_where_cleanup_says_so() {
    let scene = Scene::new(&[]);
    let temp = scene.folder.path().join("temp");
    for (arguments, stays) in [
        ("", false),
        ("--cleanup ALL", false),
        ("--cleanup LOCAL_TMP,JOB", false),
        ("--cleanup NONE", true),
        ("--cleanup CLUSTER", true),
        ("--cleanup-on-failure NONE", false),
    ] {
        fs::create_dir(&temp).unwrap();
        let output = scene.run(&format!("--no-conf --local-tmp-dir temp {arguments}"), None);
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(left(&temp) > 0, stays, "{arguments}");
        assert_eq!(
            stderr(&output).contains("temporary files may stay in"),
            arguments.contains("NONE") || stays
        );
        fs::remove_dir_all(&temp).unwrap();
    }
    let output = scene.run("--no-conf --cleanup NOTHING", None);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_failed_run_leaves_what_cleanup_says() {
    let scene = Scene::new(&[]);
    let temp = scene.folder.path().join("temp");
    for (modes, stays) in [("ALL", false), ("NONE", true)] {
        fs::create_dir(&temp).unwrap();
        // Its input is no numbers.
        let output = Command::new(env!("CARGO_BIN_EXE_fallible"))
            .args([
                "--no-conf",
                "--local-tmp-dir",
                "temp",
                "--cleanup-on-failure",
                modes,
            ])
            .arg("in.txt")
            .current_dir(scene.folder.path())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert_eq!(left(&temp) > 0, stays, "{modes}");
        fs::remove_dir_all(&temp).unwrap();
    }
}
