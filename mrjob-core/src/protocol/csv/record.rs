//! The protocol `Csv`.

use serde::{Deserialize, Serialize};

use super::explain::explain;
use super::read::Columns;
use super::row::Row;
use super::write::RowWriter;
use crate::protocol::line::Line;
use crate::protocol::{Part, Protocol, ProtocolError};
use crate::{Arena, BoxError};

/// A row of comma-separated columns, as [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180) has them: for input and
/// output.
///
/// Columns are told apart by position, and there is no header. Tuples, sequences and structs take a column an element;
/// nested ones stand flat in the row. An empty column is `None`. A row is one line: a field with a line end is refused.
///
/// Writing puts the key's columns first, then the value's. Reading gives the key as many as its type has and the value
/// the rest; a mapper of one argument has them all in its value.
///
/// ```
/// # use mrjob_core::{Arena, protocol::{Csv, Protocol}};
/// let mut out = Vec::new();
/// Csv::write(&"so, then", &(3_u64, Some(0.5)), &mut out)?;
/// assert_eq!(out, b"\"so, then\",3,0.5");
///
/// #[derive(serde::Deserialize)]
/// struct Row<'a> {
///     word: &'a str,
///     count: u64,
///     share: Option<f64>,
/// }
/// let arena = Arena::new();
/// let ((), row): ((), Row) = Csv::read(&out, &arena)?;
/// assert_eq!((row.word, row.count, row.share), ("so, then", 3, Some(0.5)));
/// let (word, rest): (&str, (u64, f64)) = Csv::read(&out, &arena)?;
/// assert_eq!((word, rest), ("so, then", (3, 0.5)));
/// # Ok::<(), mrjob_core::BoxError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Csv;

impl Protocol for Csv {
    #[inline]
    fn read<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
        line: &'de [u8],
        arena: &'de Arena,
    ) -> Result<(K, V), BoxError> {
        Ok(pair(Line::Bytes(line), arena)?)
    }

    #[inline]
    fn read_text<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
        line: &'de str,
        arena: &'de Arena,
    ) -> Result<(K, V), BoxError> {
        Ok(pair(Line::Text(line), arena)?)
    }

    #[inline]
    fn write<K: Serialize, V: Serialize>(
        key: &K,
        value: &V,
        out: &mut Vec<u8>,
    ) -> Result<(), BoxError> {
        let mut row = RowWriter::new(out);
        key.serialize(&mut row)?;
        value.serialize(&mut row)?;
        Ok(())
    }
}

#[inline]
fn pair<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
    line: Line<'de>,
    arena: &'de Arena,
) -> Result<(K, V), ProtocolError> {
    read(line, arena).map_err(|error| explain(error, line.bytes()))
}

fn read<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
    line: Line<'de>,
    arena: &'de Arena,
) -> Result<(K, V), ProtocolError> {
    let mut row = Row::new(line, arena);
    let key = K::deserialize(&mut Columns::of(&mut row, Part::Key))?;
    let value = V::deserialize(&mut Columns::of(&mut row, Part::Value))?;
    if !row.is_done() {
        return Err(more(&mut row));
    }
    Ok((key, value))
}

#[cold]
fn more(row: &mut Row<'_>) -> ProtocolError {
    let taken = row.taken();
    while !row.is_done() {
        if let Err(error) = row.next() {
            return error;
        }
    }
    ProtocolError::MoreColumns {
        columns: row.taken(),
        taken,
    }
}
