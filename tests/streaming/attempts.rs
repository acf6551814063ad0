//! Attempts that are killed, and tasks that nobody reads.

use std::io::{Read, Write};

use mrjob_tests_process::{Child, Command, Stdio};

use crate::player::Task;
use crate::scene::{ALONE, Scene};

fn words(lines: usize) -> String {
    (0..lines)
        .map(|n| format!("word{} w{}\n", n * 7919 % lines, n % 50))
        .collect()
}

/// Starts a task that has read some of its input, and kills it.
fn killed(command: &mut Command, input: &[u8]) {
    let mut child: Child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let half = &input[..input.len() / 2];
    child.stdin.as_mut().unwrap().write_all(half).unwrap();
    child.kill().unwrap();
    let mut written = Vec::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_end(&mut written)
        .unwrap();
    assert!(!child.wait().unwrap().success());
}

#[test]
fn attempts_that_are_killed_leave_nothing_that_counts() {
    let scene = Scene::new(env!("CARGO_BIN_EXE_word_count"), &[], 2);
    let text = words(20_000);
    let (first, second) = text.split_at(text[..text.len() / 3].rfind('\n').unwrap() + 1);
    let expected = scene.shuffled(&[first, second]);

    let mut repeated = Vec::new();
    for (number, text) in [first, second].into_iter().enumerate() {
        let task = Task { number, maps: 2 };
        killed(&mut scene.map_command(task, text), text.as_bytes());
        repeated.push(
            scene
                .end(&mut scene.map_command(task, text), text.as_bytes())
                .stdout,
        );
    }
    let shuffled = scene.hadoop.shuffle(&scene.step(), &repeated);
    assert!(shuffled == expected);

    for (number, input) in shuffled.iter().enumerate() {
        let expected = scene.reduce(number, input);
        let task = Task { number, maps: 2 };
        killed(&mut scene.hadoop.reduce(&scene.step(), task), input);
        let again = scene.reduce(number, input);
        assert_eq!(
            (again.code, again.stdout == expected.stdout),
            (Some(0), true)
        );
    }
}

#[test]
fn a_task_that_nobody_reads_ends_quietly_with_a_code_of_its_own() {
    let scene = Scene::new(env!("CARGO_BIN_EXE_word_count"), &[], 1);
    let text = words(50_000);
    let input = scene.shuffled(&[&text]).remove(0);
    let map = (scene.map_command(ALONE, &text), text.as_bytes());
    let reduce = (scene.hadoop.reduce(&scene.step(), ALONE), &input[..]);
    for (mut command, input) in [map, reduce] {
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(75));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            !said.contains("error") && !said.contains("mrjob:"),
            "{said}"
        );
    }
}

#[test]
fn a_job_that_ignores_its_input_reads_it_to_the_end() {
    // Its reducer takes one value of each group.
    let scene = Scene::new(env!("CARGO_BIN_EXE_first_value"), &[], 1);
    let text: String = (0..5000).map(|n| format!("{} {n}\n", n % 3)).collect();
    let input = scene.shuffled(&[&text]).remove(0);
    assert!(input.len() > 256 << 10, "{}", input.len());
    let mut command = scene.hadoop.reduce(&scene.step(), ALONE);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&input).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
}
