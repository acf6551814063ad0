//! What submits a job and waits for it.
