//! The frames of a backtrace that are of the job's own code.

/// What of a backtrace is to be shown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// A line a frame, innermost first.
    Frames(Vec<String>),
    /// The program has no names of functions.
    Nameless,
    /// None of it is the job's: its functions are inlined.
    Nothing,
}

/// The job's own frames of `backtrace`, which is as the standard library prints it; all of it if it is wanted `whole`.
pub(crate) fn shown(backtrace: &str, whole: bool) -> Shown {
    if whole {
        return Shown::Frames(backtrace.lines().map(str::to_owned).collect());
    }
    let frames = frames(backtrace);
    let in_task = frames.iter().take_while(|frame| !frame.begins_task());
    let own: Vec<String> = in_task
        .filter(|frame| frame.is_own())
        .map(Frame::line)
        .collect();
    match own.is_empty() {
        false => Shown::Frames(own),
        true if frames.iter().any(|frame| frame.symbol.contains("mrjob")) => Shown::Nothing,
        true => Shown::Nameless,
    }
}

/// A function that was being called.
struct Frame<'a> {
    /// `word_freq::WordFreq::words`; of a function that was inlined often its last part alone, with types: `map<Text>`.
    symbol: &'a str,
    /// `./src/main.rs:10:5`, where that is known.
    place: Option<&'a str>,
}

/// The frames, innermost first: a line with a number and a symbol, mostly one with a place below.
fn frames(backtrace: &str) -> Vec<Frame<'_>> {
    let mut frames: Vec<Frame<'_>> = Vec::new();
    for line in backtrace.lines().map(str::trim) {
        match (line.strip_prefix("at "), frames.last_mut()) {
            (Some(place), Some(frame)) => frame.place = Some(place),
            _ => {
                let symbol = line.split_once(": ").map_or(line, |(_, symbol)| symbol);
                frames.push(Frame {
                    symbol,
                    place: None,
                });
            }
        }
    }
    frames
}

impl Frame<'_> {
    /// Whether below it nothing belongs to the task.
    fn begins_task(&self) -> bool {
        let name = self.symbol;
        self.is_framework() && (name.starts_with("guarded") || name.contains("trace::guarded"))
    }

    fn is_own(&self) -> bool {
        !self.is_framework() && !self.is_library()
    }

    /// Whether it is mrjob's, or written by its macros, which do so in a block that is called `_`.
    fn is_framework(&self) -> bool {
        const CRATES: [&str; 2] = ["mrjob_core::", "mrjob_runners::"];
        CRATES.iter().any(|name| self.path().starts_with(name))
            || self.symbol.contains("::_::")
            || self.symbol.contains("<mrjob_core::")
            || self.place.is_some_and(is_in_framework)
    }

    /// The symbol without what stands before its first name: `<&[T] as …`.
    fn path(&self) -> &str {
        self.symbol.trim_start_matches(['<', '&', '[', '('])
    }

    /// Whether it is the standard library's, or what starts a program.
    fn is_library(&self) -> bool {
        const CRATES: [&str; 4] = ["std::", "core::", "alloc::", "__"];
        const FUNCTIONS: [&str; 8] = [
            "main",
            "_start",
            "clone",
            "clone3",
            "start_thread",
            "rust_panic",
            "rust_begin_unwind",
            "<unknown>",
        ];
        CRATES.iter().any(|name| self.path().starts_with(name))
            || FUNCTIONS.contains(&self.symbol)
            || self.place.is_some_and(|place| place.starts_with("/rustc/"))
    }

    fn line(&self) -> String {
        match self.place {
            Some(place) => format!("{} at {}", self.symbol, place.trim_start_matches("./")),
            None => self.symbol.to_owned(),
        }
    }
}

/// Whether a source file is of one of our crates, wherever that is: `…/mrjob-core-0.1.0/src/values.rs:10:5`.
fn is_in_framework(place: &str) -> bool {
    let folders: Vec<&str> = place.split('/').collect();
    folders.windows(2).any(|pair| {
        let is_ours = ["mrjob-core", "mrjob-runners"]
            .iter()
            .any(|name| pair[0].starts_with(name));
        is_ours && pair[1] == "src"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(backtrace: &str) -> Vec<String> {
        match shown(backtrace, false) {
            Shown::Frames(frames) => frames,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn frames_of_the_task_alone() {
        let backtrace = "\
   0: std::backtrace::Backtrace::create
   9: word_freq::deep
  10: <word_freq::_::WordsMapper as mrjob_core::step::method::Mapper<word_freq::WordFreq>>::map
  11: word_freq::WordFreq::words
  12: mrjob_core::task::trace::guarded
  13: word_freq::main
  14: main";
        assert_eq!(
            own(backtrace),
            ["word_freq::deep", "word_freq::WordFreq::words"]
        );
    }

    /// Functions that are inlined have no crate in their names.
    #[test]
    fn frames_are_told_apart_by_their_files() {
        let backtrace = "\
   0: {closure#0}
             at /home/ann/mrjob-core-0.1.0/src/task/trace.rs:266:28
   1: unwrap_failed
             at /rustc/5980/library/core/src/result.rs:1:1
   2: words
             at ./src/main.rs:13:52
   3: guarded<u8>
             at /home/ann/mrjob-core-0.1.0/src/task/trace.rs:78:18
   4: run
             at ./src/main.rs:99:1";
        assert_eq!(own(backtrace), ["words at src/main.rs:13:52"]);
    }

    /// Jobs that are written without the macros implement our traits themselves.
    #[test]
    fn frames_of_a_job_by_hand() {
        let backtrace =
            "   9: <job::Words as mrjob_core::step::method::Mapper<job::WordFreq>>::map\n";
        assert_eq!(
            own(backtrace),
            ["<job::Words as mrjob_core::step::method::Mapper<job::WordFreq>>::map"]
        );
    }

    #[test]
    fn without_names() {
        let nameless = "   0: <unknown>\n   1: <unknown>\n   2: __libc_start_main\n";
        assert_eq!(shown(nameless, false), Shown::Nameless);
        let inlined = "   0: mrjob_core::task::map::map\n   1: main\n";
        assert_eq!(shown(inlined, false), Shown::Nothing);
    }

    #[test]
    fn all_of_it_if_wanted() {
        let all = "   0: std::f\n   1: main\n";
        assert_eq!(
            shown(all, true),
            Shown::Frames(all.lines().map(str::to_owned).collect())
        );
    }
}
