//! Lines, numbers, and where the answer goes.

use std::io::Write;

pub const PIECE: usize = 1 << 20;
pub fn save(path: &str, parts: &[Vec<u8>]) {
    let mut f = std::fs::File::create(path).expect("output");
    for p in parts {
        f.write_all(p).unwrap();
    }
}
pub fn num(out: &mut Vec<u8>, v: u64) {
    out.extend_from_slice(itoa::Buffer::new().format(v).as_bytes());
}
pub fn count_line(out: &mut Vec<u8>, k: &[u8], v: &u64) {
    out.extend_from_slice(k);
    out.push(b'\t');
    num(out, *v);
    out.push(b'\n');
}
pub fn lines<'a>(p: &'a [u8], mut f: impl FnMut(&'a [u8])) {
    let mut i = 0;
    runs_nl(p, |end| {
        f(&p[i..end]);
        i = end + 1;
    });
}
#[inline]
pub fn runs_nl(p: &[u8], mut f: impl FnMut(usize)) {
    use std::arch::x86_64::*;
    let mut i = 0;
    while i < p.len() {
        let mut m = 0u64;
        for j in 0..4 {
            unsafe {
                let x = _mm_loadu_si128(p.as_ptr().add(i + 16 * j) as *const __m128i);
                m |= (_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_set1_epi8(b'\n' as i8))) as u32
                    as u64)
                    << (16 * j);
            }
        }
        while m != 0 {
            let at = i + m.trailing_zeros() as usize;
            if at >= p.len() {
                return;
            }
            f(at);
            m &= m - 1;
        }
        i += 64;
    }
}
pub fn parse_u64(s: &[u8]) -> u64 {
    s.iter().fold(0, |a, &b| a * 10 + (b - b'0') as u64)
}

#[derive(Clone, Copy, Default)]
pub struct Agg {
    pub n: u64,
    pub sum: u64,
}
impl Agg {
    pub fn add(&mut self, b: &Agg) {
        self.n += b.n;
        self.sum += b.sum;
    }
}
#[derive(Clone, Copy, Default)]
pub struct Mean {
    pub n: u64,
    pub sum: f64,
}
