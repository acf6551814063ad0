//! What is between map and reduce tasks.

use mrjob_runners::cluster::Shuffle;

use crate::player::{Pair, partition, raw_bytes, raw_pairs};
use crate::scene::Scene;

const LINES: &str = "b 1\na 2\nb 3\nc 4\nd 5\n";

/// What a reduce task says of a stream that isn't right.
fn refused(scene: &Scene, input: &[u8]) -> String {
    let ended = scene.reduce(0, input);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    ended.stderr
}

#[test]
fn a_stream_that_is_cut_off_or_damaged_is_refused() {
    let scene = Scene::told(&[], 1);
    let input = scene.shuffled(&[LINES, "x y\n"]).remove(0);
    let whole = raw_pairs(&input);
    let ends: Vec<usize> = (0..whole.len())
        .map(|n| raw_bytes(&whole[..n]).len())
        .collect();
    for cut in (1..input.len())
        .step_by(4)
        .filter(|cut| !ends.contains(cut))
    {
        let error = refused(&scene, &input[..cut]);
        assert!(
            error.contains("standard input") && error.contains("it ends within a block"),
            "{error}"
        );
    }
    for at in (0..input.len()).step_by(5) {
        let mut damaged = input.clone();
        damaged[at] ^= 0x10;
        let ended = scene.reduce(0, &damaged);
        // A route is of no more use where there is one partition.
        assert_ne!(ended.code, Some(0), "byte {at}: {}", ended.text());
    }
}

#[test]
fn blocks_that_hadoop_did_not_bring_as_they_should_are_refused() {
    let scene = Scene::told(&[], 3);
    let inputs = scene.shuffled(&[LINES]);
    let blocks: Vec<Pair> = inputs.iter().flat_map(|input| raw_pairs(input)).collect();
    // One partition's in another's place.
    let other = scene.reduce(1, &inputs[0]);
    assert_eq!(other.code, Some(1));
    assert!(
        other.stderr.contains("a block of another partition"),
        "{}",
        other.stderr
    );
    assert!(
        other
            .stderr
            .contains("hint: blocks rely on Hadoop's own partitioner"),
        "{}",
        other.stderr
    );

    let scene = Scene::told(&[], 1);
    let mut reversed = raw_pairs(&scene.shuffled(&["a 1\n", "b 2\n"])[0]);
    reversed.reverse();
    let error = refused(&scene, &raw_bytes(&reversed));
    assert!(error.contains("the blocks aren't sorted"), "{error}");
    assert!(blocks.len() >= 3);

    // Hadoop Streaming's text.
    let error = refused(&scene, b"key\tvalue\n".repeat(100).as_slice());
    assert!(error.contains("standard input"), "{error}");
}

#[test]
fn hadoops_partitioner_takes_blocks_where_it_would_take_their_keys() {
    let text: String = (0..300).map(|n| format!("key{} x\n", n * n)).collect();
    for reducers in [1, 2, 127, 128, 129, 256, 5000, 8192, 100_000] {
        let scene = Scene::told(&[], reducers);
        let ended = scene.map(&text);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let mut found = vec![false; reducers as usize];
        for (key, block) in raw_pairs(&ended.stdout) {
            let brought = partition(&key, reducers);
            found[brought] = true;
            // Behind its checksum.
            if block.len() > 8 {
                // The key of its first record, and zeros.
                let first: Vec<u8> = key[..64]
                    .iter()
                    .copied()
                    .take_while(|byte| *byte > 0)
                    .collect();
                assert!(first.starts_with(b"key"));
                assert_eq!(brought, partition(&first, reducers));
            }
        }
        assert!(
            found.iter().all(|found| *found),
            "not all of {reducers} got a block"
        );
    }
}

/// Nothing that is less can come, so that it doesn't have to wait.
#[test]
fn a_group_larger_than_memory_streams_past_it() {
    let mut scene = Scene::told(&[], 1);
    scene.hadoop.file.reduce_memory = Some(8 << 20);
    let large = "x".repeat(5000);
    let text = |number| {
        let line = |key| format!("{key} {number}{large}\n");
        ["a", "b", "c"].map(|key| line(key).repeat(1000)).concat()
    };
    let texts = [0, 1, 2, 3].map(text);
    let input = scene
        .shuffled(&texts.each_ref().map(String::as_str))
        .remove(0);
    assert!(input.len() > 7 * (8 << 20));
    let ended = scene.reduce(0, &input);
    let counted = |name: &str| {
        let counters = ended.counters();
        let found = counters.iter().find(|(_, found, _)| found == name);
        found.map(|(.., amount)| *amount)
    };
    assert_eq!(counted("reduce input records"), Some(12_000));
    assert_eq!(counted("bytes spilled"), None);
    let keys: Vec<&str> = ended.text().lines().map(|line| &line[..1]).collect();
    assert!(keys[..12_000].is_sorted());
}

#[test]
fn every_reduce_task_runs_though_nothing_is_for_it() {
    let scene = Scene::told(&[], 40);
    let inputs = scene.shuffled(&[LINES, ""]);
    for (number, input) in inputs.iter().enumerate() {
        assert!(
            !input.is_empty(),
            "Hadoop would drop the output of {number}"
        );
        let ended = scene.reduce(number, input);
        let end = format!("end\tof {number}\n");
        assert!(ended.text().ends_with(&end), "{}", ended.text());
    }
}

#[test]
fn lines_of_text_go_through_hadoops_sort() {
    let mut scene = Scene::told(&[], 2);
    scene.hadoop.set_shuffle(Shuffle::Text);
    let parts = scene
        .hadoop
        .run(&[("in.txt".to_owned(), LINES.as_bytes().to_vec())])
        .unwrap();
    let mut lines: Vec<&str> = parts
        .iter()
        .flat_map(|part| std::str::from_utf8(part).unwrap().lines())
        .filter(|line| !line.starts_with("end"))
        .collect();
    lines.sort_unstable();
    assert_eq!(lines, ["a\t2", "b\t1", "b\t3", "c\t4", "d\t5"]);
}
