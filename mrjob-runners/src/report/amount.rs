//! Numbers for people.

use std::time::Duration;

/// `1,234,567`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `12 bytes`, `1.5 MB`: powers of 1000, three figures.
pub(crate) fn bytes(number: u64) -> String {
    if number < 1000 {
        return if number == 1 {
            "1 byte".to_owned()
        } else {
            format!("{number} bytes")
        };
    }
    let mut scaled = number as f64;
    let mut unit = "";
    for next in ["kB", "MB", "GB", "TB", "PB", "EB"] {
        // Rounded to three figures, 999.6 would be 1000.
        if scaled < 999.5 {
            break;
        }
        (scaled, unit) = (scaled / 1000.0, next);
    }
    let places = if scaled < 9.995 {
        2
    } else {
        usize::from(scaled < 99.95)
    };
    format!("{scaled:.places$} {unit}")
}

/// `120 ms`, `7.5 s`, `4 min 5 s`, `2 h 10 min`.
pub(crate) fn time(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    match duration.as_secs() {
        _ if seconds < 0.9995 => format!("{:.0} ms", seconds * 1000.0),
        _ if seconds < 9.95 => format!("{seconds:.1} s"),
        _ if seconds < 59.5 => format!("{seconds:.0} s"),
        whole if whole < 3600 => format!("{} min {} s", whole / 60, whole % 60),
        whole => format!("{} h {} min", whole / 3600, whole / 60 % 60),
    }
}

/// `1 record`, `2 records`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    format!(
        "{} {noun}{}",
        count(number),
        if number == 1 { "" } else { "s" }
    )
}

/// The memory of a run on this machine as a row of a dry run.
pub(crate) fn memory_row(memory: u64) -> (String, String) {
    (
        "memory".to_owned(),
        format!("{} for the whole run", bytes(memory)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        let all = [0, 12, 999, 1000, 123_456, 1_234_567].map(count).join(" ");
        assert_eq!(all, "0 12 999 1,000 123,456 1,234,567");
        assert_eq!(
            (counted(1, "record"), counted(0, "record")),
            ("1 record".into(), "0 records".into())
        );
    }

    #[test]
    fn sizes() {
        let all = [
            0,
            1,
            999,
            1000,
            1234,
            12_345,
            123_456,
            999_600,
            99_960,
            5_000_000_000,
            u64::MAX,
        ]
        .map(bytes);
        let expected = "0 bytes, 1 byte, 999 bytes, 1.00 kB, 1.23 kB, 12.3 kB, 123 kB, 1.00 MB, 100 kB, 5.00 GB, 18.4 EB";
        assert_eq!(all.join(", "), expected);
    }

    #[test]
    fn times() {
        let all = [
            0, 123, 996, 7460, 9960, 59_400, 59_600, 245_000, 3_600_000, 7_800_000,
        ];
        let all = all
            .map(|millis| time(Duration::from_millis(millis)))
            .join(", ");
        assert_eq!(
            all,
            "0 ms, 123 ms, 996 ms, 7.5 s, 10 s, 59 s, 0 min 59 s, 4 min 5 s, 1 h 0 min, 2 h 10 min"
        );
    }
}
