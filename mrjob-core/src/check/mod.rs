//! What `#[mrjob::steps]` lets the compiler check, in words of this framework.
//!
//! Where two types of a job's methods have to fit and their spelling doesn't show that they do, the generated code calls
//! a function of this module with both. Its bound is a trait that holds where they fit; where it doesn't, rustc prints the
//! trait's message at the user's own type.

mod edge;
mod inside;

pub use edge::{
    NextKey, NextValue, RoundKey, RoundValue, SkipKey, SkipValue, next_key, next_value, round_key,
    round_value, skip_key, skip_value,
};
pub use inside::{
    Combines, CombinesKey, HookEmits, ReducerKey, ReducerValue, combiner_acc, combiner_key,
    combiner_next, combiner_out, combiner_values, hook_out, reducer_key, reducer_values,
};

/// A number of rounds: any integer. A negative one is no round.
#[diagnostic::on_unimplemented(
    message = "a number of rounds is an integer, not `{Self}`",
    label = "expected an integer"
)]
pub trait Rounds {
    /// How many.
    fn rounds(self) -> u64;
}

macro_rules! rounds {
    ($($integer:ty)*) => {$(
        impl Rounds for $integer {
            fn rounds(self) -> u64 {
                self.try_into().unwrap_or(if self > 0 { u64::MAX } else { 0 })
            }
        }

        impl Rounds for &$integer {
            fn rounds(self) -> u64 {
                (*self).rounds()
            }
        }
    )*};
}

rounds!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

/// How many times `repeat(…)` adds its steps.
pub fn rounds<R: Rounds>(rounds: R) -> u64 {
    rounds.rounds()
}

/// Stands where a value would be in code that rustc has already refused.
///
/// # Panics
///
/// Always, but nothing that calls it compiles.
pub fn refused<T>() -> T {
    unreachable!("the macro has refused this job")
}

#[cfg(test)]
mod tests {
    use super::rounds;

    #[test]
    fn rounds_of_any_integer() {
        assert_eq!(rounds(3_u8), 3);
        assert_eq!(rounds(3_usize), 3);
        assert_eq!(rounds(7_i64), 7);
        assert_eq!(rounds(-1), 0);
        assert_eq!(rounds(u128::MAX), u64::MAX);
    }
}
