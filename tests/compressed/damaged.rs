//! Compressed inputs that aren't what they should be: an error that names them, and no output.

use std::fs;
use std::path::Path;

use super::{job, scene};

/// The error of a run over `inputs` into a folder: this exit code and nothing written.
fn failed(dir: &Path, inputs: &[&str], code: i32) -> String {
    let output = job(dir, &[&["-q", "-o", "out"], inputs].concat());
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert!(output.stdout.is_empty() && !dir.join("out").exists());
    let by_hand = job(dir, &[&["--mapper"], inputs].concat());
    assert_eq!(by_hand.status.code(), Some(code));
    let said = String::from_utf8(by_hand.stderr).unwrap();
    assert!(said.contains(inputs[inputs.len() - 1]), "{said}");
    stderr
}

#[test]
fn text_under_the_name_of_a_codec() {
    let dir = scene();
    for suffix in ["gz", "bz2", "zst", "lz4", "snappy"] {
        let name = format!("text.{suffix}");
        fs::write(dir.path().join(&name), "hello world\n").unwrap();
        let said = failed(dir.path(), &["in/a", &name], 2);
        let wanted = format!("failed to read input `{name}`: it isn't ");
        assert!(
            said.contains(&wanted) && said.contains("begins with `hello wo`"),
            "{said}"
        );
        assert!(said.contains("hint: "), "{said}");
    }
}

#[test]
fn a_file_that_is_cut_off() {
    let dir = scene();
    for suffix in ["gz", "bz2", "zst", "lz4", "snappy"] {
        let out = ["-q", "-o", suffix, "--output-compression", suffix, "in"];
        assert!(job(dir.path(), &out).status.success());
        let whole = fs::read(dir.path().join(format!("{suffix}/part-00000.{suffix}"))).unwrap();
        let name = format!("cut.{suffix}");
        let half = whole.len() / 2;
        fs::write(dir.path().join(&name), &whole[..half]).unwrap();
        let said = failed(dir.path(), &[&name], 1);
        let wanted = format!("cut off: the file ends at byte {half} ");
        assert!(said.contains(&name) && said.contains(&wanted), "{said}");
    }
}

#[test]
fn what_isnt_read_is_refused_before_anything_runs() {
    let dir = scene();
    fs::write(dir.path().join("a.xz"), "").unwrap();
    let output = job(dir.path(), &["a.xz"]);
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.contains("input `a.xz` is compressed in a way that isn't read"),
        "{stderr}"
    );
    assert!(
        stderr.contains("hint: decompress it on the way, as in `xz -dc a.xz | … -`"),
        "{stderr}"
    );
}
