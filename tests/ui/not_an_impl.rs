struct WordFreq;

#[mrjob::steps]
struct Other;

#[mrjob::steps]
impl Clone for WordFreq {
    fn clone(&self) -> Self {
        WordFreq
    }
}

struct Generic<T>(T);

#[mrjob::steps]
impl<T> Generic<T> {}

fn main() {}
