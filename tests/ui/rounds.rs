use mrjob::prelude::*;

#[derive(MrJob)]
struct Doubled {
    #[arg(long)]
    rounds: String,
}

#[mrjob::steps(repeat(self.rounds.clone(), step(mapper = double)))]
impl Doubled {
    fn double(&self, n: u64, out: &mut Emitter<String, u64>) {
        out.emit("n", n * 2);
    }
}

fn main() {}
