#![doc = include_str!("guide.md")]

#[doc = include_str!("first_job.md")]
pub mod first_job {}

#[doc = include_str!("steps.md")]
pub mod steps {}

#[doc = include_str!("keys_and_order.md")]
pub mod keys_and_order {}

#[doc = include_str!("protocols.md")]
pub mod protocols {}

#[doc = include_str!("combiners.md")]
pub mod combiners {}

#[doc = include_str!("files_and_arguments.md")]
pub mod files_and_arguments {}

#[doc = include_str!("testing.md")]
pub mod testing {}

#[doc = include_str!("streaming.md")]
pub mod streaming {}

#[doc = include_str!("hadoop.md")]
pub mod hadoop {}

#[doc = include_str!("s3.md")]
pub mod s3 {}

#[doc = include_str!("emr.md")]
pub mod emr {}

#[doc = include_str!("reading_errors.md")]
pub mod reading_errors {}
