//! The protocols: what is written reads back as the same, and what can't be is refused in words.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Debug;

use mrjob_core::protocol::{
    Bytes, BytesValue, Compact, Csv, Framing, Json, JsonValue, Protocol, Text, TextValue,
    take_lossy,
};
use mrjob_core::{Arena, BoxError};
use proptest::prelude::*;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

fn write<P: Protocol>(key: impl Serialize, value: impl Serialize) -> Result<Vec<u8>, String> {
    let mut out = b"before".to_vec();
    P::write(&key, &value, &mut out).map_err(|error| error.to_string())?;
    Ok(out
        .strip_prefix(b"before")
        .expect("writing appends")
        .to_owned())
}

/// Reads both ways, which must agree.
fn read<P: Protocol, K, V>(line: impl AsRef<[u8]>) -> Result<(K, V), String>
where
    K: DeserializeOwned + PartialEq + Debug,
    V: DeserializeOwned + PartialEq + Debug,
{
    let (line, arena) = (line.as_ref(), Arena::new());
    let words = |result: Result<(K, V), BoxError>| result.map_err(|error| error.to_string());
    let record = words(P::read(line, &arena));
    if let Ok(text) = std::str::from_utf8(line) {
        assert_eq!(words(P::read_text(text, &arena)), record);
    }
    record
}

#[track_caller]
fn same<P: Protocol, K, V>(key: K, value: V)
where
    K: Serialize + DeserializeOwned + PartialEq + Debug,
    V: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let line = write::<P>(&key, &value).expect("can be written");
    if P::FRAMING == Framing::Lines {
        assert!(
            !line.contains(&b'\n') && !line.ends_with(b"\r"),
            "{:?}",
            line.escape_ascii()
        );
    }
    assert_eq!(
        read::<P, K, V>(&line),
        Ok((key, value)),
        "{:?}",
        line.escape_ascii().to_string()
    );
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Click<'a> {
    url: &'a str,
    #[serde(borrow)]
    ref_: Option<&'a str>,
    n: u32,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
#[serde(untagged)]
enum Any {
    Number(i64),
    Text(String),
    Tagged(Tagged),
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
#[serde(tag = "t")]
enum Tagged {
    Unit,
    Flat {
        a: char,
        #[serde(flatten)]
        rest: BTreeMap<String, Option<f64>>,
    },
}

const HOSTILE: [&str; 9] = [
    "",
    "\t",
    "a\tb",
    "\n\r\n",
    "\"\\/",
    "\u{0}\u{1f}\u{7f}",
    "\u{2028}\u{2029}\u{85}",
    "é😀",
    "null",
];

#[test]
fn json_lines_hold_any_string() {
    for key in HOSTILE {
        for value in HOSTILE {
            same::<Json, _, _>(key.to_owned(), vec![value.to_owned()]);
            same::<JsonValue, _, _>((), BTreeMap::from([(value.to_owned(), key.to_owned())]));
        }
    }
    assert_eq!(write::<Json>("é\u{2028}", 1), Ok("\"é\u{2028}\"\t1".into()));
}

#[test]
fn json_reads_what_python_wrote() {
    let line =
        r#"["caf\u00e9", "\ud83d\ude00", 1]	{"a": [1.5, null, true], "b\t": -3, "c": 1e400}"#;
    let expected = ("café".to_owned(), "😀".to_owned(), 1_u8);
    assert_eq!(
        read::<Json, Wild, Wild>(line)
            .expect_err("1e400")
            .lines()
            .count(),
        1
    );
    let line = line.replace("1e400", "12345678901234567890123") + " \t ";
    #[derive(Deserialize, Debug, PartialEq)]
    struct Row {
        a: (f64, Option<u8>, bool),
        #[serde(rename = "b\t")]
        b: i8,
        c: u128,
    }
    let row = Row {
        a: (1.5, None, true),
        b: -3,
        c: 12_345_678_901_234_567_890_123,
    };
    assert_eq!(read::<Json, _, _>(line), Ok((expected, row)));
    assert_eq!(
        read::<Json, _, _>("null\t{}"),
        Ok(((), BTreeMap::<String, u8>::new()))
    );
}

#[test]
fn json_lends_strings_with_and_without_escapes() -> Result<(), BoxError> {
    let arena = Arena::new();
    let line = r#""a\tb"	{"url": "http:\/\/x", "ref_": "plain", "n": 3, "more": {"x": ["\n"]}}"#;
    let click = Click {
        url: "http://x",
        ref_: Some("plain"),
        n: 3,
    };
    assert_eq!(
        Json::read::<&str, Click<'_>>(line.as_bytes(), &arena)?,
        ("a\tb", click.clone())
    );
    assert_eq!(
        Json::read_text::<Cow<'_, str>, Click<'_>>(line, &arena)?,
        ("a\tb".into(), click)
    );

    // In maps, sequences, options, newtypes, enums and behind flatten.
    #[derive(Deserialize, Debug, PartialEq)]
    struct New<'a>(&'a str);
    #[derive(Deserialize, Debug, PartialEq)]
    enum Either<'a> {
        Left(&'a str),
        Right(#[serde(borrow)] New<'a>, #[serde(borrow)] Option<&'a str>),
        Both { a: &'a str },
    }
    #[derive(Deserialize, Debug, PartialEq)]
    struct Outer<'a> {
        #[serde(flatten, borrow)]
        inner: Inner<'a>,
    }
    #[derive(Deserialize, Debug, PartialEq)]
    struct Inner<'a> {
        s: &'a str,
    }
    let line = r#"[{"Left":"\n"},{"Right":["\t",null]},{"Both":{"\u0061":"\\"}}]	{"\u006b\n":[{"s":"\r"}]}"#;
    let (key, value): ([Either<'_>; 3], BTreeMap<&str, Vec<Outer<'_>>>) =
        Json::read_text(line, &arena)?;
    assert_eq!(
        key,
        [
            Either::Left("\n"),
            Either::Right(New("\t"), None),
            Either::Both { a: "\\" }
        ]
    );
    assert_eq!(
        value["k\n"],
        [Outer {
            inner: Inner { s: "\r" }
        }]
    );

    let (text, array): (&[u8], &[u8]) = Json::read(b"\"\\u0041b\"\t[1, 255]", &arena)?;
    assert_eq!((text, array), (&b"Ab"[..], &[1, 255][..]));
    Ok(())
}

#[test]
fn json_keeps_every_type() {
    same::<Json, _, _>(
        (u128::MAX, i128::MIN, u64::MAX, i64::MIN),
        (0.1, f64::MIN_POSITIVE, 1e300, -0.0),
    );
    same::<Json, _, _>(Some('ß'), vec![0_u8, 255]);
    let rest = BTreeMap::from([("x".to_owned(), None), ("y\n".to_owned(), Some(1.5))]);
    let zoo = vec![
        Any::Number(-1),
        Any::Text("\t".into()),
        Any::Tagged(Tagged::Unit),
        Any::Tagged(Tagged::Flat { a: '\n', rest }),
    ];
    same::<Json, _, _>(BTreeMap::from([(1_u8, ()), (2, ())]), zoo);
    assert_eq!(
        read::<Json, IgnoredAnyEq, _>("{\"a\": [1]}\t2"),
        Ok((IgnoredAnyEq, 2))
    );
}

#[derive(Debug, PartialEq)]
struct IgnoredAnyEq;

impl<'de> Deserialize<'de> for IgnoredAnyEq {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(d).map(|_| Self)
    }
}

#[test]
fn json_says_what_is_wrong() {
    assert_eq!(
        read::<Json, String, u8>("{}").expect_err("no TAB"),
        "the line has no TAB, and a record of `Json` is key TAB value: `{}`\n\
         hint: lines of JSON without a key are read with `JsonValue`"
    );
    for (value, name) in [
        ("NaN", "NaN"),
        ("[1, Infinity]", "Infinity"),
        ("{\"a\": -Infinity}", "-Infinity"),
    ] {
        let error = read::<Json, u8, Wild>(format!("1\t{value}")).expect_err("not JSON");
        assert!(
            error.contains(&format!(" of `{value}`: `{name}` is not JSON\nhint: ")),
            "{error}"
        );
    }
    assert_eq!(
        read::<Json, u8, u8>("1\t\"NaN\"").expect_err("a string"),
        "the value can't be read from JSON at byte 5 of `\"NaN\"`: it is the string \"NaN\", and the type takes `u8`\n\
         hint: take it as `&str`, and parse it in the mapper"
    );
    assert!(
        read::<Json, u8, u8>("1\t2\t3")
            .expect_err("two values")
            .contains("a second value begins")
    );
    assert!(
        read::<JsonValue, u8, u8>("2")
            .expect_err("no key")
            .starts_with("the records of `JsonValue` have no key")
    );
    for bad in [f64::NAN, f64::INFINITY] {
        let error = write::<Json>(1, vec![Some(1.0), Some(bad)]).expect_err("not finite");
        assert!(
            error.starts_with(&format!(
                "the value can't be written as JSON: JSON has no `{bad}`"
            )),
            "{error}"
        );
        assert!(write::<JsonValue>((), BTreeMap::from([("a", bad as f32)])).is_err());
    }
    assert_eq!(
        write::<Json>((), (None::<f64>, 1.0)),
        Ok(b"null\t[null,1.0]".to_vec())
    );
    assert!(
        write::<Json>(1, BTreeMap::from([((1, 2), 3)]))
            .expect_err("a key")
            .contains("key must be a string")
    );
}

type Wild = serde_json::Value;

#[test]
fn text_is_as_it_is() {
    same::<Text, _, _>("the".to_owned(), 3_u64);
    same::<Text, _, _>(-1_i128, "a\tb".to_owned());
    same::<Text, _, _>('ß', (1.5, true).1);
    same::<Text, _, _>(f64::MIN_POSITIVE, f64::MAX);
    same::<Text, _, _>("k".to_owned(), None::<u8>);
    same::<Text, _, _>("k".to_owned(), ());
    same::<Text, _, _>("k".to_owned(), String::new());
    same::<TextValue, _, _>((), "a\tb ".to_owned());
    same::<TextValue, _, _>((), None::<String>);
    assert_eq!(write::<Text>((), "v"), Ok(b"v".to_vec()));
    assert_eq!(write::<Text>("k", ()), Ok(b"k".to_vec()));
    assert_eq!(write::<Text>(None::<u8>, ()), Ok(b"".to_vec()));
    assert_eq!(
        read::<Text, String, String>("k\tv\tw"),
        Ok(("k".into(), "v\tw".into()))
    );
}

#[test]
fn text_that_would_read_back_differently_is_refused() {
    let error = |result: Result<Vec<u8>, String>| result.expect_err("refused");
    assert_eq!(
        error(write::<Text>("a\tb", 1)),
        "the key has a TAB in it, which would split the record: `a\\tb`\nhint: `Json` can write it"
    );
    assert!(error(write::<Text>("a\n", 1)).starts_with("the key has a line end in it"));
    assert!(error(write::<Text>("a", "x\ny")).starts_with("the value has a line end in it"));
    assert!(
        error(write::<TextValue>((), "x\r"))
            .starts_with("the value has a carriage return at its end")
    );
    assert!(
        error(write::<BytesValue>((), b"x\ny".to_vec())).starts_with("the value has a line end")
    );
    assert!(error(write::<Text>("a", vec![1])).contains("hint: `Json` can write it"));
    assert!(error(write::<Text>((1, 2), 1)).starts_with("a tuple can't be written as one text"));
    assert!(error(write::<Bytes>(1, vec!["x"])).contains("anything but bytes"));
}

#[test]
fn text_says_what_is_wrong() {
    let number = |line: &str| read::<TextValue, (), u8>(line).expect_err("no number");
    assert_eq!(
        number("12x"),
        "`12x` is not an integer from 0 to 255 (`u8`)"
    );
    assert_eq!(
        number("300"),
        "`300` is not an integer from 0 to 255 (`u8`)"
    );
    assert!(
        read::<Text, String, String>("key")
            .expect_err("no value")
            .starts_with("the line has no TAB")
    );
    assert!(
        read::<TextValue, String, u8>("1")
            .expect_err("no key")
            .contains("hint: take the value alone")
    );
    assert!(read::<TextValue, (), Vec<u8>>("1").is_err());
    assert!(
        read::<TextValue, (), BTreeMap<u8, u8>>("1")
            .expect_err("a map")
            .starts_with("`1` is one text, and the type takes a map")
    );
}

#[test]
fn bytes_are_raw_and_text_is_lossy() -> Result<(), BoxError> {
    let arena = Arena::new();
    same::<Bytes, _, _>("k".to_owned(), vec![0_u8, 0xff, b'\t']);
    same::<BytesValue, _, _>((), vec![0xff_u8, b'\t', b'\r', 0]);
    let line = b"caf\xe9\t\xff";
    take_lossy();
    assert_eq!(
        Text::read::<&[u8], &[u8]>(line, &arena)?,
        (&b"caf\xe9"[..], &b"\xff"[..])
    );
    assert_eq!(take_lossy(), 0);
    assert_eq!(
        Bytes::read::<&str, Vec<u8>>(line, &arena)?,
        ("caf\u{fffd}", vec![0xff])
    );
    assert_eq!(
        TextValue::read::<IgnoredAny, String>(line, &arena)?.1,
        "caf\u{fffd}\t\u{fffd}"
    );
    assert_eq!(take_lossy(), 2);
    Ok(())
}

#[test]
fn csv_rows_are_flat() -> Result<(), BoxError> {
    assert_eq!(write::<Csv>("word", 3), Ok(b"word,3".to_vec()));
    assert_eq!(
        write::<Csv>((), ("a,b", "say \"x\"", 1.5)),
        Ok(b"\"a,b\",\"say \"\"x\"\"\",1.5".to_vec())
    );
    same::<Csv, _, _>(("a".to_owned(), 1_u8), vec![Some(true), None]);
    same::<Csv, _, _>(
        (),
        (
            (1, "x\r".to_owned()),
            ["\"".to_owned(), ",".to_owned()],
            None::<u8>,
        ),
    );
    same::<Csv, _, _>(-1_i64, ());
    same::<Csv, _, _>((), ());
    same::<Csv, _, _>(String::new(), String::new());

    let arena = Arena::new();
    let row = br#""http://x/?a=""1""",,7"#;
    let click = Click {
        url: "http://x/?a=\"1\"",
        ref_: None,
        n: 7,
    };
    assert_eq!(Csv::read::<(), Click<'_>>(row, &arena)?.1, click);
    assert_eq!(
        Csv::read_text::<IgnoredAny, Click<'_>>(std::str::from_utf8(row)?, &arena)?.1,
        click
    );
    assert_eq!(
        Csv::read::<&str, (IgnoredAny, u8)>(row, &arena)?.0,
        click.url
    );
    let (_, (first, rest)): ((), (&str, Vec<IgnoredAny>)) = Csv::read(row, &arena)?;
    assert_eq!((first, rest.len()), (click.url, 2));

    #[derive(Serialize)]
    struct Skipping {
        #[serde(skip_serializing_if = "Option::is_none")]
        a: Option<u8>,
        b: u8,
    }
    assert_eq!(
        write::<Csv>((), Skipping { a: None, b: 1 }),
        Ok(b",1".to_vec())
    );
    Ok(())
}

#[test]
fn csv_says_what_is_wrong() {
    let error = |line: &str| read::<Csv, (), (u8, String)>(line).expect_err("no row");
    assert_eq!(
        error("x,y"),
        "column 1: `x` is not an integer from 0 to 255 (`u8`), in the row `x,y`\n\
         hint: is line 1 a header? `tail -n +2 < FILE | … -` leaves it out"
    );
    assert!(
        error("1,\"y")
            .starts_with("column 2: the line ends within quotes, in the row `1,\"y`\nhint: ")
    );
    assert!(error("1,\"y\"z").starts_with("column 2: text follows a closing quote, in the row"));
    assert_eq!(
        error("1"),
        "the row has 1 column, and its type takes at least 2, in the row `1`"
    );
    assert!(
        error("1,2,3")
            .starts_with("the row has 3 columns, and its type takes 2, in the row `1,2,3`\nhint: ")
    );
    assert!(
        write::<Csv>((), "a\nb")
            .expect_err("two lines")
            .starts_with("a column has a line end in it")
    );
    assert!(
        write::<Csv>((), BTreeMap::from([(1, 2)]))
            .expect_err("a map")
            .contains("have no names")
    );
    assert!(read::<Csv, (), Vec<()>>("1").is_err());
}

#[test]
fn compact_holds_anything() {
    assert_eq!(
        (Compact::FRAMING, Json::FRAMING),
        (Framing::Lengths, Framing::Lines)
    );
    same::<Compact, _, _>("a\t\n".to_owned(), (f64::INFINITY, vec![b'\n']));
    assert_eq!(
        read::<Compact, IgnoredAnyEq, u8>(write::<Compact>(vec!["x"; 9], 7).expect("writes"))
            .map(|r| r.1),
        Ok(7)
    );
    assert!(read::<Compact, u8, u8>([1]).is_err());
    assert!(read::<Compact, u8, u8>([1, 2, 3]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn anything_comes_back(key in any::<(String, i128)>(), value in any::<(Vec<Option<String>>, i32, Vec<u8>)>()) {
        let (strings, number, bytes) = value;
        let value = (strings, f64::from(number) / 256.0, bytes);
        same::<Json, _, _>(key.clone(), value.clone());
        same::<Compact, _, _>(key, value);
    }

    #[test]
    fn columns_come_back(key in "[^\n]*", value in prop::collection::vec("[a,\"\t\r é]{0,6}", 1..4), n: f32) {
        same::<Csv, _, _>(key, (n, value));
    }

    #[test]
    fn text_comes_back_or_is_refused(key in any::<String>(), value in any::<String>()) {
        if write::<Text>(&key, &value).is_ok() {
            same::<Text, _, _>(key, value);
        }
    }

    #[test]
    fn no_line_makes_them_panic(line in any::<Vec<u8>>(), text in "[\\[\\]{}\",:\t0-9a-z\\\\-]*") {
        for line in [&line[..], text.as_bytes()] {
            drop(read::<Json, Wild, Any>(line));
            drop(read::<Text, char, f64>(line));
            drop(read::<Csv, String, Vec<Option<u8>>>(line));
            drop(read::<Compact, Wild, Any>(line));
        }
    }
}
