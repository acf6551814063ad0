//! Sizes as people write them: `400M`, `2G`, `1GiB`.

/// Reads a size in bytes. `K`, `M`, `G` and `T` are powers of 1024, as for `java -Xmx` and in Hadoop; `KB` and `KiB` are
/// the same as `K`, and case doesn't matter.
///
/// # Errors
///
/// A sentence for the user, when `text` isn't a size.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let shift = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return Err(not_a_size()),
    };
    if let Ok(whole) = number.parse::<u64>() {
        return whole
            .checked_mul(1 << shift)
            .ok_or_else(|| "it is more than 16 EiB".to_owned());
    }
    match number.parse::<f64>() {
        Ok(part) if shift > 0 && part < 1e6 => Ok((part * (1_u64 << shift) as f64) as u64),
        _ => Err(not_a_size()),
    }
}

fn not_a_size() -> String {
    "a size is a number of bytes or has a unit: `400M`, `2G`, `1GiB`".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (text, bytes) in [
            ("0", 0),
            ("1234", 1234),
            ("12b", 12),
            ("400M", 400 << 20),
            ("400m", 400 << 20),
            ("2G", 2 << 30),
            ("2 GB", 2 << 30),
            ("1GiB", 1 << 30),
            ("1.5G", 3 << 29),
            ("1T", 1 << 40),
        ] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_is_no_size() {
        for text in [
            "", "M", "-1", "1X", "1.5", "1.2.3G", "G1", "1 0", "inf", "nanM",
        ] {
            assert!(parse_size(text).is_err(), "{text}");
        }
        assert_eq!(
            parse_size("99999999T"),
            Err("it is more than 16 EiB".to_owned())
        );
    }
}
