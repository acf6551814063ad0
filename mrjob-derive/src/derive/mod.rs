//! `#[derive(MrJob)]`: from a struct to its settings and arguments.

mod check;
mod expand;
mod fallback;
mod parse;

use proc_macro2::TokenStream;

use crate::errors::Errors;

/// What the derive writes for `item`.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let input = match syn::parse2::<syn::DeriveInput>(item) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let job = parse::job(&input, &mut errors);
    check::job(&job, &mut errors);
    if errors.is_empty() {
        expand::job(&job)
    } else {
        let fallback = fallback::job(&input);
        let errors = errors.into_compile_errors();
        quote::quote!(#errors #fallback)
    }
}
