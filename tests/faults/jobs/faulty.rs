//! Sums by key, and goes wrong at a certain key in a way that it is told.

mod attempt;

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use mrjob::prelude::*;
use rustix::process::{Resource, Rlimit, setrlimit};

/// Sum numbers by key.
#[derive(MrJob)]
struct Faulty {
    /// What goes wrong: kill, panic, panic-twice, panic-unheard, error, wait, hold (until there is a file `go`), full-file, grow, shrink,
    /// replace, vanish, no-tmp or none.
    #[arg(long)]
    fault: Option<String>,
    /// The method in which it does: mapper or reducer.
    #[arg(long, default_value = "mapper")]
    method: String,
    /// The key at which it does.
    #[arg(long, default_value = "", overrides_with = "at")]
    at: String,
    /// In how many attempts it does.
    #[arg(long, default_value_t = 1)]
    times: u32,
    /// The folder in which each of them leaves a file.
    #[arg(long, default_value = ".")]
    notes: PathBuf,
}

#[mrjob::steps]
impl Faulty {
    #[mapper]
    fn split(&self, line: &str, out: &mut Emitter<String, u64>) -> Result<()> {
        let (key, number) = line.split_once('\t').ok_or("there is no tab")?;
        self.go_wrong("mapper", key)?;
        out.emit(key, number.parse::<u64>()?);
        Ok(())
    }

    #[reducer]
    fn total(&self, key: &str, numbers: Values<u64>, out: &mut Emitter<String, u64>) -> Result<()> {
        self.go_wrong("reducer", key)?;
        out.emit(key, numbers.sum());
        Ok(())
    }
}

/// What panics when it is dropped.
struct Brittle;

impl Drop for Brittle {
    fn drop(&mut self) {
        panic!("this broke too")
    }
}

impl Faulty {
    /// The file that is read, beside the folder of notes.
    fn input(&self) -> Result<PathBuf> {
        let scene = self.notes.parent().ok_or("the notes are in no folder")?;
        Ok(scene.join("in.txt"))
    }

    fn go_wrong(&self, method: &str, key: &str) -> Result<()> {
        let Some(fault) = &self.fault else {
            return Ok(());
        };
        if key != self.at || method != self.method || !attempt::is_due(&self.notes, self.times) {
            return Ok(());
        }
        match fault.as_str() {
            "kill" => attempt::kill(),
            "panic" => panic!("it broke"),
            "panic-twice" => {
                let _guard = Brittle;
                panic!("it broke")
            }
            "panic-unheard" => {
                std::panic::set_hook(Box::new(|_| ()));
                panic!("it broke")
            }
            "error" => Err("it broke".into()),
            "wait" => {
                std::thread::sleep(Duration::from_secs(600));
                Ok(())
            }
            "hold" => {
                while !self.notes.join("go").exists() {
                    std::thread::sleep(Duration::from_millis(50));
                }
                Ok(())
            }
            "shrink" => Ok(File::options()
                .write(true)
                .open(self.input()?)?
                .set_len(100)?),
            "grow" => {
                let mut file = File::options().append(true).open(self.input()?)?;
                Ok(file.write_all(b"zzz\t1\n")?)
            }
            "vanish" => Ok(std::fs::remove_file(self.input()?)?),
            "no-tmp" => {
                let tmp = self.input()?.with_file_name("tmp");
                Ok(std::fs::remove_dir_all(tmp)?)
            }
            "none" => Ok(()),
            "replace" => {
                let other = self.notes.join("other");
                std::fs::copy(self.input()?, &other)?;
                Ok(std::fs::rename(other, self.input()?)?)
            }
            // The system ends the process when it writes on.
            "full-file" => Ok(setrlimit(
                Resource::Fsize,
                Rlimit {
                    current: Some(100 << 10),
                    maximum: None,
                },
            )?),
            other => Err(format!("`{other}` is no fault").into()),
        }
    }
}

fn main() -> ExitCode {
    Faulty::run()
}
