//! What would be done on the cluster, for `--dry-run`.

use super::Hadoop;
use super::find::Installation;
use super::prepare::{ClusterPlan, last_properties};
use crate::cluster::command::StepCommand;
use crate::cluster::ship::{Shipment, input_place};
use crate::cluster::{PROGRAM, Splits, TASK_FILE};
use crate::plan::Plan;
use crate::report;
use crate::task_env::quoted;

/// What is read: addresses as typed, and what is copied from here.
pub(super) fn inputs(hadoop: &Hadoop, plan: &Plan) -> Option<String> {
    if hadoop.config.inputs.is_empty() {
        return None;
    }
    let mut all = hadoop.config.inputs.join(", ");
    if !plan.inputs.is_empty() {
        let copied = report::counted(plan.inputs.len() as u64, "input");
        all += &format!(", and {copied} of this machine");
    }
    let bytes = hadoop.found.as_ref().and_then(|found| found.inputs.bytes);
    Some(match bytes {
        Some(bytes) => format!("{all}, {}", report::bytes(bytes)),
        None => all,
    })
}

/// The cluster, the uploads, the commands.
pub(super) fn rows(hadoop: &Hadoop, plan: &Plan) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let mut row = |name: &str, value: String| rows.push((name.to_owned(), value));
    match Installation::find(&hadoop.config) {
        Ok(installation) => {
            row("hadoop", installation.command.join(" "));
            row("archive", installation.jar.display().to_string());
            row("configuration", installation.conf_dir.display().to_string());
        }
        Err(error) => {
            let why = error.to_string();
            let (why, _) = why.split_once("\nhint: ").unwrap_or((&why, ""));
            row("hadoop", why.to_owned());
        }
    }
    if let Some(found) = &hadoop.found {
        row("files", found.way.clone());
        row("on cluster", found.own.to_string());
    }
    for (number, upload) in hadoop.uploads.iter().enumerate() {
        row(if number == 0 { "uploads" } else { "" }, upload.clone());
    }
    if let Some(found) = &hadoop.found {
        for (number, command) in commands(hadoop, plan, found).into_iter().enumerate() {
            row(&format!("command {}", number + 1), command);
        }
    }
    rows
}

/// The command of each step, as a shell takes it. Names that are made up at the start have `…` in them.
fn commands(hadoop: &Hadoop, plan: &Plan, found: &ClusterPlan) -> Vec<String> {
    let config = &hadoop.config;
    let by_tasks = found.task_file.steps[0].splits == Splits::Own;
    let mut files = vec![
        format!("{}#{PROGRAM}", found.all.join("programs").join("…")),
        format!("{}#{TASK_FILE}", found.own.join("task").join(TASK_FILE)),
    ];
    let mut archives = Vec::new();
    for shipment in Shipment::all(plan, &found.job) {
        let list = match shipment.is_archive {
            true => &mut archives,
            false => &mut files,
        };
        let place = shipment.place_below(&found.own.to_string());
        list.push(format!("{place}#{}", shipment.name));
    }
    let mut inputs = config.inputs.clone();
    inputs.extend(plan.inputs.iter().enumerate().map(|(number, input)| {
        let name = crate::cluster::ship::input_name(input);
        format!("{}/{}", found.own, input_place(number, &name, by_tasks))
    }));
    let mut all = Vec::new();
    for (number, step) in found.steps.iter().enumerate() {
        if found.task_file.steps[number].splits == Splits::Own {
            inputs = vec![format!("{}/splits/{number:04}", found.own)];
        }
        let output = found.output_of(number, plan, config).to_string();
        let command = StepCommand {
            step,
            properties: &found.properties(number, plan),
            last: &last_properties(number, plan, step),
            files: &files,
            archives: &archives,
            libjars: &config.libjars,
            extra_args: &config.extra_args,
            inputs: &inputs,
            output: &output,
        };
        let mut words = found.installation.command.clone();
        words.push("jar".to_owned());
        words.push(found.installation.jar.display().to_string());
        words.extend(command.arguments());
        let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        all.push(words.join(" "));
        inputs = vec![output];
    }
    all
}
