//! Writes a type for each mapper, combiner and reducer, and the implementation of `Steps`.

mod call;
mod fits;
mod list;
mod mapper;
mod reducer;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use super::flow;
use super::model::{Job, Step, Work};
use crate::tokens;

/// The generated types of a step.
struct Markers {
    mapper: Option<Ident>,
    /// What stands for the combiner: `Pairwise<AddCombiner>`.
    combiner: Option<TokenStream>,
    reducer: Option<Ident>,
}

/// Everything that is written beside the `impl`.
pub(super) fn job(job: &Job) -> TokenStream {
    let mut taken = job.taken.clone();
    let flow = flow::flow(&job.entries);
    let (markers, stages): (Vec<_>, Vec<_>) = job
        .steps
        .iter()
        .map(|step| stages(step, &job.me, &mut taken))
        .unzip();
    let fits = fits::checks(job, &flow);
    let steps = list::steps(job, &flow, &markers);
    quote! {
        const _: () = {
            #(#stages)*
            #fits
            #steps
        };
    }
}

/// The implementations for the parts of a step.
fn stages(step: &Step, me: &TokenStream, taken: &mut Vec<String>) -> (Markers, TokenStream) {
    let mut markers = Markers {
        mapper: None,
        combiner: None,
        reducer: None,
    };
    let mut written = TokenStream::new();
    match (&step.mapper, &step.reducer) {
        (Some(Work::Methods(stage)), _) => {
            written.extend(mapper::methods(stage, me, taken));
            markers.mapper = Some(stage.marker.clone());
        }
        (None, Some(Work::Methods(stage))) => {
            let marker = tokens::fresh(&format!("{}Input", stage.marker), taken);
            written.extend(mapper::identity(&marker, stage, me, taken));
            markers.mapper = Some(marker);
        }
        _ => {}
    }
    let shuffled = step.shuffled();
    if let Some(Work::Methods(stage)) = &step.combiner {
        let (combiner, combine) = reducer::combiner(stage, shuffled.as_ref(), me);
        written.extend(combiner);
        markers.combiner = Some(combine);
    }
    if let Some(Work::Methods(stage)) = &step.reducer {
        written.extend(reducer::reducer(stage, shuffled.as_ref(), me));
        markers.reducer = Some(stage.marker.clone());
    }
    (markers, written)
}
