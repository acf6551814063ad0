//! Checks between a step and the one before it, which may be the last of the round before or stand before the rounds.

use crate::emit::As;

/// A trait that holds for what may be read where a `T` was written.
macro_rules! readable {
    ($of:literal, $name:ident, $message:literal) => {
        #[doc = concat!("What a step may read as ", $of, " where a `T` was written.")]
        #[diagnostic::on_unimplemented(
                                            message = $message,
                                            label = "expected `{T}` or a borrowed form of it"
                                        )]
        pub trait $name<T, How> {}

        #[diagnostic::do_not_recommend]
        impl<A: As<T, How>, T, How> $name<T, How> for A {}
    };
}

readable!(
    "key",
    NextKey,
    "the step before writes the key `{T}`, this step reads `{Self}`"
);
readable!(
    "value",
    NextValue,
    "the step before writes the value `{T}`, this step reads `{Self}`"
);
readable!(
    "key",
    RoundKey,
    "the last step of `repeat` writes the key `{T}`, its first step reads `{Self}` in the next round"
);
readable!(
    "value",
    RoundValue,
    "the last step of `repeat` writes the value `{T}`, its first step reads `{Self}` in the next round"
);
readable!(
    "key",
    SkipKey,
    "with 0 rounds of `repeat` the step before it writes the key `{T}`, the step after it reads `{Self}`"
);
readable!(
    "value",
    SkipValue,
    "with 0 rounds of `repeat` the step before it writes the value `{T}`, the step after it reads `{Self}`"
);

// Not written by a macro, because rustc shows them.

/// Compiles where a step may read the key `R` of what the step before wrote as `T`.
pub fn next_key<T, R: NextKey<T, How>, How>() {}
/// Compiles where a step may read the value `R` of what the step before wrote as `T`.
pub fn next_value<T, R: NextValue<T, How>, How>() {}
/// Compiles where a round may read the key `R` of what the round before wrote as `T`.
pub fn round_key<T, R: RoundKey<T, How>, How>() {}
/// Compiles where a round may read the value `R` of what the round before wrote as `T`.
pub fn round_value<T, R: RoundValue<T, How>, How>() {}
/// Compiles where a step after `repeat` may read the key `R` of what the one before it wrote as `T`.
pub fn skip_key<T, R: SkipKey<T, How>, How>() {}
/// Compiles where a step after `repeat` may read the value `R` of what the one before it wrote as `T`.
pub fn skip_value<T, R: SkipValue<T, How>, How>() {}
