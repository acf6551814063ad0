//! Values of every kind that serde knows, which must come through the shuffle as they were.

use std::collections::BTreeMap;
use std::process::ExitCode;

use mrjob::prelude::*;
use serde::{Deserialize, Serialize};

/// Send values through the shuffle and see whether they are the same.
#[derive(MrJob)]
struct EveryValue {}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Everything {
    untagged: Vec<Untagged>,
    tagged: Tagged,
    #[serde(flatten)]
    flat: Flat,
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    skipped: Option<String>,
    huge: (i128, u128),
    numbers: (i8, u8, i16, u16, i32, u32, i64, u64, f32, f64),
    letter: char,
    map: BTreeMap<(u8, bool), Option<f64>>,
    by_name: BTreeMap<String, Vec<()>>,
    #[serde(rename = "a name")]
    newtype: Newtype,
    external: Vec<External>,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Float(f64),
    Text(String),
    List(Vec<Untagged>),
    Fields {
        first: bool,
        second: Option<Box<Untagged>>,
    },
    Nothing,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Tagged {
    First { first: i32 },
    Second { second: String },
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Flat {
    level: u64,
    name: String,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Newtype(Unit);

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Unit;

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
enum External {
    Unit,
    Newtype(u64),
    Tuple(String, bool),
    Struct { list: Vec<u8> },
}

/// What tells apart what JSON doesn't.
type Nested = Option<Option<Option<u32>>>;

/// With what stands for nothing.
type All = (Everything, Nested, (), Option<()>);

impl Everything {
    fn of(number: u64) -> Self {
        let text = "x\0\t\n\u{2028}é🦀".repeat((number % 4) as usize);
        let signed = number as i64 * if number.is_multiple_of(2) { 1 } else { -1 };
        Everything {
            untagged: vec![
                Untagged::Number(signed),
                Untagged::Float(signed as f64 + 0.5),
                Untagged::Text(text.clone()),
                Untagged::List(vec![Untagged::Nothing, Untagged::Text(String::new())]),
                Untagged::Fields {
                    first: number > 5,
                    second: (number > 7).then(|| Box::new(Untagged::Number(i64::MIN))),
                },
            ],
            tagged: match number % 2 {
                0 => Tagged::First { first: i32::MIN },
                _ => Tagged::Second {
                    second: text.clone(),
                },
            },
            flat: Flat {
                level: number,
                name: text.clone(),
            },
            rest: BTreeMap::from([
                (
                    "one".to_owned(),
                    serde_json::json!({"a": [1, -2.5, null, text]}),
                ),
                ("two".to_owned(), serde_json::json!(u64::MAX)),
            ]),
            skipped: (!number.is_multiple_of(3)).then(|| text.clone()),
            huge: (
                i128::MIN + i128::from(number),
                u128::MAX - u128::from(number),
            ),
            numbers: (
                i8::MIN,
                u8::MAX,
                i16::MIN,
                u16::MAX,
                i32::MIN,
                u32::MAX,
                i64::MIN,
                u64::MAX,
                f32::MIN_POSITIVE,
                f64::MAX,
            ),
            letter: char::from_u32(0x1f980 - number as u32 % 100).unwrap_or('?'),
            map: BTreeMap::from([((1, true), Some(-0.0)), ((number as u8, false), None)]),
            by_name: BTreeMap::from([(text.clone(), vec![(); number as usize % 5])]),
            newtype: Newtype(Unit),
            external: vec![
                External::Unit,
                External::Newtype(number),
                External::Tuple(text, true),
                External::Struct {
                    list: vec![0, 1, 255],
                },
            ],
        }
    }
}

fn nested(number: u64) -> Nested {
    match number % 4 {
        0 => None,
        1 => Some(None),
        2 => Some(Some(None)),
        _ => Some(Some(Some(number as u32))),
    }
}

#[mrjob::steps]
impl EveryValue {
    #[mapper]
    fn make(&self, line: &str, out: &mut Emitter<u64, All>) -> Result<()> {
        let number = line.parse::<u64>()?;
        out.emit(
            number,
            (Everything::of(number), nested(number), (), Some(())),
        );
        Ok(())
    }

    #[combiner]
    fn keep(&self, _: &mut All, _: All) {}

    #[reducer]
    fn compare(&self, number: u64, values: Values<All>, out: &mut Emitter<u64, String>) {
        let made = (Everything::of(number), nested(number), (), Some(()));
        for value in values.take(1) {
            if value == made {
                out.emit(number, "same");
            } else {
                out.emit(number, format_args!("{value:?} instead of {made:?}"));
            }
        }
    }
}

fn main() -> ExitCode {
    EveryValue::run()
}
