//! Writes implementations of `Mapper`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use super::call;
use crate::steps::inputs::{Inputs, Pair, Taken};
use crate::steps::model::Stage;
use crate::steps::types::plain_name;
use crate::tokens;

/// For the user's methods.
pub(super) fn methods(stage: &Stage, me: &TokenStream, taken: &[String]) -> TokenStream {
    let Some(out) = stage.main.inputs.out() else {
        return TokenStream::new();
    };
    let name = plain_name(&stage.main.method);
    let hooks = call::hooks(stage, out, me);
    let map = match &stage.main.inputs {
        Inputs::Record { key, value, .. } => map(stage, key.as_ref(), value, me, taken),
        _ => map_file(stage, me),
    };
    implementation(&stage.marker, me, &name, out, &quote!(#hooks #map))
}

/// For a step without a mapper: reads what the reducer takes.
pub(super) fn identity(
    marker: &Ident,
    reducer: &Stage,
    me: &TokenStream,
    taken: &[String],
) -> TokenStream {
    let (Inputs::Group { key, value, .. }, Some(out)) =
        (&reducer.main.inputs, reducer.main.inputs.taken_pair())
    else {
        return TokenStream::new();
    };
    let protocol = protocol_name(taken);
    let ty = &key.ty;
    let map = quote! {
        #[inline]
        fn map<#protocol: ::mrjob::__private::protocol::Protocol>(
            _: &mut #me,
            record: ::mrjob::__private::step::Record<'_>,
            out: &mut ::mrjob::__private::Emitter<Self::Key, Self::Value>,
        ) -> ::mrjob::__private::Result<(), ::mrjob::__private::step::StepError> {
            let (key, value) = record.pair::<#protocol, #ty, #value>()?;
            out.emit(key, value);
            ::mrjob::__private::Ok(())
        }
    };
    implementation(marker, me, "identity", &out, &map)
}

fn implementation(
    marker: &Ident,
    me: &TokenStream,
    name: &str,
    out: &Pair,
    items: &TokenStream,
) -> TokenStream {
    let Pair { key, value } = out;
    quote! {
        struct #marker;

        #[automatically_derived]
        impl ::mrjob::__private::step::Mapper<#me> for #marker {
            type Key = #key;
            type Value = #value;
            const NAME: &'static str = #name;
            #items
        }
    }
}

fn map(
    stage: &Stage,
    key: Option<&Taken>,
    value: &Taken,
    me: &TokenStream,
    taken: &[String],
) -> TokenStream {
    let protocol = protocol_name(taken);
    let Taken { ty, lent } = value;
    let lend = lent.then(|| quote!(&));
    let (read, arguments) = match key {
        None => (
            quote!(let value = record.value::<#protocol, #ty>()?;),
            quote!(, #lend value, out),
        ),
        Some(Taken {
            ty: key,
            lent: key_lent,
        }) => {
            let lend_key = key_lent.then(|| quote!(&));
            (
                quote!(let (key, value) = record.pair::<#protocol, #key, #ty>()?;),
                quote!(, #lend_key key, #lend value, out),
            )
        }
    };
    let body = call::call(&stage.main, me, &arguments);
    quote! {
        #[inline]
        fn map<#protocol: ::mrjob::__private::protocol::Protocol>(
            job: &mut #me,
            record: ::mrjob::__private::step::Record<'_>,
            out: &mut ::mrjob::__private::Emitter<Self::Key, Self::Value>,
        ) -> ::mrjob::__private::Result<(), ::mrjob::__private::step::StepError> {
            #read
            #body
        }
    }
}

fn map_file(stage: &Stage, me: &TokenStream) -> TokenStream {
    let body = call::call(&stage.main, me, &quote!(, path, uri, out));
    quote! {
        const KIND: ::mrjob::__private::step::MapperKind = ::mrjob::__private::step::MapperKind::Files;

        fn map_file(
            job: &mut #me,
            path: &::mrjob::__private::Path,
            uri: &::mrjob::__private::str,
            out: &mut ::mrjob::__private::Emitter<Self::Key, Self::Value>,
        ) -> ::mrjob::__private::Result<(), ::mrjob::__private::step::StepError> {
            #body
        }
    }
}

/// `P`, unless the user has a type of that name.
fn protocol_name(taken: &[String]) -> Ident {
    tokens::fresh("P", &mut taken.to_vec())
}
