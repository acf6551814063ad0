//! What the suite knows of a job.

/// A job, its input and what holds of its output.
pub(crate) struct Case {
    /// The job's program.
    pub(crate) program: &'static str,
    /// The job's own arguments.
    pub(crate) arguments: Vec<String>,
    /// Names and contents of the files of its input.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// How the files are given.
    pub(crate) given: Given,
    /// Its output, where that is known by other means.
    pub(crate) expected: Option<Vec<u8>>,
    /// Which order of the output is promised.
    pub(crate) order: Order,
    /// The keys of the last step's groups, where each is at the beginning of its line of output.
    pub(crate) keys: Option<Keys>,
    /// Whether `--mapper | sort | --reducer` gives the same lines.
    pub(crate) by_hand: bool,
    /// How much is run.
    pub(crate) size: Size,
}

/// How files of input are given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    /// One by one, or joined on standard input.
    Files,
    /// One by one only: the job is told which file it reads.
    FilesOnly,
    /// As the folder that they are in, or joined on standard input.
    Folder,
}

/// Which order of the output is promised.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// That of the keys.
    Keys,
    /// None: the last step has no reducer.
    Any,
}

/// Keys as they stand in the output.
#[derive(Clone, Copy)]
pub(crate) enum Keys {
    /// Strings in JSON.
    Text,
    /// The text before the TAB.
    Plain,
    /// `u64` in JSON.
    Unsigned,
    /// `i64` in JSON.
    Signed,
}

/// How much of a case is run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// Everything.
    Usual,
    /// Only what needs little memory: each run takes long.
    Large,
}

impl Case {
    /// A job without input; all comparisons hold.
    pub(crate) fn new(program: &'static str) -> Self {
        Case {
            program,
            arguments: Vec::new(),
            files: Vec::new(),
            given: Given::Files,
            expected: None,
            order: Order::Keys,
            keys: None,
            by_hand: true,
            size: Size::Usual,
        }
    }

    /// With arguments for the job.
    pub(crate) fn arguments<const N: usize>(mut self, arguments: [&str; N]) -> Self {
        self.arguments.extend(arguments.map(str::to_owned));
        self
    }

    /// With a file of input more.
    pub(crate) fn file(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.push((name.to_owned(), bytes.into()));
        self
    }

    /// With a byte order mark in front of the first file, and its output the same.
    pub(crate) fn marked(mut self) -> Self {
        if let Some((_, bytes)) = self.files.first_mut() {
            bytes.splice(..0, *b"\xef\xbb\xbf");
        }
        self
    }

    /// The files are given in this way.
    pub(crate) fn given(mut self, given: Given) -> Self {
        self.given = given;
        self
    }

    /// With the output as it should be.
    pub(crate) fn expect(mut self, output: impl Into<Vec<u8>>) -> Self {
        self.expected = Some(output.into());
        self
    }

    /// With an output that is in no order.
    pub(crate) fn any_order(mut self) -> Self {
        self.order = Order::Any;
        self
    }

    /// With keys whose partitions can be worked out.
    pub(crate) fn keys(mut self, keys: Keys) -> Self {
        self.keys = Some(keys);
        self
    }

    /// What is done by hand differs: values in the order of the text, hooks once more or files instead of lines.
    pub(crate) fn not_by_hand(mut self) -> Self {
        self.by_hand = false;
        self
    }

    /// With so much data that a run takes long.
    pub(crate) fn large(mut self) -> Self {
        self.size = Size::Large;
        self
    }

    /// All records of all files as one file would have them: a last line without an end gets one.
    pub(crate) fn joined(&self) -> Vec<u8> {
        let mut joined = Vec::new();
        for (_, bytes) in &self.files {
            if joined.last().is_some_and(|last| *last != b'\n') {
                joined.push(b'\n');
            }
            joined.extend_from_slice(bytes);
        }
        joined
    }
}
