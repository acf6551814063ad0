//! Where in a key a value stands, which writer and reader must agree on.

/// Decides whether a value's end has to be marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing follows: a string is raw, to the end of the key.
    Last,
    /// Something may follow: a string is escaped and terminated.
    Inner,
    /// An element of a sequence in last place.
    LastElement,
    /// An element of a sequence that something may follow.
    InnerElement,
}

impl Place {
    /// The place of the elements of a sequence that stands here.
    #[inline]
    pub(super) fn elements(self) -> Place {
        match self {
            Place::Last => Place::LastElement,
            _ => Place::InnerElement,
        }
    }

    /// The place of a tuple's field, the tuple standing here and `left` fields following.
    #[inline]
    pub(super) fn field(self, left: usize) -> Place {
        match self {
            Place::Last if left == 0 => Place::Last,
            _ => Place::Inner,
        }
    }

    #[inline]
    pub(super) fn is_element(self) -> bool {
        matches!(self, Place::LastElement | Place::InnerElement)
    }
}

/// Ends a string, bytes or a sequence that isn't in last place.
pub(super) const END: u8 = 0;
/// Goes before an element that isn't a byte, and before an escaped byte.
pub(super) const MARK: u8 = 1;

/// First byte of a variant's number that doesn't fit in one byte; four bytes, big-endian, follow.
pub(super) const WIDE_VARIANT: u8 = 0xff;

pub(super) const NONE: u8 = 0;
pub(super) const SOME: u8 = 1;
