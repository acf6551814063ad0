//! PageRank of a graph's nodes, in as many rounds as asked for, as a file that Gephi opens.
//!
//! ```text
//! cargo run --release --example page_rank -- --iterations 20 edges.tsv > ranks.graphml
//! ```
//!
//! Input is an edge a line: a node, a tab, the node that it points to. Output is GraphML, one element a line: nodes with
//! their rank, then edges. Because such a file has one beginning and one end, a single reduce task writes it; a graph that
//! Gephi can draw is well within what one task can write. For a graph that isn't, drop the last step, and the output is
//! each node's [`Page`] as JSON.
//!
//! A node that points nowhere passes its rank to nobody. The ranks are scaled to a sum of 1 when they are written, after
//! which they converge to the same as if such a node pointed to all others (Langville and Meyer, *Google's PageRank and
//! Beyond*, 2006, section 8.4).

use std::process::ExitCode;

use mrjob::prelude::*;
use serde::{Deserialize, Serialize};

/// Rank the nodes of a graph by PageRank.
#[derive(MrJob)]
#[mrjob(output = TextValue)]
struct PageRank {
    /// Rounds of passing ranks on.
    #[arg(long, default_value_t = 10)]
    iterations: u32,
    /// The part of its rank that a node passes on.
    #[arg(long, default_value_t = 0.85)]
    damping: f64,
    /// The sum of all ranks, known before the first node is written.
    #[mrjob(state)]
    total: f64,
}

/// What is known of a node, or a part of it.
#[derive(Serialize, Deserialize)]
struct Page {
    rank: f64,
    links: Vec<String>,
}

/// What the last step sums up, in the order in which it is written.
#[derive(Serialize, Deserialize)]
enum Element {
    Total,
    Node(String),
    Edge(String, String),
}

#[mrjob::steps(
    step(mapper = parse_edges, reducer = adjacency),
    repeat(self.iterations, step(mapper = spread, combiner = add, reducer = rank)),
    step(
        mapper = elements,
        combiner = add_up,
        reducer_init = open,
        reducer = write,
        reducer_final = close,
        reducers = 1,
    ),
)]
impl PageRank {
    fn parse_edges(&self, line: &str, out: &mut Emitter<String, Option<String>>) -> Result<()> {
        let (from, to) = line
            .split_once('\t')
            .ok_or("an edge is two nodes with a tab between")?;
        out.emit(from, Some(to));
        // Says that this node is there, even if it points nowhere.
        out.emit(to, None::<String>);
        Ok(())
    }

    fn adjacency(
        &self,
        node: &str,
        links: Values<Option<String>>,
        out: &mut Emitter<String, Page>,
    ) {
        let mut links: Vec<String> = links.flatten().collect();
        links.sort_unstable();
        links.dedup();
        out.emit(node, Page { rank: 1.0, links });
    }

    fn spread(&self, node: &str, page: Page, out: &mut Emitter<String, Page>) {
        let share = page.rank / page.links.len() as f64;
        for to in &page.links {
            out.emit(
                to,
                Page {
                    rank: share,
                    links: Vec::new(),
                },
            );
        }
        out.emit(node, Page { rank: 0.0, ..page });
    }

    fn add(&self, page: &mut Page, next: Page) {
        page.rank += next.rank;
        page.links.extend(next.links);
    }

    fn rank(&self, node: &str, parts: Values<Page>, out: &mut Emitter<String, Page>) {
        let mut page = Page {
            rank: 0.0,
            links: Vec::new(),
        };
        for part in parts {
            self.add(&mut page, part);
        }
        page.rank = (1.0 - self.damping) + self.damping * page.rank;
        out.emit(node, page);
    }

    fn elements(&self, node: String, page: Page, out: &mut Emitter<Element, f64>) {
        out.emit(Element::Total, page.rank);
        for to in page.links {
            out.emit(Element::Edge(node.clone(), to), 1.0);
        }
        out.emit(Element::Node(node), page.rank);
    }

    fn add_up(&self, sum: &mut f64, next: f64) {
        *sum += next;
    }

    fn open(&self, out: &mut Emitter<(), String>) {
        out.emit((), r#"<?xml version="1.0" encoding="UTF-8"?>"#);
        out.emit(
            (),
            r#"<graphml xmlns="http://graphml.graphdrawing.org/xmlns">"#,
        );
        out.emit(
            (),
            r#"<key id="rank" for="node" attr.name="rank" attr.type="double"/>"#,
        );
        out.emit((), r#"<graph edgedefault="directed">"#);
    }

    fn write(&mut self, element: Element, amounts: Values<f64>, out: &mut Emitter<(), String>) {
        let amount: f64 = amounts.sum();
        match element {
            Element::Total => self.total = amount,
            Element::Node(node) => {
                let (node, rank) = (escape(&node), amount / self.total);
                out.emit(
                    (),
                    format_args!(r#"<node id="{node}"><data key="rank">{rank}</data></node>"#),
                );
            }
            Element::Edge(from, to) => {
                let (from, to) = (escape(&from), escape(&to));
                out.emit((), format_args!(r#"<edge source="{from}" target="{to}"/>"#));
            }
        }
    }

    fn close(&self, out: &mut Emitter<(), String>) {
        out.emit((), "</graph>");
        out.emit((), "</graphml>");
    }
}

/// Text as it stands between quotes in XML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

fn main() -> ExitCode {
    PageRank::run()
}
