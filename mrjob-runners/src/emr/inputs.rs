//! Long lists of inputs as patterns, because a step's command is short.

use std::collections::BTreeMap;

/// The same files in fewer characters: those of a folder as one pattern, `FOLDER/part-{0,1}.gz`.
pub(super) fn shorter(inputs: &[String]) -> Vec<String> {
    // What means something in a pattern stays as it is.
    let plain = |text: &str| !text.contains(['{', '}', ',', '*', '?', '[', ']', '\\', '^']);
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut all = Vec::new();
    for input in inputs {
        match input.rsplit_once('/') {
            Some((folder, name)) if plain(input) && !name.is_empty() => {
                folders.entry(folder).or_default().push(name);
            }
            _ => all.push(input.clone()),
        }
    }
    for (folder, mut names) in folders {
        names.sort_unstable();
        names.dedup();
        all.push(format!("{folder}/{}", pattern(&names)));
    }
    all
}

/// What all names begin and end with stands once.
fn pattern(names: &[&str]) -> String {
    let [first, .., last] = names else {
        return names.concat();
    };
    let same = |one: &mut dyn Iterator<Item = char>, other: &mut dyn Iterator<Item = char>| {
        let same = one.zip(other).take_while(|(one, other)| one == other);
        same.map(|(c, _)| c.len_utf8()).sum::<usize>()
    };
    // Of sorted names the first and the last have in common what all have.
    let head = same(&mut first.chars(), &mut last.chars());
    let ends = names.iter().map(|name| {
        let (name, first) = (&name[head..], &first[head..]);
        same(&mut name.chars().rev(), &mut first.chars().rev())
    });
    let tail = ends.min().unwrap_or(0);
    let middles: Vec<&str> = names
        .iter()
        .map(|name| &name[head..name.len() - tail])
        .collect();
    // Hadoop has no empty alternative.
    if middles.contains(&"") {
        return format!("{{{}}}", names.join(","));
    }
    let (head, tail) = (&first[..head], &first[first.len() - tail..]);
    format!("{head}{{{}}}{tail}", middles.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shorter_of(inputs: &[&str]) -> Vec<String> {
        let inputs: Vec<String> = inputs.iter().map(|&input| input.to_owned()).collect();
        shorter(&inputs)
    }

    #[test]
    fn patterns() {
        assert_eq!(
            shorter_of(&[
                "s3://b/x/part-0.gz",
                "s3://b/y",
                "s3://b/x/part-1.gz",
                "s3://b/*.txt"
            ]),
            ["s3://b/*.txt", "s3://b/y", "s3://b/x/part-{0,1}.gz"]
        );
        assert_eq!(shorter_of(&["s3://b/a", "s3://b/ab"]), ["s3://b/{a,ab}"]);
        assert_eq!(shorter_of(&["s3://b/aa", "s3://b/a"]), ["s3://b/{a,aa}"]);
        assert_eq!(shorter_of(&["s3://b/ä1", "s3://b/ä2"]), ["s3://b/ä{1,2}"]);
        assert_eq!(shorter_of(&["s3://b/dir/"]), ["s3://b/dir/"]);
    }
}
