//! Calls of the user's methods.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::steps::inputs::{Inputs, Pair};
use crate::steps::model::{Call, Stage};
use crate::steps::types::plain_name;
use crate::tokens;

/// The last expression of a generated method: calls the user's with these arguments.
pub(super) fn call(call: &Call, me: &TokenStream, arguments: &TokenStream) -> TokenStream {
    let method = &call.method;
    let called = quote!(<#me>::#method(job #arguments));
    match &call.returns {
        None => quote!(#called; ::mrjob::__private::Ok(())),
        Some(returns) if has_impl(returns.to_token_stream()) => {
            quote!(::mrjob::__private::step::Returns::returned(#called))
        }
        Some(returns) => quote!(<#returns as ::mrjob::__private::step::Returns>::returned(#called)),
    }
}

/// The same for a method that isn't what the task runs, so that a failure has to be told whose it is.
pub(super) fn named_call(call: &Call, me: &TokenStream, arguments: &TokenStream) -> TokenStream {
    let name = plain_name(&call.method);
    let body = self::call(call, me, arguments);
    quote!(::mrjob::__private::step::within(#name, || { #body }))
}

/// `init` and `finish`, where the user has methods for them.
pub(super) fn hooks(stage: &Stage, pair: &Pair, me: &TokenStream) -> TokenStream {
    let init = stage
        .init
        .as_ref()
        .map(|init| hook(init, &quote!(init), pair, me));
    let finish = stage
        .last
        .as_ref()
        .map(|last| hook(last, &quote!(finish), pair, me));
    quote!(#init #finish)
}

fn hook(hook: &Call, name: &TokenStream, pair: &Pair, me: &TokenStream) -> TokenStream {
    let Inputs::Hook { out } = &hook.inputs else {
        return TokenStream::new();
    };
    let (out_name, arguments) = match out {
        None => (quote!(_), TokenStream::new()),
        Some(out) if same(out, pair) => (quote!(out), quote!(, out)),
        Some(out) => {
            let Pair { key, value } = pair;
            let Pair {
                key: hook_key,
                value: hook_value,
            } = out;
            let fitted = quote!(::mrjob::__private::check::hook_out::<#key, #hook_key, #value, #hook_value>(out));
            (quote!(out), quote!(, #fitted))
        }
    };
    let body = named_call(hook, me, &arguments);
    quote! {
        fn #name(
            job: &mut #me,
            #out_name: &mut ::mrjob::__private::Emitter<Self::Key, Self::Value>,
        ) -> ::mrjob::__private::Result<(), ::mrjob::__private::step::StepError> {
            #body
        }
    }
}

/// Whether two emitters are spelled the same.
pub(super) fn same(a: &Pair, b: &Pair) -> bool {
    tokens::same_spelling(&a.key, &b.key) && tokens::same_spelling(&a.value, &b.value)
}

fn has_impl(ty: TokenStream) -> bool {
    let mut names = Vec::new();
    tokens::names(ty, &mut names);
    names.iter().any(|name| name == "impl")
}
