//! Jobs in odd places.

use mrjob::prelude::*;

/// Two jobs whose methods have the same names, in one module.
mod two {
    use super::*;

    #[derive(MrJob)]
    pub(super) struct First;

    #[mrjob::steps]
    impl First {
        #[mapper]
        fn map(&self, line: &str, out: &mut Emitter<String, u64>) {
            out.emit(line, 1);
        }
    }

    #[derive(MrJob)]
    pub(super) struct Second;

    #[mrjob::steps]
    impl Second {
        #[mapper]
        fn map(&self, line: &str, out: &mut Emitter<String, u64>) {
            out.emit(line, 1);
        }
    }
}

#[mrjob::steps]
impl inner::Elsewhere {
    #[mapper]
    fn map(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, self.least);
    }
}

mod inner {
    use mrjob::prelude::*;

    #[derive(MrJob)]
    pub(crate) struct Elsewhere {
        #[arg(long, default_value_t = 1)]
        pub(super) least: u64,
    }
}

macro_rules! job {
    ($name:ident, $argument:ident: $ty:ty = $default:expr, $rounds:expr, $value:ty) => {
        #[derive(MrJob)]
        struct $name {
            #[arg(long, default_value_t = $default)]
            $argument: $ty,
        }

        #[mrjob::steps(
                                                    step(mapper = map),
                                                    repeat(self.$argument, step(reducer = reduce)),
                                                    repeat($rounds, step(reducer = reduce)),
                                                )]
        impl $name {
            #[mapper]
            fn map(&self, line: &str, out: &mut Emitter<String, $value>) {
                out.emit(line, 1);
            }

            fn reduce(&self, key: &str, values: Values<$value>, out: &mut Emitter<String, $value>) {
                out.emit(key, values.sum());
            }
        }
    };
}

job!(FromMacro, rounds: u32 = 2, 3, u64);

#[test]
fn a_job_in_a_function() {
    #[derive(MrJob)]
    struct Local;

    #[mrjob::steps]
    impl Local {
        #[mapper]
        fn map(&self, line: &str, out: &mut Emitter<String, u64>) {
            out.emit(line, 1);
        }
    }

    crate::is_job::<Local>();
    crate::is_job::<two::First>();
    crate::is_job::<two::Second>();
    crate::is_job::<inner::Elsewhere>();
    crate::is_job::<FromMacro>();
}

#[test]
fn a_job_from_a_macro_runs() {
    assert_eq!(crate::output::<FromMacro>(&[], "a\na\n"), "\"a\"\t2\n");
}
