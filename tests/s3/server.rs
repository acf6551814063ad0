//! Moto's server in a virtual environment of its own.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{env, fs};

use mrjob_tests_process::{Child, Command, Stdio};
use serde_json::{Value, json};

const MOTO: &str = "moto[server]==5.2.1";

/// The region of buckets unless a test says otherwise.
pub(crate) const REGION: &str = "eu-central-1";

/// The one server of all tests; why there is none, where it can't be started.
static SERVER: LazyLock<Result<Server, String>> = LazyLock::new(|| {
    Server::start().map_err(|why| format!("{why}; hint: `apt-get install python3-venv`"))
});

/// A server that runs; it ends with its standard input, and so with the tests.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) endpoint: String,
    talk: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    _process: Child,
}

/// Time for 30 MB from a package index.
const FETCHING: Duration = Duration::from_secs(1800);

/// The server, or nothing where that was said as the reason of a skip.
pub(crate) fn server() -> Option<&'static Server> {
    match &*SERVER {
        Ok(server) => Some(server),
        Err(why) => {
            // Past what the harness holds back.
            let _ = writeln!(
                std::io::stdout(),
                "skipped (service): no moto server: {why}"
            );
            None
        }
    }
}

impl Server {
    fn start() -> Result<Self, String> {
        let python = environment()?;
        // Tests of two packages have this module.
        let dir = Path::new(env!("CARGO_MANIFEST_DIR"));
        let script = [dir.join("s3/server.py"), dir.join("server.py")];
        let script = script.into_iter().find(|script| script.is_file());
        let script = script.ok_or("there is no `server.py`")?;
        let mut process = Command::new(&python)
            .arg(script)
            // It serves all tests, and ends with them.
            .limit(Duration::MAX)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("`{}` doesn't start: {error}", python.display()))?;
        let to = process.stdin.take().ok_or("no way to talk to it")?;
        let mut from = BufReader::new(process.stdout.take().ok_or("no way to hear it")?);
        let mut line = String::new();
        from.read_line(&mut line)
            .map_err(|error| error.to_string())?;
        let endpoint = serde_json::from_str(&line).map_err(|_| "it ended at once".to_owned())?;
        Ok(Server {
            endpoint,
            talk: Mutex::new((to, from)),
            _process: process,
        })
    }

    /// What programs find it by.
    pub(crate) fn variables(&self) -> [(&'static str, &str); 5] {
        [
            ("AWS_ENDPOINT_URL", &self.endpoint),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_REGION", REGION),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ]
    }

    /// Calls boto3's `call` in a region.
    pub(crate) fn ask_in(&self, region: &str, call: &str, arguments: Value) -> Value {
        let mut talk = self.talk.lock().unwrap_or_else(PoisonError::into_inner);
        let request = json!({"region": region, "call": call, "arguments": arguments});
        writeln!(talk.0, "{request}").unwrap();
        let mut line = String::new();
        talk.1.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert!(answer.get("error").is_none(), "{call}: {answer}");
        answer
    }

    /// The same in the usual region.
    pub(crate) fn ask(&self, call: &str, arguments: Value) -> Value {
        self.ask_in(REGION, call, arguments)
    }

    /// Makes the next `times` requests whose line, `PUT /bucket/key?query`, matches the regular expression go wrong: as
    /// `how` says, an object with `Status` and `Code`, `Cut`, `Hold`, `Lost` (done, and the answer is lost) or `Gone`.
    pub(crate) fn fault(&self, line: &str, times: u32, how: Value) {
        self.ask("fault", json!({"Line": line, "Times": times, "How": how}));
    }

    /// Lets the requests go on that were held.
    pub(crate) fn release(&self, line: &str) {
        self.ask("release", json!({"Line": line}));
    }

    /// The lines of the programs' requests so far that match.
    pub(crate) fn requests(&self, line: &str) -> Vec<String> {
        let found = self.ask("requests", json!({"Line": line}));
        serde_json::from_value(found["Lines"].clone()).unwrap()
    }

    /// Waits for a request.
    pub(crate) fn await_request(&self, line: &str) {
        let start = Instant::now();
        while self.requests(line).is_empty() {
            assert!(start.elapsed() < Duration::from_secs(300), "no {line}");
            sleep(Duration::from_millis(20));
        }
    }

    /// The keys in a bucket, in their order.
    pub(crate) fn keys(&self, bucket: &str) -> Vec<String> {
        let found = self.ask("list_objects_v2", json!({"Bucket": bucket}));
        let key = |object: &Value| object["Key"].as_str().unwrap().to_owned();
        let objects = found.get("Contents").and_then(Value::as_array);
        objects.into_iter().flatten().map(key).collect()
    }

    /// The keys of uploads that were begun and not ended.
    pub(crate) fn uploads(&self, bucket: &str) -> Vec<String> {
        let found = self.ask("list_multipart_uploads", json!({"Bucket": bucket}));
        let key = |object: &Value| object["Key"].as_str().unwrap().to_owned();
        let uploads = found.get("Uploads").and_then(Value::as_array);
        uploads.into_iter().flatten().map(key).collect()
    }

    /// The text of an object.
    pub(crate) fn text(&self, bucket: &str, key: &str) -> String {
        let object = self.ask("get_object", json!({"Bucket": bucket, "Key": key}));
        object["Body"].as_str().unwrap().to_owned()
    }

    /// A new bucket.
    pub(crate) fn bucket(&self, name: &str) {
        let place = json!({"LocationConstraint": REGION});
        self.ask(
            "create_bucket",
            json!({"Bucket": name, "CreateBucketConfiguration": place}),
        );
    }

    /// An object with the bytes of a file.
    pub(crate) fn put(&self, bucket: &str, key: &str, file: &Path) {
        self.ask(
            "put_object",
            json!({"Bucket": bucket, "Key": key, "File": file}),
        );
    }
}

/// The python of an environment with moto, made where it isn't there.
fn environment() -> Result<PathBuf, String> {
    let folder = match env::var_os("MRJOB_TEST_MOTO") {
        Some(folder) => PathBuf::from(folder),
        None => {
            let user = env::var("USER").unwrap_or_default();
            env::temp_dir().join(format!("mrjob-tests-moto-5.2.1-{user}"))
        }
    };
    let python = folder.join("bin/python");
    let ready = folder.join("ready");
    if !ready.exists() {
        // Past what the harness holds back.
        let _ = writeln!(std::io::stdout(), "fetching {MOTO} by pip");
        let folder = folder.to_string_lossy().into_owned();
        run("python3", &["-m", "venv", "--clear", &folder])?;
        let pip = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            MOTO,
        ];
        run(&python.to_string_lossy(), &pip)?;
        fs::write(&ready, "").map_err(|error| error.to_string())?;
    }
    Ok(python)
}

fn run(program: &str, arguments: &[&str]) -> Result<(), String> {
    let shown = format!("`{program} {}`", arguments.join(" "));
    let mut command = Command::new(program);
    match command.args(arguments).limit(FETCHING).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said).into_owned();
            let last = said.trim().lines().last().unwrap_or_default();
            Err(format!("{shown} failed: {last}"))
        }
        Err(error) => Err(format!("{shown} doesn't start: {error}")),
    }
}
