//! What a source is, by its first bytes: what is told, and what is left alone.

#![cfg(feature = "compression")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{Cursor, Read as _, Write as _};

use mrjob_core::codec::{Codec, CodecError, Content, Foreign, lines};

const MARK: &[u8] = b"\xef\xbb\xbf";

/// A tar archive's first header, of `name`.
fn tar(name: &str) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..136].copy_from_slice(b"00000000006\0");
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    [header, b"hello\n".to_vec(), vec![0; 1530]].concat()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut file = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    file.write_all(plain).unwrap();
    file.finish().unwrap()
}

#[test]
fn kinds_of_files_are_known() {
    let with_mark = [&b"\xff\xfe"[..], &utf16("a\n")].concat();
    let tar = tar("a.txt");
    let mut old_tar = tar.clone();
    old_tar[257..265].fill(0);
    old_tar[148..156].fill(b' ');
    let sum: u32 = old_tar[..512].iter().map(|byte| u32::from(*byte)).sum();
    old_tar[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    for (start, wanted) in [
        (&with_mark[..], Foreign::Utf16),
        (b"\xff\xfe", Foreign::Utf16),
        (b"\xfe\xff\0a", Foreign::Utf16),
        (b"\xff\xfe\0\0a\0\0\0", Foreign::Utf32),
        (b"\0\0\xfe\xff\0\0\0a", Foreign::Utf32),
        (&utf16("to be\nor"), Foreign::Utf16Le),
        (b"\0t\0o\0\n\0b", Foreign::Utf16Be),
        (&tar, Foreign::Tar),
        (&old_tar, Foreign::Tar),
        (b"PK\x03\x04\x14\0\0\0", Foreign::Zip),
        (b"7z\xbc\xaf\x27\x1c\0\x04", Foreign::SevenZip),
        (b"Rar!\x1a\x07\x01\0", Foreign::Rar),
        (b"\xfd7zXZ\0\0\x04", Foreign::Xz),
        (
            b"]\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0",
            Foreign::Lzma,
        ),
        (b"LZIP\x01\x0c", Foreign::Lzip),
        (b"\x89LZO\0\x0d\x0a\x1a\x0a", Foreign::Lzop),
        (b"\x1f\x9d\x90", Foreign::Compress),
        (b"\x02\x21\x4c\x18\x03\0\0\0", Foreign::OldLz4),
        (b"PAR1\x15\x04\x15\x10", Foreign::Parquet),
        (b"Obj\x01\x04\x14avro.codec\x08null", Foreign::Avro),
        (b"ORC\x0a\x06\x08\0\x10\0", Foreign::Orc),
        (
            b"SEQ\x06\x19org.apache.hadoop.io.Text\x19org",
            Foreign::Sequence,
        ),
    ] {
        assert_eq!(
            Content::of(start),
            Content::Foreign(wanted),
            "{}",
            start.escape_ascii()
        );
    }
}

#[test]
fn compressed_files_are_known() {
    for (start, codec) in [
        (&b"\x1f\x8b\x08\x08\0"[..], Codec::Gzip),
        (b"BZh91AY&SY", Codec::Bzip2),
        (b"BZh1\x17\x72\x45\x38\x50\x90", Codec::Bzip2),
        (b"\x28\xb5\x2f\xfd\x04", Codec::Zstd),
        (b"\x04\x22\x4d\x18\x64", Codec::Lz4),
        (b"\xff\x06\0\0sNaPpY\0", Codec::Snappy),
        (b"\x50\x2a\x4d\x18\x02\0\0\0ab\x28\xb5\x2f\xfd", Codec::Zstd),
        (b"\x50\x2a\x4d\x18\x02\0\0\0ab\x04\x22\x4d\x18", Codec::Lz4),
    ] {
        assert_eq!(
            Content::of(start),
            Content::Compressed(codec),
            "{}",
            start.escape_ascii()
        );
    }
}

#[test]
fn text_that_begins_like_a_file_of_another_kind_is_text() {
    let ustar = [&[b'x'; 257][..], b"ustar\x0000", &[b'x'; 300]].concat();
    for text in [
        &b""[..],
        b"\x1f",
        b"\x1f a field\n",
        b"\x1f\x8b",
        b"BZh9 is what bzip2 writes\n",
        b"PK is Pakistan\n",
        b"7z and 7zip\n",
        b"Rar! said the lion\n",
        b"LZIP is a format\n",
        b"ORC is a language\n",
        b"ORC\x01field\x01field\n",
        b"Obj C\n",
        b"Obj\x01field\n",
        b"PAR1 and PAR2\n",
        b"SEQ\x05 five\n",
        b"SEQUENCE\n",
        b"]\0\0",
        b"\xff",
        b"\xfe",
        b"\xef\xbb",
        b"a\0b\0c\0d\0e\0",
        b"\0\x01\0\n\0\x02\0\x03",
        &ustar,
    ] {
        assert_eq!(Content::of(text), Content::Plain, "{}", text.escape_ascii());
    }
}

/// All bytes of the lines of a file of this name, or what is said of it, with the hint.
fn read(name: &str, file: &[u8]) -> Result<Vec<u8>, String> {
    let mut read = Vec::new();
    let said = |error| {
        let error: &CodecError = CodecError::of(&error).unwrap();
        format!("{error}; {}", error.hint())
    };
    lines(name, Cursor::new(file.to_vec()), 1 << 26)
        .and_then(|mut lines| lines.read_to_end(&mut read))
        .map_err(said)?;
    Ok(read)
}

#[test]
fn one_mark_at_the_beginning_is_no_data() {
    let marked = [MARK, b"a\n"].concat();
    for (file, wanted) in [
        (&marked[..], &b"a\n"[..]),
        (MARK, b""),
        (&MARK[..2], &MARK[..2]),
        (b"a\n\xef\xbb\xbfb\n", b"a\n\xef\xbb\xbfb\n"),
    ] {
        for (name, file) in [("x", file), ("x.log", &gzip(file))] {
            assert_eq!(read(name, file).unwrap(), wanted);
        }
    }
    let twice = [MARK, MARK, b"a\n"].concat();
    assert_eq!(read("x", &twice).unwrap(), [MARK, b"a\n"].concat());
}

#[test]
fn contents_are_read_whatever_the_name_says() {
    let file = gzip(b"a\n");
    for name in ["x", "x.txt", "x.gz", "x.bz2", "x.lz4", "x.zst"] {
        assert_eq!(read(name, &file).unwrap(), b"a\n", "{name}");
    }
    let said = read("x.gz", b"text\n").unwrap_err();
    assert!(
        said.starts_with("it isn't gzip, as its name says: it begins with `text\\n` instead"),
        "{said}"
    );
}

#[test]
fn the_way_out_goes_by_where_the_source_is_and_what_it_is_inside() {
    let utf16 = [&b"\xff\xfe"[..], &utf16("a\n")].concat();
    let parquet = b"PAR1\x15\x04\x15\x10";
    for (name, file, wanted) in [
        (
            "my file.txt",
            &utf16[..],
            "it is text in UTF-16, which isn't read; make lines of it on the way: \
             `iconv -f UTF-16 -t UTF-8 'my file.txt' | … -`",
        ),
        (
            "a.tar.gz",
            &gzip(&tar("a")),
            "it is a tar archive inside gzip, which isn't read; make lines of it on the way: \
             `gzip -dc a.tar.gz | tar -xOf - | … -`",
        ),
        (
            "<stdin>",
            &gzip(&utf16),
            "it is text in UTF-16 inside gzip, which isn't read; make lines of it on the way: \
             `… | gzip -dc | iconv -f UTF-16 -t UTF-8 | … -`",
        ),
        (
            "s3://b/x.gz",
            &gzip(&gzip(b"a\n")),
            "it is compressed twice, by gzip inside gzip, which isn't read; make lines of it on the way: \
             `aws s3 cp s3://b/x.gz - | gzip -dc | gzip -dc | … -`",
        ),
        (
            "hdfs://h/x",
            parquet,
            "it is a Parquet file, which isn't read; first make `hadoop fs -cat hdfs://h/x > FILE`, and then lines of that: \
             `duckdb -c \"COPY (FROM read_parquet('FILE')) TO '/dev/stdout' (FORMAT json)\" | … -`",
        ),
    ] {
        assert_eq!(read(name, file).unwrap_err(), wanted);
    }
}
