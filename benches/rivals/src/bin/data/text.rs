//! Lines of words.

use std::collections::HashMap;
use std::io::Write;

use crate::random::{Rng, mix};

/// Text that people wrote, as much as is wanted: it comes in blocks of lines, in another order each time. From the second time on words that are rare in
/// it have another ending, so that the vocabulary goes on growing as that of natural text does.
pub fn of_prose(prose: &str, bytes: u64, seed: u64, out: &mut impl Write) {
    const BLOCK: usize = 64;
    const RARE: u32 = 3;
    let mut occurs: HashMap<&str, u32> = HashMap::new();
    for word in prose.split_ascii_whitespace() {
        *occurs.entry(word).or_default() += 1;
    }
    let is_plain =
        |word: &str| word.len() > 5 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let lines: Vec<&str> = prose.lines().collect();
    let mut blocks: Vec<&[&str]> = lines.chunks(BLOCK).collect();
    let mut rng = Rng::new(seed);
    let (mut written, mut line) = (0, String::new());
    for time in 0.. {
        for at in (1..blocks.len()).rev() {
            blocks.swap(at, rng.below(at as u64 + 1) as usize);
        }
        let ending = ending(time);
        for text in blocks.iter().copied().flatten() {
            line.clear();
            for word in text.split(' ') {
                line.push_str(word);
                if time > 0 && is_plain(word) && occurs[word] <= RARE {
                    line.push_str(&ending);
                }
                line.push(' ');
            }
            line.pop();
            line.push('\n');
            out.write_all(line.as_bytes()).unwrap();
            written += line.len() as u64;
            if written >= bytes {
                return;
            }
        }
    }
}

/// Letters that stand for a number.
fn ending(mut number: u32) -> String {
    let mut ending = String::new();
    while number > 0 {
        ending.push(char::from(b'a' + (number % 26) as u8));
        number /= 26;
    }
    ending
}

/// Text whose words follow Zipf's law over an endless vocabulary, so that it goes on growing as that of natural text does.
/// Some words are capitalised or have a punctuation mark, a tenth of lines have letters beyond ASCII.
pub fn made_up(bytes: u64, seed: u64, out: &mut impl Write) {
    let mut rng = Rng::new(seed);
    let (mut written, mut line) = (0u64, String::new());
    while written < bytes {
        line.clear();
        for _ in 0..4 + rng.below(12) {
            let rank = rng.zipf(1_000_000, 1.15);
            word(&mut line, rank, rng.below(64));
        }
        line.pop();
        line.push('\n');
        out.write_all(line.as_bytes()).unwrap();
        written += line.len() as u64;
    }
}

/// The word of this rank and a blank; `dress` decides on its first letter and its last.
fn word(line: &mut String, rank: u64, dress: u64) {
    const CONSONANTS: &[u8] = b"tnshrdlcmfwgpbvk";
    const VOWELS: &[u8] = b"eaoiu";
    const OTHERS: [char; 8] = ['ä', 'ö', 'é', 'ł', 'ñ', 'д', 'ж', 'ü'];
    let mut bits = mix(rank + 1);
    let length = 2 + (64 - (rank + 1).leading_zeros()) / 3 + (bits & 3) as u32 % 3;
    for i in 0..length {
        let letters = if (i + rank as u32) % 2 == 0 {
            CONSONANTS
        } else {
            VOWELS
        };
        let letter = letters[(bits % letters.len() as u64) as usize] as char;
        bits = bits / 16 ^ bits << 57;
        line.push(if i == 0 && dress < 6 {
            letter.to_ascii_uppercase()
        } else {
            letter
        });
    }
    if rank > 300 && rank % 61 == 0 {
        line.push(OTHERS[(rank / 61 % 8) as usize]);
    }
    match dress {
        6..=9 => line.push(','),
        10..=12 => line.push('.'),
        13 => line.push_str("()"),
        _ => {}
    }
    line.push(' ');
}
