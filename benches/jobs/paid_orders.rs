//! W3: count and mean of the paid orders of 20 and more, by country and method of payment, from JSON lines.

use std::process::ExitCode;

use mrjob::prelude::*;
use serde::Deserialize;

/// Count the paid orders of 20 and more, and compute their mean.
#[derive(MrJob)]
#[mrjob(input = JsonValue)]
struct PaidOrders;

#[derive(Deserialize)]
struct Order<'a> {
    status: &'a str,
    #[serde(borrow)]
    customer: Customer<'a>,
    payment: Payment<'a>,
}

#[derive(Deserialize)]
struct Customer<'a> {
    #[serde(borrow)]
    address: Address<'a>,
}

#[derive(Deserialize)]
struct Address<'a> {
    country: &'a str,
}

#[derive(Deserialize)]
struct Payment<'a> {
    method: &'a str,
    total: f64,
}

#[mrjob::steps]
impl PaidOrders {
    #[mapper]
    fn orders(&self, order: Order<'_>, out: &mut Emitter<(String, String), (u64, f64)>) {
        let Payment { method, total } = order.payment;
        if order.status == "paid" && total >= 20.0 {
            out.emit((order.customer.address.country, method), (1, total));
        }
    }

    #[combiner]
    fn add(&self, (count, sum): &mut (u64, f64), next: (u64, f64)) {
        *count += next.0;
        *sum += next.1;
    }

    #[reducer]
    fn mean(
        &self,
        group: (String, String),
        parts: Values<(u64, f64)>,
        out: &mut Emitter<(String, String), (u64, f64)>,
    ) {
        let mut all = (0, 0.0);
        parts.for_each(|part| self.add(&mut all, part));
        let (count, sum) = all;
        out.emit(group, (count, sum / count as f64));
    }
}

fn main() -> ExitCode {
    PaidOrders::run()
}
