//! YARN and its job history, by their web services.

use std::time::Duration;

use mrjob_core::counter::Counters;
use serde_json::Value;
use ureq::http::Method;

use super::HadoopError;
use crate::cluster::Message;
use crate::executable::System;
use crate::fs::hdfs::HdfsError;
use crate::fs::hdfs::site::Site;
use crate::web::{Answer, Client, Patience, Request, Role, Unanswered, origin, reach, server_of};

/// Bytes of a log that are read: its end.
const LOG: u32 = 64 << 10;

/// Machines that are asked what they run on.
const ASKED: usize = 3;

/// How long a server may be silent that is asked how things go: it is asked again soon.
const SILENCE: Duration = Duration::from_secs(10);

/// How often a server may send one to another: a ResourceManager on standby does, and the proxy of a job that has ended.
const REDIRECTIONS: usize = 5;

/// A cluster.
#[derive(Debug)]
pub(super) struct Cluster<'a> {
    client: Client,
    patience: Patience<'a>,
    /// Web addresses of the ResourceManagers, such as `http://node:8088`. One is active.
    managers: Vec<String>,
    /// Where clients submit jobs.
    submission: Vec<String>,
    /// The history server, likewise.
    history: String,
    /// What addresses of NodeManagers begin with: `http`.
    scheme: &'static str,
    conf_dir: std::path::PathBuf,
    user: String,
}

/// How much runs at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Capacity {
    /// Tasks.
    pub(super) tasks: u32,
    /// Machines.
    pub(super) nodes: u32,
}

/// An attempt at a task, as the application master or the history server knows it.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) id: String,
    /// The machine's web server, `host:port`.
    pub(super) node: String,
    pub(super) container: String,
    /// Hadoop's words on how it ended.
    pub(super) diagnostics: String,
}

/// How far an application is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It waits or runs.
    Runs,
    /// It has done all that it should.
    Done,
    /// It failed, or was killed.
    Failed,
}

/// How far a job is.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Progress {
    /// Map tasks, those that are done, and how much of all is, from 0 to 1.
    pub(super) maps: (usize, usize, f64),
    /// The same for reduce tasks.
    pub(super) reduces: (usize, usize, f64),
}

impl<'a> Cluster<'a> {
    pub(super) fn new(site: &Site, user: &str, client: Client, patience: Patience<'a>) -> Self {
        let host = site.get("yarn.resourcemanager.hostname");
        let host = host.unwrap_or_else(|| "localhost".to_owned());
        let ids = site
            .get("yarn.resourcemanager.ha.rm-ids")
            .unwrap_or_default();
        let addresses = |name: &str, port: u16| -> Vec<String> {
            if ids.is_empty() {
                let address = site.get(name).unwrap_or_else(|| format!("{host}:{port}"));
                return vec![address.replace("0.0.0.0", &host)];
            }
            let address = |id: &str| {
                let host = site.get(&format!("yarn.resourcemanager.hostname.{id}"));
                site.get(&format!("{name}.{id}"))
                    .or_else(|| Some(format!("{}:{port}", host?)))
            };
            ids.split(',').map(str::trim).filter_map(address).collect()
        };
        let scheme = |policy: &str| match site.get(policy).as_deref() {
            Some("HTTPS_ONLY") => "https",
            _ => "http",
        };
        let yarn = scheme("yarn.http.policy");
        let managers = match yarn {
            "https" => addresses("yarn.resourcemanager.webapp.https.address", 8090),
            _ => addresses("yarn.resourcemanager.webapp.address", 8088),
        };
        let history = scheme("mapreduce.jobhistory.http.policy");
        let (name, port) = match history {
            "https" => ("mapreduce.jobhistory.webapp.https.address", 19890),
            _ => ("mapreduce.jobhistory.webapp.address", 19888),
        };
        let history_server = site
            .get(name)
            .unwrap_or_else(|| format!("{host}:{port}"))
            .replace("0.0.0.0", &host);
        Cluster {
            client,
            patience,
            managers: managers
                .iter()
                .map(|server| format!("{yarn}://{server}"))
                .collect(),
            submission: addresses("yarn.resourcemanager.address", 8032),
            history: format!("{history}://{history_server}"),
            scheme: yarn,
            conf_dir: site.dir().to_owned(),
            user: user.to_owned(),
        }
    }

    /// Checks that a ResourceManager listens, and waits for one that is restarting: the client itself would try for a quarter
    /// of an hour.
    pub(super) fn check(&self) -> Result<(), HadoopError> {
        let mut wait = self.patience.begin();
        loop {
            let mut failed = Vec::new();
            for address in &self.submission {
                match reach(Role::ResourceManager, address) {
                    Ok(()) => return self.check_web(),
                    Err(error) => failed.push(error),
                }
            }
            let is_passing = failed.iter().any(Unanswered::is_passing);
            let words: Vec<String> = failed.iter().map(Unanswered::to_string).collect();
            let words = words.join("; ");
            if !is_passing || !wait.again(&words) {
                return Err(HadoopError::NoResourceManager {
                    failed: words,
                    waited: wait.waited(),
                    conf_dir: self.conf_dir.clone(),
                });
            }
        }
    }

    /// Waits for a web service of the ResourceManager that is slow. A job runs without it, too.
    fn check_web(&self) -> Result<(), HadoopError> {
        let mut wait = self.patience.begin();
        loop {
            let ask = |manager: &String| {
                let url = format!("{manager}/ws/v1/cluster/info");
                let answer = self.follow(
                    Role::ResourceManager,
                    Method::GET,
                    &url,
                    None,
                    wait.silence(),
                )?;
                match answer.status {
                    502..=504 => Err(HdfsError::Status {
                        server: format!("{} {}", Role::ResourceManager.name(), server_of(&url)),
                        status: answer.status,
                    }),
                    _ => Ok(()),
                }
            };
            let mut failed = None;
            for manager in &self.managers {
                match ask(manager) {
                    Ok(()) => return Ok(()),
                    Err(error) => failed = Some(error),
                }
            }
            let Some(error) = failed else { return Ok(()) };
            // Nobody listens: it is elsewhere, or out of reach.
            let waits = error.is_passing() && !error.is_no_connection();
            if !waits || !wait.again(&error.plain()) {
                if waits || error.is_of_tls() {
                    let error = error.after(wait.waited());
                    self.patience
                        .warn(format!("nothing is known of how the job goes: {error}"));
                }
                return Ok(());
            }
        }
    }

    /// How many tasks with containers of so many bytes run at once beside an application master.
    pub(super) fn capacity(&self, container: u64, master: u64) -> Option<Capacity> {
        let metrics = self.manager("ws/v1/cluster/metrics")?;
        let number = |name: &str| metrics["clusterMetrics"][name].as_u64();
        let left = number("totalMB")?.saturating_sub(master >> 20);
        let tasks = left / (container >> 20).max(1);
        Some(Capacity {
            tasks: tasks.try_into().ok()?,
            nodes: number("activeNodes")?.try_into().ok()?,
        })
    }

    /// What some machines of the cluster run on, as far as they tell.
    pub(super) fn systems(&self) -> Vec<(String, System)> {
        let answer = self.manager("ws/v1/cluster/nodes?states=RUNNING");
        let answer = answer.unwrap_or_default();
        let nodes = list(&answer["nodes"]["node"]).into_iter().take(ASKED);
        let asked = nodes.filter_map(|node| {
            let address = node["nodeHTTPAddress"].as_str()?;
            let scheme = self.scheme;
            let url = format!("{scheme}://{address}/jmx?qry=java.lang:type=OperatingSystem");
            let answer = self.json(Role::NodeManager, &url)?;
            let text = |name: &str| Some(answer["beans"][0][name].as_str()?.to_owned());
            let system = System {
                name: text("Name")?,
                architecture: text("Arch")?,
            };
            Some((address.to_owned(), system))
        });
        asked.collect()
    }

    /// What the ResourceManager says of an application.
    pub(super) fn application(&self, application: &str) -> Option<Value> {
        let mut answer = self.manager(&format!("ws/v1/cluster/apps/{application}"))?;
        Some(answer["app"].take())
    }

    /// The application of this tag, if the cluster has it already.
    pub(super) fn tagged(&self, tag: &str) -> Option<String> {
        let answer = self.manager(&format!("ws/v1/cluster/apps?applicationTags={tag}"))?;
        let applications = &answer["apps"]["app"];
        Some(list(applications).first()?["id"].as_str()?.to_owned())
    }

    /// Whether an application with one of these tags has yet to end, if the cluster says.
    pub(super) fn is_any_running(&self, tags: &[String]) -> Option<bool> {
        let tags = tags.join(",");
        let answer = self.manager(&format!("ws/v1/cluster/apps?applicationTags={tags}"))?;
        Some(!list(&answer["apps"]["app"]).into_iter().all(is_over))
    }

    /// How far an application is, if the cluster says.
    pub(super) fn state(&self, application: &str) -> Option<State> {
        let app = self.application(application)?;
        Some(match app["finalStatus"].as_str() {
            _ if !is_over(&app) => State::Runs,
            Some("SUCCEEDED") => State::Done,
            _ => State::Failed,
        })
    }

    /// Why an application that was accepted doesn't run, as far as that can be seen.
    pub(super) fn waiting(&self, application: &str) -> Option<String> {
        let app = self.application(application)?;
        if app["state"] != "ACCEPTED" {
            return None;
        }
        let metrics = self.manager("ws/v1/cluster/metrics")?;
        let number = |name: &str| metrics["clusterMetrics"][name].as_u64().unwrap_or(0);
        let queue = app["queue"].as_str().unwrap_or("default");
        let (machines, unhealthy) = (number("activeNodes"), number("unhealthyNodes"));
        let mut text = format!("{application} waits in queue `{queue}`: ");
        text += &match (machines, unhealthy) {
            (0, 0) => "no machine of the cluster is up".to_owned(),
            (0, _) => format!(
                "all machines are unhealthy{}",
                self.complaint_of_a_machine()
            ),
            _ => format!(
                "{machines} machines are up, with {} MB of {} MB free, and {} other jobs run",
                number("availableMB"),
                number("totalMB"),
                number("appsRunning"),
            ),
        };
        let said = app["diagnostics"].as_str().unwrap_or_default().trim();
        if !said.is_empty() {
            text += &format!("; YARN says: {said}");
        }
        text += match machines {
            0 => "\nhint: whoever keeps the cluster has to mend that",
            _ => "\nhint: it begins when the queue has room for it; Ctrl-C gives up",
        };
        Some(text)
    }

    /// What a machine that is unhealthy says of itself.
    fn complaint_of_a_machine(&self) -> String {
        let answer = self.manager("ws/v1/cluster/nodes?states=UNHEALTHY");
        let answer = answer.unwrap_or_default();
        let nodes = list(&answer["nodes"]["node"]);
        let report = nodes.iter().find_map(|node| node["healthReport"].as_str());
        report.map_or_else(String::new, |report| format!(": {}", report.trim()))
    }

    /// The counters that each task of a job which is done left in its log, if there are some.
    pub(super) fn logged_counters(&self, job: &str) -> Option<Vec<Counters>> {
        let base = format!("{}/tasks", self.history_of(job));
        let tasks = self.json(Role::HistoryServer, &base)?;
        let mut all = Vec::new();
        for task in list(&tasks["tasks"]["task"]) {
            let (Some(id), Some(attempt)) =
                (task["id"].as_str(), task["successfulAttempt"].as_str())
            else {
                continue;
            };
            let url = format!("{base}/{id}/attempts/{attempt}");
            let Some(answer) = self.json(Role::HistoryServer, &url) else {
                continue;
            };
            let log = self.log(&as_attempt(&answer["taskAttempt"]), "stderr");
            let log = log.unwrap_or_default();
            let mut messages = log.lines().rev().filter_map(Message::parse);
            if let Some(Message::Counters(counters)) = messages.next() {
                all.push(counters);
            }
        }
        Some(all)
    }

    /// How far a job that runs is.
    pub(super) fn progress(&self, application: &str, job: &str) -> Option<Progress> {
        let answer = self.manager(&master(application, job, ""))?;
        let job = &answer["job"];
        let phase = |all: &str, done: &str, percent: &str| {
            let number = |name: &str| usize::try_from(job[name].as_u64()?).ok();
            Some((number(all)?, number(done)?, job[percent].as_f64()? / 100.0))
        };
        Some(Progress {
            maps: phase("mapsTotal", "mapsCompleted", "mapProgress")?,
            reduces: phase("reducesTotal", "reducesCompleted", "reduceProgress")?,
        })
    }

    /// Counters of a job that runs, by group and name.
    pub(super) fn counters(
        &self,
        application: &str,
        job: &str,
    ) -> Option<Vec<(String, String, i64)>> {
        Some(all_counters(&self.manager(&master(
            application,
            job,
            "/counters",
        ))?))
    }

    /// Counters of a job that is done, likewise; none as long as the history server doesn't know it.
    pub(super) fn last_counters(&self, job: &str) -> Option<Vec<(String, String, i64)>> {
        let counters = format!("{}/counters", self.history_of(job));
        Some(all_counters(&self.json(Role::HistoryServer, &counters)?))
    }

    /// An attempt at a task of a job that runs.
    pub(super) fn running_attempt(
        &self,
        application: &str,
        job: &str,
        attempt: &str,
    ) -> Option<Attempt> {
        let below = format!("/tasks/{}/attempts/{attempt}", task_of(attempt)?);
        let answer = self.manager(&master(application, job, &below))?;
        Some(as_attempt(&answer["taskAttempt"]))
    }

    /// The attempt for which a job failed; none as long as the history server doesn't know the job.
    pub(super) fn failed_attempt(&self, job: &str) -> Option<Attempt> {
        let base = format!("{}/tasks", self.history_of(job));
        let tasks = self.json(Role::HistoryServer, &base)?;
        // Tasks that never ran are called failed, too, and have no attempt.
        let failed = |json: &&&Value| json["state"] == "FAILED";
        list(&tasks["tasks"]["task"])
            .iter()
            .filter(failed)
            .find_map(|task| {
                let url = format!("{base}/{}/attempts", task["id"].as_str()?);
                let attempts = self.json(Role::HistoryServer, &url)?;
                let attempts = list(&attempts["taskAttempts"]["taskAttempt"]);
                let attempts = attempts.iter().filter(failed);
                attempts
                    .max_by_key(|attempt| attempt["finishTime"].as_u64())
                    .map(|&attempt| as_attempt(attempt))
            })
    }

    /// Where the history server tells of a job.
    fn history_of(&self, job: &str) -> String {
        format!("{}/ws/v1/history/mapreduce/jobs/{job}", self.history)
    }

    /// Whether the history server can be asked.
    pub(super) fn has_history(&self) -> bool {
        let url = format!("{}/ws/v1/history/info", self.history);
        self.json(Role::HistoryServer, &url).is_some()
    }

    /// The end of a log of an attempt, of whoever has it: `stderr`, `syslog`.
    pub(super) fn log(&self, attempt: &Attempt, name: &str) -> Option<String> {
        let Attempt {
            node, container, ..
        } = attempt;
        let tail = format!("{container}/logs/{name}?size=-{LOG}");
        let of_node = format!("{}://{node}/ws/v1/node/containers/{tail}", self.scheme);
        let of_history = format!(
            "{}/ws/v1/history/containerlogs/{container}/{name}?size=-{LOG}",
            self.history
        );
        let text = |role, url| self.get(role, url)?.text().ok();
        text(Role::NodeManager, &of_node).or_else(|| text(Role::HistoryServer, &of_history))
    }

    /// Where a person reads the logs of an attempt.
    pub(super) fn log_page(&self, attempt: &Attempt) -> String {
        let Attempt {
            node,
            container,
            id,
            ..
        } = attempt;
        format!(
            "{}/jobhistory/logs/{node}/{container}/{id}/{}",
            self.history, self.user
        )
    }

    /// Ends an application; whether that is under way.
    pub(super) fn kill(&self, application: &str) -> bool {
        self.managers.iter().any(|manager| {
            let url = format!(
                "{manager}/ws/v1/cluster/apps/{application}/state?user.name={}",
                self.user
            );
            let killed = Some(r#"{"state":"KILLED"}"#);
            let answer = self.follow(Role::ResourceManager, Method::PUT, &url, killed, SILENCE);
            answer.is_ok_and(|answer| matches!(answer.status, 200 | 202))
        })
    }

    /// What the active ResourceManager answers.
    fn manager(&self, path: &str) -> Option<Value> {
        let urls = self
            .managers
            .iter()
            .map(|manager| format!("{manager}/{path}"));
        urls.into_iter()
            .find_map(|url| self.json(Role::ResourceManager, &url))
    }

    /// The JSON at `url`; nothing where there is none, as where a server isn't ready or has gone.
    fn json(&self, role: Role, url: &str) -> Option<Value> {
        self.get(role, url)?.json().ok()?
    }

    fn get(&self, role: Role, url: &str) -> Option<Answer> {
        let answer = self.follow(role, Method::GET, url, None, SILENCE).ok()?;
        (answer.status == 200).then_some(answer)
    }

    /// What is answered at `url`, or where that sends one.
    fn follow(
        &self,
        role: Role,
        method: Method,
        url: &str,
        json: Option<&str>,
        silence: Duration,
    ) -> Result<Answer, HdfsError> {
        let mut url = url.to_owned();
        for _ in 0..REDIRECTIONS {
            let request = Request {
                role,
                method: method.clone(),
                url: &url,
                silence,
                credentials: None,
            };
            let answer = match json {
                Some(json) => self.client.send_json(&request, json)?,
                None => self.client.ask(&request)?,
            };
            match &answer.location {
                Some(place) if (300..400).contains(&answer.status) => {
                    url = match place.starts_with('/') {
                        true => format!("{}{place}", origin(&url)),
                        false => place.clone(),
                    };
                }
                _ => return Ok(answer),
            }
        }
        Err(HdfsError::Declined)
    }
}

/// Whether an application has ended.
fn is_over(app: &Value) -> bool {
    matches!(
        app["state"].as_str(),
        Some("FINISHED" | "FAILED" | "KILLED")
    )
}

fn all_counters(answer: &Value) -> Vec<(String, String, i64)> {
    let mut all = Vec::new();
    for group in list(&answer["jobCounters"]["counterGroup"]) {
        let name = group["counterGroupName"].as_str().unwrap_or_default();
        for counter in list(&group["counter"]) {
            let (Some(counter_name), Some(amount)) = (
                counter["name"].as_str(),
                counter["totalCounterValue"].as_i64(),
            ) else {
                continue;
            };
            all.push((name.to_owned(), counter_name.to_owned(), amount));
        }
    }
    all
}

/// The path of what the application master says of its job.
fn master(application: &str, job: &str, below: &str) -> String {
    format!("proxy/{application}/ws/v1/mapreduce/jobs/{job}{below}")
}

/// `attempt_1_0003_m_000002_0` is of `task_1_0003_m_000002`.
fn task_of(attempt: &str) -> Option<String> {
    let (task, _) = attempt.strip_prefix("attempt_")?.rsplit_once('_')?;
    Some(format!("task_{task}"))
}

fn as_attempt(json: &Value) -> Attempt {
    let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    Attempt {
        id: text("id"),
        node: text("nodeHttpAddress"),
        container: text("assignedContainerId"),
        diagnostics: text("diagnostics"),
    }
}

/// A list; some versions write one of a single element as that element.
fn list(json: &Value) -> Vec<&Value> {
    match json {
        Value::Array(elements) => elements.iter().collect(),
        Value::Null => Vec::new(),
        element => vec![element],
    }
}
