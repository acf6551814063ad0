//! What is written instead when the steps can't be: enough for the rest of the program to compile.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ImplItem, ItemImpl, parse_quote};

use super::signature::has_borrowed_types;

/// An implementation that nothing can run.
pub(super) fn job(item: &ItemImpl) -> TokenStream {
    if !item.generics.params.is_empty() {
        return TokenStream::new();
    }
    let me = &item.self_ty;
    quote! {
        #[automatically_derived]
        impl ::mrjob::__private::Steps for #me {
            fn steps(&self) -> ::mrjob::__private::Vec<::mrjob::__private::step::Step<Self>> {
                ::mrjob::__private::check::refused()
            }
        }
    }
}

/// Takes the bodies off methods of which rustc would say in terms of lifetimes what has been said already.
pub(super) fn empty_bodies(item: &mut ItemImpl) {
    for item in &mut item.items {
        if let ImplItem::Fn(method) = item
            && has_borrowed_types(&method.sig)
        {
            method.attrs.push(parse_quote!(#[allow(unused_variables)]));
            method.block = parse_quote!({ ::mrjob::__private::check::refused() });
        }
    }
}
