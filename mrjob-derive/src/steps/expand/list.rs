//! Writes the implementation of `Steps`.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::Ident;

use super::Markers;
use crate::steps::flow::Flow;
use crate::steps::model::{Job, Step, Work};
use crate::steps::parse::Entry;
use crate::steps::role::Role;
use crate::tokens;

/// The steps, put together.
pub(super) fn steps(job: &Job, flow: &Flow, markers: &[Markers]) -> TokenStream {
    let me = &job.me;
    let built: Vec<TokenStream> = (0..job.steps.len())
        .map(|number| {
            step(
                &job.steps[number],
                &markers[number],
                &position(number, flow),
                me,
            )
        })
        .collect();
    let all_steps = job
        .entries
        .iter()
        .all(|entry| matches!(entry, Entry::Step(_)));
    let body = if all_steps {
        quote!(::mrjob::__private::vec![#(#built),*])
    } else {
        let pushed = entries(&job.entries, &built);
        quote! {
            let mut steps = ::mrjob::__private::Vec::new();
            #pushed
            steps
        }
    };
    quote! {
        #[automatically_derived]
        impl ::mrjob::__private::Steps for #me {
            fn steps(&self) -> ::mrjob::__private::Vec<::mrjob::__private::step::Step<Self>> {
                #body
            }
        }
    }
}

fn entries(entries: &[Entry], built: &[TokenStream]) -> TokenStream {
    let pushed = entries.iter().map(|entry| match entry {
        Entry::Step(number) => {
            let step = &built[*number];
            quote!(steps.push(#step);)
        }
        Entry::Repeat { rounds, body } => {
            let rounds = tokens::with_our_self(rounds.to_token_stream());
            let body = self::entries(body, built);
            quote! {
                for _ in 0..::mrjob::__private::check::rounds(#rounds) {
                    #body
                }
            }
        }
    });
    pushed.collect()
}

/// Where a step reads from and writes to, as types.
struct Position {
    reads: TokenStream,
    writes: TokenStream,
}

/// Where a step reads from and writes to.
fn position(number: usize, flow: &Flow) -> Position {
    let is_first = flow.first.contains(&number);
    let is_later = flow.edges.iter().any(|edge| edge.to == number);
    let is_last = flow.last.contains(&number);
    let is_earlier = flow.edges.iter().any(|edge| edge.from == number);
    let reads = match (is_first, is_later) {
        (true, false) => "First",
        (true, true) => "Anywhere",
        (false, _) => "Later",
    };
    let writes = match (is_last, is_earlier) {
        (true, false) => "Last",
        (true, true) => "Anywhere",
        (false, _) => "Earlier",
    };
    let (reads, writes) = (format_ident!("{reads}"), format_ident!("{writes}"));
    Position {
        reads: quote!(::mrjob::__private::step::at::#reads),
        writes: quote!(::mrjob::__private::step::at::#writes),
    }
}

impl ToTokens for Position {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Position { reads, writes } = self;
        tokens.extend(quote!(#reads, #writes));
    }
}

fn step(step: &Step, markers: &Markers, position: &Position, me: &TokenStream) -> TokenStream {
    let made = if step.has_command() {
        commands(step, markers, position, me)
    } else {
        typed(markers, position)
    };
    let filters = step.pre_filters.iter().map(|(part, method)| {
        let set = Ident::new(Role::PreFilter(*part).name(), method.span());
        quote!(.#set(<#me>::#method(self)))
    });
    let jobconf = step.jobconf.iter().map(|property| {
        let name = &property.name;
        let value = tokens::with_our_self(property.value.to_token_stream());
        quote!(.jobconf(#name, #value))
    });
    let reducers = step.reducers.as_ref().map(|reducers| {
        let reducers = tokens::with_our_self(reducers.to_token_stream());
        quote!(.reducers(#reducers))
    });
    quote!(#made #(#filters)* #(#jobconf)* #reducers)
}

fn typed(markers: &Markers, position: &Position) -> TokenStream {
    let mapper = &markers.mapper;
    let Some(reducer) = &markers.reducer else {
        return quote!(::mrjob::__private::step::Step::map_only::<#mapper, #position>());
    };
    let combiner = match &markers.combiner {
        Some(combiner) => combiner.clone(),
        None => quote!(::mrjob::__private::step::NoCombiner),
    };
    quote!(::mrjob::__private::step::Step::map_reduce::<#mapper, #combiner, #reducer, #position>())
}

/// A step of which a shell command does a part.
fn commands(step: &Step, markers: &Markers, position: &Position, me: &TokenStream) -> TokenStream {
    let combiner = match &step.combiner {
        Some(Work::Methods(stage)) if stage.main.inputs.out().is_none() => "PairCombiner",
        _ => "Combiner",
    };
    let mapper = method(step.mapper.as_ref(), markers.mapper.as_ref(), "Mapper", me);
    let combiner = method(
        step.combiner.as_ref(),
        marker_of(step.combiner.as_ref()),
        combiner,
        me,
    );
    let reducer = method(
        step.reducer.as_ref(),
        marker_of(step.reducer.as_ref()),
        "Reducer",
        me,
    );
    let lines = lines(markers, position, me);
    quote! {
        ::mrjob::__private::step::Step::commands::<#position>(#mapper, #combiner, #reducer) #lines
    }
}

/// The parts that are methods, which read and write lines.
fn lines(markers: &Markers, position: &Position, me: &TokenStream) -> TokenStream {
    let Position { reads, writes } = position;
    let mapper = markers
        .mapper
        .as_ref()
        .map(|mapper| quote!(.map_lines::<#mapper, #reads>()));
    let reducer = markers
        .reducer
        .as_ref()
        .map(|reducer| quote!(.reduce_lines::<#reducer, #writes>()));
    let pair = match (&markers.mapper, &markers.reducer) {
        (Some(mapper), _) => {
            let mapper = quote!(<#mapper as ::mrjob::__private::step::Mapper<#me>>);
            Some(quote!(#mapper::Key, #mapper::Value))
        }
        (None, Some(reducer)) => {
            let reducer = quote!(<#reducer as ::mrjob::__private::step::Reducer<#me>>);
            Some(quote!(#reducer::InKey, #reducer::InValue))
        }
        (None, None) => None,
    };
    let combiner = markers.combiner.as_ref().zip(pair);
    let combiner = combiner.map(|(combiner, pair)| quote!(.combine_lines::<#pair, #combiner>()));
    quote!(#mapper #combiner #reducer)
}

/// A part as data: the command, or the name of the method that `marker` stands for.
fn method(work: Option<&Work>, marker: Option<&Ident>, of: &str, me: &TokenStream) -> TokenStream {
    let of = format_ident!("{of}");
    match (work, marker) {
        (Some(Work::Command(command)), _) => quote! {
            ::mrjob::__private::Some(::mrjob::__private::Method::Command {
                command: ::mrjob::__private::Into::into(<#me>::#command(self)),
            })
        },
        (_, Some(marker)) => quote! {
            ::mrjob::__private::Some(::mrjob::__private::Method::Script {
                name: ::mrjob::__private::Into::into(<#marker as ::mrjob::__private::step::#of<#me>>::NAME),
                pre_filter: ::mrjob::__private::None,
            })
        },
        (_, None) => quote!(::mrjob::__private::None),
    }
}

fn marker_of(work: Option<&Work>) -> Option<&Ident> {
    match work {
        Some(Work::Methods(stage)) => Some(&stage.marker),
        _ => None,
    }
}
