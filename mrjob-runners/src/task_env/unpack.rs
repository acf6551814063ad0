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
    use super::files::Format;
    use mrjob_core::codec::Decoder;

    std::fs::create_dir_all(to)?;
    let file = std::fs::File::open(archive)?;
    let format = Format::of(&archive.to_string_lossy()).map(|(format, _)| format);
    match format {
        Some(Format::Tar(None)) => with_tar::unpack(io::BufReader::new(file), to),
        Some(Format::Tar(Some(codec))) => with_tar::unpack(Decoder::new(codec, file, MEMORY)?, to),
        Some(Format::Zip) => with_zip::unpack(file, to),
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
    use std::io;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::PermissionsExt;
    use std::path::{Component, Path};

    use flate2::read::DeflateDecoder;
    use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ZipArchive};

    pub(super) fn unpack(from: File, to: &Path) -> io::Result<()> {
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let archive = ZipArchive::from_file(from, &mut buffer).map_err(io::Error::other)?;
        let mut members = archive.entries(&mut buffer);
        while let Some(member) = members.next_entry().map_err(io::Error::other)? {
            let name = member.file_path();
            let inside = Path::new(std::ffi::OsStr::from_bytes(name.as_bytes()));
            let name = inside.display();
            if !inside
                .components()
                .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
            {
                return Err(super::outside(&name.to_string()));
            }
            let path = to.join(inside);
            if member.is_dir() {
                fs::create_dir_all(&path)?;
                continue;
            }
            if member.mode().is_symlink() {
                return Err(io::Error::other(format!(
                    "its member `{name}` is a link, which only tar archives may have"
                )));
            }
            fs::create_dir_all(path.parent().unwrap_or(to))?;
            let packed = archive
                .get_entry(member.wayfinder())
                .map_err(io::Error::other)?;
            let mut file = File::create(&path)?;
            // The readers check length and checksum.
            match member.compression_method() {
                CompressionMethod::STORE => {
                    io::copy(&mut packed.verifying_reader(packed.reader()), &mut file)
                }
                CompressionMethod::DEFLATE => {
                    let plain = DeflateDecoder::new(packed.reader());
                    io::copy(&mut packed.verifying_reader(plain), &mut file)
                }
                other => Err(io::Error::other(format!(
                    "its member `{name}` is compressed by method {}, and only 0 (stored) and 8 (deflate) can be read",
                    other.as_u16()
                ))),
            }?;
            let mode = member.mode().permissions();
            if mode != 0 {
                file.set_permissions(Permissions::from_mode(mode))?;
            }
        }
        Ok(())
    }
}
