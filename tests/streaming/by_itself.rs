//! Tasks that read splits of the launcher's from HDFS by themselves.

use mrjob_runners::cluster::Splits;

use crate::scene::{ALONE, Ended, Scene};
use crate::web_hdfs::{Fault, WebHdfs};

fn scene(reducers: u32) -> Scene {
    let mut scene = Scene::told(&[], reducers);
    scene.hadoop.file.steps[0].splits = Splits::Own;
    scene
}

/// A map task that Hadoop hands `line`.
fn map(scene: &Scene, number: usize, maps: usize, line: &str) -> Ended {
    let task = crate::player::Task { number, maps };
    scene.end(&mut scene.map_command(task, "the list"), line.as_bytes())
}

fn lines(count: usize) -> String {
    let line = |number: usize| format!("key{} {number}\n", number % 97);
    (0..count).map(line).collect()
}

fn counted(ended: &Ended, name: &str) -> i64 {
    let counters = ended.counters();
    let found = counters.iter().filter(|(_, found, _)| found == name);
    found.map(|(.., amount)| amount).sum()
}

#[test]
fn lines_are_read_once_wherever_they_are_cut_and_connections_break() {
    let text = lines(5000);
    let expected = {
        let scene = Scene::told(&[], 1);
        let input = scene.shuffled(&[&text]).remove(0);
        scene.reduce(0, &input).stdout
    };
    let scene = scene(1);
    let (middle, third) = (text.len() / 2 + 3, text.len() / 3);
    let mut outputs = Vec::new();
    let (mut records, mut bytes) = (0, 0);
    for (number, (start, end)) in [(0, Some(third)), (third, Some(middle)), (middle, None)]
        .into_iter()
        .enumerate()
    {
        let faults = [Fault::SafeMode, Fault::Break(0), Fault::Break(1000)];
        let hdfs = WebHdfs::new(text.as_bytes(), &faults[number.min(1)..]);
        let ended = map(&scene, number, 3, &hdfs.line(3, &[("in.txt", start, end)]));
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        assert_eq!(hdfs.opened(), 3);
        records += counted(&ended, "map input records");
        bytes += counted(&ended, "map input bytes");
        outputs.push(ended.stdout);
    }
    assert_eq!((records, bytes), (5000, text.len() as i64));
    let input = scene.hadoop.shuffle(&scene.step(), &outputs).remove(0);
    let reduced = scene.reduce(0, &input);
    assert_eq!(reduced.code, Some(0), "{}", reduced.stderr);
    let sorted = |output: &[u8]| {
        let mut lines: Vec<String> = String::from_utf8_lossy(output)
            .lines()
            .map(Into::into)
            .collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&reduced.stdout), sorted(&expected));
}

#[test]
fn variables_are_of_what_is_read() {
    let scene = scene(1);
    let text = "variable mapreduce_map_input_file\nvariable mapreduce_map_input_start\nproperty mapreduce.map.input.length\n";
    let hdfs = WebHdfs::new(text.as_bytes(), &[]);
    let ended = map(&scene, 0, 1, &hdfs.line(1, &[("d/in.txt", 0, None)]));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let input = scene
        .hadoop
        .shuffle(&scene.step(), &[ended.stdout])
        .remove(0);
    let text_of = scene.reduce(0, &input);
    let length = format!("property\t{}", text.len());
    for said in [
        "variable\thdfs://name:8020/d/in.txt",
        "variable\t0",
        &length,
    ] {
        assert!(text_of.text().contains(said), "{}", text_of.text());
    }
}

#[test]
fn a_failure_is_told_with_its_line() {
    let scene = scene(1);
    let text = format!("{}error on purpose\n", lines(100));
    let hdfs = WebHdfs::new(text.as_bytes(), &[]);
    let line = hdfs.line(1, &[("in.txt", 300, None)]);
    let ended = map(&scene, 0, 1, &line);
    assert_eq!(ended.code, Some(1));
    let place = "at hdfs://name:8020/in.txt:101: on purpose";
    assert!(ended.stderr.contains(place), "{}", ended.stderr);
}

#[test]
fn a_file_that_is_replaced_meanwhile_fails_the_task() {
    let scene = scene(1);
    let text = lines(5000);
    let hdfs = WebHdfs::new(text.as_bytes(), &[Fault::Replaced(10_000)]);
    let ended = map(&scene, 0, 1, &hdfs.line(1, &[("in.txt", 0, None)]));
    assert_eq!(ended.code, Some(1));
    let said = "it was replaced or written to while the job read it\n  hint: run it again";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);

    let hdfs = WebHdfs::new(text.as_bytes(), &[Fault::Denied]);
    let ended = map(&scene, 0, 1, &hdfs.line(1, &[("in.txt", 0, None)]));
    assert_eq!(ended.code, Some(1));
    let said = "failed to read `hdfs://name:8020/in.txt`: not for you (AccessControlException)";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
}

/// What a property of the user's may lead to: a task must not go on without its lines.
#[test]
fn a_list_that_is_not_whole_fails_the_task() {
    let scene = scene(1);
    let hdfs = WebHdfs::new(b"a 1\n", &[]);
    let line = hdfs.line(2, &[("in.txt", 0, None)]);
    for (given, maps) in [(String::new(), 1), (line.repeat(2), 2), (line.clone(), 1)] {
        let ended = map(&scene, 0, maps, &given);
        // It was called wrongly, and has read nothing.
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        let said = "hint: properties that change how Hadoop reads need `--splits hadoop`";
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
    }
    let ended = map(&scene, 0, 2, &line);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

#[test]
fn ranges_of_keys_in_a_row_are_in_order() {
    let texts: Vec<String> = (0..4)
        .map(|part| {
            let line = |n: usize| format!("k{:05} v\n", n * 7919 % 3000);
            (0..3000).skip(part).step_by(4).map(line).collect()
        })
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut scene = Scene::told(&[], 5);
    let hexadecimal = |key: &str| key.bytes().map(|byte| format!("{byte:02x}")).collect();
    // Of the second one nothing is there.
    let firsts = ["k01000", "k01000", "k02000"].map(hexadecimal);
    scene.hadoop.file.steps[0].ranges = Some(firsts.to_vec());
    let mut joined = String::new();
    let mut sizes = Vec::new();
    for (number, input) in scene.shuffled(&texts).iter().enumerate() {
        let ended = scene.reduce(number, input);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let lines = ended.text().lines().filter(|line| line.starts_with('k'));
        let before = joined.len();
        lines.for_each(|line| joined += &format!("{line}\n"));
        sizes.push((joined.len() - before) / "k00000\tv\n".len());
        assert!(ended.text().ends_with(&format!("end\tof {number}\n")));
    }
    let expected: String = (0..3000).map(|n| format!("k{n:05}\tv\n")).collect();
    assert!(joined == expected);
    assert_eq!(sizes, [1000, 0, 1000, 1000, 0]);

    scene.hadoop.file.steps[0].ranges = Some(vec!["zz".to_owned()]);
    let ended = scene.end(&mut scene.map_command(ALONE, ""), b"");
    assert!(ended.stderr.contains("are damaged"), "{}", ended.stderr);
}
