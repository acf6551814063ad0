//! What is written instead when the struct can't be a job: enough for the rest of the program to compile.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

/// Implementations that nothing can run.
pub(super) fn job(input: &DeriveInput) -> TokenStream {
    let name = &input.ident;
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #[automatically_derived]
        impl ::mrjob::__private::Settings for #name {
            const NAME: &'static str = "";
            type Input = ::mrjob::__private::protocol::TextValue;
            type Internal = ::mrjob::__private::protocol::Json;
            type Output = ::mrjob::__private::protocol::Json;
        }

        #[automatically_derived]
        impl ::mrjob::__private::Arguments for #name {
            fn augment(command: ::mrjob::__private::clap::Command) -> ::mrjob::__private::clap::Command {
                command
            }

            fn from_matches(
                _: &::mrjob::__private::clap::ArgMatches,
            ) -> ::mrjob::__private::Result<Self, ::mrjob::__private::clap::Error> {
                ::mrjob::__private::check::refused()
            }
        }

        #[automatically_derived]
        impl ::mrjob::__private::Job for #name {}
    }
}
