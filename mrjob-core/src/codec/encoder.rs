//! Plain bytes to a compressed file.

use std::fs::File;
use std::io::{self, Write};

use bzip2::write::BzEncoder;
use flate2::write::GzEncoder;
use lz4_flex::frame::{BlockSize, FrameEncoder, FrameInfo};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::Codec;
use super::hadoop::SnappyWriter;

/// Plain bytes of a zstd frame: the encoder takes whole frames, and looks back 128 KiB.
const FRAME: usize = 1 << 20;

/// Writes a compressed file.
pub(crate) struct Encoder(Kind);

enum Kind {
    Gzip(GzEncoder<File>),
    Bzip2(BzEncoder<File>),
    Zstd {
        to: File,
        frame: Vec<u8>,
        frames: u64,
    },
    Lz4(FrameEncoder<File>),
    Snappy(Box<SnappyWriter<File>>),
}

impl Encoder {
    pub(crate) fn new(codec: Codec, to: File) -> io::Result<Self> {
        Ok(Encoder(match codec {
            Codec::Gzip => Kind::Gzip(GzEncoder::new(to, flate2::Compression::default())),
            Codec::Bzip2 => Kind::Bzip2(BzEncoder::new(to, bzip2::Compression::best())),
            Codec::Zstd => Kind::Zstd {
                to,
                frame: Vec::with_capacity(FRAME),
                frames: 0,
            },
            Codec::Lz4 => {
                let info = FrameInfo::new()
                    .block_size(BlockSize::Max256KB)
                    .content_checksum(true);
                Kind::Lz4(FrameEncoder::with_frame_info(info, to))
            }
            Codec::Snappy => Kind::Snappy(Box::new(SnappyWriter::new(to))),
        }))
    }

    /// Ends the file.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self.0 {
            Kind::Gzip(encoder) => encoder.finish().map(drop),
            Kind::Bzip2(encoder) => encoder.finish().map(drop),
            Kind::Zstd {
                frames: 1.., frame, ..
            } if frame.is_empty() => Ok(()),
            Kind::Zstd { mut to, frame, .. } => to.write_all(&zstd_frame(&frame)),
            Kind::Lz4(encoder) => encoder.finish().map(drop).map_err(io::Error::from),
            Kind::Snappy(mut writer) => writer.finish(),
        }
    }
}

fn zstd_frame(plain: &[u8]) -> Vec<u8> {
    compress_to_vec(plain, CompressionLevel::Fastest)
}

impl Write for Encoder {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Kind::Gzip(encoder) => encoder.write(bytes),
            Kind::Bzip2(encoder) => encoder.write(bytes),
            Kind::Lz4(encoder) => encoder.write(bytes),
            Kind::Snappy(writer) => writer.write(bytes),
            Kind::Zstd { to, frame, frames } => {
                let taken = bytes.len().min(FRAME - frame.len());
                frame.extend_from_slice(&bytes[..taken]);
                if frame.len() == FRAME {
                    to.write_all(&zstd_frame(frame))?;
                    frame.clear();
                    *frames += 1;
                }
                Ok(taken)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
