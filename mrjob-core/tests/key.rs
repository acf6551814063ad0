//! Keys: their order is the type's, they are read back, and what isn't a key is an error.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Debug;
use std::net::IpAddr;
use std::num::{NonZeroU32, NonZeroU64};

use mrjob_core::Arena;
use mrjob_core::key::{
    Checked, InlineKey, KeyError, KeySink, check, decode, encode, encode_to, verify,
};
use mrjob_core::partition::{hash, hash_partition};
use proptest::collection::vec;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

fn bytes<T: Serialize + ?Sized>(key: &T) -> Vec<u8> {
    let mut out = Vec::new();
    encode(key, &mut out).expect("a key");
    out
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, KeyError> {
    decode(bytes, &Arena::default())
}

/// Two keys order as their bytes do, and each is read back, alone and before something else.
fn ordered_by<T>(a: &T, b: &T, order: fn(&T, &T) -> Ordering) -> Result<(), TestCaseError>
where
    T: Serialize + DeserializeOwned + Debug,
{
    prop_assert_eq!(bytes(a).cmp(&bytes(b)), order(a, b));
    let (longer_a, longer_b) = ((a, 1_u8), (b, 0_u8));
    let expected = order(a, b).then(Ordering::Greater);
    prop_assert_eq!(bytes(&longer_a).cmp(&bytes(&longer_b)), expected);
    prop_assert_eq!(bytes(&[a, b]).cmp(&bytes(&[b, a])), order(a, b));

    let back: T = read(&bytes(a)).expect("the same type");
    prop_assert_eq!(order(&back, a), Ordering::Equal);
    let (back, after): (T, u8) = read(&bytes(&longer_a)).expect("the same type");
    prop_assert_eq!((order(&back, a), after), (Ordering::Equal, 1));
    let back: Vec<T> = read(&bytes(&vec![a, b])).expect("the same type");
    prop_assert_eq!(order(&back[0], a), Ordering::Equal);
    prop_assert_eq!(order(&back[1], b), Ordering::Equal);

    let mut inline = InlineKey::default();
    encode_to(&longer_a, &mut inline).expect("a key");
    prop_assert_eq!(inline.as_bytes(), bytes(&longer_a));
    Ok(())
}

/// All NaNs are one key.
fn one_nan(float: f64) -> f64 {
    if float.is_nan() { f64::NAN } else { float }
}

fn ordered<T>(a: &T, b: &T) -> Result<(), TestCaseError>
where
    T: Ord + Serialize + DeserializeOwned + Debug,
{
    ordered_by(a, b, T::cmp)
}

/// Texts that often share a start and often hold what must be escaped.
fn text() -> impl Strategy<Value = String> {
    vec(
        prop_oneof![
            Just('\0'),
            Just('\u{1}'),
            Just('\u{2}'),
            Just('a'),
            any::<char>()
        ],
        0..6,
    )
    .prop_map(|chars| chars.into_iter().collect())
}

fn raw() -> impl Strategy<Value = Vec<u8>> {
    vec(
        prop_oneof![Just(0), Just(1), Just(2), Just(255), any::<u8>()],
        0..6,
    )
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Name(String);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Shape {
    Point,
    #[serde(rename = "round")]
    Circle(u8),
    Label(String),
    Line(String, i16),
    Polygon {
        name: String,
        corners: Vec<(i8, Option<String>)>,
    },
    Group(Vec<Shape>),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place {
    unit: Unit,
    name: Name,
    shape: Shape,
    tags: Vec<Name>,
    parent: Option<Box<Place>>,
    checksum: [u8; 2],
    raw: Vec<u8>,
}

fn shape() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![
        Just(Shape::Point),
        any::<u8>().prop_map(Shape::Circle),
        text().prop_map(Shape::Label),
        (text(), any::<i16>()).prop_map(|(name, length)| Shape::Line(name, length)),
        (
            text(),
            vec((any::<i8>(), proptest::option::of(text())), 0..3)
        )
            .prop_map(|(name, corners)| Shape::Polygon { name, corners }),
    ];
    leaf.prop_recursive(2, 8, 3, |shape| vec(shape, 0..3).prop_map(Shape::Group))
}

fn place() -> impl Strategy<Value = Place> {
    let leaf = (text(), shape(), vec(text(), 0..3), any::<[u8; 2]>(), raw());
    let leaf = leaf.prop_map(|(name, shape, tags, checksum, raw)| Place {
        unit: Unit,
        name: Name(name),
        shape,
        tags: tags.into_iter().map(Name).collect(),
        parent: None,
        checksum,
        raw,
    });
    leaf.prop_recursive(2, 4, 1, |parent| {
        (parent.clone(), parent).prop_map(|(place, parent)| Place {
            parent: Some(Box::new(parent)),
            ..place
        })
    })
}

macro_rules! orders {
    ($($name:ident: $strategy:expr,)*) => {
        proptest! {$(
            #[test]
            fn $name(a in $strategy, b in $strategy) {
                ordered(&a, &b)?;
            }
        )*}
    };
}

orders! {
    unsigned_integers: any::<(u8, u16, u32, u64, u128, usize)>(),
    signed_integers: any::<(i8, i16, i32, i64, i128, isize)>(),
    small_integers: (-2..2_i8, -2..2_i16, -2..2_i32, -2..2_i64, -2..2_i128),
    booleans_and_chars: any::<(bool, char)>(),
    strings: text(),
    byte_strings: raw(),
    low_byte_strings: (vec(0..3_u8, 0..20), vec(0..3_u8, 0..40)),
    tuples_of_strings: (text(), text(), raw(), text()),
    nested_tuples: ((text(), (text(), 0..3_u8)), (text(), text())),
    arrays: [text(), text(), text()],
    byte_arrays: any::<[u8; 3]>(),
    signed_sequences: vec(-1..2_i8, 0..4),
    options: proptest::option::of(proptest::option::of(text())),
    options_of_bytes: vec(proptest::option::of(0..3_u8), 0..4),
    sequences_of_strings: vec(text(), 0..4),
    sequences_of_byte_strings: vec(raw(), 0..4),
    sequences_of_sequences: vec(vec(vec(text(), 0..3), 0..3), 0..3),
    sequences_of_units: vec(Just(()), 0..4),
    sequences_of_tuples: vec((text(), raw(), 0..2_u8), 0..3),
    enums: shape(),
    structs: place(),
    results: prop_oneof![text().prop_map(Ok), any::<u16>().prop_map(Err)],
    addresses: any::<IpAddr>(),
}

proptest! {
    #[test]
    fn floats(a in any::<f64>(), b in any::<f64>(), c in any::<u32>(), d in any::<u32>()) {
        ordered_by(&a, &b, |a, b| one_nan(*a).total_cmp(&one_nan(*b)))?;
        let (c, d) = (f32::from_bits(c), f32::from_bits(d));
        ordered_by(&c, &d, |a, b| one_nan(f64::from(*a)).total_cmp(&one_nan(f64::from(*b))))?;
    }

    #[test]
    fn borrowed_reads(text in text(), raw in raw(), number in any::<u64>()) {
        let arena = Arena::default();
        let key = bytes(&text);
        prop_assert_eq!(decode::<&str>(&key, &arena).unwrap(), &text);
        let key = bytes(&(&text, number));
        prop_assert_eq!(decode::<(&str, u64)>(&key, &arena).unwrap(), (&*text, number));
        prop_assert_eq!(decode::<(Cow<str>, u64)>(&key, &arena).unwrap(), (Cow::from(&text), number));
        let key = bytes(&raw);
        prop_assert_eq!(decode::<&[u8]>(&key, &arena).unwrap(), &raw);
        let key = bytes(&(&raw, &raw, &text));
        let expected = (&*raw, &*raw, &*text);
        prop_assert_eq!(decode::<(&[u8], &[u8], &str)>(&key, &arena).unwrap(), expected);
        let key = bytes(&vec![&text, &text]);
        prop_assert_eq!(decode::<Vec<&str>>(&key, &arena).unwrap(), vec![&text, &text]);
        let key = bytes(&vec![&raw, &raw]);
        prop_assert_eq!(decode::<Vec<&[u8]>>(&key, &arena).unwrap(), vec![&raw, &raw]);
    }

    #[test]
    fn same_bytes_for_what_encodes_as_a_type(text in text(), raw in raw(), number in any::<u64>()) {
        prop_assert_eq!(bytes(&*text), bytes(&text));
        prop_assert_eq!(bytes(&Cow::from(&*text)), bytes(&text));
        prop_assert_eq!(bytes(&(&*text, number)), bytes(&(text.clone(), number)));
        prop_assert_eq!(bytes(&[&*text][..]), bytes(&vec![text.clone()]));
        prop_assert_eq!(bytes(&(&*raw, 1)), bytes(&(Bytes(&raw), 1)));
        prop_assert_eq!(bytes(&raw), bytes(&Bytes(&raw)));
        prop_assert_eq!(bytes(&vec![&raw]), bytes(&vec![Bytes(&raw)]));
        prop_assert_eq!(bytes(&format_args!("{text}{number}")), bytes(&format!("{text}{number}")));
        prop_assert_eq!(bytes(&[format_args!("{text}")]), bytes(&[&text]));
        prop_assert_eq!(bytes(&(format_args!("{text}"), 1)), bytes(&(&text, 1)));
    }

    #[test]
    fn garbage_never_panics(garbage in raw(), place in place(), cut in any::<prop::sample::Index>()) {
        let _ = read::<Place>(&garbage);
        let _ = read::<(String, char, bool, Vec<Shape>)>(&garbage);
        let _ = read::<(Vec<Vec<u8>>, Vec<()>)>(&garbage);
        // The last field takes whatever is left, so cut before it.
        let whole = bytes(&(&place, 0_u8));
        let cut = cut.index(whole.len());
        prop_assert!(read::<(Place, u8)>(&whole[..cut]).is_err());
        let longer = [&*whole, &[0]].concat();
        prop_assert!(matches!(read::<(Place, u8)>(&longer), Err(KeyError::Trailing(1))));
    }

    #[test]
    fn inline_keys(parts in vec(vec(any::<u8>(), 0..20), 0..4), before in raw()) {
        let mut key = InlineKey::default();
        key.extend(&[7; 30]);
        key.clear();
        key.extend(&before);
        key.clear();
        let whole = parts.concat();
        for part in &parts {
            match part[..] {
                [byte] => key.push(byte),
                _ => key.extend(part),
            }
        }
        prop_assert_eq!(key.as_bytes(), &whole);
        prop_assert_eq!((key.len(), key.is_empty()), (whole.len(), whole.is_empty()));
        let mut padded = whole;
        padded.resize(16, 0);
        let (first, second) = padded.split_at(8);
        let word = |bytes: &[u8]| u64::from_be_bytes(bytes.try_into().unwrap());
        prop_assert_eq!(key.words(), (word(first), word(second)));
    }
}

/// Bytes as `serde_bytes` writes them.
struct Bytes<'a>(&'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

#[test]
fn layout() {
    assert_eq!(bytes("a\0b"), b"a\0b");
    assert_eq!(bytes(&("a\0\x01", "\0")), b"a\x01\x01\x01\x02\0\0");
    assert_eq!(bytes(&(-1_i16, 1_u16)), [0x7f, 0xff, 0, 1]);
    assert_eq!(bytes(&[Some("a"), None]), *b"\x01a\0\0");
    assert_eq!(bytes(&vec!["a", ""]), *b"\x01a\0\x01\0");
    assert_eq!(bytes(&(vec!["a"], 'b')), *b"\x01a\0\0\0\0\0b");
    assert_eq!(bytes(&Shape::Circle(9)), [1, 9]);
    for empty in [
        bytes(""),
        bytes(&()),
        bytes(&Unit),
        bytes::<[u8]>(&[]),
        bytes::<[u16]>(&[]),
    ] {
        assert!(empty.is_empty());
    }
}

#[test]
fn float_extremes_in_total_order() {
    let floats = [
        f64::NEG_INFINITY,
        -1.0,
        -f64::MIN_POSITIVE,
        -0.0,
        0.0,
        1.0,
        f64::INFINITY,
        f64::NAN,
    ];
    assert!(floats.is_sorted_by(|a, b| bytes(a) < bytes(b)));
    assert_eq!(bytes(&-f64::NAN), bytes(&f64::NAN));
    assert_eq!(bytes(&f32::from_bits(0xffc0_0001)), bytes(&f32::NAN));
}

#[test]
fn wide_variants_are_ordered_and_read_back() {
    struct Numbered(u32);
    impl Serialize for Numbered {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_unit_variant("Numbered", self.0, "")
        }
    }
    let numbers = [0, 1, 254, 255, 256, 65536, u32::MAX];
    assert!(
        numbers
            .map(|number| bytes(&Numbered(number)))
            .is_sorted_by(|a, b| a < b)
    );
}

#[test]
fn malformed_bytes() {
    let malformed = |result: Result<(), KeyError>| matches!(result, Err(KeyError::Malformed(_)));
    assert!(malformed(read::<bool>(&[2]).map(drop)));
    assert!(malformed(read::<char>(&[0, 0, 0xd8, 0]).map(drop)));
    assert!(malformed(read::<Option<()>>(&[2]).map(drop)));
    assert!(malformed(read::<String>(&[0xff]).map(drop)));
    assert!(malformed(
        read::<(String, u8)>(&[1, 1, 0xff, 0, 0]).map(drop)
    ));
    assert!(malformed(read::<(String, u8)>(&[1, 3, 0, 0]).map(drop)));
    assert!(malformed(read::<Vec<u16>>(&[2, 0, 0]).map(drop)));
    assert!(malformed(read::<Shape>(&[0xff, 0, 0, 0, 1]).map(drop)));
    assert!(matches!(read::<Shape>(&[6]), Err(KeyError::Custom(_))));
    assert!(matches!(read::<u32>(&[1, 2, 3]), Err(KeyError::Truncated)));
    assert!(matches!(
        read::<u32>(&[1, 2, 3, 4, 5]),
        Err(KeyError::Trailing(1))
    ));
}

#[test]
fn one_byte_that_is_not_utf8_is_noticed_wherever_it_stands() {
    for len in 1..40 {
        for at in 0..len {
            let mut key = vec![b'a'; len];
            assert_eq!(read::<String>(&key).unwrap().as_bytes(), key);
            key[at] = 0x80;
            let result = read::<String>(&key);
            assert!(
                matches!(result, Err(KeyError::Malformed(_))),
                "{key:?}: {result:?}"
            );
        }
    }
}

#[test]
fn hadoop_hashes() {
    // Java: `new BytesWritable(bytes).hashCode()`, which is `Arrays.hashCode(bytes)`.
    assert_eq!(hash(b""), 1);
    assert_eq!(hash(b"a"), 128);
    assert_eq!(hash(b"hello"), 127_791_473);
    assert_eq!(hash(&[0xff]), 30);
    assert_eq!(hash(&[0x80, 0x80]), 961 - 128 * 32);
    let reducers = |number| NonZeroU32::new(number).unwrap();
    assert_eq!(hash_partition(b"", reducers(7)), 1);
    assert_eq!(hash_partition(b"hello", reducers(10)), 3);
    assert_eq!(
        hash_partition(&[0x80, 0x80], reducers(1000)),
        (2_147_483_648_u32 - 3135) % 1000
    );
}

/// Types that are met in keys and ones that can't be.
mod checked {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum SkipFirst {
        #[serde(skip)]
        _Hidden,
        A,
        B(String),
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum SkipMiddle {
        A,
        #[serde(skip)]
        _Hidden,
        B,
        C,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum SkipLast {
        A,
        B,
        #[serde(skip)]
        _Hidden,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        _Number(u64),
        _Text(String),
    }

    #[derive(Serialize, Deserialize)]
    #[serde(tag = "kind")]
    enum Tagged {
        _A { n: u64 },
    }

    #[derive(Serialize, Deserialize)]
    struct Flat {
        #[serde(flatten)]
        inner: Inner,
    }

    #[derive(Serialize, Deserialize)]
    struct Inner {
        #[serde(skip_serializing_if = "Option::is_none")]
        maybe: Option<u64>,
    }

    #[derive(Serialize, Deserialize)]
    struct WrittenOnly {
        #[serde(skip_deserializing)]
        id: u8,
        name: String,
    }

    #[derive(Debug, Serialize, Deserialize)]
    struct ReadOnly {
        #[serde(skip_serializing)]
        _id: u8,
        name: String,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct SkippedBothWays {
        name: String,
        #[serde(skip)]
        cache: u8,
    }

    #[derive(Serialize, Deserialize)]
    enum Ordinal {
        _First,
        _Second(Option<NonZeroU32>),
        _Third { name: String, of: [SkipLast; 2] },
    }

    /// An enum of the same name and variants as another.
    mod twin {
        use super::*;

        #[derive(Serialize, Deserialize)]
        pub(super) enum SkipMiddle {
            #[serde(rename = "A")]
            _A,
            #[serde(rename = "B")]
            _B,
            #[serde(rename = "C")]
            _C,
        }
    }

    #[derive(Serialize, Deserialize)]
    enum Hidden {
        _Option(Option<BTreeMap<u8, u8>>),
        _Other,
    }

    #[derive(Serialize, Deserialize)]
    enum BehindSpecial {
        _First(Special, SkipMiddle),
        _Last,
    }

    #[derive(Serialize, Deserialize)]
    enum Tree {
        _Node(Box<Tree>, Box<Tree>),
        _Many(Vec<Tree>),
        _Leaf(NonZeroU64),
    }

    #[derive(Serialize, Deserialize)]
    struct Chain {
        next: Option<Box<Chain>>,
        other: Option<Box<Chain>>,
        all: Vec<Chain>,
    }

    #[derive(Serialize, Deserialize)]
    enum Deep {
        _A,
        _B(Option<Vec<(u8, Middle)>>),
    }

    #[derive(Serialize, Deserialize)]
    enum Middle {
        _A,
        _B(SkipMiddle),
        _C,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(try_from = "String", into = "String")]
    #[derive(Clone)]
    struct Special(String);

    impl TryFrom<String> for Special {
        type Error = String;

        fn try_from(text: String) -> Result<Self, String> {
            match text.starts_with("special") {
                true => Ok(Special(text)),
                false => Err(format!("`{text}` isn't special")),
            }
        }
    }

    impl From<Special> for String {
        fn from(special: Special) -> String {
            special.0
        }
    }

    #[derive(Serialize, Deserialize)]
    #[serde(try_from = "String", into = "String")]
    #[derive(Clone)]
    struct Date(String);

    impl TryFrom<String> for Date {
        type Error = String;

        fn try_from(text: String) -> Result<Self, String> {
            match text.len() == 10 && text.contains('-') {
                true => Ok(Date(text)),
                false => Err(format!("`{text}` isn't a date")),
            }
        }
    }

    impl From<Date> for String {
        fn from(date: Date) -> String {
            date.0
        }
    }

    macro_rules! refused {
        ($type:ty, $error:pat) => {
            let result = check::<$type>();
            assert!(
                matches!(result, Err($error)),
                "{}: {result:?}",
                stringify!($type)
            );
        };
    }

    macro_rules! checked {
        ($($type:ty,)*) => {$(
            assert_eq!(check::<$type>().unwrap(), Checked::Whole, "{}", stringify!($type));
        )*};
    }

    #[test]
    fn keys() {
        checked! {
            (), String, (String, i8, f64, char, bool, Vec<u8>), SkipLast, Shape, SkippedBothWays, (NonZeroU32, Date, Ordinal, IpAddr),
            Result<Ordinal, Option<Ordinal>>, std::time::Duration, std::path::PathBuf,
        }
    }

    #[test]
    fn what_contains_itself_or_has_a_special_form_can_only_be_verified() {
        assert_eq!(check::<Place>().unwrap(), Checked::Partly);
        assert_eq!(check::<Tree>().unwrap(), Checked::Partly);
        assert_eq!(check::<Chain>().unwrap(), Checked::Partly);
        assert_eq!(check::<BehindSpecial>().unwrap(), Checked::Partly);
        assert_eq!(check::<Special>().unwrap(), Checked::Partly);
        assert_eq!(check::<(Special, SkipMiddle)>().unwrap(), Checked::Partly);
        assert_eq!(check::<(SkipLast, Special)>().unwrap(), Checked::Partly);
        let special = Special("special".into());
        let (before, after) = (
            bytes(&(&special, SkipMiddle::A)),
            bytes(&(&special, SkipMiddle::B)),
        );
        verify::<(Special, SkipMiddle)>(&before).unwrap();
        let result = verify::<(Special, SkipMiddle)>(&after);
        assert!(matches!(result, Err(KeyError::OneWay { .. })), "{result:?}");
    }

    #[test]
    fn what_no_order_preserving_bytes_exist_for() {
        refused!(BTreeMap<String, u64>, KeyError::Map);
        refused!((u8, Option<Vec<BTreeMap<u8, u8>>>), KeyError::Map);
        refused!(Flat, KeyError::Map);
        refused!(HashSet<char>, KeyError::Set);
        refused!((u8, Option<HashSet<u8>>), KeyError::Set);
        refused!(Hidden, KeyError::Map);
        refused!(Untagged, KeyError::Untyped);
        refused!(Vec<Tagged>, KeyError::Untyped);
        refused!(serde_json::Value, KeyError::Untyped);
        refused!(Inner, KeyError::SkippedField { field: "maybe" });
    }

    #[test]
    fn what_would_be_read_back_as_something_else() {
        refused!(SkipFirst, KeyError::OneWay { .. });
        refused!(SkipMiddle, KeyError::OneWay { .. });
        refused!(Deep, KeyError::OneWay { .. });
        refused!((twin::SkipMiddle, [SkipMiddle; 1]), KeyError::OneWay { .. });
        refused!((NonZeroU64, Date, SkipMiddle), KeyError::OneWay { .. });
        refused!(WrittenOnly, KeyError::OneWay { .. });
        refused!(ReadOnly, KeyError::OneWay { .. });
    }

    #[test]
    fn maps_are_refused_when_written_too() {
        let map = BTreeMap::from([("a", 1)]);
        assert!(matches!(
            encode(&(1, map), &mut Vec::new()),
            Err(KeyError::Map)
        ));
        let left_out = Inner { maybe: None };
        assert!(matches!(
            encode(&left_out, &mut Vec::new()),
            Err(KeyError::SkippedField { .. })
        ));
    }

    #[test]
    fn a_skipped_field_is_made_up() {
        let key = bytes(&SkippedBothWays {
            name: "a".into(),
            cache: 3,
        });
        assert_eq!(
            read::<SkippedBothWays>(&key).unwrap(),
            SkippedBothWays {
                name: "a".into(),
                cache: 0
            }
        );
    }
}
