//! A job as a person runs its tasks: `job --mapper < in | LC_ALL=C sort | job --reducer`.

use std::fs;

use serde_json::Value;

use crate::case::Case;
use crate::place::{Place, Ran};

/// All steps of the job, one after the other; what the last one wrote.
pub(crate) fn run(case: &Case, place: &Place) -> Ran {
    let own: Vec<&str> = case.arguments.iter().map(String::as_str).collect();
    let steps = place.run(case.program, &[own.as_slice(), &["--steps"]].concat(), None);
    let steps: Vec<Value> = serde_json::from_slice(&steps.stdout).unwrap();
    let mut chain = Chain {
        place,
        commands: Vec::new(),
        last: "joined".to_owned(),
        stdout: Vec::new(),
    };
    for (number, step) in steps.iter().enumerate() {
        let number = number.to_string();
        for (part, phase) in [
            ("mapper", "--mapper"),
            ("combiner", "--combiner"),
            ("reducer", "--reducer"),
        ] {
            if step[part].is_null() {
                continue;
            }
            if part != "mapper" {
                chain.link("sort", &[]);
            }
            let arguments = [own.as_slice(), &[phase, "--step-num", &number]].concat();
            chain.link(case.program, &arguments);
        }
    }
    Ran {
        command: chain.commands.join("\n  "),
        stdout: chain.stdout,
        stderr: String::new(),
    }
}

/// Programs of which each reads what the one before wrote.
struct Chain<'a> {
    place: &'a Place,
    commands: Vec<String>,
    /// The file that the next one reads.
    last: String,
    stdout: Vec<u8>,
}

impl Chain<'_> {
    fn link(&mut self, program: &str, arguments: &[&str]) {
        let ran = self.place.run(program, arguments, Some(&self.last));
        let next = format!("by-hand-{}", self.commands.len());
        fs::write(self.place.path(&next), &ran.stdout).unwrap();
        self.commands.push(format!("{} > {next}", ran.command));
        self.last = next;
        self.stdout = ran.stdout;
    }
}
