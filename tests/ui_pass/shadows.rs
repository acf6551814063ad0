//! Names of the user's that generated code must not stumble over.

#![expect(dead_code, reason = "they are only in the way")]

mod std {}
mod core {}
mod alloc {}
mod clap {}
mod serde {}
mod mrjob {}

pub(crate) struct Result;
pub(crate) struct String;
pub(crate) struct Vec;
pub(crate) struct Step;
pub(crate) struct Record;
pub(crate) struct Mapper;
pub(crate) struct Settings;
pub(crate) struct Job;
pub(crate) trait Default {}
pub(crate) trait Into {}
pub(crate) trait Steps {}
pub(crate) enum Mine {
    Ok,
    Err,
    Some,
    None,
}
use Mine::*;

/// Named as the generated code would name its own.
#[derive(Clone, ::serde::Serialize, ::serde::Deserialize)]
pub(crate) struct P;
#[derive(::serde::Serialize, ::serde::Deserialize)]
pub(crate) struct MapMapper;
pub(crate) type ShadowsArguments = ::std::string::String;

#[expect(unused_macros)]
macro_rules! vec {
    () => {};
}
#[expect(unused_macros)]
macro_rules! assert {
    () => {};
}

#[derive(::mrjob::MrJob)]
struct Shadows {
    #[arg(long)]
    name: ShadowsArguments,
    #[mrjob(state)]
    count: u64,
}

#[::mrjob::steps(step(mapper = map, combiner = add, reducer = reduce), repeat(2, step(reducer = reduce)))]
impl Shadows {
    fn map(
        &mut self,
        _: &str,
        out: &mut ::mrjob::Emitter<P, u64>,
    ) -> ::std::result::Result<(), ::std::fmt::Error> {
        let _ = (&self.name, [Ok, Err, Some, None].len());
        self.count += 1;
        out.emit(P, self.count);
        ::std::result::Result::Ok(())
    }

    fn add(&self, acc: &mut u64, next: u64) {
        *acc += next;
    }

    fn reduce(&self, key: P, values: ::mrjob::Values<u64>, out: &mut ::mrjob::Emitter<P, u64>) {
        out.emit(key, values.sum());
    }
}

#[test]
fn is_a_job() {
    use ::mrjob::prelude::*;
    // `run` is found although `Job` is something else here.
    let _: fn() -> ::std::process::ExitCode = Shadows::run;
    crate::is_job::<Shadows>();
}

#[test]
fn runs() {
    ::std::assert_eq!(
        crate::output::<Shadows>(&["--name", "n"], "a\nb\n"),
        "null\t3\n"
    );
}
