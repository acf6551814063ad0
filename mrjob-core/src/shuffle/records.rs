//! Records as they were emitted, in chunks that are never copied.

use super::bytes::word;
use super::error::ShuffleError;
use super::options::PairLimit;
use super::pages::ask_for_large;
use super::prefetch::prefetch;

/// Bytes of a chunk, of 32 parts of the memory at most: of the first ones, and of those of many records.
const CHUNK: usize = 256 << 10;
const LARGEST_CHUNK: usize = 16 << 20;
const SMALLEST_CHUNK: usize = 2 << 10;

/// Chunks before the large ones.
const FIRST: usize = 16;

/// Lengths of key and value before a small record, `u16` each.
const HEADER: usize = 4;

/// In place of the key's length: the record is a large one, its number follows as a `u32`.
const LARGE: u16 = u16::MAX;

/// Room that is left for a record at least, and at most.
const ROOM: usize = 64;

/// A record's place, with the eight bytes that it is sorted by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) word: u64,
    /// Chunk and offset: in the order of emission.
    pub(super) place: u64,
}

/// A record that has no place in a chunk.
#[derive(Debug)]
struct Large {
    key: usize,
    bytes: Box<[u8]>,
}

/// Records in the order of emission.
#[derive(Debug)]
pub(super) struct Records {
    chunks: Vec<Vec<u8>>,
    /// The chunk that is filled; those after it are empty ones, kept for reuse.
    current: usize,
    /// Bytes of one of the first chunks, and of a later one.
    chunk_size: usize,
    large_chunk_size: usize,
    large: Vec<Large>,
    large_bytes: usize,
    /// Room that a record is expected to need.
    room: usize,
    limit: PairLimit,
}

/// A record that was appended but doesn't fit its chunk: [`Records::relocate`] has to be called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unplaced {
    start: usize,
    key: usize,
    value: usize,
    capacity: usize,
}

impl Records {
    pub(super) fn new(memory: usize) -> Self {
        let chunk_size = (memory / 32).clamp(SMALLEST_CHUNK, CHUNK);
        Self {
            chunks: vec![Vec::new()],
            current: 0,
            chunk_size,
            large_chunk_size: (memory / 32).clamp(chunk_size, LARGEST_CHUNK),
            large: Vec::new(),
            large_bytes: 0,
            room: ROOM,
            limit: PairLimit::within(memory),
        }
    }

    pub(super) fn chunk_size(&self) -> usize {
        self.chunk_size
    }

    /// Bytes held, by chunks kept for reuse too.
    pub(super) fn memory(&self) -> usize {
        let first = self.chunks.len().min(FIRST);
        let later = self.chunks.len() - first;
        first * self.chunk_size + later * self.large_chunk_size + self.large_bytes
    }

    /// Bytes of the chunk with this number.
    fn size(&self, number: usize) -> usize {
        match number {
            ..FIRST => self.chunk_size,
            _ => self.large_chunk_size,
        }
    }

    /// Bytes that [`next_chunk`](Self::next_chunk) will take if it comes to that now.
    pub(super) fn next_chunk_memory(&self) -> usize {
        let kept = self.current + 1 < self.chunks.len();
        if self.has_room() || kept {
            0
        } else {
            self.size(self.chunks.len())
        }
    }

    /// Drops the chunks that are kept for reuse.
    pub(super) fn drop_spare(&mut self) {
        self.chunks.truncate(self.current + 1);
    }

    /// Whether a record of the usual size fits the current chunk.
    #[inline]
    pub(super) fn has_room(&self) -> bool {
        let chunk = &self.chunks[self.current];
        chunk.capacity() - chunk.len() >= self.room
    }

    /// Turns to a chunk with room.
    pub(super) fn next_chunk(&mut self) {
        if !self.chunks[self.current].is_empty() {
            self.current += 1;
        }
        if self.current == self.chunks.len() {
            self.chunks.push(Vec::new());
        }
        let size = self.size(self.current);
        let chunk = &mut self.chunks[self.current];
        if chunk.capacity() < size {
            chunk.reserve_exact(size);
            ask_for_large(chunk);
        }
    }

    /// Forgets all records and keeps the chunks.
    pub(super) fn clear(&mut self) {
        self.chunks.iter_mut().for_each(Vec::clear);
        self.current = 0;
        self.large.clear();
        self.large_bytes = 0;
    }

    /// Lets the closures append key and value to the current chunk. There has to be room for a header.
    #[inline]
    pub(super) fn append<E>(
        &mut self,
        key: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
        value: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<Result<Entry, Unplaced>, E> {
        let chunk = &mut self.chunks[self.current];
        let (start, capacity) = (chunk.len(), chunk.capacity());
        chunk.extend_from_slice(&[0; HEADER]);
        let mut middle = start;
        let encoded = key(chunk).and_then(|()| {
            middle = chunk.len();
            value(chunk)
        });
        if let Err(error) = encoded {
            chunk.truncate(start);
            chunk.shrink_to(capacity);
            return Err(error);
        }
        let (key, value) = (middle - start - HEADER, chunk.len() - middle);
        if chunk.capacity() != capacity || key.max(value) >= usize::from(LARGE) {
            return Ok(Err(Unplaced {
                start,
                key,
                value,
                capacity,
            }));
        }
        chunk[start..start + 2].copy_from_slice(&(key as u16).to_le_bytes());
        chunk[start + 2..start + 4].copy_from_slice(&(value as u16).to_le_bytes());
        Ok(Ok(Entry {
            word: word(&chunk[start + HEADER..middle]),
            place: (self.current as u64) << 32 | start as u64,
        }))
    }

    /// Finds a place for a record that outgrew its chunk.
    #[cold]
    pub(super) fn relocate(&mut self, record: Unplaced) -> Result<Entry, ShuffleError> {
        let Unplaced {
            start,
            key,
            value,
            capacity,
        } = record;
        let chunk = &mut self.chunks[self.current];
        let bytes = if chunk.capacity() == capacity {
            let bytes = chunk[start + HEADER..].to_vec();
            chunk.truncate(start);
            bytes
        } else {
            // The record keeps the memory that the chunk grew to: it may be a long one.
            let mut before = Vec::with_capacity(capacity);
            before.extend_from_slice(&chunk[..start]);
            let mut bytes = std::mem::replace(chunk, before);
            bytes.drain(..start + HEADER);
            bytes
        };
        self.limit.check(key, value)?;
        let word = word(&bytes[..key]);
        let needed = HEADER + bytes.len();
        if needed <= self.chunk_size / 4 {
            self.room = self.room.max(needed);
            self.next_chunk();
            let chunk = &mut self.chunks[self.current];
            let place = (self.current as u64) << 32 | chunk.len() as u64;
            chunk.extend_from_slice(&(key as u16).to_le_bytes());
            chunk.extend_from_slice(&(value as u16).to_le_bytes());
            chunk.extend_from_slice(&bytes);
            return Ok(Entry { word, place });
        }
        let place = (self.current as u64) << 32 | chunk.len() as u64;
        chunk.extend_from_slice(&LARGE.to_le_bytes());
        chunk.extend_from_slice(&0u16.to_le_bytes());
        chunk.extend_from_slice(&(self.large.len() as u32).to_le_bytes());
        self.large_bytes += bytes.len() + size_of::<Large>();
        let bytes = bytes.into_boxed_slice();
        self.large.push(Large { key, bytes });
        Ok(Entry { word, place })
    }

    /// Fetches a record into the cache.
    #[inline]
    pub(super) fn prefetch(&self, entry: &Entry) {
        let chunk = &self.chunks[(entry.place >> 32) as usize];
        if let Some(record) = chunk.get(entry.place as u32 as usize) {
            prefetch(record);
        }
    }

    #[inline]
    pub(super) fn key(&self, entry: &Entry) -> &[u8] {
        self.get(entry).0
    }

    /// Key and value.
    #[inline]
    pub(super) fn get(&self, entry: &Entry) -> (&[u8], &[u8]) {
        let record = &self.chunks[(entry.place >> 32) as usize][entry.place as u32 as usize..];
        let (&[k0, k1, v0, v1], body) = record
            .split_first_chunk::<HEADER>()
            .expect("every record has a header");
        let (key, value) = (u16::from_le_bytes([k0, k1]), u16::from_le_bytes([v0, v1]));
        if key == LARGE {
            return self.get_large(body);
        }
        body[..usize::from(key) + usize::from(value)].split_at(usize::from(key))
    }

    #[cold]
    fn get_large(&self, body: &[u8]) -> (&[u8], &[u8]) {
        let number = body.first_chunk().expect("its number follows the header");
        let large = &self.large[u32::from_le_bytes(*number) as usize];
        large.bytes.split_at(large.key)
    }
}
