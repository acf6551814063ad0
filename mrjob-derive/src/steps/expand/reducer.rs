//! Writes implementations of `Reducer`, `Combiner` and `PairCombiner`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

use super::call;
use crate::steps::inputs::{Inputs, Pair, Taken};
use crate::steps::model::Stage;
use crate::steps::types::plain_name;
use crate::tokens::same_spelling;

/// For a reducer; `shuffled` is what its step's mapper emits, if that isn't a command.
pub(super) fn reducer(stage: &Stage, shuffled: Option<&Pair>, me: &TokenStream) -> TokenStream {
    let Inputs::Group { key, value, out } = &stage.main.inputs else {
        return TokenStream::new();
    };
    let own = stage.main.inputs.taken_pair();
    let Some(shuffled) = shuffled.or(own.as_ref()) else {
        return TokenStream::new();
    };
    let Pair {
        key: in_key,
        value: in_value,
    } = shuffled;
    let (marker, name) = (&stage.marker, plain_name(&stage.main.method));
    let hooks = call::hooks(stage, out, me);
    let decoded = decode(key, in_key, &quote!(reducer_key));
    let lend = key.lent.then(|| quote!(&));
    let values = fitted(&quote!(values), value, in_value, &quote!(reducer_values));
    let body = call::call(&stage.main, me, &quote!(, #lend key, #values, out));
    let Pair {
        key: out_key,
        value: out_value,
    } = out;
    quote! {
        struct #marker;

        #[automatically_derived]
        impl ::mrjob::__private::step::Reducer<#me> for #marker {
            type InKey = #in_key;
            type InValue = #in_value;
            type Key = #out_key;
            type Value = #out_value;
            const NAME: &'static str = #name;

            fn order() -> ::mrjob::__private::order::GroupOrder<Self::InKey, Self::InValue> {
                use ::mrjob::__private::order::{Agreed as _, Own as _, Unordered as _};
                ::mrjob::__private::order::GroupOrder {
                    keys: (&&&::mrjob::__private::order::Of::<Self::InKey>::new()).order(),
                    values: (&&&::mrjob::__private::order::Of::<Self::InValue>::new()).order(),
                }
            }
            #hooks

            #[inline]
            fn reduce(
                job: &mut #me,
                key: ::mrjob::__private::step::GroupKey<'_>,
                values: ::mrjob::__private::Values<'_, Self::InValue>,
                out: &mut ::mrjob::__private::Emitter<Self::Key, Self::Value>,
            ) -> ::mrjob::__private::Result<(), ::mrjob::__private::step::StepError> {
                #decoded
                #body
            }
        }
    }
}

/// For a combiner of either form, and what stands for it in the step.
pub(super) fn combiner(
    stage: &Stage,
    shuffled: Option<&Pair>,
    me: &TokenStream,
) -> (TokenStream, TokenStream) {
    let marker = &stage.marker;
    match &stage.main.inputs {
        Inputs::Pairwise { acc, next } => (
            pairwise(stage, acc, next, shuffled, me),
            quote!(::mrjob::__private::step::Pairwise<#marker>),
        ),
        Inputs::Group { key, value, out } => (
            buffered(stage, key, value, out, shuffled, me),
            quote!(::mrjob::__private::step::Buffered<#marker>),
        ),
        _ => (TokenStream::new(), TokenStream::new()),
    }
}

fn pairwise(
    stage: &Stage,
    acc: &Type,
    next: &Type,
    shuffled: Option<&Pair>,
    me: &TokenStream,
) -> TokenStream {
    let (marker, name) = (&stage.marker, plain_name(&stage.main.method));
    let emitted = shuffled.map_or(acc, |pair| &pair.value);
    let acc = fitted(&quote!(acc), acc, emitted, &quote!(combiner_acc));
    let next = fitted(&quote!(next), next, emitted, &quote!(combiner_next));
    let body = call::named_call(&stage.main, me, &quote!(, #acc, #next));
    quote! {
        struct #marker;

        #[automatically_derived]
        impl ::mrjob::__private::step::PairCombiner<#me> for #marker {
            type Value = #emitted;
            const NAME: &'static str = #name;

            #[inline]
            fn combine(
                job: &mut #me,
                acc: &mut Self::Value,
                next: Self::Value,
            ) -> ::mrjob::__private::Result<(), ::mrjob::__private::step::StepError> {
                #body
            }
        }
    }
}

fn buffered(
    stage: &Stage,
    key: &Taken,
    value: &Type,
    out: &Pair,
    shuffled: Option<&Pair>,
    me: &TokenStream,
) -> TokenStream {
    let emitted = shuffled.unwrap_or(out);
    let Pair {
        key: in_key,
        value: in_value,
    } = emitted;
    let (marker, name) = (&stage.marker, plain_name(&stage.main.method));
    let hooks = call::hooks(stage, emitted, me);
    let decoded = decode(key, in_key, &quote!(combiner_key));
    let lend = key.lent.then(|| quote!(&));
    let values = fitted(&quote!(values), value, in_value, &quote!(combiner_values));
    let emitter = if call::same(out, emitted) {
        quote!(out)
    } else {
        let Pair {
            key: out_key,
            value: out_value,
        } = out;
        quote!(::mrjob::__private::check::combiner_out::<#in_key, #out_key, #in_value, #out_value>(out))
    };
    let body = call::named_call(&stage.main, me, &quote!(, #lend key, #values, #emitter));
    quote! {
        struct #marker;

        #[automatically_derived]
        impl ::mrjob::__private::step::Combiner<#me> for #marker {
            type Key = #in_key;
            type Value = #in_value;
            const NAME: &'static str = #name;
            #hooks

            #[inline]
            fn combine(
                job: &mut #me,
                key: ::mrjob::__private::step::GroupKey<'_>,
                values: ::mrjob::__private::Values<'_, Self::Value>,
                out: &mut ::mrjob::__private::Emitter<Self::Key, Self::Value>,
            ) -> ::mrjob::__private::Result<(), ::mrjob::__private::step::StepError> {
                #decoded
                #body
            }
        }
    }
}

/// Decodes the key, after a check unless its type is spelled as the mapper's.
fn decode(key: &Taken, emitted: &Type, check: &TokenStream) -> TokenStream {
    let ty = &key.ty;
    if same_spelling(ty, emitted) {
        quote!(let key = key.decode::<#ty>()?;)
    } else {
        quote!(let key = ::mrjob::__private::check::#check::<#emitted, #ty, _>(key)?;)
    }
}

/// What is handed over as it is if its type is spelled as the mapper's, else through a check.
fn fitted(name: &TokenStream, ty: &Type, emitted: &Type, check: &TokenStream) -> TokenStream {
    if same_spelling(ty, emitted) {
        name.clone()
    } else {
        quote!(::mrjob::__private::check::#check::<#emitted, #ty>(#name))
    }
}
