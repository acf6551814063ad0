//! Sums of values.

use mrjob::prelude::*;

use super::{failure, totals};

#[test]
fn a_sum_beyond_its_type_fails_the_task() {
    for runner in ["inline", "local"] {
        let ended = totals(runner, &[], "a\t4294967295\na\t1\na\t5\n");
        assert_eq!((ended.code, &*ended.stdout), (Some(1), ""));
        let said = "failed in reduce task 0: `total` couldn't go on in the group of key \"a\": the sum of these `u32` values \
                    is beyond `u32::MAX`";
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
        let hint = "hint: add them up in a wider type: `values.map(u64::from).sum::<u64>()`, and emit `u64`";
        assert!(ended.stderr.contains(hint), "{}", ended.stderr);
        let ended = totals(runner, &[], "a\t4294967290\na\t5\n");
        assert_eq!((ended.code, &*ended.stdout), (Some(0), "a\t4294967295\n"));
    }
}

/// A job that sums numbers of a type, which stand in its input, and one that sums them in a combiner too.
macro_rules! sums {
    ($($job:ident, $combined:ident: $number:ty;)*) => {$(
        #[derive(MrJob)]
        #[mrjob(input = Text, output = Text)]
        struct $job;

        #[mrjob::steps]
        impl $job {
            #[mapper]
            fn rows(&self, key: &str, number: $number, out: &mut Emitter<String, $number>) {
                out.emit(key, number);
            }

            #[reducer]
            fn total(&self, key: &str, n: Values<$number>, out: &mut Emitter<String, $number>) {
                out.emit(key, n.sum());
            }
        }

        #[derive(MrJob)]
        #[mrjob(input = Text, output = Text)]
        struct $combined;

        #[mrjob::steps]
        impl $combined {
            #[mapper]
            fn rows(&self, key: &str, number: $number, out: &mut Emitter<String, $number>) {
                out.emit(key, number);
            }

            #[combiner]
            #[reducer]
            fn total(&self, key: &str, n: Values<$number>, out: &mut Emitter<String, $number>) {
                out.emit(key, n.sum());
            }
        }
    )*};
}

sums! {
    OfU8, CombinedU8: u8; OfU16, CombinedU16: u16; OfU32, CombinedU32: u32; OfU64, CombinedU64: u64;
    OfU128, CombinedU128: u128; OfUsize, CombinedUsize: usize;
    OfI8, CombinedI8: i8; OfI16, CombinedI16: i16; OfI32, CombinedI32: i32; OfI64, CombinedI64: i64;
    OfI128, CombinedI128: i128; OfIsize, CombinedIsize: isize;
    OfOption, CombinedOption: Option<u8>;
}

#[test]
fn integers_of_every_type_are_exact_or_refused() {
    macro_rules! check {
        ($($job:ident, $combined:ident: $int:ident;)*) => {$(
            let ty = stringify!($int);
            let beyond = format!("a\t{}\na\t1\n", $int::MAX);
            let said = format!("the sum of these `{ty}` values is beyond `{ty}::MAX`\nhint: ");
            for failed in [failure::<$job>(&beyond), failure::<$combined>(&beyond)] {
                assert!(failed.contains("`total` couldn't go on"), "{failed}");
                assert!(failed.contains("in the group of key \"a\""), "{failed}");
                assert!(failed.contains(&said), "{failed}");
            }
            let fits = format!("a\t{}\na\t1\na\t0\n", $int::MAX - 1);
            let outcome = $combined::parse_from([""; 0]).sandbox(&fits).unwrap();
            assert_eq!(outcome.text().unwrap(), format!("a\t{}\n", $int::MAX));
        )*};
    }
    check! {
        OfU8, CombinedU8: u8; OfU16, CombinedU16: u16; OfU32, CombinedU32: u32; OfU64, CombinedU64: u64;
        OfU128, CombinedU128: u128; OfUsize, CombinedUsize: usize;
        OfI8, CombinedI8: i8; OfI16, CombinedI16: i16; OfI32, CombinedI32: i32; OfI64, CombinedI64: i64;
        OfI128, CombinedI128: i128; OfIsize, CombinedIsize: isize;
    }
}

#[test]
fn a_sum_below_its_type_is_refused() {
    let failed = failure::<OfI64>("a\t-9223372036854775808\na\t-1\n");
    assert!(
        failed.contains("the sum of these `i64` values is below `i64::MIN`"),
        "{failed}"
    );
}

#[test]
fn a_sum_that_fits_is_found_whatever_comes_on_the_way() {
    let input = "a\t9223372036854775807\na\t9223372036854775807\na\t-9223372036854775807\na\t-9223372036854775807\na\t7\n";
    let outcome = OfI64::parse_from([""; 0]).sandbox(input).unwrap();
    assert_eq!(outcome.text().unwrap(), "a\t7\n");
}

#[test]
fn options_are_summed_alike() {
    let failed = failure::<OfOption>("a\t200\na\t100\n");
    assert!(
        failed.contains("the sum of these `u8` values is beyond `u8::MAX`"),
        "{failed}"
    );
    let outcome = OfOption::parse_from([""; 0])
        .sandbox("a\t200\na\nb\t1\nb\t2\n")
        .unwrap();
    assert_eq!(outcome.text().unwrap(), "a\nb\t3\n");
    assert!(failure::<CombinedOption>("a\t200\na\t100\n").contains("beyond"));
}

/// What a person adds up in their own way.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
struct Modulo(u8);

impl std::iter::Sum for Modulo {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        Modulo(all.fold(0, |sum, next| sum.wrapping_add(next.0)))
    }
}

#[derive(MrJob)]
#[mrjob(input = Text, output = Text)]
struct OwnSum;

#[mrjob::steps]
impl OwnSum {
    #[mapper]
    fn rows(&self, key: &str, number: Modulo, out: &mut Emitter<String, Modulo>) {
        out.emit(key, number);
    }

    #[combiner]
    #[reducer]
    fn total(&self, key: &str, n: Values<Modulo>, out: &mut Emitter<String, Modulo>) {
        out.emit(key, n.sum());
    }
}

#[test]
fn types_with_a_sum_of_their_own_keep_it() {
    let input = "a\t200\na\t100\n";
    let outcome = OwnSum::parse_from([""; 0]).sandbox(input).unwrap();
    assert_eq!(outcome.text().unwrap(), "a\t44\n");
}

/// Goes on as if nothing were, or divides by what isn't a sum.
#[derive(MrJob)]
#[mrjob(input = Text, output = Text)]
struct Deaf;

#[mrjob::steps]
impl Deaf {
    #[mapper]
    fn rows(&self, key: &str, number: u8, out: &mut Emitter<String, u8>) {
        out.emit(key, number);
    }

    #[reducer]
    fn total(&self, key: &str, n: Values<u8>, out: &mut Emitter<String, u8>) -> Result<()> {
        let sum = n.sum();
        if sum == u8::MAX {
            Err(format!("{key} is odd"))?;
        }
        out.emit(key, sum);
        Ok(())
    }
}

#[test]
fn the_sum_is_told_before_what_the_method_makes_of_it() {
    let failed = failure::<Deaf>("a\t200\na\t100\n");
    assert!(
        failed.contains("is beyond `u8::MAX`") && !failed.contains("odd"),
        "{failed}"
    );
}

#[derive(MrJob)]
#[mrjob(input = Text, output = Text)]
struct Pairs;

#[mrjob::steps]
impl Pairs {
    #[mapper]
    fn rows(&self, key: &str, number: u8, out: &mut Emitter<String, u8>) {
        out.emit(key, number);
    }

    #[combiner]
    fn add(&self, sum: &mut u8, next: u8) {
        *sum = sum.checked_add(next).expect("it fits");
    }

    #[reducer]
    fn total(&self, key: &str, n: Values<u8>, out: &mut Emitter<String, u8>) {
        out.emit(key, n.sum());
    }
}

#[test]
fn a_combiner_that_panics_is_told_with_its_key() {
    let failed = failure::<Pairs>("b\t1\na\t200\na\t100\n");
    let said = "`add` panicked in the group of key \"a\": it fits";
    assert!(failed.contains(said), "{failed}");
}
