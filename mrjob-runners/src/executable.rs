//! What an executable file runs on, and whether other machines can execute it.
//!
//! Of ELF as the System V ABI has it (gabi 4.2, chapters 4 and 5), and of the versions that GNU's linker notes
//! (LSB 5.0, "Symbol Versioning").

use std::path::Path;
use std::{fmt, fs, io};

/// An executable file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Executable {
    /// Nothing, where it isn't ELF.
    elf: Option<Elf>,
}

/// What an ELF file says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Elf {
    /// As Java calls it: `amd64`; or by its number.
    architecture: String,
    /// The latest version of GNU's C library that it asks for.
    glibc: Option<(u32, u32)>,
}

/// What a machine is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    /// As Java calls it: `Linux`.
    pub name: String,
    /// As Java calls it: `amd64`, `aarch64`.
    pub architecture: String,
}

/// Why a machine can't execute a program.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatch {
    /// The program is for another system.
    System {
        /// That of the machine.
        machine: String,
    },
    /// The program is for another architecture.
    Architecture {
        /// That of the program.
        program: String,
        /// That of the machine.
        machine: String,
    },
}

/// `this program is for amd64, and tasks run on aarch64`
impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mismatch::System { machine } => {
                let here = std::env::consts::OS;
                write!(f, "this program is for {here}, and tasks run on {machine}")
            }
            Mismatch::Architecture { program, machine } => {
                write!(
                    f,
                    "this program is for {program}, and tasks run on {machine}"
                )
            }
        }
    }
}

impl Executable {
    /// Reads what the file says of itself.
    ///
    /// # Errors
    ///
    /// When it can't be read.
    pub fn read(path: &Path) -> io::Result<Self> {
        let bytes = fs::read(path)?;
        Ok(Executable {
            elf: Elf::parse(&bytes),
        })
    }

    /// Whether a machine of this kind can execute it.
    ///
    /// # Errors
    ///
    /// Why not.
    pub fn check(&self, on: &System) -> Result<(), Mismatch> {
        let is_elf = self.elf.is_some();
        if is_elf != (on.name == "Linux") {
            return Err(Mismatch::System {
                machine: on.name.clone(),
            });
        }
        match &self.elf {
            Some(elf) if elf.architecture != on.architecture => Err(Mismatch::Architecture {
                program: elf.architecture.clone(),
                machine: on.architecture.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// The latest version of GNU's C library that it asks for; none of a program that needs no such library.
    pub fn glibc(&self) -> Option<(u32, u32)> {
        self.elf.as_ref()?.glibc
    }
}

impl Elf {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let file = File::new(bytes)?;
        let machine = file.number(18, 2)?;
        Some(Elf {
            architecture: architecture(machine, file.is_little),
            glibc: file.glibc(),
        })
    }
}

/// Java's name of an architecture.
fn architecture(machine: u64, is_little: bool) -> String {
    let name = match (machine, is_little) {
        (3, _) => "i386",
        (21, true) => "ppc64le",
        (21, false) => "ppc64",
        (22, _) => "s390x",
        (40, _) => "arm",
        (62, _) => "amd64",
        (183, _) => "aarch64",
        (243, _) => "riscv64",
        (258, _) => "loongarch64",
        _ => return format!("ELF machine {machine}"),
    };
    name.to_owned()
}

/// The bytes of an ELF file.
struct File<'a> {
    bytes: &'a [u8],
    is_64: bool,
    is_little: bool,
}

/// Where a section is, and which other one it is linked to.
struct Section {
    kind: u64,
    offset: usize,
    size: usize,
    link: usize,
}

/// The type of a section of needed versions.
const NEEDED: u64 = 0x6fff_fffe;

impl<'a> File<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(b"\x7fELF")?;
        Some(File {
            bytes,
            is_64: *rest.first()? == 2,
            is_little: *rest.get(1)? == 1,
        })
    }

    /// The number of `length` bytes at `at`.
    fn number(&self, at: usize, length: usize) -> Option<u64> {
        let bytes = self.bytes.get(at..at.checked_add(length)?)?;
        let fold = |number, byte: &u8| (number << 8) | u64::from(*byte);
        Some(match self.is_little {
            true => bytes.iter().rev().fold(0, fold),
            false => bytes.iter().fold(0, fold),
        })
    }

    fn place(&self, at: usize, length: usize) -> Option<usize> {
        self.number(at, length)?.try_into().ok()
    }

    fn section(&self, number: usize) -> Option<Section> {
        let (table, size) = match self.is_64 {
            true => (self.place(40, 8)?, self.place(58, 2)?),
            false => (self.place(32, 4)?, self.place(46, 2)?),
        };
        let at = table.checked_add(number.checked_mul(size)?)?;
        let (offset, length, link, word) = match self.is_64 {
            true => (24, 32, 40, 8),
            false => (16, 20, 24, 4),
        };
        Some(Section {
            kind: self.number(at + 4, 4)?,
            offset: self.place(at + offset, word)?,
            size: self.place(at + length, word)?,
            link: self.place(at + link, 4)?,
        })
    }

    fn glibc(&self) -> Option<(u32, u32)> {
        let count = self.place(if self.is_64 { 60 } else { 48 }, 2)?;
        let needed = (0..count)
            .filter_map(|number| self.section(number))
            .find(|section| section.kind == NEEDED)?;
        let names = self.section(needed.link)?;
        let mut latest = None;
        let mut file = needed.offset;
        // Each entry is a library, with a list of versions.
        for _ in 0..needed.size {
            let versions = self.place(file + 2, 2)?;
            let mut version = file.checked_add(self.place(file + 8, 4)?)?;
            for _ in 0..versions {
                let name = names.offset.checked_add(self.place(version + 8, 4)?)?;
                latest = latest.max(glibc_version(self.text(name)?));
                version = version.checked_add(self.place(version + 12, 4)?)?;
            }
            match self.place(file + 12, 4)? {
                0 => break,
                next => file = file.checked_add(next)?,
            }
        }
        latest
    }

    /// The text at `at`, up to a zero.
    fn text(&self, at: usize) -> Option<&'a str> {
        let bytes = self.bytes.get(at..)?;
        let end = bytes.iter().position(|byte| *byte == 0)?;
        std::str::from_utf8(&bytes[..end]).ok()
    }
}

/// `GLIBC_2.34` is 2.34.
fn glibc_version(name: &str) -> Option<(u32, u32)> {
    let mut numbers = name.strip_prefix("GLIBC_")?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(name: &str, architecture: &str) -> System {
        System {
            name: name.to_owned(),
            architecture: architecture.to_owned(),
        }
    }

    #[test]
    #[cfg(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"))]
    fn this_very_program() {
        let own = Executable::read(&std::env::current_exe().unwrap()).unwrap();
        assert_eq!(own.check(&system("Linux", "amd64")), Ok(()));
        let other = own.check(&system("Linux", "aarch64")).unwrap_err();
        assert_eq!(
            other.to_string(),
            "this program is for amd64, and tasks run on aarch64"
        );
        // The standard library asks for 2.17 at least.
        assert!(own.glibc() >= Some((2, 17)), "{own:?}");
    }

    #[test]
    fn heads_of_files() {
        let elf = |class: u8, order: u8, machine: [u8; 2]| {
            let mut bytes = b"\x7fELF".to_vec();
            bytes.extend([class, order]);
            bytes.resize(18, 0);
            bytes.extend(machine);
            Elf::parse(&bytes).unwrap().architecture
        };
        assert_eq!(elf(2, 1, [183, 0]), "aarch64");
        assert_eq!(elf(2, 2, [0, 22]), "s390x");
        assert_eq!(elf(2, 1, [21, 0]), "ppc64le");
        assert_eq!(elf(1, 1, [3, 0]), "i386");
        assert_eq!(elf(2, 1, [1, 1]), "ELF machine 257");
        // Mach-O, as macOS has it.
        let other = Executable {
            elf: Elf::parse(b"\xcf\xfa\xed\xfe\x0c\x00\x00\x01"),
        };
        assert!(other.check(&system("Linux", "aarch64")).is_err());
        assert_eq!(other.check(&system("Mac OS X", "aarch64")), Ok(()));
    }

    #[test]
    fn files_that_end_early() {
        let own = fs::read(std::env::current_exe().unwrap()).unwrap();
        for length in [0, 3, 6, 19, 63, 64, own.len() / 2, own.len() - 100] {
            let _ = Elf::parse(&own[..length]);
        }
        assert_eq!(glibc_version("GLIBC_2.3.4"), Some((2, 3)));
        assert_eq!(glibc_version("GLIBC_PRIVATE"), None);
    }
}
