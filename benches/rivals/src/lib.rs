//! Building blocks of `limit`: what a careful program for one purpose does, without a framework.

pub mod input;
pub mod table;
pub mod words;
