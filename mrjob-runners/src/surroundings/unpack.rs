//! Archives, unpacked on this machine.

use std::io;
use std::path::Path;

/// Unpacks `archive` to the new folder `to`.
///
/// # Errors
///
/// When it can't be read, or a member of it would be outside of the folder.
#[cfg(feature = "environment")]
pub(crate) fn unpack(archive: &Path, to: &Path) -> io::Result<()> {
    use super::shipped::Format;
    use mrjob_core::codec::Decoder;

    std::fs::create_dir_all(to)?;
    let file = std::fs::File::open(archive)?;
    let format = Format::of(&archive.to_string_lossy()).map(|(format, _)| format);
    match format {
        Some(Format::Tar(None)) => with_tar::unpack(io::BufReader::new(file), to),
        Some(Format::Tar(Some(codec))) => with_tar::unpack(Decoder::new(codec, file, MEMORY)?, to),
        Some(Format::Zip) => with_zip::unpack(io::BufReader::new(file), to),
        None => Err(io::ErrorKind::Unsupported.into()),
    }
}

#[cfg(not(feature = "environment"))]
pub(crate) fn unpack(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Bytes of memory for decompressing.
#[cfg(feature = "environment")]
const MEMORY: usize = 256 << 20;

#[cfg(feature = "environment")]
fn outside(member: &str) -> io::Error {
    io::Error::other(format!(
        "its member `{member}` would be outside of the folder that it is unpacked to"
    ))
}

#[cfg(feature = "environment")]
mod with_tar {
    use std::io::{self, Read};
    use std::path::Path;

    pub(super) fn unpack(from: impl Read, to: &Path) -> io::Result<()> {
        let mut archive = tar::Archive::new(from);
        // Folders last: one may be read-only.
        let mut folders = Vec::new();
        for entry in archive.entries()? {
            let mut entry = entry?;
            if entry.header().entry_type().is_dir() {
                folders.push(entry);
            } else {
                place(&mut entry, to)?;
            }
        }
        for mut folder in folders {
            place(&mut folder, to)?;
        }
        // To the end, where a checksum may stand.
        io::copy(&mut archive.into_inner(), &mut io::sink()).map(drop)
    }

    fn place(entry: &mut tar::Entry<'_, impl Read>, to: &Path) -> io::Result<()> {
        if entry.unpack_in(to)? {
            return Ok(());
        }
        Err(super::outside(&String::from_utf8_lossy(
            &entry.path_bytes(),
        )))
    }
}

#[cfg(feature = "environment")]
mod with_zip {
    use std::fs::{self, File, Permissions};
    use std::io::{self, Read, Seek};
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    pub(super) fn unpack(from: impl Read + Seek, to: &Path) -> io::Result<()> {
        let mut archive = zip::ZipArchive::new(from)?;
        for number in 0..archive.len() {
            let mut member = archive.by_index(number)?;
            let Some(path) = member.enclosed_name() else {
                return Err(super::outside(&member.name()?));
            };
            let path = to.join(path);
            if member.is_symlink() {
                let problem = format!(
                    "its member `{}` is a link, which only tar archives may have",
                    member.name()?
                );
                return Err(io::Error::other(problem));
            }
            if member.is_dir() {
                fs::create_dir_all(&path)?;
                continue;
            }
            fs::create_dir_all(path.parent().unwrap_or(to))?;
            let mut file = File::create(&path)?;
            io::copy(&mut member, &mut file)?;
            if let Some(mode) = member.unix_mode() {
                file.set_permissions(Permissions::from_mode(mode & 0o777))?;
            }
        }
        Ok(())
    }
}
