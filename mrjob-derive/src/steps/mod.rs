//! `#[mrjob::steps]`: from the methods of an `impl` to the steps of a job.
//!
//! [`parse`] reads the list of steps and the marks on methods, [`signature`] what a method takes, [`check`] puts both
//! together into the [`model`], [`flow`] finds out which step follows which, [`expand`] writes it.

mod check;
mod expand;
mod fallback;
mod flow;
mod inputs;
mod model;
mod parse;
mod role;
mod signature;
mod types;
mod words;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};

use crate::errors::Errors;

/// What the attribute writes for `item`, with `list` in its parentheses.
pub(crate) fn expand(list: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut item = match parse::item(item) {
        Ok(item) => item,
        Err(refused) => return refused,
    };
    let marks = parse::take_marks(&mut item, &mut errors);
    let listed = (!list.is_empty()).then(|| parse::list(list, &mut errors));
    let mut refused = Vec::new();
    let job = check::job(&item, marks, listed, &mut refused, &mut errors);
    let written = match job {
        Some(job) if errors.is_empty() => expand::job(&job),
        _ => {
            fallback::empty_bodies(&mut item, &refused);
            fallback::job(&item)
        }
    };
    let errors = errors.into_compile_errors();
    let item = item.to_token_stream();
    quote!(#item #errors #written)
}

/// What remains of a method that is marked `mark` in an `impl` without the attribute: itself, and an error.
pub(crate) fn mark_alone(mark: &str, method: TokenStream) -> TokenStream {
    let message = format!(
        "`#[{mark}]` marks a method of an `impl` that has `#[mrjob::steps]`, and this one hasn't: write it above the `impl`"
    );
    let error = syn::Error::new(Span::call_site(), message).into_compile_error();
    quote!(#method #error)
}
