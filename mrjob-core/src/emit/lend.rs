//! What may be emitted as what: `&str` as `String`, `(&str, u64)` as `(String, u64)`, a type as itself.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use crate::key::{Desc, Encoded};

/// Encodes exactly as `T`, so that it can be emitted where `T` is expected, without allocating.
///
/// `How` tells apart the ways in which a type stands for another; it is always inferred. Every type stands for
/// itself, and what [`Lent`] is written for stands for what it is lent from. A borrowed form of a type of your own is
/// one `impl` of [`Lent`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be emitted as `{T}`",
    label = "expected `{T}` or a borrowed form of it",
    note = "`&str` stands for `String`, `&[A]` for `Vec<A>`, `&T` for `T: Clone`, and tuples of these for tuples"
)]
pub trait As<T, How = Same>: Sized {
    /// The value as a `T` of its own.
    fn own(self) -> T;

    /// Puts the value into `slot`, reusing what memory is there.
    fn store(self, slot: &mut T) {
        *slot = self.own();
    }
}

/// [`As`] for what is lent from a `T`: never for `T` itself.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be emitted as `{T}`")]
pub trait Lent<T, How>: Sized {
    /// The value as a `T` of its own.
    fn own(self) -> T;

    /// Puts the value into `slot`, reusing what memory is there.
    fn store(self, slot: &mut T) {
        *slot = self.own();
    }
}

/// A type stands for itself.
#[derive(Debug)]
pub struct Same;

/// A type stands for what it is lent from.
#[derive(Debug)]
pub struct Borrowed<How>(PhantomData<How>);

impl<T> As<T, Same> for T {
    #[inline]
    fn own(self) -> T {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<A: Lent<T, How>, T, How> As<T, Borrowed<How>> for A {
    #[inline]
    fn own(self) -> T {
        Lent::own(self)
    }

    #[inline]
    fn store(self, slot: &mut T) {
        Lent::store(self, slot);
    }
}

/// How text stands for `String`.
#[derive(Debug)]
pub struct Text;
/// How a reference stands for what it refers to.
#[derive(Debug)]
pub struct Ref;
/// How a reference to what is lent stands for the owner.
#[derive(Debug)]
pub struct RefTo<How>(PhantomData<How>);
/// How the elements of a collection stand for others.
#[derive(Debug)]
pub struct Each<How>(PhantomData<How>);
/// How a tuple stands for another whose first lent position is `N`.
#[derive(Debug)]
pub struct At<const N: usize, How>(PhantomData<How>);

impl Lent<String, Text> for &str {
    #[inline]
    fn own(self) -> String {
        self.to_owned()
    }

    #[inline]
    fn store(self, slot: &mut String) {
        slot.clear();
        slot.push_str(self);
    }
}

impl Lent<String, Text> for Cow<'_, str> {
    #[inline]
    fn own(self) -> String {
        self.into_owned()
    }

    #[inline]
    fn store(self, slot: &mut String) {
        slot.clear();
        slot.push_str(&self);
    }
}

impl Lent<String, Text> for Box<str> {
    fn own(self) -> String {
        self.into_string()
    }
}

impl Lent<String, Text> for fmt::Arguments<'_> {
    fn own(self) -> String {
        fmt::format(self)
    }
}

impl Lent<PathBuf, Text> for &Path {
    fn own(self) -> PathBuf {
        self.to_owned()
    }
}

impl<T: Clone> Lent<T, Ref> for &T {
    #[inline]
    fn own(self) -> T {
        self.clone()
    }

    #[inline]
    fn store(self, slot: &mut T) {
        slot.clone_from(self);
    }
}

impl<A: Lent<T, How> + Clone, T, How> Lent<T, RefTo<How>> for &A {
    #[inline]
    fn own(self) -> T {
        self.clone().own()
    }

    #[inline]
    fn store(self, slot: &mut T) {
        self.clone().store(slot);
    }
}

impl<A: As<T, How> + Clone, T, How> Lent<Vec<T>, Each<How>> for &[A] {
    fn own(self) -> Vec<T> {
        self.iter().cloned().map(As::own).collect()
    }

    fn store(self, slot: &mut Vec<T>) {
        slot.clear();
        slot.extend(self.iter().cloned().map(As::own));
    }
}

impl<A: Lent<T, How>, T, How> Lent<Vec<T>, Each<How>> for Vec<A> {
    fn own(self) -> Vec<T> {
        self.into_iter().map(Lent::own).collect()
    }
}

impl<A: Lent<T, How>, T, How> Lent<Option<T>, Each<How>> for Option<A> {
    #[inline]
    fn own(self) -> Option<T> {
        self.map(Lent::own)
    }
}

impl<A: Lent<T, How>, T, How> Lent<Desc<T>, Each<How>> for Desc<A> {
    #[inline]
    fn own(self) -> Desc<T> {
        Desc(self.0.own())
    }

    #[inline]
    fn store(self, slot: &mut Desc<T>) {
        self.0.store(&mut slot.0);
    }
}

impl<A: Lent<T, How>, T, How> Lent<Encoded<T>, Each<How>> for Encoded<A> {
    #[inline]
    fn own(self) -> Encoded<T> {
        Encoded(self.0.own())
    }

    #[inline]
    fn store(self, slot: &mut Encoded<T>) {
        self.0.store(&mut slot.0);
    }
}

/// One `impl` for tuples whose positions before `$n` are the types themselves, whose `$n`th is lent, and whose later ones
/// are either: so exactly one applies to any tuple that isn't itself.
macro_rules! lent_at {
    ([$(($same:ident $same_slot:ident))*] $n:literal $lent:ident $slot:ident $to:ident $how:ident
     [$(($after:ident $after_slot:ident $after_to:ident $after_how:ident))*]) => {
        impl<$($same,)* $lent: Lent<$to, $how>, $to, $how, $($after: As<$after_to, $after_how>, $after_to, $after_how,)*>
            Lent<($($same,)* $to, $($after_to,)*), At<$n, ($how, $($after_how,)*)>> for ($($same,)* $lent, $($after,)*)
        {
            #[inline]
            #[expect(non_snake_case, reason = "a position is named by its type parameter")]
            fn own(self) -> ($($same,)* $to, $($after_to,)*) {
                let ($($same,)* $lent, $($after,)*) = self;
                ($($same,)* $lent.own(), $($after.own(),)*)
            }

            #[inline]
            #[expect(non_snake_case, reason = "a position is named by its type parameter")]
            fn store(self, slot: &mut ($($same,)* $to, $($after_to,)*)) {
                let ($($same,)* $lent, $($after,)*) = self;
                let ($($same_slot,)* $slot, $($after_slot,)*) = slot;
                $(*$same_slot = $same;)*
                $lent.store($slot);
                $($after.store($after_slot);)*
            }
        }
    };
}

/// Walks the lent position through a tuple.
macro_rules! lent_tuple {
    ([$(($sn:literal $sa:ident $ss:ident $st:ident $sm:ident))*]) => {};
    ([$(($sn:literal $sa:ident $ss:ident $st:ident $sm:ident))*] ($n:literal $a:ident $s:ident $t:ident $m:ident)
     $(($an:literal $aa:ident $as:ident $at:ident $am:ident))*) => {
        lent_at!([$(($sa $ss))*] $n $a $s $t $m [$(($aa $as $at $am))*]);
        lent_tuple!([$(($sn $sa $ss $st $sm))* ($n $a $s $t $m)] $(($an $aa $as $at $am))*);
    };
}

/// All tuples up to the longest given.
macro_rules! lent_tuples {
    ([$($done:tt)*]) => { lent_tuple!([] $($done)*); };
    ([$($done:tt)*] $next:tt $($rest:tt)*) => {
        lent_tuple!([] $($done)*);
        lent_tuples!([$($done)* $next] $($rest)*);
    };
}

lent_tuples!([] (0 A0 s0 T0 M0) (1 A1 s1 T1 M1) (2 A2 s2 T2 M2) (3 A3 s3 T3 M3)
    (4 A4 s4 T4 M4) (5 A5 s5 T5 M5) (6 A6 s6 T6 M6) (7 A7 s7 T7 M7));
