//! Where what was fetched or made once is kept, beyond the working tree.

use std::env;
use std::path::PathBuf;

use crate::trouble::Trouble;

/// The folder for it, which may not be there yet.
pub(crate) fn folder() -> Result<PathBuf, Trouble> {
    let named = |name| {
        env::var_os(name)
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
    };
    let cache = named("XDG_CACHE_HOME").or_else(|| Some(named("HOME")?.join(".cache")));
    cache.map(|cache| cache.join("mrjob-xtask")).ok_or_else(|| {
        Trouble::Missing(
            "there is no folder to keep things in; hint: set `HOME` or `XDG_CACHE_HOME`".to_owned(),
        )
    })
}
