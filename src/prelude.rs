//! What a job needs: `use mrjob::prelude::*;`.
//!
//! | name | what it is |
//! |---|---|
//! | [`MrJob`](derive@crate::MrJob) | the derive |
//! | [`Job`] | the trait with `run` and its like |
//! | [`Emitter`], [`Values`] | what methods emit into and are given |
//! | [`Result`] | std's, whose error is any error unless another is named |
//! | [`counter!`](macro@crate::counter), [`count`], [`status!`](macro@crate::status) | counters and status messages |
//! | [`task`] | which task a method runs in |

pub use crate::{Emitter, Job, MrJob, Result, Values, count, counter, status, task};
// Only to say what is missing where they aren't below `#[mrjob::steps]`.
#[doc(hidden)]
pub use mrjob_derive::{
    combiner, combiner_cmd, combiner_final, combiner_init, combiner_pre_filter, mapper, mapper_cmd,
    mapper_file, mapper_final, mapper_init, mapper_pre_filter, reducer, reducer_cmd, reducer_final,
    reducer_init, reducer_pre_filter,
};
// `run` is there even where `Job` is a type of the user's.
pub use crate::Job as _;
