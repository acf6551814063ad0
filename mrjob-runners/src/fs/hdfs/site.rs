//! Hadoop's own configuration: `core-site.xml` and its like.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::InstallationError;

const FILES: [&str; 4] = [
    "core-site.xml",
    "hdfs-site.xml",
    "yarn-site.xml",
    "mapred-site.xml",
];

/// How deep variables in values may name others.
const DEPTH: usize = 20;

/// The properties that the files of a folder set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Site {
    dir: PathBuf,
    properties: BTreeMap<String, String>,
}

impl Site {
    /// Reads the files in `dir`, of which some may be missing.
    pub(crate) fn read(dir: &Path) -> Result<Self, InstallationError> {
        let mut site = Site {
            dir: dir.to_owned(),
            ..Site::default()
        };
        for name in FILES {
            let path = dir.join(name);
            match fs::read_to_string(&path) {
                Ok(text) => site.add(&text),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(source) => {
                    return Err(InstallationError::Unreadable { path, source });
                }
            }
        }
        Ok(site)
    }

    /// The folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Sets properties over what the files say.
    pub(crate) fn set<'a>(&mut self, pairs: impl Iterator<Item = &'a (String, String)>) {
        self.properties.extend(pairs.cloned());
    }

    /// The value of a property, if it has one.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let value = self.properties.get(name)?;
        Some(self.expand(value, DEPTH)).filter(|value| !value.is_empty())
    }

    /// Its value as a number.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.get(name)?.trim().parse().ok()
    }

    /// Adds the properties of a file's text. What stands in comments doesn't count.
    fn add(&mut self, text: &str) {
        let text = without_comments(text);
        for property in text.split("<property>").skip(1) {
            let property = property.split("</property>").next().unwrap_or_default();
            let (Some(name), Some(value)) = (element(property, "name"), element(property, "value"))
            else {
                continue;
            };
            self.properties.insert(name, value);
        }
    }

    /// `value` with other properties in place of `${name}`.
    fn expand(&self, value: &str, depth: usize) -> String {
        let mut text = String::new();
        let mut rest = value;
        while let Some(start) = rest.find("${") {
            let Some(length) = rest[start..].find('}') else {
                break;
            };
            let name = &rest[start + 2..start + length];
            text.push_str(&rest[..start]);
            match self.properties.get(name) {
                Some(value) if depth > 0 => text.push_str(&self.expand(value, depth - 1)),
                _ => text.push_str(&rest[start..=start + length]),
            }
            rest = &rest[start + length + 1..];
        }
        text + rest
    }
}

fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("<!--") {
        kept.push_str(&rest[..start]);
        rest = rest[start..]
            .find("-->")
            .map_or("", |end| &rest[start + end + 3..]);
    }
    kept + rest
}

/// The text of the element of this name.
fn element(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    let (value, _) = rest.split_once(&format!("</{name}>"))?;
    let value = value.trim();
    let value = value
        .strip_prefix("<![CDATA[")
        .and_then(|value| value.strip_suffix("]]>"))
        .unwrap_or(value);
    let replaced = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(value.to_owned(), |text, (from, to)| text.replace(from, to));
    Some(replaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties() {
        let dir = tempfile::tempdir().unwrap();
        let text = "<?xml version=\"1.0\"?>\n<configuration>\n<!-- <property><name>a</name><value>no</value></property> -->\n\
            <property>\n <name>a</name>\n <value> x&amp;${b} </value><final>true</final></property>\n\
            <property><name>b</name><value>/b/${missing}</value></property></configuration>";
        fs::write(dir.path().join("core-site.xml"), text).unwrap();
        let more = "<configuration><property><name>c</name><value></value></property>\
            <property><name>n</name><value>12</value></property></configuration>";
        fs::write(dir.path().join("yarn-site.xml"), more).unwrap();
        let site = Site::read(dir.path()).unwrap();
        assert_eq!(site.get("a").unwrap(), "x&/b/${missing}");
        assert_eq!((site.get("c"), site.number("n")), (None, Some(12)));
    }

    #[test]
    fn a_variable_that_names_itself_ends() {
        let mut site = Site::default();
        site.set([("a".to_owned(), "${a}".to_owned())].iter());
        assert_eq!(site.get("a").unwrap(), "${a}");
    }
}
