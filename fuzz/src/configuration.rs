//! Configuration files.

use std::io::Write;

use mrjob_runners::config::{Choice, Files};
use mrjob_runners::options::RunnerKind;

/// A file has settings or problems, each of which can be told.
pub fn configuration(data: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().expect("there is a folder for temporary files");
    file.write_all(data).expect("there is room for it");
    let choice = Choice::Files(vec![file.path().to_owned()]);
    let variables = |name: &str| (name == "HOME").then(|| "/nowhere".to_owned());
    match Files::read(&choice, &variables) {
        Ok(files) => {
            for runner in RunnerKind::ALL {
                if let Err(error) = files.settings(runner, &variables) {
                    assert!(!error.to_string().is_empty());
                }
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
