//! Orders and answers between launcher and worker: a length of 8 bytes (little-endian), then the message as
//! `postcard` writes it: both sides are the same program.

use std::io::{self, ErrorKind, Read};

use mrjob_core::task::{MapTask, ReduceTask, Split, TaskFailure, TaskReport};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a launcher tells a worker.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Order {
    /// To run a task.
    Run(Box<Task>),
    /// To read these as well, in answer to [`Answer::More`]; none is the end.
    Splits(Vec<Split>),
}

/// A task.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Task {
    /// A map task.
    Map(MapTask),
    /// A reduce task.
    Reduce(ReduceTask),
}

/// What a worker tells its launcher.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// That it waits for the first order.
    Ready,
    /// How far its task is.
    Progress {
        /// Records read.
        records: u64,
        /// Bytes read.
        bytes: u64,
    },
    /// That its map task has read its splits, so many bytes, and could go on with others.
    More(u64),
    /// What its task says of itself.
    Status(String),
    /// That its task is done.
    Done(Box<TaskReport>),
    /// That its task can't be done.
    Failed(Box<TaskFailure>),
}

/// `message` as it goes over a pipe.
pub(super) fn frame(message: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut frame =
        postcard::to_extend(message, vec![0; size_of::<u64>()]).map_err(io::Error::other)?;
    let length = (frame.len() - size_of::<u64>()) as u64;
    frame[..size_of::<u64>()].copy_from_slice(&length.to_le_bytes());
    Ok(frame)
}

/// The next message, or `None` where the other side is gone.
pub(super) fn receive<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; size_of::<u64>()];
    match from.read_exact(&mut length) {
        Ok(()) => {}
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset
            ) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(error),
    }
    let mut message = Vec::new();
    let length = u64::from_le_bytes(length);
    from.take(length).read_to_end(&mut message)?;
    if (message.len() as u64) < length {
        return Ok(None);
    }
    postcard::from_bytes(&message)
        .map(Some)
        .map_err(io::Error::other)
}
