//! `limit WORKLOAD OUT IN [IN2]`: what a specialist would write by hand for each workload: the yardstick.

mod group;
mod join;
mod line;
mod logs;
mod orders;
mod parts;
mod ranks;
mod sort;
mod words;

use line::save;
use rivals::input::Input;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (out, input) = (&arguments[1], Input::open(&arguments[2]));
    match arguments[0].as_str() {
        "W1w" | "W1f" | "W7" => save(out, &words::count_words(&input, false)),
        "W1r" => save(out, &words::count_words(&input, true)),
        "W2" => save(out, &logs::logs(&input)),
        "W3" => save(out, &orders::orders(&input)),
        "W4" => group::group_sorted(&input, out),
        "W5" => save(out, &join::join(&input, &Input::open(&arguments[3]))),
        "W6" => save(out, &ranks::pagerank(&input)),
        "W8" => sort::sort(&input, out),
        "W9" => save(out, &orders::csv(&input)),
        "W10" => save(out, &words::count_pairs(&input)),
        "W11" => logs::visits(&input, out),
        workload => panic!("unknown workload {workload}"),
    }
    // The maps and tables go with the process: freeing them one by one is time lost.
    std::process::exit(0)
}
