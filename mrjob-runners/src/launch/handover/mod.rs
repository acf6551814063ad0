//! A job whose runner its own program lacks: it goes on in a tool that has it.

pub mod find;
pub(super) mod program;
pub(super) mod tool;
