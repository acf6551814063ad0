//! Which step can follow which, over all numbers of rounds.

use super::parse::Entry;

/// One step's output is another's input.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) how: How,
}

/// How one step comes to follow another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// It is written after it.
    Next,
    /// It begins the next round of a `repeat` that the other ends.
    Round,
    /// It stands after a `repeat` that may have no rounds, the other before.
    Skip,
}

/// Where steps stand.
pub(super) struct Flow {
    pub(super) edges: Vec<Edge>,
    /// Steps that can be the job's first.
    pub(super) first: Vec<usize>,
    /// Steps that can be the job's last.
    pub(super) last: Vec<usize>,
}

/// What has been done where an entry begins: the steps that may be the last so far.
#[derive(Clone)]
struct Reached {
    /// Each with how a next step would follow it.
    steps: Vec<(usize, How)>,
    /// Whether there may have been no step.
    nothing: bool,
}

/// Follows the entries of a job.
pub(super) fn flow(entries: &[Entry]) -> Flow {
    let mut flow = Flow {
        edges: Vec::new(),
        first: Vec::new(),
        last: Vec::new(),
    };
    let start = Reached {
        steps: Vec::new(),
        nothing: true,
    };
    let end = walk(entries, start, &mut flow);
    flow.last = end.steps.iter().map(|(step, _)| *step).collect();
    flow
}

/// The edges alone.
pub(super) fn edges(entries: &[Entry]) -> Vec<Edge> {
    flow(entries).edges
}

fn walk(entries: &[Entry], mut reached: Reached, flow: &mut Flow) -> Reached {
    for entry in entries {
        reached = match entry {
            Entry::Step(step) => {
                visit(*step, &reached, flow);
                Reached {
                    steps: vec![(*step, How::Next)],
                    nothing: false,
                }
            }
            Entry::Repeat { body, .. } => repeat(body, reached, flow),
        };
    }
    reached
}

fn repeat(body: &[Entry], before: Reached, flow: &mut Flow) -> Reached {
    let after_one = walk(body, before.clone(), flow);
    let again = after_one
        .steps
        .iter()
        .map(|(step, _)| (*step, How::Round))
        .collect();
    walk(
        body,
        Reached {
            steps: again,
            nothing: false,
        },
        flow,
    );
    let skipped = before.steps.iter().map(|(step, _)| (*step, How::Skip));
    let mut steps: Vec<(usize, How)> = after_one.steps;
    steps.extend(skipped);
    Reached {
        steps,
        nothing: before.nothing,
    }
}

fn visit(step: usize, reached: &Reached, flow: &mut Flow) {
    if reached.nothing && !flow.first.contains(&step) {
        flow.first.push(step);
    }
    for (from, how) in &reached.steps {
        let known = flow
            .edges
            .iter()
            .any(|edge| (edge.from, edge.to) == (*from, step));
        if !known {
            flow.edges.push(Edge {
                from: *from,
                to: step,
                how: *how,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::{Entry, How, flow};

    fn repeat(body: Vec<Entry>) -> Entry {
        Entry::Repeat {
            rounds: parse_quote!(n),
            body,
        }
    }

    fn edges(entries: &[Entry]) -> Vec<(usize, usize, How)> {
        let mut edges: Vec<_> = flow(entries)
            .edges
            .iter()
            .map(|edge| (edge.from, edge.to, edge.how))
            .collect();
        edges.sort_by_key(|(from, to, _)| (*from, *to));
        edges
    }

    #[test]
    fn steps_in_a_row() {
        let entries = [Entry::Step(0), Entry::Step(1)];
        assert_eq!(edges(&entries), [(0, 1, How::Next)]);
        assert_eq!(
            (flow(&entries).first, flow(&entries).last),
            (vec![0], vec![1])
        );
    }

    #[test]
    fn rounds_between_steps() {
        let entries = [
            Entry::Step(0),
            repeat(vec![Entry::Step(1), Entry::Step(2)]),
            Entry::Step(3),
        ];
        let expected = [
            (0, 1, How::Next),
            (0, 3, How::Skip),
            (1, 2, How::Next),
            (2, 1, How::Round),
            (2, 3, How::Next),
        ];
        assert_eq!(edges(&entries), expected);
        assert_eq!(
            (flow(&entries).first, flow(&entries).last),
            (vec![0], vec![3])
        );
    }

    #[test]
    fn rounds_at_both_ends() {
        let entries = [
            repeat(vec![Entry::Step(0)]),
            Entry::Step(1),
            repeat(vec![Entry::Step(2)]),
        ];
        let expected = [
            (0, 0, How::Round),
            (0, 1, How::Next),
            (1, 2, How::Next),
            (2, 2, How::Round),
        ];
        assert_eq!(edges(&entries), expected);
        assert_eq!(
            (flow(&entries).first, flow(&entries).last),
            (vec![0, 1], vec![2, 1])
        );
    }

    #[test]
    fn rounds_in_rounds() {
        let entries = [repeat(vec![Entry::Step(0), repeat(vec![Entry::Step(1)])])];
        let expected = [
            (0, 0, How::Round),
            (0, 1, How::Next),
            (1, 0, How::Round),
            (1, 1, How::Round),
        ];
        assert_eq!(edges(&entries), expected);
        assert_eq!(
            (flow(&entries).first, flow(&entries).last),
            (vec![0], vec![1, 0])
        );
    }
}
