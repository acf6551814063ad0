//! `data KIND SIZE OUT`: inputs of the workloads, the same bytes on each machine.
//!
//! Kinds: text, logs (Apache's combined format), json (orders), keys, edges, csv, users, events, tera (records of 100 bytes);
//! `data text SIZE OUT PROSE`: text of what people wrote; `data files SIZE OUT TEXT`: the text in 2,000 files. Sizes: 10k, 100m, 1g.

mod random;
mod text;

use std::fs::{self, File};
use std::io::{BufWriter, Write};

use random::{Rng, mix};

const WORDS: &[&str] = &[
    "account", "api", "archive", "asset", "blog", "book", "cart", "catalog", "category",
    "checkout", "contact", "css", "docs", "download", "en", "event", "feed", "file", "forum",
    "help", "img", "index", "item", "js", "list", "login", "media", "news", "order", "page",
    "photo", "post", "product", "profile", "review", "rss", "search", "shop", "static", "store",
    "tag", "team", "thumb", "topic", "user", "v1", "v2", "video", "wiki",
];
const AGENTS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "curl/8.6.0",
    "-",
];
const MONTHS: &[&str] = &[
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn path(id: u64) -> String {
    let h = mix(id ^ 0xABCD);
    let w = |k: u32| WORDS[((h >> k) % WORDS.len() as u64) as usize];
    match h % 5 {
        0 => format!("/{}/{}", w(8), id),
        1 => format!("/{}/{}/{}.html", w(8), w(20), id),
        2 => format!("/static/{}/{}-{}.css", w(8), w(20), id % 977),
        3 => format!("/img/{}/{}.jpg", w(8), id),
        _ => format!("/{}/{}/{}", w(8), w(20), w(32)),
    }
}

fn logs(bytes: u64, seed: u64, out: &mut impl Write) {
    let mut r = Rng::new(seed);
    let mut t = 0f64;
    let mut written = 0u64;
    let mut line = Vec::with_capacity(512);
    while written < bytes {
        t += r.f() * 0.6;
        let s = t as u64;
        let (day, h, m, sec) = (s / 86400, s / 3600 % 24, s / 60 % 60, s % 60);
        let ip = mix(r.zipf(400_000, 0.9)) as u32;
        let id = r.zipf(200_000, 0.95);
        let p = path(id);
        let st = match r.below(1000) {
            0..=870 => 200,
            871..=915 => 304,
            916..=940 => 301,
            941..=980 => 404,
            981..=988 => 403,
            989..=996 => 500,
            _ => 206,
        };
        let size = if st == 304 {
            0
        } else {
            200 + mix(id) % 60_000 + r.below(400)
        };
        let method = match r.below(20) {
            0 => "POST",
            1 => "HEAD",
            _ => "GET",
        };
        line.clear();
        let user = if r.below(50) == 0 { "alice" } else { "-" };
        write!(
            line,
            "{}.{}.{}.{} - {user} [{:02}/{}/2026:{h:02}:{m:02}:{sec:02} +0000] \"{method} {p}",
            ip >> 24,
            ip >> 16 & 255,
            ip >> 8 & 255,
            ip & 255,
            1 + day % 28,
            MONTHS[(day / 28 % 12) as usize],
        )
        .unwrap();
        if r.below(6) == 0 {
            write!(line, "?q={}&s={:x}", r.pick(WORDS), r.next() as u32).unwrap();
        }
        write!(line, " HTTP/1.1\" {st} ").unwrap();
        if size == 0 {
            line.push(b'-');
        } else {
            write!(line, "{size}").unwrap();
        }
        if r.below(2) == 0 {
            write!(line, " \"-\" \"{}\"\n", r.pick(AGENTS)).unwrap();
        } else {
            let q = path(r.zipf(200_000, 0.95));
            write!(
                line,
                " \"https://www.example.com{q}\" \"{}\"\n",
                r.pick(AGENTS)
            )
            .unwrap();
        }
        out.write_all(&line).unwrap();
        written += line.len() as u64;
    }
}

fn json(bytes: u64, seed: u64, out: &mut impl Write) {
    const C: &[&str] = &[
        "DE", "FR", "GB", "US", "ES", "IT", "NL", "BE", "PL", "SE", "NO", "DK", "FI", "AT", "CH",
        "CZ", "PT", "IE", "GR", "HU", "JP", "CA", "AU", "BR",
    ];
    const CAT: &[&str] = &[
        "rackets", "balls", "shoes", "strings", "bags", "grips", "apparel", "books", "courts",
    ];
    const M: &[&str] = &["card", "paypal", "invoice", "transfer", "voucher"];
    const ST: &[&str] = &[
        "paid",
        "paid",
        "paid",
        "paid",
        "paid",
        "shipped",
        "refunded",
        "cancelled",
    ];
    const N: &[&str] = &[
        "Anna Müller",
        "José García",
        "Zoë Smith",
        "Łukasz Nowak",
        "Bob \\\"Ace\\\" Jones",
        "田中 太郎",
    ];
    const NOTE: &[&str] = &[
        "",
        "leave at the door",
        "gift: please wrap\\nno invoice",
        "caf\\u00e9 next door",
        "ring twice \\\"Bell\\\"",
    ];
    let mut r = Rng::new(seed);
    let (mut written, mut id) = (0u64, 1_000_000u64);
    let mut line = Vec::with_capacity(1024);
    while written < bytes {
        id += 1;
        line.clear();
        let cust = r.zipf(500_000, 0.8);
        write!(
            line,
            "{{\"order_id\":{id},\"ts\":\"2026-{:02}-{:02}T{:02}:{:02}:{:02}Z\",\"customer\":{{\"id\":{cust},\"name\":\"{}\",\"email\":\"user{cust}@example.com\",\"address\":{{\"country\":\"{}\",\"zip\":\"{:05}\",\"city\":\"City{}\"}}}},\"items\":[",
            1 + r.below(12),
            1 + r.below(28),
            r.below(24),
            r.below(60),
            r.below(60),
            r.pick(N),
            C[r.zipf(C.len() as u64, 0.8) as usize],
            r.below(99999),
            r.below(5000),
        )
        .unwrap();
        let n = 1 + r.below(4);
        let mut cents = 0;
        for i in 0..n {
            let (price, qty) = (99 + r.below(19_900), 1 + r.below(3));
            cents += price * qty;
            write!(
                line,
                "{}{{\"sku\":\"SKU-{:06}\",\"category\":\"{}\",\"price\":{}.{:02},\"qty\":{qty}}}",
                if i > 0 { "," } else { "" },
                r.zipf(100_000, 0.9),
                r.pick(CAT),
                price / 100,
                price % 100,
            )
            .unwrap();
        }
        write!(
            line,
            "],\"payment\":{{\"method\":\"{}\",\"currency\":\"EUR\",\"total\":{}.{:02}}},\"status\":\"{}\",\"tags\":[{}],\"note\":\"{}\"}}\n",
            r.pick(M),
            cents / 100,
            cents % 100,
            r.pick(ST),
            if r.below(3) == 0 { "\"sale\",\"web\"" } else { "" },
            r.pick(NOTE),
        )
        .unwrap();
        out.write_all(&line).unwrap();
        written += line.len() as u64;
    }
}

/// A bijection of 40-bit numbers, so that distinct ids give distinct random-looking keys.
fn key40(id: u64) -> u64 {
    const M: u64 = (1 << 40) - 1;
    let mut x = id & M;
    for k in [
        0x9E37_79B9_7F4A_7C15u64,
        0xC2B2_AE3D_27D4_EB4F,
        0x1656_67B1_9E37_79F9,
    ] {
        x = x.wrapping_mul(k | 1) & M;
        x ^= x >> 21;
    }
    x
}

fn main() {
    let a: Vec<String> = std::env::args().skip(1).collect();
    let [kind, size, path] = [&a[0], &a[1], &a[2]];
    let (digits, unit) = size.split_at(size.len() - 1);
    let n = digits.parse::<u64>().expect("a size such as 10m")
        * match unit {
            "k" => 1_000,
            "m" => 1_000_000,
            _ => 1_000_000_000,
        };
    if kind == "files" {
        return files(&a[3], path);
    }
    // Under another name until it is whole.
    let part = format!("{path}.part");
    let mut o =
        BufWriter::with_capacity(1 << 20, File::create(&part).expect("the file can be made"));
    match kind.as_str() {
        "text" => match a.get(3) {
            Some(prose) => {
                let prose = fs::read_to_string(prose).expect("the prose can be read");
                text::of_prose(&prose, n, 1, &mut o);
            }
            None => text::made_up(n, 1, &mut o),
        },
        "logs" => logs(n, 2, &mut o),
        "json" => json(n, 3, &mut o),
        "keys" => {
            let mut r = Rng::new(4);
            for _ in 0..n / 20 {
                let k = key40(r.below(n * 67 / 1000));
                writeln!(o, "{k:010x}\t{}", r.below(1_000_000)).unwrap();
            }
        }
        "edges" => {
            let mut r = Rng::new(5);
            let nodes = n / 200;
            for _ in 0..n / 20 {
                let s = mix(r.zipf(nodes, 0.5)) % nodes;
                let d = mix(r.zipf(nodes, 0.85) ^ 0x55) % nodes;
                writeln!(o, "{s}\t{d}").unwrap();
            }
        }
        "csv" => {
            let mut r = Rng::new(6);
            let mut written = 0;
            writeln!(o, "id,station,year,month,temp,humidity,wind,flag").unwrap();
            let mut id = 0u64;
            while written < n {
                id += 1;
                let t = r.below(6000) as i64 - 2000;
                let l = format!(
                    "{id},{},{},{},{}{}.{:02},{},{}.{},{}\n",
                    r.below(10_000),
                    1990 + r.below(35),
                    1 + r.below(12),
                    if t < 0 { "-" } else { "" },
                    t.abs() / 100,
                    t.abs() % 100,
                    r.below(101),
                    r.below(40),
                    r.below(10),
                    r.below(2),
                );
                o.write_all(l.as_bytes()).unwrap();
                written += l.len() as u64;
            }
        }
        "users" => {
            const T: &[&str] = &["free", "basic", "pro"];
            let mut r = Rng::new(7);
            for i in 0..n / 500 {
                writeln!(
                    o,
                    "u{:010x}\tC{:03}\t{}",
                    key40(i),
                    r.zipf(200, 0.7),
                    r.pick(T)
                )
                .unwrap();
            }
        }
        "events" => {
            let mut r = Rng::new(8);
            for _ in 0..n / 20 {
                let u = r.zipf(n / 500 + n / 10_000, 0.6); // some users are unknown
                writeln!(o, "u{:010x}\t{}", key40(u), r.below(100_000)).unwrap();
            }
        }
        "tera" => {
            let mut r = Rng::new(9);
            let mut rec = [b'A'; 100];
            rec[99] = b'\n';
            rec[10] = b'\t';
            for i in 0..n / 100 {
                for b in &mut rec[..10] {
                    *b = b' ' + 1 + r.below(93) as u8;
                }
                let s = format!("{i:020}");
                rec[11..31].copy_from_slice(s.as_bytes());
                for b in &mut rec[31..99] {
                    *b = b'A' + (i % 26) as u8;
                }
                o.write_all(&rec).unwrap();
            }
        }
        kind => panic!("unknown kind {kind}"),
    }
    o.flush().expect("the file can be written");
    fs::rename(part, path).expect("the file can be renamed");
}

/// The text in 2,000 files, cut at line ends.
fn files(text: &str, folder: &str) {
    let text = fs::read(text).expect("the text can be read");
    let part = format!("{folder}.part");
    fs::create_dir_all(&part).expect("the folder can be made");
    let (mut from, files) = (0, 2_000);
    for i in 0..files {
        let end = text.len() * (i + 1) / files;
        let to = end
            + text[end..]
                .iter()
                .position(|&b| b == b'\n')
                .map_or(text.len() - end, |at| at + 1);
        let to = if i + 1 == files { text.len() } else { to };
        fs::write(format!("{part}/part-{i:05}.txt"), &text[from.min(to)..to])
            .expect("the file can be written");
        from = to.max(from);
    }
    fs::rename(part, folder).expect("the folder can be renamed");
}
