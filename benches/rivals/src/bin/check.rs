//! `check EXPECTED ACTUAL...`: same rows, whatever their order and dress?
//! ACTUAL is files or folders (their part-* files).  Rows may be TSV, `"key"` TAB JSON (mrjob) or CSV;
//! numbers may differ by a relative 1e-9.  Prints "same N" or the first differences; exit 0 or 1.
use std::fs;

fn fields(v: &serde_json::Value, out: &mut Vec<String>) {
    match v {
        serde_json::Value::Array(a) => a.iter().for_each(|v| fields(v, out)),
        serde_json::Value::String(s) => out.extend(s.split('\t').map(str::to_string)),
        v => out.push(v.to_string()),
    }
}
fn row(l: &str) -> Option<String> {
    let mut f = Vec::new();
    let ok = l
        .split('\t')
        .all(|p| serde_json::from_str(p).map(|v| fields(&v, &mut f)).is_ok());
    ok.then(|| f.join("\t"))
}
/// Rows of the files; taken for JSON only when every row is.
fn load(paths: &[String], may_be_json: bool) -> Vec<String> {
    let mut text = Vec::new();
    for p in paths {
        let files = match fs::read_dir(p) {
            Ok(d) => d
                .map(|e| e.unwrap().path())
                .filter(|f| {
                    f.file_name()
                        .unwrap()
                        .to_str()
                        .unwrap()
                        .starts_with("part-")
                })
                .collect(),
            Err(_) => vec![p.into()],
        };
        text.extend(
            files
                .iter()
                .map(|f| fs::read_to_string(f).unwrap_or_else(|e| panic!("{f:?}: {e}"))),
        );
    }
    let lines = || text.iter().flat_map(|s| s.lines());
    let json: Option<Vec<String>> = if may_be_json {
        lines().map(row).collect()
    } else {
        None
    };
    let mut rows = json.unwrap_or_else(|| lines().map(str::to_string).collect());
    rows.sort_unstable();
    rows
}
fn close(a: &str, b: &str) -> bool {
    a == b
        || a.split('\t').count() == b.split('\t').count()
            && a.split('\t').zip(b.split('\t')).all(|(x, y)| {
                x == y || matches!((x.parse::<f64>(), y.parse::<f64>()), (Ok(x), Ok(y)) if (x - y).abs() <= 1e-9 * x.abs().max(y.abs()))
            })
}
fn main() {
    let a: Vec<String> = std::env::args().skip(1).collect();
    let (e, g) = (load(&a[..1], false), load(&a[1..], true));
    let bad: Vec<_> = e.iter().zip(&g).filter(|(x, y)| !close(x, y)).collect();
    if e.len() == g.len() && bad.is_empty() {
        println!("same {}", e.len());
        return;
    }
    println!("DIFFER rows {} {} unequal {}", e.len(), g.len(), bad.len());
    bad.iter()
        .take(3)
        .for_each(|(x, y)| println!("  {x:?}\n  {y:?}"));
    std::process::exit(1)
}
