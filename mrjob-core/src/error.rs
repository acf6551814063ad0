//! Errors that all rooms know.

/// Any error, as a job's methods may return it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a method's call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// What it was to be given couldn't be read.
    #[error(transparent)]
    Record(BoxError),
    /// It returned an error.
    #[error(transparent)]
    User(BoxError),
}
