//! Compressed files as the input and output of a map task: whole, cut, joined, damaged.

#![cfg(feature = "compression")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::sync::Arc;

use mrjob_core::codec::Codec;
use mrjob_core::emit::{Part, PartTarget};
use mrjob_core::program::{JobProgram, Program, Step};
use mrjob_core::protocol::{BytesValue, Protocol};
use mrjob_core::step::{Mapper, Record, StepError, at};
use mrjob_core::task::{
    FailureKind, MapTarget, MapTask, Monitor, Source, Split, TaskFailure, TaskSetting,
};
use mrjob_core::{Emitter, Settings, Steps};

const CODECS: [Codec; 5] = [
    Codec::Gzip,
    Codec::Bzip2,
    Codec::Zstd,
    Codec::Lz4,
    Codec::Snappy,
];

/// Writes the lines that it reads; fails at one that is `fail`.
struct Echo;

impl Settings for Echo {
    const NAME: &'static str = "Echo";
    type Input = BytesValue;
    type Internal = BytesValue;
    type Output = BytesValue;
}

impl Steps for Echo {
    fn steps(&self) -> Vec<Step<Self>> {
        vec![
            Step::map_only::<Lines, at::First, at::Earlier>(),
            Step::map_only::<Lines, at::Later, at::Last>(),
        ]
    }
}

struct Lines;

impl Mapper<Echo> for Lines {
    type Key = ();
    type Value = Vec<u8>;
    const NAME: &'static str = "lines";

    fn map<P: Protocol>(
        _: &mut Echo,
        record: Record<'_>,
        out: &mut Emitter<(), Vec<u8>>,
    ) -> Result<(), StepError> {
        let line: &[u8] = record.value::<P, _>()?;
        if line == b"fail" {
            return Err(StepError::User("told to".into()));
        }
        out.emit((), line.to_vec());
        Ok(())
    }
}

/// The lines of `splits`, as one task reads them; the bytes that it says it read.
fn read(splits: Vec<Split>) -> Result<(Vec<u8>, u64), Box<TaskFailure>> {
    let limit = usize::MAX;
    let path = "never".into();
    let target = PartTarget::Memory { path, limit };
    let report = task(splits, target)?;
    let Some(Part::Memory(lines)) = report.part else {
        panic!("the lines are in memory")
    };
    Ok((lines.to_vec(), report.bytes_in))
}

fn task(
    splits: Vec<Split>,
    target: PartTarget,
) -> Result<mrjob_core::task::TaskReport, Box<TaskFailure>> {
    task_of(0, splits, target)
}

/// Runs a map task of the first or of the second step.
fn task_of(
    step: usize,
    splits: Vec<Split>,
    target: PartTarget,
) -> Result<mrjob_core::task::TaskReport, Box<TaskFailure>> {
    let task = MapTask {
        step,
        number: 0,
        attempt: 0,
        splits,
        memory: 32 << 20,
        temp_dir: std::env::temp_dir(),
        target: MapTarget::Part(target),
        setting: TaskSetting::default(),
    };
    JobProgram::new(|| Ok(Echo))
        .unwrap()
        .map(&task, &Vec::new, &Monitor::new())
}

fn source(bytes: &[u8]) -> Source {
    Source::Memory {
        bytes: Arc::new(bytes.to_vec()),
        name: "in".into(),
    }
}

/// The lines of a whole compressed file.
fn decoded(codec: Codec, file: &[u8]) -> Result<Vec<u8>, Box<TaskFailure>> {
    let (lines, bytes) = read(vec![
        Split::new(source(file), 0, None).compressed(Some(codec)),
    ])?;
    assert_eq!(bytes, file.len() as u64, "all of the file counts as read");
    Ok(lines)
}

/// The lines of one split of a bzip2 file.
fn split(file: &[u8], start: usize, end: Option<usize>) -> Vec<u8> {
    let end = end.map(|end| end as u64);
    let split = Split::new(source(file), start as u64, end).compressed(Some(Codec::Bzip2));
    read(vec![split]).unwrap().0
}

/// A file of these lines, as a task writes it.
fn encoded(codec: Codec, lines: &[u8]) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("part");
    let to = PartTarget::Compressed {
        path: path.clone(),
        codec,
    };
    task(vec![Split::new(source(lines), 0, None)], to).unwrap();
    fs::read(path).unwrap()
}

/// Lines of which no two are the same, with few repetitions in them.
fn lines(count: u64) -> Vec<u8> {
    let mut text = String::new();
    for line in 0..count {
        let noise = (line + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        writeln!(text, "{line} {noise:x} {:b}", noise >> 40).unwrap();
    }
    text.into_bytes()
}

#[test]
fn what_a_task_writes_another_reads() {
    for codec in CODECS {
        let large = lines(60_000);
        for plain in [&b""[..], b"x\n", b"\n\n", &lines(100), &large] {
            let file = encoded(codec, plain);
            assert!(
                decoded(codec, &file).unwrap() == plain,
                "{codec}, {} bytes",
                plain.len()
            );
        }
        assert!(
            encoded(codec, &large).len() < large.len(),
            "{codec} compresses"
        );
    }
}

#[test]
fn an_empty_file_has_no_lines() {
    for codec in CODECS {
        assert_eq!(decoded(codec, b"").unwrap(), b"");
    }
}

#[test]
fn joined_files_are_read_to_the_end() {
    for codec in CODECS {
        let parts = [lines(10), Vec::new(), lines(3000), b"last\n".to_vec()];
        let file = parts
            .iter()
            .map(|plain| encoded(codec, plain))
            .collect::<Vec<_>>()
            .concat();
        assert!(decoded(codec, &file).unwrap() == parts.concat(), "{codec}");
    }
}

#[test]
fn frames_to_be_skipped_are() {
    for codec in [Codec::Zstd, Codec::Lz4] {
        let skipped = b"\x5a\x2a\x4d\x18\x03\0\0\0abc";
        let file = encoded(codec, b"x\n");
        let all = [&skipped[..], &file, skipped, skipped, &file, skipped].concat();
        assert_eq!(decoded(codec, &all).unwrap(), b"x\nx\n");
        assert_eq!(decoded(codec, skipped).unwrap(), b"");
        let cut = [&file[..], &skipped[..9]].concat();
        assert!(message(decoded(codec, &cut)).contains("cut off"));
    }
}

#[test]
fn zeros_that_fill_up_a_file_are_none_of_it() {
    for (codec, part) in [
        (Codec::Gzip, "member"),
        (Codec::Bzip2, "stream"),
        (Codec::Zstd, "frame"),
        (Codec::Lz4, "frame"),
    ] {
        let file = encoded(codec, b"x\n");
        for zeros in [1, 511, 200_000] {
            let padded = [&file[..], &file, &vec![0; zeros]].concat();
            assert_eq!(decoded(codec, &padded).unwrap(), b"x\nx\n", "{codec}");
            let more = [&padded[..], &file].concat();
            let said = message(decoded(codec, &more));
            assert!(said.contains(&format!("no {part} begins")), "{said}");
        }
    }
    let padded = [&encoded(Codec::Bzip2, &lines(40))[..], &[0; 700]].concat();
    for cut in 1..padded.len() {
        let halves = [split(&padded, 0, Some(cut)), split(&padded, cut, None)];
        assert!(halves.concat() == lines(40), "cut at {cut}");
    }
}

const MARK: &[u8] = b"\xef\xbb\xbf";

#[test]
fn a_mark_at_the_beginning_is_dropped_and_one_further_on_is_data() {
    let text = [MARK, b"a\n\xef\xbb\xbfb\nc\n"].concat();
    let wanted = &text[3..];
    let (found, bytes) = read(vec![Split::new(source(&text), 0, None)]).unwrap();
    assert_eq!((&found[..], bytes), (wanted, text.len() as u64));
    for codec in CODECS {
        // What writes the file drops a mark, too.
        let file = encoded(codec, &[MARK, &text].concat());
        assert_eq!(decoded(codec, &file).unwrap(), wanted, "{codec}");
    }
    for text in [&text[..], b"\xef\xbb\xbf\nb\n", MARK, b"\xef\xbb\xbfa"] {
        let whole = read(vec![Split::new(source(text), 0, None)]).unwrap().0;
        for cut in 1..text.len() as u64 {
            let part = |start, end| read(vec![Split::new(source(text), start, end)]).unwrap().0;
            let halves = [part(0, Some(cut)), part(cut, None)].concat();
            assert_eq!(halves, whole, "cut at {cut}");
        }
    }
}

#[test]
fn a_mark_in_blocks_of_bzip2_of_its_own_is_dropped_at_every_cut() {
    let file = bzip2_file(&[&MARK[..2], &MARK[2..], b"", b"a\nb", b"\nc\n"]);
    for cut in 1..file.len() {
        let halves = [split(&file, 0, Some(cut)), split(&file, cut, None)];
        assert_eq!(halves.concat(), b"a\nb\nc\n", "cut at {cut}");
    }
}

#[test]
fn what_a_step_wrote_is_read_as_it_is() {
    let wide = b"\xff\xfea\0\n\0";
    for written in [
        &b"\xef\xbb\xbfa\n"[..],
        b"\x1f\x8b\x08\0a\n",
        wide,
        b"PK\x03\x04\n",
    ] {
        let limit = usize::MAX;
        let path = "never".into();
        let target = PartTarget::Memory { path, limit };
        let split = Split::new(source(written), 0, None);
        let Some(Part::Memory(found)) = task_of(1, vec![split], target).unwrap().part else {
            panic!("the lines are in memory")
        };
        assert_eq!(
            found.strip_suffix(b"\n").unwrap(),
            written.strip_suffix(b"\n").unwrap_or(written)
        );
    }
}

#[test]
fn a_line_behind_a_mark_has_its_number() {
    let gzip = |text: &[u8]| {
        let mut file = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        file.write_all(text).unwrap();
        file.finish().unwrap()
    };
    for (text, line) in [
        (&b"\xef\xbb\xbffail\n"[..], 1),
        (b"\xef\xbb\xbfa\nfail\n", 2),
    ] {
        // Their names say nothing: the task finds out by itself.
        for file in [text.to_vec(), gzip(text), bzip2_file(&[text])] {
            let split = Split::new(source(&file), 0, None);
            let failure = read(vec![split]).unwrap_err();
            assert_eq!(failure.place.unwrap().line, Some(line));
        }
    }
}

#[test]
fn a_compressed_file_that_was_divided_as_text_is_an_error() {
    let file = encoded(Codec::Gzip, &lines(100));
    let said = message(read(vec![Split::new(source(&file), 0, Some(50))]).map(|read| read.0));
    assert!(
        said.ends_with("it is compressed (gzip), and was divided among tasks as if it weren't"),
        "{said}"
    );
}

#[test]
fn kinds_that_are_not_read_are_named() {
    let dictionary = b"\x28\xb5\x2f\xfd\x21\x07\x01\x01\0\0";
    let legacy = b"\x02\x21\x4c\x18\x03\0\0\0\x20x\n";
    for (codec, file, kind) in [
        (Codec::Zstd, &dictionary[..], "zstd with a dictionary"),
        (Codec::Lz4, &legacy[..], "in lz4's legacy format"),
    ] {
        let said = message(decoded(codec, file));
        let wanted = format!("it is {kind}, which isn't read");
        assert!(said.ends_with(&wanted), "{said}");
    }
}

#[test]
fn what_is_wrong_with_an_lz4_frame_is_said_in_words() {
    let file = encoded(Codec::Lz4, &lines(100));
    let (header, end) = (6, file.len() - 1);
    for (byte, wanted) in [(header, "header"), (end, "checksum is wrong")] {
        let mut flipped = file.clone();
        flipped[byte] ^= 1;
        let said = message(decoded(Codec::Lz4, &flipped));
        assert!(said.contains(wanted) && !said.contains("Error"), "{said}");
    }
}

/// The message of a failure of reading.
fn message(outcome: Result<Vec<u8>, Box<TaskFailure>>) -> String {
    let failure = outcome.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Io, "{failure}");
    assert!(
        failure.message.starts_with("failed to read `in`: "),
        "{failure}"
    );
    assert!(failure.hint.is_some(), "{failure}");
    failure.message
}

#[test]
fn a_file_that_is_cut_off_is_an_error_wherever_that_is() {
    for codec in CODECS {
        let file = encoded(codec, &lines(40));
        let two = [&file[..], &file].concat();
        for length in (1..two.len()).filter(|length| *length != file.len()) {
            let said = message(decoded(codec, &two[..length]));
            let wanted = format!("cut off: the file ends at byte {length} ");
            assert!(said.contains(&wanted), "{codec}, {length} bytes: {said}");
        }
    }
}

#[test]
fn a_bit_that_is_flipped_is_an_error_or_makes_no_difference() {
    // Hadoop's blocks of snappy have no checksum.
    for codec in [Codec::Gzip, Codec::Bzip2, Codec::Zstd, Codec::Lz4] {
        let plain = lines(12);
        let file = encoded(codec, &plain);
        let mut harmless = 0;
        for bit in 0..8 * file.len() {
            let mut flipped = file.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            match decoded(codec, &flipped) {
                Ok(lines) => {
                    assert!(lines == plain, "{codec}, bit {bit}");
                    harmless += 1;
                }
                failed => drop(message(failed)),
            }
        }
        // A date or a reserved bit.
        assert!(harmless < 90, "{codec}: {harmless} flips weren't seen");
    }
}

#[test]
fn damaged_blocks_of_hadoops_end_in_an_error_or_in_lines() {
    let file = encoded(Codec::Snappy, &lines(40));
    for bit in 0..8 * file.len() {
        let mut flipped = file.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Err(failure) = decoded(Codec::Snappy, &flipped) {
            assert_eq!(failure.kind, FailureKind::Io, "bit {bit}: {failure}");
        }
    }
}

#[test]
fn what_follows_on_the_end_is_an_error() {
    for codec in CODECS {
        let mut file = encoded(codec, &lines(100));
        let length = file.len();
        file.extend_from_slice(b"else\n");
        let said = message(decoded(codec, &file));
        assert!(
            said.contains(&format!("{codec} data are damaged")),
            "{said}"
        );
        let near: String = said
            .split("byte ")
            .nth(1)
            .unwrap()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        let near: usize = near.parse().unwrap();
        assert!(
            (length..=file.len()).contains(&near),
            "{codec} ends at {length}: {said}"
        );
    }
}

#[test]
fn a_file_of_another_kind_is_refused_by_its_first_bytes() {
    for codec in CODECS {
        for file in [&b"hello world\n"[..], b"x", &lines(50)] {
            let said = message(decoded(codec, file));
            let start = file[..file.len().min(8)].escape_ascii().to_string();
            let wanted = format!("it isn't {codec}, as its name says: it begins with `{start}`");
            assert!(said.contains(&wanted), "{said}");
        }
    }
}

#[test]
fn a_window_that_is_too_large_is_refused_before_it_is_made() {
    // A frame with a window of 2 GiB, as `zstd --ultra --long=31` makes them, and an empty last block.
    let file = b"\x28\xb5\x2f\xfd\x00\xa8\x01\0\0";
    let said = message(decoded(Codec::Zstd, file));
    assert!(said.contains("need 2147483648 bytes of memory"), "{said}");
}

/// Streams of blocks of at most 100 kB of plain text.
fn bzip2_file(streams: &[&[u8]]) -> Vec<u8> {
    let mut file = Vec::new();
    for plain in streams {
        let mut stream = bzip2::write::BzEncoder::new(&mut file, bzip2::Compression::fast());
        stream.write_all(plain).unwrap();
        stream.finish().unwrap();
    }
    file
}

#[test]
fn every_cut_of_a_bzip2_file_of_many_streams_gives_each_line_once() {
    let plain = [
        &b""[..],
        b"first\n",
        b"no end ",
        b"here\n\n",
        b"",
        &lines(20),
        b"in ",
        b"the ",
        b"middle",
    ];
    let file = bzip2_file(&plain);
    let plain = plain.concat();
    let same = |found: Vec<u8>, cuts: &[usize]| {
        // The last line gets an end.
        assert!(
            found.strip_suffix(b"\n") == Some(&plain[..]),
            "cut at {cuts:?}"
        );
    };
    for cut in 1..file.len() {
        same(
            [split(&file, 0, Some(cut)), split(&file, cut, None)].concat(),
            &[cut],
        );
    }
    for length in 1..file.len() {
        let cuts: Vec<_> = (0..file.len()).step_by(length).collect();
        let pieces = cuts.iter().enumerate();
        let found = pieces.map(|(n, start)| split(&file, *start, cuts.get(n + 1).copied()));
        same(found.collect::<Vec<_>>().concat(), &cuts);
    }
}

#[test]
fn cuts_of_a_bzip2_file_of_many_blocks_give_each_line_once() {
    // Long lines too: some go over several blocks.
    let long = lines(6000)
        .into_iter()
        .filter(|byte| *byte != b'\n')
        .collect::<Vec<_>>();
    let plain = [lines(5000), long, b"\n".to_vec(), lines(5000)].concat();
    let file = bzip2_file(&[&plain, &plain]);
    let plain = plain.repeat(2);
    let marks = (0..file.len() - 7).filter(|at| {
        let word = u64::from_be_bytes([&file[*at..at + 7], &[0]].concat().try_into().unwrap());
        (0..8).any(|shift| (word << shift) >> 16 == 0x3141_5926_5359)
    });
    let marks: Vec<_> = marks.collect();
    assert!(marks.len() > 10, "{} blocks", marks.len());
    let near = marks
        .iter()
        .flat_map(|mark| [mark - 1, *mark, mark + 1, mark + 7]);
    for cut in near.filter(|cut| *cut > 0) {
        let found = [split(&file, 0, Some(cut)), split(&file, cut, None)].concat();
        assert!(found == plain, "cut at {cut}");
    }
    for length in [1 << 10, 7001, 40_000, 100_003] {
        let cuts: Vec<_> = (0..file.len()).step_by(length).collect();
        let pieces = cuts.iter().enumerate();
        let found = pieces.map(|(n, start)| split(&file, *start, cuts.get(n + 1).copied()));
        assert!(
            found.collect::<Vec<_>>().concat() == plain,
            "splits of {length} bytes"
        );
    }
}

#[test]
fn a_damaged_block_is_an_error_of_some_split() {
    let file = bzip2_file(&[&lines(12_000)]);
    let half = file.len() / 2;
    for at in (0..file.len()).step_by(file.len() / 150) {
        let mut damaged = file.clone();
        damaged[at] ^= 0x10;
        let halves = [(0, Some(half as u64)), (half as u64, None)].map(|(start, end)| {
            let split = Split::new(source(&damaged), start, end);
            read(vec![split.compressed(Some(Codec::Bzip2))])
        });
        assert!(halves.iter().any(Result::is_err), "byte {at}");
    }
}

#[test]
fn lines_are_counted_from_the_start_of_the_file() {
    let text = [&lines(9000)[..], b"fail\n", &lines(9)].concat();
    let file = bzip2_file(&[&text]);
    let failure = |start: usize| {
        let split = Split::new(source(&file), start as u64, None);
        read(vec![split.compressed(Some(Codec::Bzip2))]).err()
    };
    let late = (0..file.len()).step_by(10_000).rev();
    let late = late.filter(|start| failure(*start).is_some());
    let late = late.collect::<Vec<_>>()[0];
    assert!(late > 0, "a split behind the first");
    for start in [0, late] {
        assert_eq!(
            failure(start).unwrap().place.unwrap().line,
            Some(9001),
            "from {start}"
        );
    }
}
