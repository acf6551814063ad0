//! A job whose input is in S3: the output is that of the same files of this machine.

use serde_json::json;

use crate::case::{Case, Order};
use crate::check::sorted;
use crate::place::Place;
use crate::runners::{REFERENCE, TWO_WORKERS};
use crate::server::{Server, server};

/// On `inline` and on `local`, the programs being built with S3.
pub(crate) fn on_s3(test: &str, case: &Case) {
    let Some(server) = server() else { return };
    let place = Place::new(&format!("s3-{test}"), case);
    let bucket = format!("from-{}", test.replace('_', "-"));
    server.bucket(&bucket);
    for (name, _) in &case.files {
        let file = place.path("in").join(name);
        let put = json!({"Bucket": bucket, "Key": format!("in/{name}"), "File": file});
        server.ask("put_object", put);
    }
    let here = run(&place, case, server, REFERENCE.arguments, place.inputs());
    let there: Vec<String> = place
        .inputs()
        .iter()
        .map(|input| format!("s3://{bucket}/{input}"))
        .collect();
    for runner in [REFERENCE.arguments, TWO_WORKERS] {
        let found = run(&place, case, server, runner, &there);
        assert!(here == found, "{runner:?} of {}", case.program);
    }
}

/// What a program prints, for which the server is AWS; sorted where nothing is promised of the order.
fn run(place: &Place, case: &Case, server: &Server, runner: &[&str], inputs: &[String]) -> Vec<u8> {
    let mut words = vec!["-q"];
    words.extend(runner);
    words.extend(case.arguments.iter().map(String::as_str));
    words.extend(inputs.iter().map(String::as_str));
    let ran = place.run_with(case.program, &words, None, &server.variables());
    match case.order {
        Order::Any => sorted(&ran.stdout),
        Order::Keys => ran.stdout,
    }
}
