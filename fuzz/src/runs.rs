//! Files of sorted runs.

use std::io::Write;
use std::os::unix::ffi::OsStrExt;

use mrjob_core::shuffle::{MapRuns, Merge, MergeOptions, Slice, ValueBytes, cut};
use serde_json::json;

/// A file has groups or an error, in all slices.
pub fn runs(data: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().expect("there is a folder for temporary files");
    file.write_all(data).expect("there is room for it");
    let path = file.path().as_os_str().as_bytes();
    let runs = json!({"File": {
        "path": path, "bytes": data.len(), "records": 3, "runs": 1, "spilled": 0,
    }});
    let runs: [MapRuns; 1] = [serde_json::from_value(runs).expect("it is how they travel")];
    let mut slices = vec![Slice::ALL, Slice::Partition(0), Slice::Partition(3)];
    slices.extend(cut(&runs, 3).unwrap_or_default());
    for slice in slices {
        for sort_values in [false, true] {
            let mut options = MergeOptions::new(64 << 10, std::env::temp_dir());
            options.sort_values = sort_values;
            let _ = read(&runs, &slice, options);
        }
    }
}

fn read(
    runs: &[MapRuns],
    slice: &Slice,
    options: MergeOptions,
) -> Result<(), mrjob_core::shuffle::ShuffleError> {
    let mut merge = Merge::open(runs, slice, options)?;
    while let Some((_, values)) = merge.next_group()? {
        while values.next_value()?.is_some() {}
    }
    Ok(())
}
