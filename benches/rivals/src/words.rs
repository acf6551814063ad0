//! Words, sixty-four bytes at a time.

/// 64-bit masks of the bytes that are not blank (ASCII white space and controls are blank).
#[inline]
pub fn nonblank64(p: *const u8) -> u64 {
    use std::arch::x86_64::*;
    unsafe {
        let lim = _mm_set1_epi8(0x21);
        let m = |i: usize| {
            let x = _mm_loadu_si128(p.add(16 * i) as *const __m128i);
            // max(x, 0x21) == x, unsigned: x >= 0x21
            _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(x, lim), x)) as u32 as u64
        };
        m(0) | m(1) << 16 | m(2) << 32 | m(3) << 48
    }
}
/// 64-bit masks of lowercase ASCII letters, digits, `_`, `'` and all bytes from 0x80.
#[inline]
pub fn word64(p: *const u8) -> u64 {
    use std::arch::x86_64::*;
    unsafe {
        let s = |c: u8| _mm_set1_epi8(c as i8);
        let m = |i: usize| {
            let x = _mm_loadu_si128(p.add(16 * i) as *const __m128i);
            let in_range = |lo: u8, n: u8| {
                let y = _mm_sub_epi8(x, s(lo));
                _mm_cmpeq_epi8(_mm_min_epu8(y, s(n)), y)
            };
            let w = _mm_or_si128(
                _mm_or_si128(in_range(b'a', 25), in_range(b'0', 9)),
                _mm_or_si128(_mm_cmpeq_epi8(x, s(b'_')), _mm_cmpeq_epi8(x, s(b'\''))),
            );
            (_mm_movemask_epi8(w) | _mm_movemask_epi8(x)) as u32 as u64
        };
        m(0) | m(1) << 16 | m(2) << 32 | m(3) << 48
    }
}
/// Call `f` with each run of set bytes; `s` must be readable 64 bytes past its end.
#[inline]
pub fn runs<'a>(s: &'a [u8], mask: impl Fn(*const u8) -> u64, mut f: impl FnMut(&'a [u8])) {
    let p = s.as_ptr();
    let n = s.len();
    let (mut i, mut start, mut open) = (0usize, 0usize, false);
    while i < n {
        let mut m = unsafe { mask(p.add(i)) };
        if n - i < 64 {
            m &= (1u64 << (n - i)) - 1;
        }
        // Edges: a bit set where the class changes.
        let mut e = m ^ (m << 1 | open as u64);
        while e != 0 {
            let at = i + e.trailing_zeros() as usize;
            if open {
                f(unsafe { s.get_unchecked(start..at) });
            }
            start = at;
            open = !open;
            e &= e - 1;
        }
        i += 64;
    }
    if open {
        f(&s[start..n]);
    }
}

/// Lowercase `s` into `out`; non-ASCII characters that are no word characters become blanks.
pub fn lower_words(s: &[u8], out: &mut Vec<u8>) {
    out.clear();
    out.reserve(s.len() * 2 + 128);
    let mut i = 0;
    while i < s.len() {
        let from = i;
        let n = s[i..]
            .iter()
            .position(|b| !b.is_ascii())
            .unwrap_or(s.len() - i);
        i += n;
        out.extend(s[from..i].iter().map(|b| b.to_ascii_lowercase()));
        while i < s.len() && !s[i].is_ascii() {
            let len = if s[i] >= 0xF0 {
                4
            } else if s[i] >= 0xE0 {
                3
            } else {
                2
            };
            let c = std::str::from_utf8(&s[i..(i + len).min(s.len())])
                .ok()
                .and_then(|t| t.chars().next())
                .unwrap_or(' ');
            i += len;
            if c.is_alphanumeric() {
                let mut b = [0; 4];
                for l in c.to_lowercase() {
                    out.extend_from_slice(l.encode_utf8(&mut b).as_bytes());
                }
            } else {
                out.push(b' ');
            }
        }
    }
}
