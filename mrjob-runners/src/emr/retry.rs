//! EMR, asked again where it was too busy or out of reach.

use std::cell::Cell;
use std::time::{Duration, Instant};
use std::{fmt, thread};

use serde_json::{Map, Value};

use super::api::{ALIVE, Api, Cluster, Instance, InstanceKind, Step};
use super::{EmrError, Role};

/// How often a call may fail for a passing reason before that is the end.
pub(super) const MOST_FAILED: u32 = 30;
/// How soon a wish to stop is seen.
const TICK: Duration = Duration::from_millis(20);

/// Makes each call until it is answered, for about half an hour.
pub struct Patient<'a> {
    api: &'a dyn Api,
    /// How long after the first failure it asks again.
    unit: Duration,
    /// Takes what went wrong.
    told: &'a dyn Fn(String),
    /// Whether nobody wants an answer any more.
    stopped: &'a dyn Fn() -> bool,
}

impl fmt::Debug for Patient<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patient").finish_non_exhaustive()
    }
}

impl<'a> Patient<'a> {
    /// Asks `api` again after a time that grows from a thirtieth of `poll`, the seconds between looks at a cluster.
    pub fn new(
        api: &'a dyn Api,
        poll: f64,
        told: &'a dyn Fn(String),
        stopped: &'a dyn Fn() -> bool,
    ) -> Self {
        let unit = Duration::from_secs_f64(poll / 30.0);
        Patient {
            api,
            unit,
            told,
            stopped,
        }
    }

    /// EMR, asked once.
    pub(super) fn once(&self) -> &'a dyn Api {
        self.api
    }

    /// Calls until the answer is no passing failure, or nobody wants it.
    fn again<T>(&self, call: impl Fn() -> Result<T, EmrError>) -> Result<T, EmrError> {
        self.until(&|| (self.stopped)(), call)
    }

    fn until<T>(
        &self,
        stopped: &dyn Fn() -> bool,
        call: impl Fn() -> Result<T, EmrError>,
    ) -> Result<T, EmrError> {
        let mut pause = self.unit;
        for _ in 0..MOST_FAILED {
            match call() {
                Err(error) if error.is_passing() && !stopped() => {
                    (self.told)(format!("{error}; asking again"));
                    let begun = Instant::now();
                    while begun.elapsed() < pause && !stopped() {
                        thread::sleep(TICK.min(pause));
                    }
                    pause = pause.mul_f64(1.5).min(120 * self.unit);
                }
                answer => return answer,
            }
        }
        call()
    }
}

impl Api for Patient<'_> {
    /// A request whose answer was lost may have made a cluster: it is looked for by its name before another one is made.
    fn make_cluster(&self, request: &Map<String, Value>) -> Result<String, EmrError> {
        let name = request.get("Name").and_then(Value::as_str);
        let unsure = Cell::new(false);
        self.again(|| {
            if unsure.get() {
                let found = self.api.clusters(&ALIVE)?;
                let made = found.into_iter().find(|made| Some(&*made.name) == name);
                if let Some(made) = made {
                    return Ok(made.id);
                }
            }
            let made = self.api.make_cluster(request);
            if let Err(error) = &made {
                unsure.set(unsure.get() || !error.is_refusal());
            }
            made
        })
    }

    /// The same holds for steps.
    fn add_steps(
        &self,
        cluster: &str,
        steps: &[Value],
        role: Option<&str>,
    ) -> Result<Vec<String>, EmrError> {
        let unsure = Cell::new(false);
        self.again(|| {
            if unsure.get() {
                let found = self.api.steps(cluster)?;
                let id = |step: &Value| {
                    let named = found.iter().find(|found| step["Name"] == *found.name);
                    named.map(|found| found.id.clone())
                };
                if let Some(ids) = steps.iter().map(id).collect() {
                    return Ok(ids);
                }
            }
            let added = self.api.add_steps(cluster, steps, role);
            if let Err(error) = &added {
                unsure.set(unsure.get() || !error.is_refusal());
            }
            added
        })
    }

    fn cluster(&self, id: &str) -> Result<Cluster, EmrError> {
        self.again(|| self.api.cluster(id))
    }

    fn steps(&self, cluster: &str) -> Result<Vec<Step>, EmrError> {
        self.again(|| self.api.steps(cluster))
    }

    fn clusters(&self, states: &[&str]) -> Result<Vec<Cluster>, EmrError> {
        self.again(|| self.api.clusters(states))
    }

    fn instances(&self, cluster: &str) -> Result<Vec<Instance>, EmrError> {
        self.again(|| self.api.instances(cluster))
    }

    fn workers(&self, cluster: &Cluster) -> Result<Vec<Instance>, EmrError> {
        self.again(|| self.api.workers(cluster))
    }

    fn instance_kinds(&self, release: &str) -> Result<Vec<InstanceKind>, EmrError> {
        self.again(|| self.api.instance_kinds(release))
    }

    fn releases(&self) -> Result<Vec<String>, EmrError> {
        self.again(|| self.api.releases())
    }

    fn role(&self, name: &str) -> Result<Role, EmrError> {
        self.api.role(name)
    }

    fn instance_profile(&self, name: &str) -> Result<Role, EmrError> {
        self.api.instance_profile(name)
    }

    // What ends something is called again also for who doesn't wait for answers any more.

    fn cancel_steps(&self, cluster: &str, steps: &[String]) -> Result<(), EmrError> {
        self.until(&|| false, || self.api.cancel_steps(cluster, steps))
    }

    fn terminate(&self, clusters: &[String]) -> Result<(), EmrError> {
        self.until(&|| false, || self.api.terminate(clusters))
    }
}
