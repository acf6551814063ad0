//! The value codec: every serde type comes back as it was, and no bytes make it panic.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use mrjob_core::value::{ValueError, decode, encode};
use proptest::prelude::*;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Serialize, Serializer};

fn bytes<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    let mut out = vec![0xaa];
    encode(value, &mut out).expect("encodes");
    assert_eq!(out.remove(0), 0xaa, "encoding appends");
    out
}

/// There and back, and passed over; cut anywhere it is an error.
#[track_caller]
fn same<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T) {
    let bytes = bytes(&value);
    assert_eq!(decode::<T>(&bytes).expect("decodes"), value, "{bytes:x?}");
    decode::<IgnoredAny>(&bytes).expect("can be passed over");
    for end in (0..bytes.len()).step_by(1 + bytes.len() / 50) {
        assert!(
            decode::<T>(&bytes[..end]).is_err(),
            "cut at {end} of {bytes:x?}"
        );
        assert!(
            decode::<IgnoredAny>(&bytes[..end]).is_err(),
            "cut at {end} of {bytes:x?}"
        );
    }
    assert!(
        decode::<T>(&[&bytes[..], &[0]].concat()).is_err(),
        "a byte too many"
    );
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone, Default)]
struct Unit;

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone, Default)]
struct Newtype(u32);

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone, Default)]
struct Pair(i8, String);

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone, Default)]
struct Inner {
    x: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone, Default)]
struct Flat {
    id: u64,
    #[serde(flatten)]
    inner: Inner,
    #[serde(flatten)]
    rest: BTreeMap<String, i64>,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
enum External {
    Unit,
    Newtype(u64),
    Optional(Option<()>),
    Tuple(u8, String),
    Struct { a: Unit, b: Vec<External> },
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
#[serde(tag = "kind")]
enum Internal {
    Unit,
    Newtype(Inner),
    Struct { ids: HashMap<u32, String> },
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Unit,
    Newtype(Vec<u8>),
    Tuple(u8, f32),
    Struct { a: char },
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
    Enum(External),
    Nested(Box<Inner>),
    Nothing(Option<()>),
}

#[test]
fn scalars() {
    for n in [0, 1, 127, 128, 255, 256, 65_535, 65_536, 1 << 32, u64::MAX] {
        same(n);
        same(n as u8);
        same(n as i16);
        same(-(n as i64 & i64::MAX));
        same(i128::from(n) * -3);
        same(u128::from(n) << 64);
    }
    (-300..300_i16).for_each(same);
    same((i64::MIN, i128::MIN, u128::MAX, i8::MIN));
    same((
        f32::MIN_POSITIVE,
        -0.0,
        f64::INFINITY,
        true,
        false,
        'ß',
        '\u{10ffff}',
    ));
    assert!(decode::<f64>(&bytes(&f64::NAN)).expect("decodes").is_nan());
    for n in [0, 1, 63, 64, 127, 128, 70_000] {
        same("é".repeat(n));
    }
}

#[test]
fn common_values_take_few_bytes() {
    assert_eq!(bytes(&1_u64), [1]);
    assert_eq!(bytes(&-1_i32), [0xcf]);
    assert_eq!(bytes("the").len(), 4);
    assert_eq!(bytes(&(1_u64, 0.5)).len(), 11);
    assert_eq!(bytes(&vec![200_u8; 100]).len(), 102);
    assert_eq!(bytes(&Some(7)), bytes(&7));
}

#[test]
fn structs_and_enums() {
    same((Unit, Newtype(7), Pair(-1, "p".into()), ()));
    let inner = Inner { x: 0.5, y: None };
    same(vec![
        inner.clone(),
        Inner {
            x: 1.0,
            y: Some(String::new()),
        },
    ]);
    let rest = [("a".to_owned(), 1), ("b".to_owned(), -2)].into();
    same(Flat {
        id: 3,
        inner: inner.clone(),
        rest,
    });
    same(vec![
        External::Unit,
        External::Newtype(300),
        External::Optional(None),
        External::Optional(Some(())),
        External::Tuple(200, "t".into()),
        External::Struct {
            a: Unit,
            b: vec![External::Unit, External::Newtype(1)],
        },
    ]);
    same(vec![
        Internal::Unit,
        Internal::Newtype(inner.clone()),
        Internal::Struct {
            ids: [(1, "one".to_owned())].into(),
        },
    ]);
    same(vec![
        Adjacent::Unit,
        Adjacent::Newtype(vec![1, 200]),
        Adjacent::Tuple(255, 0.25),
        Adjacent::Struct { a: 'x' },
    ]);
    same(vec![
        Untagged::Number(-70_000),
        Untagged::Text("x".into()),
        Untagged::Bytes(vec![0, 255]),
        Untagged::Enum(External::Tuple(1, "y".into())),
        Untagged::Nested(Box::new(inner)),
        Untagged::Nothing(None),
    ]);
}

#[test]
fn options_of_options_and_of_nothing() {
    same([None, Some(None), Some(Some(None)), Some(Some(Some(())))]);
    same([None, Some(None), Some(Some(1_u64)), Some(Some(u64::MAX))]);
    same([None, Some(Unit)]);
    same(vec![Some(vec![Some(Some("s".to_owned()))]), None]);
    same((Some(serde_json::Value::Null).is_some(), Some(Newtype(1))));
}

#[test]
fn maps_with_any_keys() {
    same(HashMap::from([(1_i64, 'a'), (-1, 'b')]));
    same(BTreeMap::from([
        ((1_u8, "k".to_owned()), vec![1.5]),
        ((2, String::new()), vec![]),
    ]));
    same(BTreeMap::from([(Some(true), ()), (None, ())]));
    same(BTreeMap::from_iter((0..20_u32).map(|n| (vec![n], n))));
}

#[test]
fn json_documents() {
    let text =
        r#"{"a": [1, -2, 3.5, null, true, "x\n", {"b": {}}], "c": 18446744073709551615, "": []}"#;
    same(serde_json::from_str::<serde_json::Value>(text).expect("JSON"));
}

#[test]
fn strings_and_bytes_are_lent() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Lent<'a> {
        s: &'a str,
        #[serde(borrow)]
        cow: Cow<'a, str>,
        option: Option<&'a str>,
        #[serde(with = "raw")]
        b: &'a [u8],
    }
    mod raw {
        pub(super) fn serialize<S: serde::Serializer>(b: &[u8], s: S) -> Result<S::Ok, S::Error> {
            s.serialize_bytes(b)
        }
        pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(
            d: D,
        ) -> Result<&'de [u8], D::Error> {
            serde::Deserialize::deserialize(d)
        }
    }
    let lent = Lent {
        s: "s",
        cow: "cow".into(),
        option: Some("o"),
        b: &[0, 200],
    };
    let encoded = bytes(&lent);
    let back: Lent<'_> = decode(&encoded).expect("decodes");
    assert_eq!(back, lent);
    assert!(matches!(back.cow, Cow::Borrowed(_)));

    // What was written as a sequence is lent as well.
    assert_eq!(
        decode::<&[u8]>(&bytes(&vec![1_u8, 255])).expect("lent"),
        [1, 255]
    );
    assert!(
        decode::<&[u8]>(&bytes(&Vec::<u8>::new()))
            .expect("lent")
            .is_empty()
    );
    assert_eq!(decode::<&[u8]>(&bytes("text")).expect("lent"), b"text");
    same((vec![0_u8, 1], [200_u8; 3], Vec::<u8>::new()));
    same((vec![Some(1_u8)], vec![Byte(9)], vec![true], vec![-1_i8]));
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Byte(u8);

#[test]
fn a_sequence_that_only_begins_with_bytes() {
    struct Mixed(Option<usize>);
    impl Serialize for Mixed {
        fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
            let mut seq = s.serialize_seq(self.0)?;
            seq.serialize_element(&200_u8)?;
            seq.serialize_element(&7_u8)?;
            seq.serialize_element(&-1_i8)?;
            seq.serialize_element(&300_u16)?;
            seq.serialize_element(&8_u8)?;
            seq.end()
        }
    }
    for len in [Some(5), None] {
        assert_eq!(
            decode::<Vec<i32>>(&bytes(&Mixed(len))).expect("decodes"),
            [200, 7, -1, 300, 8]
        );
    }
    for wrong in [0, 1, 4, 6, 500] {
        assert!(
            matches!(
                encode(&Mixed(Some(wrong)), &mut Vec::new()),
                Err(ValueError::Count)
            ),
            "{wrong}"
        );
    }
}

#[test]
fn depth_is_bounded_both_ways() {
    #[derive(Serialize, Deserialize, Debug, PartialEq, Default)]
    struct List(Option<Box<List>>);
    #[derive(Serialize, Deserialize, Debug, PartialEq, Default)]
    struct Node {
        next: Option<Box<Node>>,
    }
    let nodes = |n| {
        (0..n).fold(Node::default(), |node, _| Node {
            next: Some(Box::new(node)),
        })
    };
    same(nodes(126));
    assert!(matches!(
        encode(&nodes(128), &mut Vec::new()),
        Err(ValueError::Depth)
    ));

    // Its decoding eats no byte a level.
    assert!(matches!(decode::<List>(&[5]), Err(ValueError::Depth)));
    for tag in [0xd3, 0xe5, 0xe6, 0xe9, 0xf1] {
        let deep = vec![tag; 1_000_000];
        assert!(decode::<IgnoredAny>(&deep).is_err());
        assert!(decode::<serde_json::Value>(&deep).is_err());
        assert!(decode::<List>(&deep).is_err());
    }
}

#[test]
fn false_lengths_reserve_nothing() {
    for tag in [0xe0, 0xe1, 0xe2, 0xe3, 0xe4] {
        let claimed = [&[tag][..], &[0xff; 9], &[0x01, 1, 2, 3]].concat();
        assert!(decode::<Vec<u64>>(&claimed).is_err());
        assert!(decode::<HashMap<u64, u64>>(&claimed).is_err());
        assert!(decode::<String>(&claimed).is_err());
        assert!(decode::<IgnoredAny>(&claimed).is_err());
    }
}

#[test]
fn errors_say_what_is_wrong() {
    let error = |result: Result<u8, ValueError>| result.expect_err("an error").to_string();
    assert_eq!(
        error(decode(&bytes(&300))),
        "invalid value: integer `300`, expected u8"
    );
    assert_eq!(
        error(decode(&bytes("x"))),
        r#"invalid type: string "x", expected u8"#
    );
    assert_eq!(error(decode(&[])), "the encoded value ends in the middle");
    assert_eq!(
        error(decode(&[0xff])),
        "no encoded value begins with the byte 0xff"
    );
    assert_eq!(
        error(decode(&[1, 2, 3])),
        "2 bytes are left after the encoded value"
    );
    assert!(matches!(
        decode::<&str>(&[0x81, 0xff]),
        Err(ValueError::Utf8)
    ));
    assert!(decode::<(u8, u8)>(&bytes(&(1, 2, 3))).is_err());
    assert!(decode::<[u8; 2]>(&bytes(&vec![1_u8, 2, 3])).is_err());
    assert!(decode::<External>(&bytes("Newtype")).is_err());
}

fn external() -> impl Strategy<Value = External> {
    let leaf = prop_oneof![
        Just(External::Unit),
        any::<u64>().prop_map(External::Newtype),
        any::<Option<()>>().prop_map(External::Optional),
        any::<(u8, String)>().prop_map(|(n, s)| External::Tuple(n, s)),
    ];
    leaf.prop_recursive(4, 32, 12, |inner| {
        prop::collection::vec(inner, 0..12).prop_map(|b| External::Struct { a: Unit, b })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn anything_comes_back(
        numbers in any::<(u64, i64, u128, i128, f32, char, bool)>(),
        strings in any::<(String, Vec<u8>, Option<Option<String>>)>(),
        maps in any::<(Option<BTreeMap<(i16, String), Option<u8>>>, BTreeMap<u32, Vec<u8>>)>(),
        tree in external(),
    ) {
        same((numbers, strings, maps, tree.clone()));
        same(vec![Untagged::Enum(External::Struct { a: Unit, b: vec![tree] })]);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>()) {
        drop(decode::<IgnoredAny>(&bytes));
        drop(decode::<serde_json::Value>(&bytes));
        drop(decode::<Vec<(String, f64, Option<i128>)>>(&bytes));
        drop(decode::<Vec<Untagged>>(&bytes));
        drop(decode::<Internal>(&bytes));
        drop(decode::<Flat>(&bytes));
        drop(decode::<&[u8]>(&bytes));
    }

    #[test]
    fn no_change_of_a_byte_makes_it_panic(tree in external(), at in any::<prop::sample::Index>(), to: u8) {
        let mut encoded = bytes(&tree);
        let at = at.index(encoded.len());
        encoded[at] = to;
        drop(decode::<External>(&encoded));
        drop(decode::<Untagged>(&encoded));
    }
}
