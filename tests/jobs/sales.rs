//! `Csv` in and out.

use std::process::ExitCode;

use mrjob::prelude::*;
use serde::{Deserialize, Serialize};

/// Sales by region and product.
#[derive(MrJob)]
#[mrjob(input = Csv, output = Csv)]
struct Sales {}

#[derive(Deserialize)]
struct Sale<'a> {
    region: &'a str,
    product: &'a str,
    pieces: u32,
    cents: Option<i64>,
}

#[derive(Serialize, Deserialize, Default)]
struct Sum {
    pieces: u64,
    cents: Option<i64>,
}

#[mrjob::steps]
impl Sales {
    #[mapper]
    fn sale(&self, sale: Sale, out: &mut Emitter<(String, String), Sum>) {
        let sum = Sum {
            pieces: sale.pieces.into(),
            cents: sale.cents,
        };
        out.emit((sale.region, sale.product), sum);
    }

    #[combiner]
    fn add(&self, sum: &mut Sum, next: Sum) {
        sum.pieces += next.pieces;
        if let Some(cents) = next.cents {
            *sum.cents.get_or_insert(0) += cents;
        }
    }

    #[reducer]
    fn total(
        &self,
        key: (String, String),
        sales: Values<Sum>,
        out: &mut Emitter<(String, String), Sum>,
    ) {
        let mut sum = Sum::default();
        sales.for_each(|next| self.add(&mut sum, next));
        out.emit(key, sum);
    }
}

fn main() -> ExitCode {
    Sales::run()
}
