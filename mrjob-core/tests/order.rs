//! `Desc` sorts the other way round wherever it stands, and is read back; whose order is compared is known to the compiler.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::PathBuf;

use mrjob_core::Arena;
use mrjob_core::key::order::{Agreed as _, Compare, Of, Own as _, Unordered as _};
use mrjob_core::key::{Checked, Desc, Encoded, check, decode, descends, encode};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

fn bytes<T: Serialize>(key: &T) -> Vec<u8> {
    let mut out = Vec::new();
    encode(key, &mut out).expect("a key");
    out
}

/// Encoded keys sort as `Ord` says, alone and with something around them, and are read back.
fn sorts<T>(a: &T, b: &T) -> Result<(), TestCaseError>
where
    T: Ord + Clone + Serialize + DeserializeOwned + Debug,
{
    fn holds<T>(a: &T, b: &T) -> Result<(), TestCaseError>
    where
        T: Ord + Serialize + DeserializeOwned + Debug,
    {
        prop_assert_eq!(bytes(a).cmp(&bytes(b)), a.cmp(b));
        let (bytes, arena) = (bytes(a), Arena::default());
        let back: T = decode(&bytes, &arena).expect("the same type");
        prop_assert_eq!(back.cmp(a), Ordering::Equal);
        Ok(())
    }
    holds(a, b)?;
    holds(&(a.clone(), 1_u8), &(b.clone(), 0_u8))?;
    holds(&(7_u8, a.clone()), &(7_u8, b.clone()))?;
    holds(&vec![a.clone(), b.clone()], &vec![b.clone(), a.clone()])?;
    holds(&Some(a.clone()), &Some(b.clone()))?;
    holds(&Desc((a.clone(), 3_u8)), &Desc((b.clone(), 3_u8)))
}

/// Short strings, with the bytes that are escaped, many of them prefixes of each other.
fn text() -> impl Strategy<Value = String> {
    vec(
        prop::sample::select(vec!['\0', '\u{1}', '\u{2}', 'a', 'é', '\u{fe}']),
        0..4,
    )
    .prop_map(|chars| chars.into_iter().collect())
}

/// Longer than what is flipped at once.
fn long() -> impl Strategy<Value = Vec<u8>> {
    vec(0_u8..4, 30..70)
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Shape {
    Point,
    Named(Desc<String>),
    Sized { width: u8, height: Desc<i16> },
}

fn shape() -> impl Strategy<Value = Shape> {
    prop_oneof![
        Just(Shape::Point),
        text().prop_map(|name| Shape::Named(Desc(name))),
        (0_u8..3, -1_i16..2).prop_map(|(width, height)| Shape::Sized {
            width,
            height: Desc(height)
        }),
    ]
}

proptest! {
    #[test]
    fn descending_numbers(a: i64, b: i64, c in -1_i8..2, d in -1_i8..2) {
        sorts(&Desc(a), &Desc(b))?;
        sorts(&Desc(c), &Desc(d))?;
        sorts(&Desc(c > 0), &Desc(d > 0))?;
        sorts(&(Desc(c), d), &(Desc(d), c))?;
        sorts(&Desc(Desc(c)), &Desc(Desc(d)))?;
    }

    #[test]
    fn descending_text(a in text(), b in text()) {
        sorts(&Desc(a.clone()), &Desc(b.clone()))?;
        sorts(&(Desc(a.clone()), b.clone()), &(Desc(b.clone()), a.clone()))?;
        sorts(&(a.clone(), Desc(b.clone())), &(a.clone(), Desc(a.clone())))?;
        sorts(&Desc(Desc(a.clone())), &Desc(Desc(b.clone())))?;
        sorts(&Desc(a.chars().next()), &Desc(b.chars().next()))?;
    }

    #[test]
    fn descending_sequences(
        a in vec(text(), 0..3), b in vec(text(), 0..3), c in vec(0_u8..3, 0..4), d in vec(0_u8..3, 0..4),
        e in long(), f in long(),
    ) {
        sorts(&Desc(a.clone()), &Desc(b.clone()))?;
        sorts(&Desc(c.clone()), &Desc(d.clone()))?;
        sorts(&Desc(e), &Desc(f))?;
        let each = |elements: &[u8]| elements.iter().copied().map(Desc).collect::<Vec<_>>();
        sorts(&each(&c), &each(&d))?;
        sorts(&Desc(vec![a.clone(), b.clone()]), &Desc(vec![b, a]))?;
    }

    #[test]
    fn descending_options_and_enums(a in option::of(text()), b in option::of(text()), c in shape(), d in shape()) {
        sorts(&Desc(a.clone()), &Desc(b.clone()))?;
        sorts(&a.map(Desc), &b.map(Desc))?;
        sorts(&c, &d)?;
        sorts(&Desc(c), &Desc(d))?;
    }
}

#[test]
fn descending_text_is_lent() {
    let (bytes, arena) = (bytes(&Desc("a\0b")), Arena::default());
    let Desc(text) = decode::<Desc<&str>>(&bytes, &arena).expect("text");
    assert_eq!(text, "a\0b");
}

#[test]
fn damaged_descending_keys_are_errors() {
    let whole = bytes(&Desc(("a\0b", vec![1_u64, 2])));
    for end in 0..whole.len() {
        let cut: Result<Desc<(String, Vec<u64>)>, _> = decode(&whole[..end], &Arena::default());
        cut.expect_err("a key that is cut off");
    }
}

#[test]
fn a_type_with_desc_can_be_a_key_and_is_known() {
    assert_eq!(check::<(String, Desc<u64>)>().ok(), Some(Checked::Whole));
    assert!(descends::<Vec<Option<(u8, Desc<String>)>>>());
    assert!(descends::<Shape>());
    assert!(!descends::<Vec<Option<(u8, String)>>>());
}

#[test]
fn json_shows_what_is_inside() {
    let pair = (Desc(3), Encoded(Reverse("a")));
    let json = serde_json::to_string(&pair).expect("JSON");
    assert_eq!(json, "[3,\"a\"]");
    let back: (Desc<u64>, Encoded<String>) = serde_json::from_str(&json).expect("the same");
    assert_eq!((back.0.0, back.1.0.as_str()), (3, "a"));
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Derived(u64);

macro_rules! compared {
    ($($ty:ty),* $(,)?) => { [$(((&&&Of::<$ty>::new()).order() as Option<Compare<$ty>>).is_some()),*] };
}

#[test]
fn the_compiler_finds_whose_order_is_compared() {
    let known = compared!(
        u64,
        bool,
        char,
        String,
        Vec<u8>,
        (String, Option<i8>),
        [u16; 3],
        Box<str>,
        BTreeSet<char>,
        Desc<String>,
        (Desc<u64>, Encoded<Reverse<u64>>),
        Encoded<f64>,
        std::net::IpAddr,
        std::num::NonZeroU8,
    );
    assert!(known.iter().all(|compared| !compared), "{known:?}");
    let own = compared!(
        Reverse<u64>,
        Derived,
        PathBuf,
        (String, Derived),
        Option<Derived>,
        Vec<Reverse<u8>>,
        Desc<Derived>,
    );
    assert!(own.iter().all(|compared| *compared), "{own:?}");
    let unordered = compared!(f64, (String, f64), serde_json::Value);
    assert!(unordered.iter().all(|compared| !compared), "{unordered:?}");
}
