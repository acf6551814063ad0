//! Compressed files, whole, damaged, and such as never were any.

use std::io::{Cursor, Read, Write};

use lz4_flex::frame::{FrameEncoder, FrameInfo};
use mrjob_core::codec::Codec;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

/// Bytes of memory for a decoder.
const MEMORY: usize = 8 << 20;

/// Plain bytes that are read at most.
const MOST: u64 = 16 << 20;

pub fn gzip(data: &[u8]) {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).expect("memory takes it");
    let file = encoder.finish().expect("memory takes it");
    check(Codec::Gzip, data, &file);
    check_damaged(Codec::Gzip, data, file);
}

pub fn bzip2(data: &[u8]) {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(data).expect("memory takes it");
    let file = encoder.finish().expect("memory takes it");
    check(Codec::Bzip2, data, &file);
    check_damaged(Codec::Bzip2, data, file);
}

pub fn zstd(data: &[u8]) {
    let file = compress_to_vec(data, CompressionLevel::Fastest);
    check(Codec::Zstd, data, &file);
    check_damaged(Codec::Zstd, data, file);
}

pub fn lz4(data: &[u8]) {
    let info = FrameInfo::new().content_checksum(true);
    let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
    encoder.write_all(data).expect("memory takes it");
    let file = encoder.finish().expect("memory takes it");
    check(Codec::Lz4, data, &file);
    check_damaged(Codec::Lz4, data, file);
    let block = lz4_flex::block::compress(data);
    check_hadoop(Codec::Lz4, data, &block);
}

/// In both framings. Either may lose a block to a flipped bit by its very format.
pub fn snappy(data: &[u8]) {
    let mut encoder = snap::write::FrameEncoder::new(Vec::new());
    encoder.write_all(data).expect("memory takes it");
    let file = encoder.into_inner().expect("memory takes it");
    check(Codec::Snappy, data, &file);
    let block = snap::raw::Encoder::new()
        .compress_vec(data)
        .expect("it is short");
    check_hadoop(Codec::Snappy, data, &block);
}

/// `block` in Hadoop's framing ends in `data`.
fn check_hadoop(codec: Codec, data: &[u8], block: &[u8]) {
    let lengths = [data.len(), block.len()].map(|length| (length as u32).to_be_bytes());
    let file = [&lengths.concat()[..], block].concat();
    if !data.is_empty() {
        check(codec, data, &file);
    }
}

/// `data` as a file ends in bytes or an error, and `file` in `data`.
fn check(codec: Codec, data: &[u8], file: &[u8]) {
    let _ = decoded(codec, data);
    let plain = decoded(codec, file).expect("it was compressed like that");
    assert!(plain == data, "{} bytes aren't {}", plain.len(), data.len());
}

/// `file`, cut off or with a bit flipped where the last bytes of `data` say, has `data` or an error.
fn check_damaged(codec: Codec, data: &[u8], mut file: Vec<u8>) {
    let Some(&[high, low, bit]) = data.last_chunk::<3>() else {
        return;
    };
    let at = usize::from(u16::from_be_bytes([high, low])) % file.len();
    // An empty file has no records.
    let cut = &file[..at.max(1)];
    check_right(codec, data, cut);
    file[at] ^= 1 << (bit % 8);
    check_right(codec, data, &file);
}

fn check_right(codec: Codec, data: &[u8], file: &[u8]) {
    if let Ok(plain) = decoded(codec, file) {
        assert!(plain == data, "other bytes without an error");
    }
}

fn decoded(codec: Codec, file: &[u8]) -> std::io::Result<Vec<u8>> {
    let decoder = mrjob_core::codec::Decoder::new(codec, Cursor::new(file.to_vec()), MEMORY)?;
    let mut plain = Vec::new();
    decoder.take(MOST).read_to_end(&mut plain)?;
    Ok(plain)
}
