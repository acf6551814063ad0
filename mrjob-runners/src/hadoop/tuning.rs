//! Sizes and numbers that nobody asked for, from what the cluster is.

use super::yarn::Capacity;
use crate::cluster;
use crate::cluster::{Container, TaskKind};
use crate::fs::hdfs::site::Site;

/// Bytes of a split, at most.
const LARGEST_SPLIT: u64 = 512 << 20;
/// What one has where nobody knows what the cluster is.
const USUAL_SPLIT: u64 = 128 << 20;
/// Fewer bytes aren't worth a JVM of their own.
const SMALLEST_SPLIT: u64 = 8 << 20;
const MIB: u64 = 1 << 20;

/// How many map tasks run at once.
fn slots(capacity: Option<Capacity>, site: &Site) -> Option<u64> {
    let limit = site.number("mapreduce.job.running.map.limit");
    let limit = limit.filter(|&limit| limit > 0).unwrap_or(u64::MAX);
    Some(u64::from(capacity?.tasks).clamp(1, limit))
}

/// A file of an input as Hadoop sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) bytes: u64,
    /// Whether it can be read from its middle.
    pub(super) divides: bool,
}

impl Size {
    /// Into how many splits of these bytes Hadoop divides it: its last one may be a tenth larger.
    fn splits(self, bytes: u64) -> u64 {
        let (all, split) = (u128::from(self.bytes) * 10, u128::from(bytes.max(1)) * 10);
        let last = split + split / 10;
        if !self.divides || all <= last {
            return 1;
        }
        let whole = (all - last).div_ceil(split);
        whole.try_into().unwrap_or(u64::MAX - 1) + 1
    }
}

/// Bytes of a split that Hadoop makes: each map task starts a JVM, so there are as few as keep the cluster busy. Files that can't
/// be divided take their places.
pub(super) fn split(sizes: &[Size], capacity: Option<Capacity>, site: &Site) -> Option<u64> {
    let slots = slots(capacity, site)?;
    let maps = |split| sizes.iter().map(|size| size.splits(split)).sum::<u64>();
    if sizes.is_empty() || maps(SMALLEST_SPLIT) <= slots {
        return Some(SMALLEST_SPLIT);
    }
    if maps(LARGEST_SPLIT) >= slots {
        return Some(LARGEST_SPLIT);
    }
    // The larger they are, the fewer.
    let (mut enough, mut few) = (SMALLEST_SPLIT, LARGEST_SPLIT);
    while few - enough > MIB / 16 {
        let middle = enough.midpoint(few);
        match maps(middle) >= slots {
            true => enough = middle,
            false => few = middle,
        }
    }
    Some(enough)
}

/// The properties by which Hadoop makes splits of that size, larger or smaller than its blocks.
pub(super) fn splitting(
    sizes: &[Size],
    capacity: Option<Capacity>,
    site: &Site,
) -> Vec<(String, String)> {
    let bytes: u64 = sizes.iter().map(|size| size.bytes).sum();
    let Some(split) = split(sizes, capacity, site).filter(|_| bytes > 0) else {
        return Vec::new();
    };
    let least = "mapreduce.input.fileinputformat.split.minsize";
    [
        (least, split),
        ("mapreduce.job.maps", bytes.div_ceil(split)),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_string()))
    .to_vec()
}

/// How many map tasks read so many bytes of lines by themselves: as many as run at once, and full rounds of them where that were
/// too much for each.
pub(super) fn maps(bytes: u64, capacity: Option<Capacity>, site: &Site) -> u32 {
    let (slots, largest) = match slots(capacity, site) {
        Some(slots) => (slots, LARGEST_SPLIT),
        None => (1, USUAL_SPLIT),
    };
    let busy = bytes.div_ceil(SMALLEST_SPLIT).clamp(1, slots);
    let mut maps = match bytes.div_ceil(largest) {
        few if few <= slots => busy,
        many => many.next_multiple_of(slots),
    };
    let size = |name: &str| {
        let size = site.number(&format!("mapreduce.input.fileinputformat.split.{name}"));
        size.filter(|&size| size > 0)
    };
    if let Some(most) = size("maxsize") {
        maps = maps.max(bytes.div_ceil(most));
    }
    if let Some(least) = size("minsize") {
        maps = maps.min((bytes / least).max(1));
    }
    maps.try_into().unwrap_or(u32::MAX)
}

/// Bytes of the container of an application master, which runs beside the tasks.
pub(super) fn master(site: &Site) -> u64 {
    site.number("yarn.app.mapreduce.am.resource.mb")
        .unwrap_or(1536)
        * MIB
}

/// Bytes of the container of a map task.
pub(super) fn container(site: &Site) -> u64 {
    Container::new(TaskKind::Map, &|name| site.get(name)).bytes()
}

/// The properties by which Java takes no more of the containers of a step with the properties `jobconf` than it needs.
pub(super) fn java_options(site: &Site, jobconf: &[&(String, String)]) -> Vec<(String, String)> {
    let mut site = site.clone();
    site.set(jobconf.iter().copied());
    let is_own = |property: &str| jobconf.iter().any(|(name, _)| name == property);
    cluster::java_options(&|name| site.get(name), &is_own)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(pairs: &[(&str, &str)]) -> Site {
        let mut site = Site::default();
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        site.set(pairs.iter());
        site
    }

    const FEW: Option<Capacity> = Some(Capacity { tasks: 8, nodes: 2 });

    #[test]
    fn as_many_maps_as_run_at_once() {
        let maps = |bytes, pairs: &[(&str, &str)]| maps(bytes, FEW, &site(pairs));
        assert_eq!(
            (maps(0, &[]), maps(9 * MIB, &[]), maps(MIB << 9, &[])),
            (1, 2, 8)
        );
        // 17 of at most 512 MiB would leave the third round to one.
        assert_eq!(maps(8500 * MIB, &[]), 24);
        let limit = ("mapreduce.job.running.map.limit", "2");
        assert_eq!(maps(MIB << 9, &[limit]), 2);
        let least = ("mapreduce.input.fileinputformat.split.minsize", "268435456");
        let most = ("mapreduce.input.fileinputformat.split.maxsize", "16777216");
        assert_eq!((maps(MIB << 9, &[least]), maps(MIB << 9, &[most])), (2, 32));
        assert_eq!(super::maps(MIB << 10, None, &site(&[])), 8);
    }

    #[test]
    fn splits_of_hadoops_keep_the_cluster_busy() {
        let size = |megabytes: u64, divides| Size {
            bytes: megabytes * MIB,
            divides,
        };
        let counts = |sizes: &[Size]| {
            let split = split(sizes, FEW, &site(&[])).unwrap();
            let maps: u64 = sizes.iter().map(|size| size.splits(split)).sum();
            (split / MIB, maps)
        };
        // The last one may be a tenth larger.
        assert_eq!(counts(&[size(1024, true)]), (144, 8));
        assert_eq!(counts(&[size(20, true)]), (8, 3));
        assert_eq!(counts(&[size(100_000, true)]), (512, 196));
        // One that can't be divided takes one place, whatever its size.
        assert_eq!(counts(&[size(9000, false), size(700, true)]), (114, 8));
        let even = [size(98, true); 10];
        assert_eq!(counts(&even), (512, 10));
        let odd = [size(109, true); 5];
        let (split, maps) = counts(&odd);
        assert!((90..=100).contains(&split) && maps == 10, "{split} {maps}");
        assert_eq!(split_of_nothing(), Some(8 * MIB));
    }

    fn split_of_nothing() -> Option<u64> {
        split(&[], FEW, &site(&[]))
    }
}
