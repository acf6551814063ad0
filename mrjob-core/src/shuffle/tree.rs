//! A tree of losers: the least of many sources with one comparison a level.

use std::cmp::Ordering;
use std::hint::select_unpredictable;

use super::source::Source;

/// A source with the word that most comparisons need.
#[derive(Debug, Clone, Copy, Default)]
struct Player {
    word: u64,
    source: u32,
}

#[inline]
fn select(first: bool, x: Player, y: Player) -> Player {
    Player {
        word: select_unpredictable(first, x.word, y.word),
        source: select_unpredictable(first, x.source, y.source),
    }
}

/// Sources in a tournament; equal ones are in the order of their numbers.
#[derive(Debug)]
pub(super) struct LoserTree {
    winner: Player,
    /// The loser of each match; node `n` plays its winner against its sibling's at node `n / 2`.
    losers: Vec<Player>,
    sort_values: bool,
}

impl LoserTree {
    pub(super) fn new(sources: &[Source], sort_values: bool) -> Self {
        let mut tree = Self {
            winner: Player::default(),
            losers: vec![Player::default(); sources.len()],
            sort_values,
        };
        let leaves = sources.iter().zip(0..);
        let leaves = leaves.map(|(source, number)| Player {
            word: source.word,
            source: number,
        });
        let mut winners = tree.losers.clone();
        winners.extend(leaves);
        for node in (1..sources.len()).rev() {
            let (x, y) = (winners[2 * node], winners[2 * node + 1]);
            let (won, lost) = if tree.before(x, y, sources) {
                (x, y)
            } else {
                (y, x)
            };
            winners[node] = won;
            tree.losers[node] = lost;
        }
        tree.winner = winners.get(1).copied().unwrap_or_default();
        tree
    }

    /// The number of the source with the least record.
    #[inline]
    pub(super) fn winner(&self) -> usize {
        self.winner.source as usize
    }

    /// Finds the new winner after the old one went on.
    #[inline]
    pub(super) fn replay(&mut self, sources: &[Source]) {
        let mut winner = self.winner;
        winner.word = sources[winner.source as usize].word;
        let mut node = (winner.source as usize + self.losers.len()) / 2;
        while node > 0 {
            let rival = self.losers[node];
            let lost = if rival.word == winner.word {
                self.before_at_length(rival, winner, sources)
            } else {
                rival.word < winner.word
            };
            // Which one wins can't be predicted, so there is no branch.
            self.losers[node] = select(lost, winner, rival);
            winner = select(lost, rival, winner);
            node /= 2;
        }
        self.winner = winner;
    }

    fn before(&self, x: Player, y: Player, sources: &[Source]) -> bool {
        match x.word.cmp(&y.word) {
            Ordering::Equal => self.before_at_length(x, y, sources),
            order => order.is_lt(),
        }
    }

    #[inline(never)]
    fn before_at_length(&self, x: Player, y: Player, sources: &[Source]) -> bool {
        let (a, b) = (&sources[x.source as usize], &sources[y.source as usize]);
        let order = a.ended().cmp(&b.ended()).then_with(|| a.key().cmp(b.key()));
        let order = match self.sort_values {
            true => order.then_with(|| a.value().cmp(b.value())),
            false => order,
        };
        order.then(x.source.cmp(&y.source)).is_lt()
    }
}
