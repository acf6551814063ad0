//! Integers beyond 64 bits, which serde_json makes floats where the type doesn't say what they are.

use std::ops::Range;

use super::path::string_end;
use crate::protocol::error::{excerpt, excerpt_around};
use crate::protocol::{Part, ProtocolError};

/// Refuses a text in which one of the floats that were read of it stands as an integer.
#[cold]
pub(super) fn check(floats: &[f64], part: Part, text: &[u8]) -> Result<(), ProtocolError> {
    let mut from = 0;
    while let Some(number) = next_number(text, from) {
        from = number.end;
        let digits = str::from_utf8(&text[number.clone()]).unwrap_or_default();
        let is_integer = !digits.contains(['.', 'e', 'E']);
        let is_rounded = is_integer
            && digits
                .parse::<f64>()
                .is_ok_and(|float| floats.contains(&float))
            && digits.parse::<u64>().is_err()
            && digits.parse::<i64>().is_err();
        if is_rounded {
            return Err(ProtocolError::ReadJson {
                part,
                reason: format!(
                    "{} is beyond 64 bits, and would be rounded here",
                    excerpt(digits.as_bytes())
                ),
                at: number.start + 1,
                text: excerpt_around(text, number.start),
                hint: Some(
                    "a struct that gives this field a type reads it: `u128` or `i128` as it is, `f64` rounded, \
                     `&serde_json::value::RawValue` as text",
                ),
            });
        }
    }
    Ok(())
}

/// Where the next number stands in a text that is JSON.
fn next_number(text: &[u8], from: usize) -> Option<Range<usize>> {
    let mut at = from;
    loop {
        match text.get(at)? {
            b'"' => at = string_end(text, at + 1),
            b'-' | b'0'..=b'9' => break,
            _ => at += 1,
        }
    }
    let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    let length = text[at..].iter().take_while(|byte| is_part(byte)).count();
    Some(at..at + length)
}
