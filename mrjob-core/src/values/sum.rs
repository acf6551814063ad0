//! Sums of values, which are exact or fail.

use std::any::{Any, TypeId};
use std::iter::Sum;

/// Values that can be added up. The sum has their own type.
pub trait SumsTo<S>: Sized {
    /// Adds all of them. A sum that `S` can't hold comes back as the nearest number that it can, and says so.
    fn sum(values: impl Iterator<Item = Self>) -> (S, Option<Overflow>);
}

/// A sum of integers that their type can't hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the sum of these `{of}` values is {} `{of}::{bound}`\nhint: {}", self.beyond(), self.hint())]
pub struct Overflow {
    of: &'static str,
    bound: &'static str,
    wider: &'static str,
    convert: &'static str,
    combines: bool,
}

impl Overflow {
    pub(super) fn in_combiner(self, combines: bool) -> Self {
        Overflow { combines, ..self }
    }

    fn beyond(&self) -> &'static str {
        match self.bound {
            "MAX" => "beyond",
            _ => "below",
        }
    }

    fn hint(&self) -> String {
        let (wider, convert) = (self.wider, self.convert);
        let rounds = match wider {
            "f64" => ", which rounds",
            _ => "",
        };
        match self.combines {
            true => format!(
                "emit `{wider}` values in the mapper{rounds}, so that they are added as such"
            ),
            false => format!(
                "add them up in a wider type: `values.map({convert}).sum::<{wider}>()`{rounds}, and emit `{wider}`"
            ),
        }
    }
}

impl<V: Sum<V> + 'static> SumsTo<V> for V {
    #[inline]
    fn sum(values: impl Iterator<Item = V>) -> (V, Option<Overflow>) {
        // The compiler knows `V`, so that of these comparisons nothing is left.
        macro_rules! integers {
            ($($int:ty: $wider:ty, $convert:literal;)*) => {$(
                let beyond = |bound| Overflow {
                    of: stringify!($int),
                    bound,
                    wider: stringify!($wider),
                    convert: $convert,
                    combines: false,
                };
                if TypeId::of::<V>() == TypeId::of::<$int>() {
                    let (sum, bound) = <$int>::exact_sum(values.map(same::<V, $int>));
                    return (same(sum), bound.map(beyond));
                }
                if TypeId::of::<V>() == TypeId::of::<Option<$int>>() {
                    let mut none = false;
                    let values = values.map(same::<V, Option<$int>>).map_while(|value| {
                        none |= value.is_none();
                        value
                    });
                    let (sum, bound) = <$int>::exact_sum(values);
                    return (same((!none).then_some(sum)), bound.map(beyond));
                }
            )*};
        }
        integers! {
            u64: u128, "u128::from";
            i64: i128, "i128::from";
            usize: u128, "|n| n as u128";
            isize: i128, "|n| n as i128";
            u32: u64, "u64::from";
            i32: i64, "i64::from";
            u16: u64, "u64::from";
            i16: i64, "i64::from";
            u8: u64, "u64::from";
            i8: i64, "i64::from";
            u128: f64, "|n| n as f64";
            i128: f64, "|n| n as f64";
        }
        (values.sum(), None)
    }
}

/// A value of a type that is known to be `B`.
#[inline]
fn same<A: 'static, B: 'static>(value: A) -> B {
    let mut value = Some(value);
    (&mut value as &mut dyn Any)
        .downcast_mut()
        .and_then(Option::take)
        .expect("the types were compared")
}

/// Integers whose sum is exact, or names the bound that it is beyond.
trait ExactSum: Sized {
    fn exact_sum(values: impl Iterator<Item = Self>) -> (Self, Option<&'static str>);
}

/// Adds in a type which is so wide that no number of values fills it: a sum that fits is found whatever comes on the way.
macro_rules! widened {
    ($($int:ty as $wide:ty),*) => {$(
        impl ExactSum for $int {
            #[inline]
            fn exact_sum(values: impl Iterator<Item = Self>) -> (Self, Option<&'static str>) {
                let sum = values.fold(0, |sum: $wide, value| sum + value as $wide);
                match <$int>::try_from(sum) {
                    Ok(sum) => (sum, None),
                    Err(_) if sum > 0 => (<$int>::MAX, Some("MAX")),
                    Err(_) => (<$int>::MIN, Some("MIN")),
                }
            }
        }
    )*};
}

widened! {
    u8 as u128, u16 as u128, u32 as u128, u64 as u128, usize as u128,
    i8 as i128, i16 as i128, i32 as i128, i64 as i128, isize as i128
}

macro_rules! checked {
    ($($int:ty),*) => {$(
        impl ExactSum for $int {
            #[inline]
            fn exact_sum(values: impl Iterator<Item = Self>) -> (Self, Option<&'static str>) {
                values.fold((0, None), |(sum, beyond): (Self, Option<_>), value| {
                    match (beyond, sum.checked_add(value)) {
                        (None, Some(sum)) => (sum, None),
                        (Some(_), _) => (sum, beyond),
                        (None, None) if value > 0 => (<$int>::MAX, Some("MAX")),
                        (None, None) => (<$int>::MIN, Some("MIN")),
                    }
                })
            }
        }
    )*};
}

checked! { u128, i128 }
