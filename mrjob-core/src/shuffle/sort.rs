//! Sorting of emitted records: radix passes over eight-byte words of the keys, comparisons where few are left.

use super::bytes::word;
use super::options::Partitioning;
use super::records::{Entry, Records};

/// Fewer are compared.
const FEW: usize = 48;

/// From here two bytes make a digit.
const MANY: usize = 1 << 16;

/// Words of common prefixes that are gone through before the rest is left to comparisons.
const DEEPEST: u32 = 32;

/// Records read ahead of the one that is needed.
const AHEAD: usize = 24;

/// Bytes that sorting takes for each record, besides its entry in emission order.
pub(super) fn scratch_per_record(partitioning: Partitioning) -> usize {
    let entry = size_of::<Entry>();
    match partitioning {
        Partitioning::Ranges => entry,
        Partitioning::Hash(_) => entry + size_of::<u32>(),
    }
}

/// Sorts entries by key, then by value or in the order of emission. `entries` come in the order of emission, with the
/// first word of their keys; what their words are afterwards is undefined.
pub(super) fn sort(
    records: &Records,
    sort_values: bool,
    entries: &mut [Entry],
    scratch: &mut [Entry],
) {
    let order = Order {
        records,
        sort_values,
    };
    order.by_words(entries, scratch, Side::Entries, 0, 0);
}

/// Where the sorted entries are to be: passes go back and forth between the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Entries,
    Scratch,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Self::Entries => Self::Scratch,
            Self::Scratch => Self::Entries,
        }
    }
}

struct Order<'a> {
    records: &'a Records,
    sort_values: bool,
}

impl Order<'_> {
    /// Sorts entries whose keys agree in their first `depth` bytes and whose words are the eight that follow.
    fn by_words(
        &self,
        entries: &mut [Entry],
        scratch: &mut [Entry],
        to: Side,
        depth: usize,
        level: u32,
    ) {
        let first = entries.first().map_or(0, |entry| entry.word);
        let differing = entries.iter().fold(0, |bits, x| bits | (x.word ^ first));
        if entries.len() > FEW && differing != 0 {
            // The digit begins with the first byte in which they differ.
            let high = (63 - differing.leading_zeros()) / 8 * 8;
            return if entries.len() >= MANY && high > 0 {
                self.by_digit::<{ 1 << 16 }>(high - 8, entries, scratch, to, depth, level);
            } else {
                self.by_digit::<{ 1 << 8 }>(high, entries, scratch, to, depth, level);
            };
        }
        match entries.len() {
            0 | 1 => {}
            _ if differing != 0 => self.few(entries, depth),
            _ => self.same_words(entries, scratch, depth, level),
        }
        if to == Side::Scratch {
            scratch.copy_from_slice(entries);
        }
    }

    /// Distributes entries by a digit of their words, stably, then sorts each lot.
    fn by_digit<const DIGITS: usize>(
        &self,
        shift: u32,
        entries: &mut [Entry],
        scratch: &mut [Entry],
        to: Side,
        depth: usize,
        level: u32,
    ) {
        let digit = |entry: &Entry| (entry.word >> shift) as usize & (DIGITS - 1);
        let mut ends = vec![0u32; DIGITS];
        for entry in entries.iter() {
            ends[digit(entry)] += 1;
        }
        starts(&mut ends);
        for entry in entries.iter() {
            let next = &mut ends[digit(entry)];
            scratch[*next as usize] = *entry;
            *next += 1;
        }
        let mut start = 0;
        for end in ends {
            let lot = start..end as usize;
            start = end as usize;
            if !lot.is_empty() {
                // They are in the scratch now: the sides have changed.
                let (entries, scratch) = (&mut scratch[lot.clone()], &mut entries[lot]);
                self.by_words(entries, scratch, to.other(), depth, level);
            }
        }
    }

    /// Sorts entries of the same word: their keys are the same, or go on differently. Each record is looked at once, for
    /// that is a cache miss.
    fn same_words(&self, entries: &mut [Entry], scratch: &mut [Entry], depth: usize, level: u32) {
        if level == DEEPEST {
            return self.compare(entries, depth);
        }
        let first = self.records.key(&entries[0]);
        let next = depth + size_of::<u64>();
        let (mut all_same, mut ended, mut longer) = (true, 0, 0);
        for at in 0..entries.len() {
            if let Some(ahead) = entries.get(at + AHEAD) {
                self.records.prefetch(ahead);
            }
            let place = entries[at].place;
            let key = self.records.key(&entries[at]);
            all_same = all_same && key == first;
            if let Some(rest) = key.get(next..).filter(|rest| !rest.is_empty()) {
                let word = word(rest);
                scratch[longer] = Entry { word, place };
                longer += 1;
            } else {
                let word = key.len() as u64;
                entries[ended] = Entry { word, place };
                ended += 1;
            }
        }
        let (ended, rest) = entries.split_at_mut(ended);
        rest.copy_from_slice(&scratch[..longer]);
        if all_same {
            return self.by_values(entries);
        }
        self.by_length(ended);
        let scratch = &mut scratch[..longer];
        self.by_words(rest, scratch, Side::Entries, next, level + 1);
    }

    /// Sorts entries whose keys differ in length alone, which are their words: in zeros at the end.
    fn by_length(&self, entries: &mut [Entry]) {
        entries.sort_unstable_by_key(|entry| (entry.word, entry.place));
        if self.sort_values {
            let lots = entries.chunk_by_mut(|x, y| x.word == y.word);
            lots.for_each(|lot| self.by_values(lot));
        }
    }

    /// Sorts entries of the same key, which are in the order of emission.
    fn by_values(&self, entries: &mut [Entry]) {
        if !self.sort_values {
            return;
        }
        for entry in entries.iter_mut() {
            entry.word = word(self.records.get(entry).1);
        }
        entries.sort_unstable_by(|x, y| {
            x.word
                .cmp(&y.word)
                .then_with(|| self.records.get(x).1.cmp(self.records.get(y).1))
                .then(x.place.cmp(&y.place))
        });
    }

    /// Sorts few entries by their words, and looks at records only where those are the same.
    fn few(&self, entries: &mut [Entry], depth: usize) {
        entries.sort_unstable_by_key(|entry| (entry.word, entry.place));
        for pair in entries.windows(2) {
            if pair[0].word == pair[1].word {
                pair.iter().for_each(|entry| self.records.prefetch(entry));
            }
        }
        for lot in entries.chunk_by_mut(|x, y| x.word == y.word) {
            let key = |entry: &Entry| self.records.key(entry);
            match lot {
                [_] => {}
                [first, rest @ ..] if rest.iter().all(|entry| key(entry) == key(first)) => {
                    self.by_values(lot);
                }
                _ => self.compare(lot, depth),
            }
        }
    }

    fn compare(&self, entries: &mut [Entry], depth: usize) {
        entries.sort_unstable_by(|x, y| {
            x.word.cmp(&y.word).then_with(|| {
                let (x_key, x_value) = self.records.get(x);
                let (y_key, y_value) = self.records.get(y);
                let keys = x_key[depth..].cmp(&y_key[depth..]);
                let values = || match self.sort_values {
                    true => x_value.cmp(y_value),
                    false => std::cmp::Ordering::Equal,
                };
                keys.then_with(values).then(x.place.cmp(&y.place))
            })
        });
    }
}

/// Turns counts into starts; each becomes its lot's end as the lot is filled.
pub(super) fn starts(counts: &mut [u32]) {
    let mut sum = 0;
    for count in counts {
        sum += std::mem::replace(count, sum);
    }
}
