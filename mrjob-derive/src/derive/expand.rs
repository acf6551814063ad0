//! Writes the implementations of `Settings`, `Arguments` and `Job`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Ident, Type};

use super::parse::{Job, JobField};
use crate::tokens;

/// The protocols that need no path.
const BUILT_IN: [&str; 8] = [
    "Json",
    "JsonValue",
    "Text",
    "TextValue",
    "Bytes",
    "BytesValue",
    "Csv",
    "Compact",
];

/// Everything that the derive writes.
pub(super) fn job(job: &Job<'_>) -> TokenStream {
    let name = job.name;
    let settings = settings(job);
    let arguments = arguments(job);
    quote! {
        #settings

        #arguments

        #[automatically_derived]
        impl ::mrjob::__private::Job for #name {}
    }
}

fn settings(job: &Job<'_>) -> TokenStream {
    let name = job.name;
    let text = name.unraw().to_string();
    let input = protocol(job.settings.input.as_ref(), "TextValue");
    let internal = protocol(job.settings.internal.as_ref(), "Json");
    let output = protocol(job.settings.output.as_ref(), "Json");
    let sort_values = job.settings.sort_values.then(|| {
        quote!(
            const SORT_VALUES: bool = true;
        )
    });
    let properties = job.settings.jobconf.iter().map(|property| {
        let (name, value) = (&property.name, &property.value);
        quote!((#name, #value))
    });
    let jobconf = (!job.settings.jobconf.is_empty()).then(
        || quote!(const JOBCONF: &'static [(&'static str, &'static str)] = &[#(#properties),*];),
    );
    quote! {
        #[automatically_derived]
        impl ::mrjob::__private::Settings for #name {
            const NAME: &'static str = #text;
            type Input = #input;
            type Internal = #internal;
            type Output = #output;
            #sort_values
            #jobconf
        }
    }
}

/// A protocol as written, with its path if it is one of ours.
fn protocol(written: Option<&Type>, default: &str) -> TokenStream {
    let Some(written) = written else {
        let default = Ident::new(default, proc_macro2::Span::call_site());
        return quote!(::mrjob::__private::protocol::#default);
    };
    match written {
        Type::Path(path)
            if path
                .path
                .get_ident()
                .is_some_and(|name| BUILT_IN.iter().any(|b| name == b)) =>
        {
            quote!(::mrjob::__private::protocol::#path)
        }
        other => other.to_token_stream(),
    }
}

/// clap's derive reads a struct of the argument fields alone, and the job is made from that.
fn arguments(job: &Job<'_>) -> TokenStream {
    let name = job.name;
    let (fields, state): (Vec<_>, Vec<_>) =
        job.fields.iter().partition(|field| field.state.is_none());
    let mirror = mirror_name(job, &fields);
    let declared = fields.iter().map(|field| {
        let JobField {
            name: field_name,
            ty,
            clap,
            ..
        } = field;
        tokens::without_self(quote!(#(#clap)* #field_name: #ty), &name.to_token_stream())
    });
    let clap_attributes = tokens::without_self(
        job.clap.iter().map(ToTokens::to_token_stream).collect(),
        &name.to_token_stream(),
    );
    let given: Vec<_> = fields.iter().map(|field| field.name).collect();
    let state = state.iter().map(|field| {
        let JobField { name, ty, .. } = field;
        quote!(#name: <#ty as ::mrjob::__private::Default>::default())
    });
    let files = file_arguments(&fields);
    quote! {
        const _: () = {
            // clap's derive names `clap`, `Some` and `None`, which are not the user's here.
            #[allow(unused_imports)]
            use ::mrjob::__private::{clap, None, Some};

            #[derive(::mrjob::__private::clap::Args)]
            #clap_attributes
            struct #mirror {
                #(#declared,)*
            }

            #[automatically_derived]
            impl ::mrjob::__private::Arguments for #name {
                fn augment(command: clap::Command) -> clap::Command {
                    <#mirror as clap::Args>::augment_args(command)
                }

                fn from_matches(matches: &clap::ArgMatches) -> ::mrjob::__private::Result<Self, clap::Error> {
                    let #mirror { #(#given),* } = <#mirror as clap::FromArgMatches>::from_arg_matches(matches)?;
                    ::mrjob::__private::Ok(Self {
                        #(#given,)*
                        #(#state,)*
                    })
                }

                #files
            }
        };
    }
}

fn mirror_name(job: &Job<'_>, fields: &[&JobField<'_>]) -> Ident {
    let mut taken = Vec::new();
    for field in fields {
        let clap = &field.clap;
        let ty = field.ty;
        tokens::names(quote!(#(#clap)* #ty), &mut taken);
    }
    tokens::fresh(&format!("{}Arguments", job.name.unraw()), &mut taken)
}

fn file_arguments(fields: &[&JobField<'_>]) -> Option<TokenStream> {
    let ids: Vec<String> = fields
        .iter()
        .filter(|field| field.file.is_some())
        .map(|field| field.id())
        .collect();
    (!ids.is_empty()).then(|| {
        quote! {
            fn file_arguments() -> &'static [&'static str] {
                &[#(#ids),*]
            }
        }
    })
}
