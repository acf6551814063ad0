//! Writes the checks between steps.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;

use crate::steps::flow::{Flow, How};
use crate::steps::inputs::Taken;
use crate::steps::model::{Job, Step};
use crate::steps::types;
use crate::tokens::same_spelling;

/// Statements that compile where each step reads what those before it write.
pub(super) fn checks(job: &Job, flow: &Flow) -> TokenStream {
    let edges = edge_checks(job, flow);
    let keys = key_checks(job, flow);
    let texts = text_checks(job, flow);
    let fits = (!edges.is_empty()).then(|| quote!(const _: fn() = || { #(#edges)* };));
    quote!(#fits #(#keys)* #(#texts)*)
}

fn edge_checks(job: &Job, flow: &Flow) -> Vec<TokenStream> {
    let mut checks: Vec<TokenStream> = Vec::new();
    let mut asked: Vec<(usize, String, String)> = Vec::new();
    for edge in &flow.edges {
        let (Some(written), Some((key, value))) =
            (job.steps[edge.from].written(), job.steps[edge.to].read())
        else {
            continue;
        };
        let kind = match edge.how {
            How::Next => "next",
            How::Round => "round",
            How::Skip => "skip",
        };
        let pairs = key.map(|key| ("key", &written.key, key));
        for (what, written, read) in pairs.into_iter().chain([("value", &written.value, &value)]) {
            // A wrong type is said once, not once for each step that may stand before.
            let question = (
                edge.to,
                what.to_owned(),
                written.to_token_stream().to_string(),
            );
            if same_spelling(written, &read.ty) || asked.contains(&question) {
                continue;
            }
            asked.push(question);
            checks.push(check(&format!("{kind}_{what}"), written, &read.ty));
        }
    }
    checks
}

fn check(name: &str, written: &Type, read: &Type) -> TokenStream {
    let name = format_ident!("{name}");
    quote!(::mrjob::__private::check::#name::<#written, #read, _>();)
}

/// A method that takes keys needs a protocol that has them.
fn key_checks(job: &Job, flow: &Flow) -> Vec<TokenStream> {
    let mut checks = Vec::new();
    for (number, step) in job.steps.iter().enumerate() {
        let Some((Some(Taken { ty, .. }), _)) = step.read() else {
            continue;
        };
        if flow.first.contains(&number) {
            checks.push(key_check(
                job,
                step,
                ty,
                "Input",
                "the records of the job's input",
                "input = Text",
            ));
        }
        if flow.edges.iter().any(|edge| edge.to == number) {
            checks.push(key_check(
                job,
                step,
                ty,
                "Internal",
                "the records between steps",
                "internal = Json",
            ));
        }
    }
    checks
}

fn key_check(
    job: &Job,
    step: &Step,
    key: &Type,
    protocol: &str,
    records: &str,
    way_out: &str,
) -> TokenStream {
    let me = &job.me;
    let protocol = format_ident!("{protocol}");
    let (taker, otherwise) = if step.mapper.is_some() {
        ("mapper takes a key and a value", "")
    } else {
        ("reducer takes a key", "give the step a mapper, or ")
    };
    let message = format!(
        "this step's {taker}, but {records} have no key: \
         {otherwise}choose a protocol that has one, such as `#[mrjob({way_out})]` on the struct"
    );
    let assert = spanned_assert(key, &message);
    quote! {
        const _: () = {
            const FITS: bool =
                <<#me as ::mrjob::__private::Settings>::#protocol as ::mrjob::__private::protocol::Protocol>::HAS_KEY;
            #assert;
        };
    }
}

/// What is seen to have several parts isn't one text, as some protocols' keys and values are.
fn text_checks(job: &Job, flow: &Flow) -> Vec<TokenStream> {
    let mut checks = Vec::new();
    for number in &flow.last {
        let Some(written) = job.steps[*number].written() else {
            continue;
        };
        for (half, ty, needs) in [
            ("key", &written.key, quote!(|| !OUTPUT::HAS_KEY)),
            ("value", &written.value, TokenStream::new()),
        ] {
            if let Some(parts) = types::parts(ty) {
                checks.push(text_check(job, half, ty, parts, &needs));
            }
        }
    }
    checks
}

fn text_check(
    job: &Job,
    half: &str,
    ty: &Type,
    parts: &str,
    otherwise: &TokenStream,
) -> TokenStream {
    let me = &job.me;
    let message = format!(
        "`Text` and `TextValue` write a {half} as one text, and `{}` is {parts}: choose a protocol that writes its parts, \
         `#[mrjob(output = Csv)]` in columns or `#[mrjob(output = Json)]`, on the struct",
        types::readable(ty)
    );
    let assert = spanned_assert(ty, &message);
    quote! {
        const _: () = {
            type OUTPUT = <#me as ::mrjob::__private::Settings>::Output;
            use ::mrjob::__private::protocol::Protocol as _;
            const FITS: bool = !OUTPUT::ONE_TEXT #otherwise;
            #assert;
        };
    }
}

/// `assert!(FITS, message)`, whose first token stands where `at` begins and whose last where it ends, so that rustc marks
/// all of it.
fn spanned_assert(at: &Type, message: &str) -> TokenStream {
    let mut spans = at.to_token_stream().into_iter().map(|tree| tree.span());
    let start = spans.next().unwrap_or_else(Span::call_site);
    let end = spans.last().unwrap_or(start);
    let mut arguments = Group::new(Delimiter::Parenthesis, quote!(FITS, #message));
    arguments.set_span(end);
    let assert = quote_spanned!(start=> ::mrjob::__private::assert!);
    quote!(#assert #arguments)
}
