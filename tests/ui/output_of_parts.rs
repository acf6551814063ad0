use mrjob::prelude::*;

#[derive(MrJob)]
#[mrjob(output = Text)]
struct TopPages;

#[mrjob::steps]
impl TopPages {
    #[mapper]
    fn visits(&self, line: &str, out: &mut Emitter<String, (u64, u64)>) {
        out.emit(line, (1, 2));
    }

    #[reducer]
    fn top(
        &self,
        page: &str,
        visits: Values<(u64, u64)>,
        out: &mut Emitter<[u64; 1], (String, Vec<u64>)>,
    ) {
        out.emit([1], (page.to_owned(), visits.map(|(n, _)| n).collect::<Vec<_>>()));
    }
}

fn main() {}
