use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps(
    step(mapper = waits, reducer = is_unsafe),
    step(mapper = generic, reducer = by_value),
    step(mapper = foreign, reducer = no_self),
    step(mapper = boxed, reducer = any),
)]
impl WordFreq {
    async fn waits(&self, _: &str, _: &mut Emitter<String, u64>) {}

    unsafe fn is_unsafe(&self, _: &str, _: Values<u64>, _: &mut Emitter<String, u64>) {}

    fn generic<T: Default>(&self, _: &str, _: &mut Emitter<String, T>) {}

    fn by_value(self, _: &str, _: Values<u64>, _: &mut Emitter<String, u64>) {}

    extern "C" fn foreign(&self, _: &str, _: &mut Emitter<String, u64>) {}

    fn no_self(_: &str, _: Values<u64>, _: &mut Emitter<String, u64>) {}

    fn boxed(self: Box<Self>, _: &str, _: &mut Emitter<String, u64>) {}

    fn any(&self, _: impl AsRef<str>, _: Values<u64>, _: &mut Emitter<String, u64>) {}
}

fn main() {}
