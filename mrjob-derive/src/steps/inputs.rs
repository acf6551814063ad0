//! What a method takes after `self`.

use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Type, TypeReference, TypeSlice};

use super::types::{self, is_path_to, ungrouped};

/// What a method takes after `self`.
#[derive(Clone)]
pub(super) enum Inputs {
    /// A mapper's record and emitter.
    Record {
        key: Option<Taken>,
        value: Taken,
        out: Pair,
    },
    /// A file's path, its URI and an emitter.
    File { out: Pair },
    /// A key, the type of its values, and an emitter.
    Group { key: Taken, value: Type, out: Pair },
    /// A value to add to and the next one.
    Pairwise { acc: Type, next: Type },
    /// An emitter at most.
    Hook { out: Option<Pair> },
    /// Nothing.
    Command,
}

/// The types of an emitter.
#[derive(Clone)]
pub(super) struct Pair {
    pub(super) key: Type,
    pub(super) value: Type,
}

/// What is decoded for an argument.
#[derive(Clone)]
pub(super) struct Taken {
    /// The type that is decoded.
    pub(super) ty: Type,
    /// Whether the method gets a reference to it.
    pub(super) lent: bool,
}

impl Inputs {
    /// The types of the emitter, if there is one.
    pub(super) fn out(&self) -> Option<&Pair> {
        match self {
            Inputs::Record { out, .. } | Inputs::File { out } | Inputs::Group { out, .. } => {
                Some(out)
            }
            Inputs::Hook { out } => out.as_ref(),
            Inputs::Pairwise { .. } | Inputs::Command => None,
        }
    }

    /// The owned types of a group's key and values.
    pub(super) fn taken_pair(&self) -> Option<Pair> {
        match self {
            Inputs::Group { key, value, .. } => {
                let value = value.clone();
                key.owned().map(|key| Pair { key, value })
            }
            _ => None,
        }
    }
}

impl Taken {
    /// An argument of a type that is handed over as it is decoded.
    pub(super) fn whole(ty: Type) -> Self {
        Taken { ty, lent: false }
    }

    /// How to decode an argument of type `ty`: serde lends `str`, `[u8]` and `Path`; a reference to anything else is one to
    /// a decoded value.
    pub(super) fn of(ty: &Type) -> Self {
        let Type::Reference(reference) = ungrouped(ty) else {
            return Taken::whole(ty.clone());
        };
        match ungrouped(&reference.elem) {
            Type::Slice(slice) if is_path_to(&slice.elem, "u8") => Taken::whole(ty.clone()),
            Type::Slice(slice) => Taken {
                ty: vec_of(reference, slice),
                lent: true,
            },
            elem if is_path_to(elem, "str") || is_path_to(elem, "Path") => Taken::whole(ty.clone()),
            elem => Taken {
                ty: elem.clone(),
                lent: true,
            },
        }
    }

    /// The type that owns what this one borrows; `None` if that can't be told.
    pub(super) fn owned(&self) -> Option<Type> {
        types::owned(&self.ty)
    }
}

/// `Vec<T>` for `&[T]`, with the slice's own beginning and end, so that rustc marks that.
fn vec_of(reference: &TypeReference, slice: &TypeSlice) -> Type {
    let elem = &slice.elem;
    let begin = reference.and_token.span();
    let end = slice.bracket_token.span.close();
    let vec = quote_spanned!(begin=> ::mrjob::__private::Vec<);
    let close = quote_spanned!(end=> >);
    Type::Verbatim(quote!(#vec #elem #close))
}
