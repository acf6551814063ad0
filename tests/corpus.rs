//! What fuzzing found, once more: every file of `fuzz/corpus`.

#[path = "../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "elsewhere it is a crate")]
mod fuzz;

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

#[test]
fn nothing_that_was_found_is_wrong_again() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    let mut wrong = Vec::new();
    for (name, target) in fuzz::TARGETS {
        let entries = fs::read_dir(corpus.join(name)).unwrap();
        let paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        assert!(!paths.is_empty(), "{name} has no corpus");
        for path in paths {
            let data = fs::read(&path).unwrap();
            if catch_unwind(|| target(&data)).is_err() {
                wrong.push(path);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}
