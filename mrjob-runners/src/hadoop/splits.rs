//! Who divides a step's input among map tasks, and how: we do where tasks can read it by themselves, else Hadoop.

use std::num::NonZeroU32;

use mrjob_core::codec::{Codec, unknown_codec};
use mrjob_core::step::Method;
use mrjob_core::task::{RemoteFile, Source, Split};

use super::tuning::Size;
use super::yarn::Capacity;
use super::{HadoopConfig, HadoopError, tuning};
use crate::cluster::{Shuffle, Splits, TaskStep};
use crate::fs::hdfs::site::Site;
use crate::fs::hdfs::{FileSystems, FindError};
use crate::input::Input;
use crate::plan::Plan;
use crate::split::{self, Cut, Piece, Sizing};

/// Properties that change what Hadoop makes of an input.
const READING: [&str; 8] = [
    "mapred.input.format.class",
    "mapreduce.job.inputformat.class",
    "mapred.input.pathFilter.class",
    "mapreduce.input.pathFilter.class",
    "mapreduce.input.linerecordreader.line.maxlength",
    "mapred.linerecordreader.maxlength",
    "stream.recordreader.class",
    "textinputformat.record.delimiter",
];

/// Options of Hadoop Streaming that do.
const READING_OPTIONS: [&str; 3] = ["-inputformat", "-inputreader", "-io"];

/// Properties by which Hadoop compresses what a step writes.
const COMPRESSING: [&str; 2] = [
    "mapreduce.output.fileoutputformat.compress",
    "mapred.output.compress",
];

/// What is known of the inputs on the cluster.
#[derive(Debug)]
pub(super) struct Inputs {
    /// The files, or why we don't know them.
    pub(super) files: Result<Vec<RemoteFile>, String>,
    /// Bytes of all inputs, where they are known.
    pub(super) bytes: Option<u64>,
    /// The files of this machine that are copied there.
    local: Vec<Size>,
}

impl Inputs {
    /// Looks them up.
    pub(super) fn find(
        plan: &Plan,
        config: &HadoopConfig,
        files: &FileSystems,
    ) -> Result<Self, HadoopError> {
        let mut bytes = Some(0);
        let mut found = Ok(Vec::new());
        let mut add = |more: Option<u64>| {
            bytes = bytes.zip(more).map(|(all, more)| all + more);
        };
        let mut local = Vec::new();
        for input in &plan.inputs {
            add(match input {
                Input::File { bytes, name, .. } => {
                    local.push(size(name, *bytes));
                    Some(*bytes)
                }
                _ => None,
            });
        }
        for name in &config.inputs {
            let failed = || HadoopError::hdfs(format!("look at input `{name}`"));
            let why = match files.find(name) {
                Ok(more) => {
                    add(Some(more.iter().map(|file| file.bytes).sum()));
                    if let Ok(found) = &mut found {
                        found.extend(more);
                    }
                    continue;
                }
                Err(FindError::Missing) if config.check_input_paths => {
                    return Err(HadoopError::NoInput(name.clone()));
                }
                Err(FindError::Missing) => format!("`{name}` isn't there"),
                Err(FindError::Unknown(why)) => why,
                Err(FindError::Failed(error)) => return Err(failed()(error)),
            };
            found = Err(why);
            let place = files.locate(name);
            let may_be_pattern = name.contains(['*', '?', '[', '{', ',', '\\']);
            if may_be_pattern || !config.check_input_paths {
                add(None);
            } else if files.status(&place).map_err(failed())?.is_none() {
                return Err(HadoopError::NoInput(name.clone()));
            } else {
                add(Some(files.size(&place).map_err(failed())?));
            }
        }
        Ok(Inputs {
            files: found,
            bytes,
            local,
        })
    }

    /// Sizes of the files; all as one where they aren't known, and nothing where not even that is.
    pub(super) fn sizes(&self) -> Vec<Size> {
        match (&self.files, self.bytes) {
            (Ok(files), _) => {
                let there = files.iter().map(|file| size(&file.address, file.bytes));
                there.chain(self.local.iter().copied()).collect()
            }
            (Err(_), Some(bytes)) => vec![size("", bytes)],
            (Err(_), None) => Vec::new(),
        }
    }
}

/// Whether Hadoop divides the file of this name.
fn size(name: &str, bytes: u64) -> Size {
    let divides = matches!(Codec::of(name), None | Some(Codec::Bzip2));
    Size {
        bytes,
        divides: divides && unknown_codec(name).is_none(),
    }
}

/// What decides on the splits of all steps.
pub(super) struct Division<'a> {
    pub(super) plan: &'a Plan,
    pub(super) config: &'a HadoopConfig,
    pub(super) site: &'a Site,
    pub(super) files: &'a FileSystems<'a>,
    pub(super) inputs: &'a Inputs,
}

impl Division<'_> {
    /// Who divides the input of step `number`, and in half a sentence why Hadoop has to.
    pub(super) fn of(
        &self,
        number: usize,
        step: &TaskStep,
    ) -> Result<(Splits, Option<String>), HadoopError> {
        let wanted = self.config.splits;
        if wanted == Some(Splits::Hadoop) {
            return Ok((Splits::Hadoop, None));
        }
        let why = match step.info.binary_input {
            true => Some("the records before it aren't lines".to_owned()),
            false => self.obstacle(number, step),
        };
        let Some(why) = why else {
            return Ok((Splits::Own, None));
        };
        match (&step.info.mapper, wanted) {
            (Some(Method::File { name }), _) => Err(HadoopError::Splits {
                what: format!("`{name}`, which takes whole files,"),
                why,
            }),
            // Of later steps it is no wish that can't be fulfilled.
            (_, Some(Splits::Own)) if number == 0 => Err(HadoopError::Splits {
                what: "`--splits own`".to_owned(),
                why,
            }),
            _ => Ok((Splits::Hadoop, Some(why))),
        }
    }

    /// Checks that what the mapper of the last step emits can be looked at before the step runs.
    pub(super) fn check_order(&self, number: usize, step: &TaskStep) -> Result<(), HadoopError> {
        let why = match &step.info.reducer {
            None => Some("the last step has no reducer, and so no keys".to_owned()),
            Some(_) if step.reducers == 1 => None,
            Some(_) => self
                .obstacle(number, step)
                .or_else(|| self.compressed(number, step)),
        };
        let what = "`--total-order`".to_owned();
        why.map_or(Ok(()), |why| Err(HadoopError::Splits { what, why }))
    }

    /// Why nobody but Hadoop can read what the step before writes, if its records aren't lines.
    fn compressed(&self, number: usize, step: &TaskStep) -> Option<String> {
        let writes = &self.plan.steps[number.checked_sub(1)?];
        if !step.info.binary_input {
            return None;
        }
        let set = |name: &&str| {
            let own = writes.jobconf.iter().rev().find(|(key, _)| key == name);
            let value = own.map(|(_, value)| value.clone());
            value.or_else(|| self.site.get(name)).as_deref() == Some("true")
        };
        let name = COMPRESSING.iter().find(|name| set(name))?;
        Some(format!(
            "`{name}` is set, and the records before it aren't lines"
        ))
    }

    /// Why tasks can't read the step's input by themselves.
    fn obstacle(&self, number: usize, step: &TaskStep) -> Option<String> {
        if self.files.access().is_none() {
            return Some(self.files.way().to_owned());
        }
        if step.shuffle == Shuffle::Text {
            return Some("its shuffle is of text".to_owned());
        }
        if let Some(class) = &step.input_format {
            return Some(format!("`{class}` reads it"));
        }
        let options = &self.config.extra_args;
        if let Some(option) = READING_OPTIONS
            .into_iter()
            .find(|option| options.iter().any(|given| given == option))
        {
            return Some(format!("`{option}` is given"));
        }
        let own = |name: &str| step.info.jobconf.iter().any(|(key, _)| key == name);
        if let Some(name) = READING
            .into_iter()
            .find(|name| own(name) || self.site.get(name).is_some())
        {
            return Some(format!("`{name}` is set"));
        }
        if number > 0 {
            let between = self.config.step_output.as_deref();
            let elsewhere = between.filter(|dir| !self.files.is_default(&self.files.locate(dir)));
            return elsewhere.map(|dir| format!("`{dir}` isn't read by WebHDFS"));
        }
        match &self.inputs.files {
            Err(why) => Some(why.clone()),
            Ok(files) => {
                let names = files.iter().map(|file| file.address.as_str());
                names.into_iter().find_map(unread)
            }
        }
    }

    /// Divides `files` among the map tasks of step `number`; their bytes.
    pub(super) fn tasks(
        &self,
        number: usize,
        files: Vec<RemoteFile>,
        step: &TaskStep,
        capacity: Option<Capacity>,
    ) -> Vec<Vec<Split>> {
        let cut = Cut::of(&step.info);
        let piece = |file: RemoteFile| {
            let bytes = file.bytes;
            let piece = Piece::new(Source::Remote(file), bytes, cut);
            match number {
                0 => piece,
                _ => piece.of_step(),
            }
        };
        let pieces: Vec<Piece> = files.into_iter().map(piece).collect();
        let work = pieces.iter().map(Piece::work).sum();
        let tasks = match self.plan.maps {
            Some(maps) => maps.get(),
            // A file may take long whatever its size.
            None if step.info.takes_files() => pieces.len().try_into().unwrap_or(u32::MAX),
            None => tuning::maps(work, capacity, self.site),
        };
        let tasks = NonZeroU32::new(tasks).unwrap_or(NonZeroU32::MIN);
        split::divide(pieces, Sizing::Even(tasks))
    }
}

/// Why we can't read the file of this name.
fn unread(name: &str) -> Option<String> {
    let is_absent = !Codec::BUILT_IN && Codec::of(name).is_some();
    (is_absent || unknown_codec(name).is_some())
        .then(|| format!("`{name}` is compressed in a way that this program doesn't read"))
}
