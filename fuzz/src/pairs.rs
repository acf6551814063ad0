//! Keys, values, and records of JSON.

use std::collections::BTreeMap;
use std::fmt::Debug;

use mrjob_core::protocol::{Json, JsonValue, Protocol};
use mrjob_core::{Arena, key, value};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A key of most shapes that keys have.
type Key = (i64, String, Option<Shape>, Vec<(bool, char)>, [u8; 2], i128);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Shape {
    Point,
    Named(String),
    Sized { width: u32, height: i16 },
}

/// A value of the shapes that are hardest to bring back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Record {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    name: Option<String>,
    either: Either,
    shape: Shape,
    #[serde(flatten)]
    rest: BTreeMap<String, Vec<i32>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Either {
    Number(f64),
    Text(String),
    Pair(u8, i64),
}

/// Bytes are a key or an error. Two keys, given in JSON, order as their bytes do.
pub fn keys(data: &[u8]) {
    if let Ok((a, b)) = serde_json::from_slice::<(Key, Key)>(data) {
        assert_eq!(encoded(&a).cmp(&encoded(&b)), a.cmp(&b), "{a:?} and {b:?}");
        comes_back(&a);
        comes_back(&b);
    }
    decoded::<Key>(data);
    decoded::<String>(data);
    decoded::<(Vec<String>, u64)>(data);
    decoded::<(Option<i8>, Shape)>(data);
}

fn encoded<K: Serialize>(key: &K) -> Vec<u8> {
    let mut bytes = Vec::new();
    key::encode(key, &mut bytes).expect("it is a key");
    bytes
}

fn comes_back<K: Serialize + DeserializeOwned + PartialEq + Debug>(key: &K) {
    let back: K = key::decode(&encoded(key), &Arena::new()).expect("it was encoded as one");
    assert_eq!(&back, key);
}

fn decoded<K: Serialize + DeserializeOwned + PartialEq + Debug>(data: &[u8]) {
    if let Ok(key) = key::decode::<K>(data, &Arena::new()) {
        comes_back(&key);
    }
}

/// Bytes are a value or an error, and what JSON can say comes back.
pub fn values(data: &[u8]) {
    if let Ok(given) = serde_json::from_slice::<Value>(data) {
        value_comes_back(&given);
    }
    if let Ok(given) = serde_json::from_slice::<Record>(data) {
        value_comes_back(&given);
    }
    // What isn't read goes by.
    let _ = value::decode::<IgnoredAny>(data);
    let _ = value::decode::<Value>(data);
    let _ = value::decode::<Record>(data);
    let _ = value::decode::<(u8, &str, Option<f32>, char)>(data);
    let _ = value::decode::<BTreeMap<String, Vec<u8>>>(data);
}

fn value_comes_back<V: Serialize + DeserializeOwned + PartialEq + Debug>(given: &V) {
    let mut bytes = Vec::new();
    value::encode(given, &mut bytes).expect("every value can be encoded");
    let back: V = value::decode(&bytes).expect("it was encoded as one");
    assert_eq!(&back, given);
}

/// A line is a record or an error, the same as `serde_json` says; what is written is one line, and read again.
pub fn json(data: &[u8]) {
    let arena = Arena::new();
    if let Ok(text) = str::from_utf8(data) {
        let ours = JsonValue::read_text::<IgnoredAny, Value>(text, &arena);
        let theirs = serde_json::from_str::<Value>(text);
        match (&ours, &theirs) {
            (Ok((_, ours)), Ok(theirs)) => assert_eq!(ours, theirs),
            (Err(_), Err(_)) => {}
            _ => panic!("we read {ours:?}, serde_json {theirs:?}"),
        }
        let _ = JsonValue::read_text::<IgnoredAny, Record>(text, &arena);
        let _ = JsonValue::read_text::<IgnoredAny, (&str, &str)>(text, &arena);
    }
    let _ = JsonValue::read::<IgnoredAny, Value>(data, &arena);
    if let Ok((key, value)) = Json::read::<Value, Value>(data, &arena) {
        let mut line = Vec::new();
        Json::write(&key, &value, &mut line).expect("what was read can be written");
        assert!(!line.contains(&b'\n'), "it is one line");
        let back = Json::read::<Value, Value>(&line, &arena).expect("it was written as a record");
        assert_eq!(back, (key, value));
    }
}
