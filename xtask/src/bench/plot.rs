//! `benches/results.svg`.

use std::fmt::Write as _;

use super::measure::{INLINE, Measured, NAIVE, ONE_WORKER, OURS};
use super::row::Against;

const LEFT: f64 = 150.0;
const UNIT: f64 = 60.0;
const BAR: f64 = 12.0;
/// Where the axis ends; what is longer says how long.
const ENDS: f64 = 10.0;

/// Bars of ratios to `limit`, shorter is better.
pub(super) fn plot(measured: &[Measured]) -> String {
    let mut body = String::new();
    let mut y = 30.0;
    for measured in measured {
        if measured.row.against != Against::Limit {
            continue;
        }
        let _ = writeln!(
            body,
            "<text x=\"8\" y=\"{}\" font-weight=\"bold\">{}</text>",
            y + 10.0,
            measured.row.name
        );
        for other in &measured.contenders[1..] {
            let Some(ratio) = other.ratio(|run| run.wall) else {
                continue;
            };
            let (width, colour) = (ratio.min(ENDS) * UNIT, colour(&other.name));
            let name = match other.size {
                Some(size) => format!("{}, {size}", other.name),
                None => other.name.clone(),
            };
            let _ = writeln!(
                body,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{name}</text><rect x=\"{LEFT}\" y=\"{y}\" width=\"{width:.1}\" height=\"{}\" fill=\"{colour}\"/>\
                 <text x=\"{:.1}\" y=\"{}\">{ratio:.2}</text>",
                LEFT - 6.0,
                y + 10.0,
                BAR - 2.0,
                LEFT + width + 4.0,
                y + 10.0,
            );
            y += BAR;
        }
        y += 10.0;
    }
    let one = LEFT + UNIT;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{y}\" font-family=\"sans-serif\" font-size=\"10\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"8\" y=\"16\">wall time as a ratio to limit; shorter is better</text>\n{body}\
         <line x1=\"{one}\" x2=\"{one}\" y1=\"24\" y2=\"{y}\" stroke=\"black\" stroke-dasharray=\"3 2\"/>\n</svg>\n",
        LEFT + ENDS * UNIT + 60.0
    )
}

fn colour(name: &str) -> &'static str {
    match name {
        OURS => "#1f5fbf",
        ONE_WORKER | INLINE => "#8fb3e6",
        NAIVE => "#bbbbbb",
        _ => "#e08a3c",
    }
}
