//! W1w, W1r, W7, W10: words and pairs of words.

use super::line::{PIECE, count_line, lines};
use rivals::input::{Input, fold};
use rivals::table::{Counter, sorted_union};
use rivals::words::{lower_words, nonblank64, runs, word64};

pub fn count_words(input: &Input, lower: bool) -> Vec<Vec<u8>> {
    let pieces = input.pieces(PIECE);
    let tables: Vec<_> = fold(
        &pieces,
        || (Counter::default(), Vec::new()),
        |(t, buf), p| {
            if lower {
                lower_words(p, buf);
                runs(buf, word64, |w| t.add(w));
            } else {
                runs(p, nonblank64, |w| t.add(w));
            }
        },
    )
    .into_iter()
    .map(|(mut t, _)| {
        t.flush();
        t.table
    })
    .collect();
    sorted_union(&tables, |a, b| *a += b, count_line)
}

/// Pairs of words in a row of a line.
pub fn count_pairs(input: &Input) -> Vec<Vec<u8>> {
    let pieces = input.pieces(PIECE);
    let counters = fold(
        &pieces,
        || (Counter::default(), Vec::with_capacity(1 << 16)),
        |(counter, key), piece| {
            lines(piece, |line| {
                let mut last: Option<&[u8]> = None;
                runs(line, nonblank64, |word| {
                    if let Some(last) = last {
                        key.clear();
                        key.extend_from_slice(last);
                        key.push(b'\t');
                        key.extend_from_slice(word);
                        key.reserve(64);
                        counter.add(key);
                    }
                    last = Some(word);
                });
            });
        },
    );
    let tables: Vec<_> = counters
        .into_iter()
        .map(|(mut counter, _)| {
            counter.flush();
            counter.table
        })
        .collect();
    sorted_union(&tables, |a, b| *a += b, count_line)
}
