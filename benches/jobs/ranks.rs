//! W6: PageRank in five rounds. What a node without links has is lost.

use std::process::ExitCode;

use mimalloc::MiMalloc;
use mrjob::prelude::*;
use serde::{Deserialize, Serialize};

/// Links of nodes are many small pieces of memory.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Rank the nodes of a graph.
#[derive(MrJob)]
#[mrjob(internal = Compact, output = Text)]
struct Ranks {
    /// Rounds of passing ranks on.
    #[arg(long, default_value_t = 5)]
    iterations: u32,
    /// How many nodes there are, known before the first is written.
    #[mrjob(state)]
    nodes: f64,
}

/// What is known of a node, or a part of it. Ranks add up to the number of nodes.
#[derive(Serialize, Deserialize, Default)]
struct Page {
    rank: f64,
    links: Vec<u32>,
}

/// What the last step writes, the number of nodes first.
#[derive(Serialize, Deserialize)]
enum Element {
    Nodes,
    Node(u32),
}

#[mrjob::steps(
    step(mapper = edges, combiner = gather, reducer = pages),
    repeat(self.iterations, step(mapper = spread, combiner = merge, reducer = rank)),
    step(mapper = elements, combiner = add, reducer = write, reducers = 1),
)]
impl Ranks {
    fn edges(&self, line: &str, out: &mut Emitter<u32, Vec<u32>>) -> Result<()> {
        #[expect(
            clippy::manual_pattern_char_comparison,
            reason = "numbers are too short for a search by 16 bytes at a time"
        )]
        let (from, to) = line
            .split_once(|letter| letter == '\t')
            .ok_or("an edge is two nodes")?;
        let (from, to) = (from.parse::<u32>()?, to.parse::<u32>()?);
        out.emit(from, vec![to]);
        // Says that this node is there, even if it points nowhere.
        out.emit(to, Vec::<u32>::new());
        Ok(())
    }

    fn gather(&self, links: &mut Vec<u32>, next: Vec<u32>) {
        links.extend(next);
    }

    fn pages(&self, node: u32, links: Values<Vec<u32>>, out: &mut Emitter<u32, Page>) {
        let links = links.flatten().collect();
        out.emit(node, Page { rank: 1.0, links });
    }

    fn spread(&self, node: u32, page: Page, out: &mut Emitter<u32, Page>) {
        let rank = page.rank / page.links.len() as f64;
        for &to in &page.links {
            let links = Vec::new();
            out.emit(to, Page { rank, links });
        }
        out.emit(node, Page { rank: 0.0, ..page });
    }

    fn merge(&self, page: &mut Page, next: Page) {
        page.rank += next.rank;
        if page.links.is_empty() {
            page.links = next.links;
        }
    }

    fn rank(&self, node: u32, parts: Values<Page>, out: &mut Emitter<u32, Page>) {
        let mut page = Page::default();
        parts.for_each(|part| self.merge(&mut page, part));
        page.rank = 0.15 + 0.85 * page.rank;
        out.emit(node, page);
    }

    fn elements(&self, node: u32, page: Page, out: &mut Emitter<Element, f64>) {
        out.emit(Element::Nodes, 1.0);
        out.emit(Element::Node(node), page.rank);
    }

    fn add(&self, sum: &mut f64, next: f64) {
        *sum += next;
    }

    fn write(&mut self, element: Element, parts: Values<f64>, out: &mut Emitter<u32, f64>) {
        let sum: f64 = parts.sum();
        match element {
            Element::Nodes => self.nodes = sum,
            Element::Node(node) => out.emit(node, sum / self.nodes),
        }
    }
}

fn main() -> ExitCode {
    Ranks::run()
}
