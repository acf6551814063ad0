//! Where a step stands in its job, which decides the protocols of its input and output.

use crate::job::Settings;
use crate::protocol::Protocol;

/// Where a step's input comes from.
pub trait Reads<J: Settings> {
    /// The protocol if it is the job's first step.
    type IfFirst: Protocol;
    /// The protocol if it is a later one.
    type IfLater: Protocol;
}

/// Where a step's output goes.
pub trait Writes<J: Settings> {
    /// The protocol if it is the job's last step.
    type IfLast: Protocol;
    /// The protocol if it is an earlier one.
    type IfEarlier: Protocol;
}

/// Always the first step: reads the job's input.
#[derive(Debug)]
pub struct First;
/// Never the first step: reads what a step before wrote.
#[derive(Debug)]
pub struct Later;
/// Always the last step: writes the job's output.
#[derive(Debug)]
pub struct Last;
/// Never the last step: writes what a step after reads.
#[derive(Debug)]
pub struct Earlier;
/// Inside `repeat`, where the number of rounds decides.
#[derive(Debug)]
pub struct Anywhere;

impl<J: Settings> Reads<J> for First {
    type IfFirst = J::Input;
    type IfLater = J::Input;
}

impl<J: Settings> Reads<J> for Later {
    type IfFirst = J::Internal;
    type IfLater = J::Internal;
}

impl<J: Settings> Reads<J> for Anywhere {
    type IfFirst = J::Input;
    type IfLater = J::Internal;
}

impl<J: Settings> Writes<J> for Last {
    type IfLast = J::Output;
    type IfEarlier = J::Output;
}

impl<J: Settings> Writes<J> for Earlier {
    type IfLast = J::Internal;
    type IfEarlier = J::Internal;
}

impl<J: Settings> Writes<J> for Anywhere {
    type IfLast = J::Output;
    type IfEarlier = J::Internal;
}
