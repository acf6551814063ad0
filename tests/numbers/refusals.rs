//! Types that can't be read back or written, which are refused before there are data.

use std::collections::HashMap;

use mrjob::prelude::*;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::failure;

/// It is written as a text and read as a number.
#[derive(Serialize, Deserialize)]
struct Level(#[serde(serialize_with = "as_text")] u8);

fn as_text<S: Serializer>(level: &u8, to: S) -> std::result::Result<S::Ok, S::Error> {
    to.collect_str(level)
}

/// A job whose output is of these types, or what it shuffles.
macro_rules! emitting {
    ($($job:ident, $output:ident: $inner:ty, $key:ty, $value:ty;)*) => {$(
        #[derive(MrJob)]
        #[mrjob(output = $output)]
        struct $job;

        #[mrjob::steps]
        impl $job {
            #[mapper]
            fn rows(&self, _line: &str, _out: &mut Emitter<String, $inner>) {}

            #[reducer]
            fn fin(&self, _key: &str, _values: Values<$inner>, _out: &mut Emitter<$key, $value>) {}
        }
    )*};
}

type Pair = (String, u64);

emitting! {
    OneWay, Json: Vec<Option<Level>>, String, u64;
    TextPair, Text: u64, String, Pair;
    TextKey, Text: u64, Pair, String;
    TextOption, Text: u64, String, Option<Pair>;
    CsvMap, Csv: u64, String, HashMap<String, u64>;
    JsonMap, Json: u64, String, HashMap<Pair, u64>;
    Unlike, Json: HashMap<String, Option<f64>>, String, serde_json::Value;
    Nested, Csv: Box<RawValue>, String, (Pair, Option<Vec<Pair>>);
}

#[test]
fn what_can_t_be_read_back_or_written_is_refused_without_data() {
    let tuple =
        "`fin` emits, `String` and `(String, u64)`: a tuple can't be written as one text\nhint: ";
    for (failed, said) in [
        (
            failure::<OneWay>(""),
            "the value that `rows` emits, `Vec<Option<Level>>`, can't be read back: invalid type: string \"1\", expected u8",
        ),
        (failure::<TextPair>(""), tuple),
        (
            failure::<TextKey>(""),
            "`(String, u64)` and `String`: a tuple can't be written as one text",
        ),
        (
            failure::<TextOption>(""),
            "`Text` can't write what `fin` emits, `String` and `Option<(String, u64)>`: a tuple",
        ),
        (
            failure::<CsvMap>(""),
            "a map or a struct with flattened fields can't be written as columns",
        ),
        (
            failure::<JsonMap>(""),
            "`Json` can't write what `fin` emits",
        ),
    ] {
        assert!(failed.contains(said), "{failed}");
    }
}

#[test]
fn what_can_t_be_told_isn_t_refused() {
    for empty in [
        Unlike::parse_from([""; 0]).sandbox(""),
        Unlike::parse_from([""; 0]).sandbox("a\n"),
    ] {
        assert_eq!(empty.unwrap().text().unwrap(), "");
    }
    assert_eq!(
        Nested::parse_from([""; 0])
            .sandbox("")
            .unwrap()
            .text()
            .unwrap(),
        ""
    );
}

/// Passes JSON on as it is.
#[derive(MrJob)]
#[mrjob(input = JsonValue)]
struct PassOn;

#[derive(Deserialize)]
struct Event<'a> {
    name: String,
    #[serde(borrow)]
    body: &'a RawValue,
}

#[mrjob::steps]
impl PassOn {
    #[mapper]
    fn events(&self, event: Event<'_>, out: &mut Emitter<String, Box<RawValue>>) {
        out.emit(event.name, event.body.to_owned());
    }

    #[reducer]
    fn all(
        &self,
        name: &str,
        bodies: Values<Box<RawValue>>,
        out: &mut Emitter<String, Box<RawValue>>,
    ) {
        bodies.for_each(|body| out.emit(name, body));
    }
}

#[test]
fn raw_json_goes_through_unchanged() {
    let input = "{\"name\":\"a\",\"body\": {\"n\": 18446744073709551616 , \"e\":1e400,\"d\":1,\"d\":2}}\n\
                 {\"name\":\"b\",\"body\":[1.10, \"\\u00e9\\ttab\"]}\n";
    let outcome = PassOn::parse_from([""; 0]).sandbox(input).unwrap();
    assert_eq!(
        outcome.text().unwrap(),
        "\"a\"\t{\"n\": 18446744073709551616 , \"e\":1e400,\"d\":1,\"d\":2}\n\"b\"\t[1.10, \"\\u00e9\\ttab\"]\n"
    );
}
