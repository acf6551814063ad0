//! How many reduce tasks there are where nobody says it.

/// Bytes of input that a reduce task gets where nobody says how many there are.
pub(crate) const BYTES_A_REDUCER: u64 = 256 << 20;

/// How many reduce tasks there are: as many as the input is worth, and as half of the cluster can run at once.
pub(crate) fn reducers(bytes: Option<u64>, at_once: Option<u32>) -> u32 {
    let worth = bytes.unwrap_or(0).div_ceil(BYTES_A_REDUCER);
    let most = at_once.map_or(1, |tasks| (tasks / 2).max(1));
    worth.clamp(1, u64::from(most)).try_into().unwrap_or(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_tasks() {
        assert_eq!(reducers(Some(1 << 30), Some(8)), 4);
        assert_eq!(reducers(Some(1 << 40), Some(8)), 4);
        assert_eq!(reducers(Some(5), Some(8)), 1);
        assert_eq!(
            (reducers(None, Some(8)), reducers(Some(1 << 40), None)),
            (1, 1)
        );
    }
}
