//! Questions about the spelling of types and names.

use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{GenericArgument, Ident, PathArguments, Type};

use crate::tokens;

/// The type inside of the invisible groups that a macro puts around its arguments.
pub(super) fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        other => other,
    }
}

/// The type behind a reference, or the type itself.
pub(super) fn referred(ty: &Type) -> &Type {
    match ungrouped(ty) {
        Type::Reference(reference) => ungrouped(&reference.elem),
        other => other,
    }
}

/// Whether the last name of a path is `name`.
pub(super) fn is_path_to(ty: &Type, name: &str) -> bool {
    match ungrouped(ty) {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == name),
        _ => false,
    }
}

/// The type arguments of a path whose last name is `name`.
pub(super) fn type_arguments(ty: &Type, name: &str) -> Option<Vec<Type>> {
    let Type::Path(path) = ungrouped(ty) else {
        return None;
    };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    });
    Some(types.collect())
}

/// What a type is that is seen to have several parts: "a tuple".
pub(super) fn parts(ty: &Type) -> Option<&'static str> {
    match ungrouped(ty) {
        Type::Tuple(tuple) if !tuple.elems.is_empty() => Some("a tuple"),
        Type::Array(_) => Some("an array"),
        ty if is_path_to(ty, "Vec") => Some("a sequence"),
        ty => ["HashMap", "BTreeMap"]
            .iter()
            .any(|map| is_path_to(ty, map))
            .then_some("a map"),
    }
}

/// The type that owns what `ty` borrows; `None` if that can't be told.
pub(super) fn owned(ty: &Type) -> Option<Type> {
    match ungrouped(ty) {
        Type::Reference(reference) => match ungrouped(&reference.elem) {
            Type::Slice(slice) => {
                let elem = owned(&slice.elem)?;
                Some(Type::Verbatim(quote!(::mrjob::__private::Vec<#elem>)))
            }
            elem if is_path_to(elem, "str") => {
                Some(Type::Verbatim(quote!(::mrjob::__private::String)))
            }
            elem if is_path_to(elem, "Path") => {
                Some(Type::Verbatim(quote!(::mrjob::__private::PathBuf)))
            }
            elem => owned(elem),
        },
        Type::Tuple(tuple) => {
            let elems = tuple.elems.iter().map(owned).collect::<Option<Vec<_>>>()?;
            Some(Type::Verbatim(quote!((#(#elems,)*))))
        }
        other if !tokens::borrows(other.to_token_stream()) => Some(other.clone()),
        other => owned_inside(other),
    }
}

/// `Option<String>` of `Option<&str>`, and the same of `Vec`, which can be emitted for one another.
fn owned_inside(ty: &Type) -> Option<Type> {
    let name = ["Option", "Vec"]
        .into_iter()
        .find(|name| is_path_to(ty, name))?;
    let arguments = type_arguments(ty, name)?;
    let [inner] = arguments.as_slice() else {
        return None;
    };
    let inner = owned(inner)?;
    let name = Ident::new(name, ty.span());
    Some(Type::Verbatim(quote!(::mrjob::__private::#name<#inner>)))
}

/// Types in messages: as a person writes them.
pub(super) fn readable(ty: &Type) -> String {
    let written = ty.to_token_stream().to_string();
    let written = written.replace(":: mrjob :: __private :: ", "");
    written
        .replace(" < ", "<")
        .replace("< ", "<")
        .replace(" >", ">")
        .replace(" ,", ",")
        .replace("& ", "&")
        .replace(" :: ", "::")
        .replace("( ", "(")
        .replace(" )", ")")
        .replace(",)", ")")
}

/// The name of a method without `r#`.
pub(super) fn plain_name(name: &Ident) -> String {
    name.unraw().to_string()
}
