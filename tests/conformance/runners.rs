//! The runners, and what is compared of each.

use crate::case::Size;

/// A way to run a job.
pub(crate) struct Runner {
    /// What failures call it.
    pub(crate) name: &'static str,
    /// Its options.
    pub(crate) arguments: &'static [&'static str],
    /// What is compared with [`REFERENCE`].
    pub(crate) compared: &'static [Compared],
    /// The sizes of cases that it is for.
    pub(crate) sizes: &'static [Size],
}

/// What a runner's output is compared in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compared {
    /// Standard output and counters. The runner's output is in the order of all keys.
    Whole,
    /// The part files of `--reducers 5`. The runner partitions as Hadoop does.
    Parts,
    /// The part files of `--output-dir`, joined, with standard output.
    Folder,
    /// Standard output, the input being standard input.
    Stdin,
}

use Compared::{Folder, Parts, Stdin, Whole};

/// What all others are compared with.
pub(crate) const REFERENCE: Runner = Runner {
    name: "inline",
    arguments: &["-r", "inline"],
    compared: &[Folder, Stdin],
    sizes: &[Size::Usual, Size::Large],
};

/// The options of two workers that have work for both.
pub(crate) const TWO_WORKERS: &[&str] = &[
    "-r",
    "local",
    "--num-cores",
    "2",
    "-D",
    "mapreduce.job.maps=3",
];

/// The others. A runner that comes later is a row more.
pub(crate) const RUNNERS: &[Runner] = &[
    Runner {
        name: "inline in five tasks and little memory",
        arguments: &[
            "-r",
            "inline",
            "--memory",
            "16M",
            "-D",
            "mapreduce.job.maps=5",
        ],
        compared: &[Whole, Parts],
        sizes: &[Size::Usual, Size::Large],
    },
    Runner {
        name: "local with one worker",
        arguments: &["-r", "local", "--num-cores", "1"],
        compared: &[Whole],
        sizes: &[Size::Usual],
    },
    Runner {
        name: "local with two workers",
        arguments: TWO_WORKERS,
        compared: &[Whole, Parts, Folder, Stdin],
        sizes: &[Size::Usual],
    },
    Runner {
        name: "local with seven workers",
        arguments: &[
            "-r",
            "local",
            "--num-cores",
            "7",
            "-D",
            "mapreduce.job.maps=16",
        ],
        compared: &[Whole],
        sizes: &[Size::Usual],
    },
    Runner {
        name: "local with little memory",
        arguments: &[
            "-r",
            "local",
            "--num-cores",
            "2",
            "--memory",
            "48M",
            "-D",
            "mapreduce.job.maps=4",
        ],
        compared: &[Whole],
        sizes: &[Size::Usual, Size::Large],
    },
];
