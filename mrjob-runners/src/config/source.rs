//! A configuration file as text.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::place::{Place, Problem, Source};

/// The largest file that is read: 256 KiB.
const LARGEST: usize = 256 << 10;

/// Reads a file.
pub(super) fn read(path: &Path) -> Result<Arc<Source>, Problem> {
    let bytes = bytes(path).map_err(|error| {
        let problem = Problem::of(path, format!("failed to read it: {error}"));
        match error.kind() {
            io::ErrorKind::PermissionDenied => problem.hint("`chmod u+r` makes it readable"),
            io::ErrorKind::IsADirectory => problem.hint("name a file in it"),
            _ => problem,
        }
    })?;
    if bytes.len() > LARGEST {
        let message = format!("it is larger than {} KiB", LARGEST >> 10);
        return Err(Problem::of(path, message).hint("is it a configuration file?"));
    }
    text(path, bytes)
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut bytes = Vec::new();
    file.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text that `bytes` are, which has nothing in it that nobody can see.
fn text(path: &Path, bytes: Vec<u8>) -> Result<Arc<Source>, Problem> {
    let (text, wrong) = match String::from_utf8(bytes) {
        Ok(text) => {
            let control = text.find(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
            let wrong = control.map(|offset| {
                let c = text[offset..].chars().next().unwrap_or_default();
                let code = u32::from(c);
                (offset, format!("the control character U+{code:04X}"))
            });
            (text, wrong)
        }
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            (text, Some((offset, "a byte that isn't UTF-8".to_owned())))
        }
    };
    let source = Arc::new(Source {
        path: path.to_owned(),
        text,
    });
    match wrong {
        None => Ok(source),
        Some((offset, what)) => {
            let place = place(&source.text, offset);
            let hint = "save it as UTF-8 text";
            Err(Problem::at(&source, place, format!("there is {what}")).hint(hint))
        }
    }
}

fn place(text: &str, offset: usize) -> Place {
    let before = &text[..offset];
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    Place {
        line: u32::try_from(before.matches('\n').count()).unwrap_or(u32::MAX) + 1,
        column: u32::try_from(before[line..].chars().count()).unwrap_or(u32::MAX) + 1,
        width: 1,
    }
}
