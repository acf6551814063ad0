//! W3 and W9: JSON and CSV.

use super::line::{Mean, PIECE, lines};
use rivals::input::{Input, fold};
use rivals::table::{Table, sorted_union};
use serde::Deserialize;
use std::io::Write;

#[derive(Deserialize)]
pub struct Order<'a> {
    status: &'a str,
    #[serde(borrow)]
    customer: Customer<'a>,
    #[serde(borrow)]
    payment: Payment<'a>,
}
#[derive(Deserialize)]
pub struct Customer<'a> {
    #[serde(borrow)]
    address: Address<'a>,
}
#[derive(Deserialize)]
pub struct Address<'a> {
    country: &'a str,
}
#[derive(Deserialize)]
pub struct Payment<'a> {
    method: &'a str,
    total: f64,
}
/// paid orders of at least 20: country TAB method -> count, mean total
pub fn orders(input: &Input) -> Vec<Vec<u8>> {
    let pieces = input.pieces(PIECE);
    let tables: Vec<_> = fold(
        &pieces,
        || (Table::<Mean>::default(), Vec::<u8>::with_capacity(4096)),
        |(t, key), p| {
            lines(p, |l| {
                let o: Order = sonic_rs::from_slice(l).expect("an order");
                if o.status == "paid" && o.payment.total >= 20.0 {
                    key.clear();
                    key.extend_from_slice(o.customer.address.country.as_bytes());
                    key.push(b'\t');
                    key.extend_from_slice(o.payment.method.as_bytes());
                    let m = t.get(key);
                    m.n += 1;
                    m.sum += o.payment.total;
                }
            })
        },
    )
    .into_iter()
    .map(|(t, _)| t)
    .collect();
    sorted_union(
        &tables,
        |a, b| {
            a.n += b.n;
            a.sum += b.sum;
        },
        |out, k, m| {
            out.extend_from_slice(k);
            writeln!(out, "\t{}\t{}", m.n, m.sum / m.n as f64).unwrap();
        },
    )
}

/// station -> count, mean temperature (from the numeric CSV)
pub fn csv(input: &Input) -> Vec<Vec<u8>> {
    let pieces = input.pieces(PIECE);
    let tables = fold(&pieces, Table::<Mean>::default, |t, p| {
        lines(p, |l| {
            let mut f = l.split(|&b| b == b',');
            let (Some(_), Some(st), Some(_), Some(_), Some(te)) =
                (f.next(), f.next(), f.next(), f.next(), f.next())
            else {
                return;
            };
            if !st[0].is_ascii_digit() {
                return;
            }
            let neg = te[0] == b'-';
            let cents = te
                .iter()
                .filter(|b| b.is_ascii_digit())
                .fold(0i64, |a, &b| a * 10 + (b - b'0') as i64);
            let m = t.get(st);
            m.n += 1;
            m.sum += (if neg { -cents } else { cents }) as f64;
        })
    });
    sorted_union(
        &tables,
        |a, b| {
            a.n += b.n;
            a.sum += b.sum;
        },
        |out, k, m| {
            out.extend_from_slice(k);
            writeln!(out, "\t{}\t{}", m.n, m.sum / 100.0 / m.n as f64).unwrap();
        },
    )
}
