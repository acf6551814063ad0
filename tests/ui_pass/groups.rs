//! What combiners and reducers take.

use mrjob::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(PartialEq, Serialize, Deserialize)]
struct Place {
    country: String,
    city: String,
}

#[derive(MrJob)]
struct Pairwise {
    #[mrjob(state)]
    groups: u64,
}

#[mrjob::steps]
impl Pairwise {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<(String, u64), u64>) {
        out.emit((line, 1), 1);
    }

    #[combiner]
    fn add(&mut self, acc: &mut u64, next: u64) -> Result<()> {
        *acc += next;
        Ok(())
    }

    #[reducer_init]
    fn begin(&mut self) {
        self.groups = 0;
    }

    #[reducer]
    fn total(
        &mut self,
        key: (&str, u64),
        mut values: mrjob::Values<u64>,
        out: &mut Emitter<String, Option<u64>>,
    ) {
        self.groups += 1;
        out.emit(key.0, values.next());
    }

    #[reducer_final]
    fn end(&mut self, out: &mut Emitter<String, Option<u64>>) -> Result<()> {
        out.emit("groups", Some(self.groups));
        Ok(())
    }
}

#[derive(MrJob)]
#[mrjob(input = Json)]
struct ReduceOnly;

#[mrjob::steps]
impl ReduceOnly {
    #[combiner_init]
    #[combiner_final]
    #[reducer_init]
    fn hook(&self) {}

    #[combiner]
    fn smallest(
        &self,
        key: &Place,
        values: Values<f64>,
        out: &mut Emitter<Place, f64>,
    ) -> Result<()> {
        let smallest = values.fold(f64::INFINITY, f64::min);
        out.emit(
            Place {
                country: key.country.clone(),
                city: key.city.clone(),
            },
            smallest,
        );
        Ok(())
    }

    #[reducer]
    fn all(&self, key: &Place, values: Values<'_, f64>, out: &mut Emitter<String, f64>) {
        out.emit(&key.city, values.sum());
    }
}

#[derive(MrJob)]
#[mrjob(input = Json)]
struct BorrowedKeys;

#[mrjob::steps(
    step(reducer = text),
    step(reducer = tuple),
    step(reducer = slice),
    step(reducer = bytes),
    step(reducer = optional),
)]
impl BorrowedKeys {
    fn text(&self, key: &str, n: Values<u64>, out: &mut Emitter<(String, u8), u64>) {
        out.emit((key, 1), n.sum());
    }

    fn tuple(&self, key: (&str, u8), n: Values<u64>, out: &mut Emitter<Vec<String>, u64>) {
        out.emit(vec![key.0], n.sum());
    }

    fn slice(&self, key: &[String], n: Values<u64>, out: &mut Emitter<Vec<u8>, u64>) {
        out.emit(key[0].clone().into_bytes(), n.sum());
    }

    fn bytes(&self, key: &[u8], n: Values<u64>, out: &mut Emitter<Option<String>, u64>) {
        out.emit(std::str::from_utf8(key).ok(), n.sum());
    }

    fn optional(&self, key: Option<&str>, n: Values<u64>, out: &mut Emitter<Option<String>, u64>) {
        out.emit(key, n.sum());
    }
}

/// Other spellings of the same types.
type Word = String;

#[derive(MrJob)]
struct Aliases;

#[mrjob::steps]
impl Aliases {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<Word, std::primitive::u64>) {
        out.emit(line, 1);
    }

    #[combiner]
    fn combine(&self, key: &Word, n: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(key, n.sum());
    }

    #[reducer]
    fn total(&self, key: Word, n: Values<u64>, out: &mut Emitter<Word, u64>) {
        out.emit(key, n.sum());
    }
}

#[test]
fn are_jobs() {
    crate::is_job::<Pairwise>();
    crate::is_job::<ReduceOnly>();
    crate::is_job::<BorrowedKeys>();
    crate::is_job::<Aliases>();
}

#[test]
fn pairs_are_added_in_place() {
    let expected = "\"a\"\t2\n\"b\"\t1\n\"groups\"\t2\n";
    assert_eq!(crate::output::<Pairwise>(&[], "a\nb\na\n"), expected);
}

#[test]
fn reducers_read_by_themselves() {
    let place = "{\"country\":\"CH\",\"city\":\"Bern\"}";
    let input = format!("{place}\t1.5\n{place}\t0.5\n");
    assert_eq!(crate::output::<ReduceOnly>(&[], &input), "\"Bern\"\t0.5\n");
}

#[test]
fn keys_are_borrowed_and_lent() {
    assert_eq!(
        crate::output::<BorrowedKeys>(&[], "\"k\"\t1\n\"k\"\t2\n"),
        "\"k\"\t3\n"
    );
}

#[test]
fn aliases_are_the_same_types() {
    assert_eq!(
        crate::output::<Aliases>(&[], "a\nb\na\n"),
        "\"a\"\t2\n\"b\"\t1\n"
    );
}
