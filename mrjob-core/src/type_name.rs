//! The names of types as messages show them.

use std::any::type_name;

/// The name of `T` without paths: `Reverse<u64>` for `core::cmp::Reverse<u64>`.
pub(crate) fn plain_name<T: ?Sized>() -> String {
    let parts =
        type_name::<T>().split_inclusive(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
    parts
        .map(|part| part.rsplit("::").next().unwrap_or(part))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use super::plain_name;

    #[test]
    fn names_have_no_paths() {
        assert_eq!(plain_name::<Reverse<u64>>(), "Reverse<u64>");
        assert_eq!(
            plain_name::<(String, Option<[super::super::Arena; 3]>)>(),
            "(String, Option<[Arena; 3]>)"
        );
    }
}
