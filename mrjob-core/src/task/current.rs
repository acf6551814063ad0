//! What a job's methods can ask of the task that they run in.

use std::cell::RefCell;
use std::sync::Arc;

/// The task that is running on this thread.
///
/// ```
/// # use mrjob_core::task::task;
/// let part = format!("part-{:05}", task().partition());
/// assert_eq!(part, "part-00000");
/// ```
///
/// Outside of a task it is the first attempt at the first task of the first step.
pub fn task() -> TaskInfo {
    CURRENT.with_borrow(Clone::clone)
}

/// What a task is.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct TaskInfo {
    step: usize,
    partition: u32,
    attempt: u32,
    input_file: Option<Arc<str>>,
}

impl TaskInfo {
    /// The step, from 0.
    pub fn step(&self) -> usize {
        self.step
    }

    /// The task's number in its phase of the step, from 0. A reduce task's is its partition.
    pub fn partition(&self) -> u32 {
        self.partition
    }

    /// The attempt at the task, from 0.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The file that a mapper is reading, as the user wrote it; `None` in a reducer and before the first record.
    pub fn input_file(&self) -> Option<&str> {
        self.input_file.as_deref()
    }
}

thread_local! {
    static CURRENT: RefCell<TaskInfo> = RefCell::new(TaskInfo::default());
}

/// Makes it this thread's task until the result is dropped.
pub(crate) fn enter(step: usize, partition: u32, attempt: u32) -> Entered {
    let info = TaskInfo {
        step,
        partition,
        attempt,
        input_file: None,
    };
    Entered {
        outer: CURRENT.replace(info),
    }
}

/// This thread's task, until it is dropped.
pub(crate) struct Entered {
    outer: TaskInfo,
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(std::mem::take(&mut self.outer));
    }
}

/// Says which file this thread's task is reading.
pub(crate) fn set_input_file(name: Option<&str>) {
    CURRENT.with_borrow_mut(|current| current.input_file = name.map(Arc::from));
}
