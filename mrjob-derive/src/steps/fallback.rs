//! What is written instead when the steps can't be: enough for the rest of the program to compile.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{ImplItem, ItemImpl, ReturnType, Type, parse_quote};

use super::signature::has_borrowed_types;

/// An implementation that nothing can run.
pub(super) fn job(item: &ItemImpl) -> TokenStream {
    if !item.generics.params.is_empty() {
        return TokenStream::new();
    }
    steps(&item.self_ty)
}

/// The same for the type `me`.
pub(super) fn steps(me: &impl ToTokens) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::mrjob::__private::Steps for #me {
            fn steps(&self) -> ::mrjob::__private::Vec<::mrjob::__private::step::Step<Self>> {
                ::mrjob::__private::check::refused()
            }
        }
    }
}

/// Takes the bodies off methods of which rustc would say in its terms what has been said already: those with borrowed types,
/// and those whose signature was `refused`.
pub(super) fn empty_bodies(item: &mut ItemImpl, refused: &[String]) {
    for item in &mut item.items {
        if let ImplItem::Fn(method) = item
            && (has_borrowed_types(&method.sig)
                || refused.iter().any(|name| method.sig.ident == name))
            && !matches!(&method.sig.output, ReturnType::Type(_, ty) if matches!(**ty, Type::ImplTrait(_)))
        {
            method
                .attrs
                .push(parse_quote!(#[allow(unused_variables, unused_mut)]));
            method.block = parse_quote!({ ::mrjob::__private::check::refused() });
        }
    }
}
