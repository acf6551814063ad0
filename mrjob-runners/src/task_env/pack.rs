//! Folders as archives.

use std::io::{self, Write};
use std::path::Path;

/// Writes what is in `folder` to `to`, as `.tar.gz`. Links are followed: elsewhere there is nothing for them to point to.
///
/// # Errors
///
/// When something in the folder can't be read, or links go round in a circle.
#[cfg(feature = "environment")]
pub(crate) fn pack(folder: &Path, to: impl Write) -> io::Result<()> {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    let mut archive = tar::Builder::new(GzEncoder::new(to, Compression::default()));
    for entry in walkdir::WalkDir::new(folder)
        .follow_links(true)
        .sort_by_file_name()
        .min_depth(1)
    {
        let entry = entry?;
        let path = entry.path();
        let inside = path.strip_prefix(folder).map_err(io::Error::other)?;
        let kind = entry.file_type();
        if !kind.is_file() && !kind.is_dir() {
            let message = format!("`{}` is neither a file nor a folder", path.display());
            return Err(io::Error::other(message));
        }
        archive.append_path_with_name(path, inside)?;
    }
    archive.into_inner()?.finish()?;
    Ok(())
}

#[cfg(not(feature = "environment"))]
pub(crate) fn pack(_: &Path, _: impl Write) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(all(test, feature = "environment"))]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::task_env::unpack;

    #[test]
    fn a_folder_comes_back_with_what_its_links_point_to() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("lib");
        fs::create_dir_all(folder.join("empty")).unwrap();
        fs::write(folder.join("tool"), "#!/bin/sh").unwrap();
        fs::set_permissions(folder.join("tool"), fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(dir.path().join("elsewhere"), "text").unwrap();
        symlink("../elsewhere", folder.join("link")).unwrap();
        let path = dir.path().join("lib.tar.gz");
        pack(&folder, fs::File::create(&path).unwrap()).unwrap();
        let to = dir.path().join("unpacked");
        unpack(&path, &to).unwrap();
        assert!(to.join("empty").is_dir());
        assert_eq!(fs::read_to_string(to.join("link")).unwrap(), "text");
        let mode = fs::metadata(to.join("tool")).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111);

        symlink("..", folder.join("empty/circle")).unwrap();
        let error = pack(&folder, io::sink()).unwrap_err().to_string();
        assert!(error.contains("circle"), "{error}");
    }
}
