//! `naive WORKLOAD OUT IN [IN2]`: what a Rust programmer writes first, in one thread, with std and serde_json.
use serde::Deserialize;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};

fn lines(path: &str) -> impl Iterator<Item = String> {
    BufReader::new(File::open(path).unwrap())
        .lines()
        .map(|l| l.unwrap())
}
#[derive(Deserialize)]
struct Order {
    status: String,
    customer: Customer,
    payment: Payment,
}
#[derive(Deserialize)]
struct Customer {
    address: Address,
}
#[derive(Deserialize)]
struct Address {
    country: String,
}
#[derive(Deserialize)]
struct Payment {
    method: String,
    total: f64,
}
fn sorted<V>(m: HashMap<String, V>) -> Vec<(String, V)> {
    let mut v: Vec<_> = m.into_iter().collect();
    v.sort_by(|a, b| a.0.cmp(&b.0));
    v
}
fn main() {
    let a: Vec<String> = std::env::args().skip(1).collect();
    let mut out = BufWriter::new(File::create(&a[1]).unwrap());
    match a[0].as_str() {
        w @ ("W1r" | "W1w" | "W1f" | "W7") => {
            let mut m: HashMap<String, u64> = HashMap::new();
            for l in lines(&a[2]) {
                if w != "W1r" {
                    for t in l.split_whitespace() {
                        *m.entry(t.to_string()).or_insert(0) += 1;
                    }
                } else {
                    let l = l.to_lowercase();
                    for t in l.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '\'')) {
                        if !t.is_empty() {
                            *m.entry(t.to_string()).or_insert(0) += 1;
                        }
                    }
                }
            }
            for (k, v) in sorted(m) {
                writeln!(out, "{k}\t{v}").unwrap();
            }
        }
        "W2" => {
            let mut m: HashMap<String, (u64, u64)> = HashMap::new();
            for l in lines(&a[2]) {
                let q: Vec<&str> = l.splitn(3, '"').collect();
                let path = q[1].split(' ').nth(1).unwrap().split('?').next().unwrap();
                let mut t = q[2].split_whitespace();
                let (st, size) = (t.next().unwrap(), t.next().unwrap());
                let e = m.entry(format!("{st}\t{path}")).or_default();
                e.0 += 1;
                e.1 += size.parse::<u64>().unwrap_or(0);
            }
            let mut v: Vec<_> = m.into_iter().collect();
            v.sort_by(|x, y| y.1.1.cmp(&x.1.1).then_with(|| x.0.cmp(&y.0)));
            for (k, (n, b)) in v.iter().take(100) {
                writeln!(out, "{k}\t{n}\t{b}").unwrap();
            }
        }
        "W3" => {
            let mut m: HashMap<String, (u64, f64)> = HashMap::new();
            for l in lines(&a[2]) {
                let o: Order = serde_json::from_str(&l).unwrap();
                if o.status == "paid" && o.payment.total >= 20.0 {
                    let e = m
                        .entry(format!(
                            "{}\t{}",
                            o.customer.address.country, o.payment.method
                        ))
                        .or_default();
                    e.0 += 1;
                    e.1 += o.payment.total;
                }
            }
            for (k, (n, s)) in sorted(m) {
                writeln!(out, "{k}\t{n}\t{}", s / n as f64).unwrap();
            }
        }
        "W4" => {
            let mut m: HashMap<String, (u64, u64)> = HashMap::new();
            for l in lines(&a[2]) {
                let (k, v) = l.split_once('\t').unwrap();
                let e = m.entry(k.to_string()).or_default();
                e.0 += 1;
                e.1 += v.parse::<u64>().unwrap();
            }
            for (k, (n, s)) in sorted(m) {
                writeln!(out, "{k}\t{n}\t{s}").unwrap();
            }
        }
        "W5" => {
            let users: HashMap<String, String> = lines(&a[3])
                .map(|l| {
                    l.split_once('\t')
                        .map(|(a, b)| (a.into(), b.into()))
                        .unwrap()
                })
                .collect();
            let mut m: HashMap<String, (u64, u64)> = HashMap::new();
            for l in lines(&a[2]) {
                let (k, v) = l.split_once('\t').unwrap();
                if let Some(c) = users.get(k) {
                    let e = m.entry(c.clone()).or_default();
                    e.0 += 1;
                    e.1 += v.parse::<u64>().unwrap();
                }
            }
            for (k, (n, s)) in sorted(m) {
                writeln!(out, "{k}\t{n}\t{s}").unwrap();
            }
        }
        "W6" => {
            let mut g: HashMap<String, Vec<String>> = HashMap::new();
            for l in lines(&a[2]) {
                let (s, d) = l.split_once('\t').unwrap();
                g.entry(s.to_string()).or_default().push(d.to_string());
                g.entry(d.to_string()).or_default();
            }
            let n = g.len() as f64;
            let mut r: HashMap<&str, f64> = g.keys().map(|k| (k.as_str(), 1.0 / n)).collect();
            for _ in 0..5 {
                let mut next: HashMap<&str, f64> =
                    g.keys().map(|k| (k.as_str(), 0.15 / n)).collect();
                for (s, ds) in &g {
                    let give = 0.85 * r[s.as_str()] / ds.len() as f64;
                    for d in ds {
                        *next.get_mut(d.as_str()).unwrap() += give;
                    }
                }
                r = next;
            }
            let mut v: Vec<_> = r.into_iter().collect();
            v.sort_by(|a, b| a.0.cmp(b.0));
            for (k, v) in v {
                writeln!(out, "{k}\t{v}").unwrap();
            }
        }
        "W8" => {
            let mut v: Vec<String> = lines(&a[2]).collect();
            v.sort();
            for l in v {
                writeln!(out, "{l}").unwrap();
            }
        }
        "W9" => {
            let mut m: HashMap<String, (u64, f64)> = HashMap::new();
            for l in lines(&a[2]).skip(1) {
                let f: Vec<&str> = l.split(',').collect();
                let e = m.entry(f[1].to_string()).or_default();
                e.0 += 1;
                e.1 += f[4].parse::<f64>().unwrap();
            }
            for (k, (n, s)) in sorted(m) {
                writeln!(out, "{k}\t{n}\t{}", s / n as f64).unwrap();
            }
        }
        "W10" => {
            let mut m: HashMap<String, u64> = HashMap::new();
            for l in lines(&a[2]) {
                let words: Vec<&str> = l.split_whitespace().collect();
                for w in words.windows(2) {
                    *m.entry(format!("{}\t{}", w[0], w[1])).or_insert(0) += 1;
                }
            }
            for (k, v) in sorted(m) {
                writeln!(out, "{k}\t{v}").unwrap();
            }
        }
        "W11" => {
            let mut m: HashMap<String, Vec<u32>> = HashMap::new();
            for l in lines(&a[2]) {
                let t = l.split_once('[').unwrap().1;
                let n = |i: usize| t[i..i + 2].parse::<u32>().unwrap();
                let month = [
                    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
                    "Dec",
                ]
                .iter()
                .position(|m| *m == &t[3..6])
                .unwrap();
                let days =
                    [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month] + n(0) - 1;
                let time = days * 86_400 + (n(12) * 60 + n(15)) * 60 + n(18);
                m.entry(l.split(' ').next().unwrap().to_string())
                    .or_default()
                    .push(time);
            }
            for (k, mut times) in sorted(m) {
                times.sort();
                let (mut visits, mut longest, mut start, mut last) = (1, 0, times[0], times[0]);
                for t in times {
                    if t - last > 1800 {
                        visits += 1;
                        start = t;
                    }
                    longest = longest.max(t - start);
                    last = t;
                }
                writeln!(out, "{k}\t{visits}\t{longest}").unwrap();
            }
        }
        w => panic!("unknown workload {w}"),
    }
}
