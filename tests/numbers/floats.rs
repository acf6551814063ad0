//! Floats and JSON's numbers, as they are read and written.

use mrjob::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use super::failure;

macro_rules! copies {
    ($($job:ident, $input:ident, $output:ident: $value:ty;)*) => {$(
        #[derive(MrJob)]
        #[mrjob(input = $input, output = $output)]
        struct $job;

        #[mrjob::steps]
        impl $job {
            #[mapper]
            fn rows(&self, key: &str, value: $value, out: &mut Emitter<String, $value>) {
                out.emit(key, value);
            }

            #[reducer]
            fn all(&self, key: &str, values: Values<$value>, out: &mut Emitter<String, $value>) {
                values.for_each(|value| out.emit(key, value));
            }
        }
    )*};
}

copies! {
    TextFloats, Text, Text: f64; CsvFloats, Csv, Csv: f64; TextSingles, Text, Text: f32; CsvSingles, Csv, Csv: f32;
    JsonFloats, Json, Json: f64; JsonSingles, Json, Json: f32; TextToJson, Text, Json: f64; AnyJson, Json, Json: Value;
    Wide, Json, Json: u128;
}

fn copied<J: mrjob::Job>(input: &str) -> String {
    let outcome = J::parse_from([""; 0]).sandbox(input).unwrap();
    outcome.text().unwrap()
}

#[test]
fn a_number_beyond_a_float_isn_t_infinity() {
    let double = "`1e400` is beyond the range of a 64-bit float (`f64`)";
    let single = "`-1e39` is beyond the range of a 32-bit float (`f32`)";
    for (failed, said, place) in [
        (failure::<TextFloats>("a\t1\na\t1e400\n"), double, ":2: "),
        (
            failure::<CsvFloats>("a,1\na,1e400\n"),
            double,
            ":2: column 2: ",
        ),
        (failure::<TextSingles>("a\t-1e39\n"), single, ":1: "),
        (failure::<CsvSingles>("a,-1e39\n"), single, ":1: column 2: "),
    ] {
        assert!(failed.contains(&format!("{place}{said}")), "{failed}");
    }
    for failed in [
        failure::<JsonFloats>("\"a\"\t1e400\n"),
        failure::<JsonSingles>("\"a\"\t1e39\n"),
        failure::<AnyJson>("\"a\"\t{\"k\": [1e400]}\n"),
    ] {
        assert!(failed.contains("is beyond the range of"), "{failed}");
    }
}

#[test]
fn words_stay_what_they_are() {
    for word in ["inf", "-inf", "NaN"] {
        assert_eq!(
            copied::<TextFloats>(&format!("a\t{word}\n")),
            format!("a\t{word}\n")
        );
        assert_eq!(
            copied::<CsvFloats>(&format!("a,{word}\n")),
            format!("a,{word}\n")
        );
    }
    assert_eq!(copied::<TextFloats>("a\t-Infinity\n"), "a\t-inf\n");
    assert_eq!(
        copied::<TextFloats>("a\t1.7976931348623157e308\n").len(),
        "a\t".len() + 310
    );
    let failed = failure::<TextToJson>("a\tNaN\n");
    assert!(failed.contains(
        "`all` couldn't go on in the group of key \"a\": failed to write what it emitted: "
    ));
    assert!(
        failed.contains("JSON has no `NaN`\nhint: emit an `Option<f64>`"),
        "{failed}"
    );
}

#[test]
fn integers_without_a_type_aren_t_rounded() {
    for (value, number, at) in [
        ("18446744073709551616", "18446744073709551616", 1),
        (
            "{\"1e30\": 1e30, \"k\": [-9223372036854775809]}",
            "-9223372036854775809",
            22,
        ),
        (
            "{\"a\\\"99999999999999999999\": 123456789012345678901234567890}",
            "123456789012345678901234567890",
            29,
        ),
    ] {
        let failed = failure::<AnyJson>(&format!("\"a\"\t{value}\n"));
        assert!(failed.contains(&format!(" at byte {at} of `")), "{failed}");
        let said = format!(": {number} is beyond 64 bits, and would be rounded here");
        assert!(failed.ends_with(&said), "{failed}");
    }
    let kept = "\"a\"\t{\"a\":18446744073709551615,\"b\":-9223372036854775808,\"c\":1e+30,\"d\":-0.0,\"e\":1.0,\"f\":1,\"g\":null}\n";
    assert_eq!(copied::<AnyJson>(kept), kept);
    let wide = "\"a\"\t18446744073709551616\n";
    assert_eq!(copied::<Wide>(wide), wide);
}

/// One field has a type, the others don't.
#[derive(Deserialize)]
struct Typed {
    id: u128,
    mass: f64,
    rest: Value,
}

#[derive(MrJob)]
#[mrjob(input = JsonValue)]
struct TypedFields;

#[mrjob::steps]
impl TypedFields {
    #[mapper]
    fn rows(&self, row: Typed, out: &mut Emitter<u128, (f64, Value)>) {
        out.emit(row.id, (row.mass, row.rest));
    }
}

#[test]
fn a_type_reads_integers_of_any_length() {
    let row = "{\"id\": 18446744073709551616, \"mass\": 18446744073709551617, \"rest\": 1e22}\n";
    assert_eq!(
        copied::<TypedFields>(row),
        "18446744073709551616\t[1.8446744073709552e+19,1e+22]\n"
    );
}

#[derive(MrJob)]
#[mrjob(input = Text, output = Text, sort_values)]
struct Nans;

#[mrjob::steps]
impl Nans {
    #[mapper]
    fn rows(&self, key: f64, _value: (), out: &mut Emitter<f64, f32>) {
        out.emit(key, key as f32);
        out.emit(-key, -key as f32);
    }

    #[reducer]
    fn all(&self, key: f64, values: Values<f32>, out: &mut Emitter<f64, usize>) {
        out.emit(key, values.count());
    }
}

#[test]
fn there_is_one_nan() {
    assert_eq!(copied::<Nans>("NaN\n-NaN\n1\n"), "-1\t1\n1\t1\nNaN\t4\n");
}
