//! From options to what tasks find around them, checked.

use crate::features;
use std::path::PathBuf;

use super::files::{FileKind, Format, NamedFile, plain};
use super::setup::{Piece, SetupLine, pieces, quoted};
use super::{Surroundings, Variables};
use crate::config::{self, Settings};
use crate::fs::Address;
use crate::options::RunnerKind;

/// What `settings` say, and the files `own` of the job's arguments; `wrong` is told of each mistake.
pub(crate) fn resolve(
    settings: &Settings,
    own: Vec<PathBuf>,
    wrong: &mut dyn FnMut(String),
) -> Surroundings {
    let mut resolving = Resolving {
        here: matches!(settings.runner(), RunnerKind::Inline | RunnerKind::Local),
        names: Vec::new(),
        files: Vec::new(),
        wrong,
    };
    let own_files = resolving.own(own);
    if !features::ENVIRONMENT {
        let options = ["cmdenv", "files", "dirs", "archives", "setup"];
        let said = |name: &&str| features::CONFIGURATION && settings.says(name);
        for name in options.into_iter().filter(said) {
            (resolving.wrong)(format!(
                "`{name}` can't take effect: this program was built without mrjob's feature `environment`"
            ));
        }
        return Surroundings {
            own_files,
            ..Surroundings::default()
        };
    }
    for (option, kind) in [
        ("files", FileKind::File),
        ("dirs", FileKind::Dir),
        ("archives", FileKind::Archive),
    ] {
        for (text, origin) in settings.texts(option) {
            let by = format!("`{text}`, given by `{origin}`");
            resolving.add(NamedFile::parse(text, kind), &by);
        }
    }
    let mut setup = Vec::new();
    for (line, origin) in settings.texts("setup") {
        setup.push(resolving.line(line, &origin));
    }
    let variables = settings.pairs("cmdenv");
    for (name, value) in &variables {
        if name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') {
            let problem = format!("`cmdenv`: `{name}` can't be the name of a variable");
            (resolving.wrong)(problem);
        }
    }
    let sh_bin = settings.command("sh_bin");
    Surroundings {
        variables: Variables::new(variables),
        files: resolving.files,
        own_files,
        setup,
        sh_bin: sh_bin.unwrap_or_else(|| ["/bin/sh", "-e"].map(str::to_owned).into()),
    }
}

/// The shell lines of an option for other machines, and the files that they name.
pub fn lines(
    settings: &Settings,
    option: &str,
    wrong: &mut dyn FnMut(String),
) -> (Vec<SetupLine>, Vec<NamedFile>) {
    let mut resolving = Resolving {
        here: false,
        names: Vec::new(),
        files: Vec::new(),
        wrong,
    };
    let lines = settings.texts(option).into_iter();
    let lines = lines.map(|(line, origin)| resolving.line(line, &origin));
    (lines.collect(), resolving.files)
}

struct Resolving<'a> {
    /// Whether tasks run on this machine.
    here: bool,
    /// All names that are taken.
    names: Vec<NamedFile>,
    files: Vec<NamedFile>,
    wrong: &'a mut dyn FnMut(String),
}

impl Resolving<'_> {
    /// The files of the job's arguments.
    fn own(&mut self, own: Vec<PathBuf>) -> Vec<NamedFile> {
        let shipped = |path: PathBuf| {
            let name = path.file_name()?.to_string_lossy().into_owned();
            Some(NamedFile {
                path: std::path::absolute(&path).unwrap_or(path),
                name,
                kind: FileKind::File,
            })
        };
        let mut files: Vec<NamedFile> = Vec::new();
        for file in own.into_iter().filter_map(shipped) {
            if !files.contains(&file) && self.take(&file) {
                files.push(file);
            }
        }
        files
    }

    fn add(&mut self, shipped: Result<NamedFile, String>, by: &str) {
        let shipped = shipped.and_then(|mut shipped| {
            let text = shipped.path.to_string_lossy().into_owned();
            match Address::of(&text) {
                Address::Local(path) => {
                    shipped.path = PathBuf::from(path);
                    shipped.check()?;
                }
                other if self.here => {
                    return Err(format!(
                        "it is {other}, and tasks on this machine can't read from there"
                    ));
                }
                _ => shipped.check_remote()?,
            }
            if !self.here && plain(&shipped.name) != shipped.name {
                return Err(format!(
                    "`{}` can't be a name in the working directory of a cluster's tasks\nhint: `PATH#NAME`, where NAME is of \
                     ASCII letters, digits and `._-`",
                    shipped.name
                ));
            }
            Ok(shipped)
        });
        match shipped {
            Ok(shipped) if self.files.contains(&shipped) => {}
            Ok(shipped) => {
                if self.take(&shipped) {
                    self.files.push(shipped);
                }
            }
            Err(why) => (self.wrong)(format!("failed to read {by}: {why}")),
        }
    }

    /// Takes the name of `shipped`, unless something else has it.
    fn take(&mut self, shipped: &NamedFile) -> bool {
        let name = &shipped.name;
        let other = self.names.iter().find(|other| other.name == *name);
        if let Some(other) = other {
            if other.path == shipped.path && other.kind == shipped.kind {
                return true;
            }
            let problem = format!(
                "`{}` and `{}` would both be called `{name}` in the working directory of tasks\nhint: `PATH#NAME` gives one \
                 of them another name, also behind `--files`; a file of the job's own argument must be renamed or linked",
                other.path.display(),
                shipped.path.display(),
            );
            (self.wrong)(problem);
            return false;
        }
        self.names.push(shipped.clone());
        true
    }

    /// A line of `setup`, whose files are added.
    fn line(&mut self, line: &str, origin: &str) -> SetupLine {
        let mut script = String::new();
        for piece in pieces(line) {
            match piece {
                Piece::Text(text) => script.push_str(&text),
                Piece::Path { path, name, kind } => {
                    let by = format!("`{path}` of `{line}`, given by `{origin}`");
                    match config::expand_path(&path, &config::environment) {
                        Ok(path) => {
                            let name = name.unwrap_or_else(|| self.free_name(&path, kind));
                            self.add(NamedFile::new(&path, Some(&name), kind), &by);
                            script.push_str(&format!("\"$__mrjob_PWD\"/{}", quoted(&name)));
                        }
                        Err(unset) => (self.wrong)(format!(
                            "failed to read {by}: the variable `{unset}` isn't set"
                        )),
                    }
                }
            }
        }
        SetupLine {
            written: line.to_owned(),
            script,
        }
    }

    /// A name for what stands in a line without one.
    fn free_name(&self, path: &str, kind: FileKind) -> String {
        let own = path.trim_end_matches('/').rsplit('/').next();
        let own = own.filter(|own| !own.is_empty()).unwrap_or("root");
        let own = match (kind, Format::of(own)) {
            (FileKind::Archive, Some((_, stem))) => stem,
            _ => own,
        };
        let own = if self.here {
            own.to_owned()
        } else {
            plain(own)
        };
        let absolute = std::path::absolute(path).unwrap_or_default();
        let is_free = |name: &String| {
            let other = self.names.iter().find(|other| other.name == *name);
            other.is_none_or(|other| other.path == absolute && other.kind == kind)
        };
        let others = (2..).map(|number| format!("{number}-{own}"));
        let mut names = std::iter::once(own.clone()).chain(others);
        names.find(is_free).expect("there is always another name")
    }
}
