//! Points in time as text: for run names and for JSON messages.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A date and time of day in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Utc {
    year: i64,
    month: u32,
    day: u32,
    second_of_day: u32,
    micros: u32,
}

impl Utc {
    /// The time now.
    pub(crate) fn now() -> Self {
        Self::at(SystemTime::now())
    }

    /// `time` in UTC; a time before 1970 is 1970.
    pub(crate) fn at(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        let (days, second_of_day) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
        let (year, month, day) = civil(days as i64);
        Utc {
            year,
            month,
            day,
            second_of_day: second_of_day as u32,
            micros: since.subsec_micros(),
        }
    }

    /// `20260102.030405.678901`.
    pub(crate) fn compact(self) -> String {
        let Utc {
            year,
            month,
            day,
            micros,
            ..
        } = self;
        let (hour, minute, second) = self.time();
        format!("{year:04}{month:02}{day:02}.{hour:02}{minute:02}{second:02}.{micros:06}")
    }

    fn time(self) -> (u32, u32, u32) {
        (
            self.second_of_day / 3600,
            self.second_of_day / 60 % 60,
            self.second_of_day % 60,
        )
    }
}

/// As RFC 3339: `2026-01-02T03:04:05.678Z`.
impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Utc {
            year,
            month,
            day,
            micros,
            ..
        } = self;
        let (hour, minute, second) = self.time();
        let millis = micros / 1000;
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z"
        )
    }
}

/// Year, month and day of a day since 1 January 1970: Howard Hinnant's `civil_from_days`.
fn civil(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u32, day as u32)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn dates() {
        let text = |seconds, micros| {
            let utc =
                Utc::at(UNIX_EPOCH + Duration::from_secs(seconds) + Duration::from_micros(micros));
            (utc.to_string(), utc.compact())
        };
        assert_eq!(text(0, 0).0, "1970-01-01T00:00:00.000Z");
        assert_eq!(text(951_782_400, 0).0, "2000-02-29T00:00:00.000Z");
        assert_eq!(text(1_767_225_599, 999_999).0, "2025-12-31T23:59:59.999Z");
        assert_eq!(text(1_767_322_999, 678_901).1, "20260102.030319.678901");
    }
}
