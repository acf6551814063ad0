//! The workloads, and what is asked of them.

/// One workload.
pub(super) struct Row {
    pub(super) name: &'static str,
    /// What yardsticks and peers call it.
    pub(super) workload: &'static str,
    pub(super) about: &'static str,
    /// The program in `benches/jobs`.
    pub(super) job: &'static str,
    /// Kinds of data, each a file.
    pub(super) data: &'static [&'static str],
    pub(super) size: &'static str,
    /// Whether it makes sense in this size only.
    pub(super) fixed: bool,
    pub(super) against: Against,
    /// What it must never be above, and what it should be.
    pub(super) floor: f64,
    pub(super) target: f64,
    /// Bytes of memory of the control group that it runs in.
    pub(super) memory: Option<u64>,
    /// The size on which `naive` runs where that of the row would take too long.
    pub(super) naive_at: Option<&'static str>,
    /// Names of the peers that are asked for it; `*` is all of them.
    pub(super) peers: &'static [&'static str],
}

/// What its time is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Against {
    /// That of what a specialist wrote by hand.
    Limit,
    /// That of our own job on the data of another row.
    Row(&'static str),
    /// A millisecond.
    Milliseconds,
}

const ROW: Row = Row {
    name: "",
    workload: "",
    about: "",
    job: "",
    data: &[],
    size: "1g",
    fixed: false,
    against: Against::Limit,
    floor: 2.0,
    target: 1.2,
    memory: None,
    naive_at: None,
    peers: &["*"],
};

/// All of them, in the order in which they are measured.
pub(super) const ROWS: [Row; 14] = [
    Row {
        name: "W1w",
        workload: "W1w",
        about: "word count, white space",
        job: "white_space_words",
        data: &["text"],
        naive_at: Some("100m"),
        ..ROW
    },
    Row {
        name: "W1r",
        workload: "W1r",
        about: "word count, `[\\w']+`, lower case",
        job: "unicode_words",
        data: &["text"],
        floor: 2.5,
        target: 1.3,
        naive_at: Some("100m"),
        ..ROW
    },
    Row {
        name: "W1f",
        workload: "W1w",
        about: "W1w over 2,000 files",
        job: "white_space_words",
        data: &["files"],
        against: Against::Row("W1w"),
        floor: 1.5,
        target: 1.1,
        peers: &[],
        ..ROW
    },
    Row {
        name: "W2",
        workload: "W2",
        about: "access log, 100 largest",
        job: "largest_pages",
        data: &["logs"],
        size: "100m",
        target: 1.3,
        ..ROW
    },
    Row {
        name: "W3",
        workload: "W3",
        about: "JSON lines, typed struct",
        job: "paid_orders",
        data: &["json"],
        floor: 1.6,
        ..ROW
    },
    Row {
        name: "W4",
        workload: "W4",
        about: "group by nearly unique keys, sorted output",
        job: "key_sums",
        data: &["keys"],
        naive_at: Some("100m"),
        ..ROW
    },
    Row {
        name: "W4m",
        workload: "W4",
        about: "W4 in 512 MB of memory",
        job: "key_sums",
        data: &["keys"],
        against: Against::Row("W4"),
        target: 1.3,
        memory: Some(512_000_000),
        peers: &["DuckDB", "Polars"],
        ..ROW
    },
    Row {
        name: "W5",
        workload: "W5",
        about: "reduce-side join",
        job: "tier_sums",
        data: &["events", "users"],
        size: "100m",
        floor: 4.0,
        target: 2.0,
        ..ROW
    },
    Row {
        name: "W6",
        workload: "W6",
        about: "PageRank, 5 rounds",
        job: "ranks",
        data: &["edges"],
        size: "100m",
        floor: 10.0,
        target: 5.0,
        ..ROW
    },
    Row {
        name: "W7",
        workload: "W1w",
        about: "start-up, 10 KB",
        job: "white_space_words",
        data: &["text"],
        size: "10k",
        fixed: true,
        against: Against::Milliseconds,
        floor: 10.0,
        target: 3.0,
        ..ROW
    },
    Row {
        name: "W8",
        workload: "W8",
        about: "sort 100-byte records",
        job: "sorted_lines",
        data: &["tera"],
        size: "100m",
        floor: 2.5,
        target: 1.5,
        ..ROW
    },
    Row {
        name: "W9",
        workload: "W9",
        about: "CSV, mean by station",
        job: "stations",
        data: &["csv"],
        size: "100m",
        ..ROW
    },
    Row {
        name: "W10",
        workload: "W10",
        about: "pairs of words next to each other",
        job: "word_pairs",
        data: &["text"],
        size: "100m",
        peers: &[],
        ..ROW
    },
    Row {
        name: "W11",
        workload: "W11",
        about: "visits by address, from an access log",
        job: "visits",
        data: &["logs"],
        size: "100m",
        peers: &[],
        ..ROW
    },
];
