//! Reads the `impl`, the marks on its methods, and the list of steps.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, ImplItem, ItemImpl, Meta, Token, Type};

use super::fallback;
use super::role::Role;
use crate::errors::{Errors, misspelled, nearest, unknown};
use crate::jobconf::{self, Property, skip};

/// A mark on a method: `#[mapper]`.
pub(super) struct Mark {
    pub(super) role: Role,
    /// The method.
    pub(super) method: Ident,
    /// The word in the attribute.
    pub(super) at: Ident,
}

/// What follows what.
pub(super) enum Entry {
    /// The step of this number.
    Step(usize),
    /// Entries that are repeated.
    Repeat { rounds: Expr, body: Vec<Entry> },
}

/// The list in the parentheses of `#[mrjob::steps(…)]`.
#[derive(Default)]
pub(super) struct List {
    pub(super) entries: Vec<Entry>,
    pub(super) steps: Vec<ListedStep>,
}

/// A `step(…)`.
pub(super) struct ListedStep {
    /// The word `step`.
    pub(super) at: Ident,
    pub(super) methods: Vec<Mark>,
    pub(super) jobconf: Vec<Property>,
    pub(super) reducers: Option<Expr>,
}

/// The `impl`, or the item as it is with an error.
pub(super) fn item(item: TokenStream) -> Result<ItemImpl, TokenStream> {
    let parsed = syn::parse2::<ItemImpl>(item.clone());
    let error = match parsed {
        Ok(item) if item.trait_.is_none() => return Ok(item),
        Ok(item) => syn::Error::new_spanned(
            item.trait_.as_ref().map(|(path, _)| path),
            "`#[mrjob::steps]` goes on an `impl` of the struct itself, not of a trait",
        ),
        Err(error) => match type_of_impl(&item) {
            // A mistake of syntax in a method. The item with our attributes in it would be refused once more for each.
            Some(me) => {
                let (error, steps) = (error.to_compile_error(), fallback::steps(&me));
                return Err(quote!(#error #steps));
            }
            None => syn::Error::new(
                error.span(),
                "`#[mrjob::steps]` goes on an `impl`: `#[mrjob::steps] impl WordFreq { … }`",
            ),
        },
    };
    let error = error.to_compile_error();
    Err(quote!(#item #error))
}

/// What stands between `impl` and the braces, where that is a type alone.
fn type_of_impl(item: &TokenStream) -> Option<TokenStream> {
    let is_braces = |tree: &TokenTree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let after = item
        .clone()
        .into_iter()
        .skip_while(|tree| !is_word(tree, "impl"));
    let me: TokenStream = after.skip(1).take_while(|tree| !is_braces(tree)).collect();
    syn::parse2::<Type>(me.clone()).is_ok().then_some(me)
}

fn is_word(tree: &TokenTree, word: &str) -> bool {
    matches!(tree, TokenTree::Ident(ident) if ident == word)
}

/// Takes our attributes off the methods.
pub(super) fn take_marks(item: &mut ItemImpl, errors: &mut Errors) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for item in &mut item.items {
        let ImplItem::Fn(method) = item else { continue };
        let name = &method.sig.ident;
        let mut cfg = None;
        let mut marked = false;
        method.attrs.retain(|attribute| {
            let Some(word) = attribute.path().get_ident() else {
                return true;
            };
            if word == "cfg" {
                cfg = Some(attribute.clone());
            }
            let Some(role) = Role::of(word) else {
                let Some(meant) = misspelled(&word.to_string(), &Role::names()) else {
                    return true;
                };
                errors.at(
                    word,
                    format!("unknown attribute `{word}`: did you mean `{meant}`?"),
                );
                return false;
            };
            if !matches!(attribute.meta, Meta::Path(_)) {
                errors.at(
                    &attribute.meta,
                    format!("write `#[{word}]`: it has no options"),
                );
            }
            if marks
                .iter()
                .any(|mark| mark.method == *name && mark.role == role)
            {
                errors.at(word, format!("`{name}` is marked `#[{word}]` already"));
            } else {
                marks.push(Mark {
                    role,
                    method: name.clone(),
                    at: word.clone(),
                });
            }
            marked = true;
            false
        });
        if let (Some(cfg), true) = (cfg, marked) {
            errors.at(cfg, "a method of a step is always there: put `#[cfg(…)]` on the whole `impl`, or inside the method");
        }
    }
    marks
}

/// Reads the list of steps. After an error it goes on with the next word.
pub(super) fn list(tokens: TokenStream, errors: &mut Errors) -> List {
    let mut list = List::default();
    let parsed = Parser::parse2(
        |input: ParseStream<'_>| {
            list.entries = entries(input, &mut list.steps, errors);
            Ok(())
        },
        tokens,
    );
    if let Err(error) = parsed {
        errors.add(error);
    }
    list
}

fn entries(input: ParseStream<'_>, steps: &mut Vec<ListedStep>, errors: &mut Errors) -> Vec<Entry> {
    let mut entries = Vec::new();
    separated(input, errors, |input, errors| {
        entries.push(entry(input, steps, errors)?);
        Ok(())
    });
    entries
}

fn entry(
    input: ParseStream<'_>,
    steps: &mut Vec<ListedStep>,
    errors: &mut Errors,
) -> syn::Result<Entry> {
    let expected = "expected `step(…)` or `repeat(rounds, step(…), …)`";
    let word = input
        .call(Ident::parse_any)
        .map_err(|e| syn::Error::new(e.span(), expected))?;
    let is_step = word == "step";
    if !is_step && word != "repeat" {
        let message = match (
            nearest(&word.to_string(), &["step", "repeat"]),
            Role::of(&word),
        ) {
            (Some(meant), _) => format!("unknown entry `{word}`: did you mean `{meant}`?"),
            (None, Some(_)) => format!("`{word} = …` goes into a step: write `step({word} = …)`"),
            (None, None) => expected.to_owned(),
        };
        return Err(syn::Error::new(word.span(), message));
    }
    if !input.peek(syn::token::Paren) {
        let message = format!(
            "`{word}` has parentheses: {}",
            &expected["expected ".len()..]
        );
        return Err(syn::Error::new(word.span(), message));
    }
    let content;
    syn::parenthesized!(content in input);
    if is_step {
        let step = step(word, &content, errors);
        steps.push(step);
        return Ok(Entry::Step(steps.len() - 1));
    }
    let repeat = repeat(&word, &content, steps, errors);
    if repeat.is_err() {
        skip(&content);
    }
    repeat
}

fn repeat(
    word: &Ident,
    content: ParseStream<'_>,
    steps: &mut Vec<ListedStep>,
    errors: &mut Errors,
) -> syn::Result<Entry> {
    let shape = "`repeat` has a number of rounds and steps: `repeat(self.iterations, step(…))`";
    if content.is_empty() {
        return Err(syn::Error::new(word.span(), shape));
    }
    let rounds: Expr = content.parse()?;
    if is_call_of(&rounds, "step") {
        return Err(syn::Error::new_spanned(rounds, shape));
    }
    if !content.is_empty() {
        content.parse::<Token![,]>()?;
    }
    let body = entries(content, steps, errors);
    if body.is_empty() {
        return Err(syn::Error::new(word.span(), shape));
    }
    Ok(Entry::Repeat { rounds, body })
}

fn is_call_of(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Call(call) if matches!(&*call.func, Expr::Path(path) if path.path.is_ident(name)))
        || matches!(expr, Expr::Path(path) if path.path.is_ident(name))
}

fn step(word: Ident, content: ParseStream<'_>, errors: &mut Errors) -> ListedStep {
    let mut step = ListedStep {
        at: word,
        methods: Vec::new(),
        jobconf: Vec::new(),
        reducers: None,
    };
    separated(content, errors, |input, _| {
        let option = input
            .call(Ident::parse_any)
            .map_err(|e| syn::Error::new(e.span(), "expected an option like `mapper = …`"))?;
        if option == "jobconf" {
            step.jobconf.extend(jobconf::properties(input)?);
        } else if option == "reducers" {
            input.parse::<Token![=]>()?;
            let given = input.parse()?;
            if step.reducers.replace(given).is_some() {
                return Err(syn::Error::new(option.span(), "`reducers` is said already"));
            }
        } else if let Some(role) = Role::of(&option) {
            let method = method_name(&option, input)?;
            step.methods.push(Mark {
                role,
                at: option,
                method,
            });
        } else {
            let mut known = Role::names();
            known.extend(["jobconf", "reducers"]);
            let message = unknown("option", &option.to_string(), &known);
            return Err(syn::Error::new(option.span(), message));
        }
        Ok(())
    });
    step
}

/// The name after `mapper =`, which may be written `Self::words` too.
fn method_name(option: &Ident, input: ParseStream<'_>) -> syn::Result<Ident> {
    let shape = format!("`{option}` is a method of this `impl`: `{option} = name`");
    if !input.peek(Token![=]) {
        return Err(syn::Error::new(option.span(), shape));
    }
    input.parse::<Token![=]>()?;
    let written: Expr = input
        .parse()
        .map_err(|e| syn::Error::new(e.span(), &shape))?;
    match &written {
        Expr::Path(path) if path.qself.is_none() => {
            let path = &path.path;
            let last = path.segments.last().filter(|last| last.arguments.is_none());
            let short = path.segments.len() == 1
                || (path.segments.len() == 2 && path.segments[0].ident == "Self");
            match last {
                Some(last) if short => Ok(last.ident.clone()),
                _ => Err(syn::Error::new_spanned(&written, shape)),
            }
        }
        _ => Err(syn::Error::new_spanned(&written, shape)),
    }
}

/// Calls `read` for each thing between commas. After an error it goes on past the next comma.
fn separated(
    input: ParseStream<'_>,
    errors: &mut Errors,
    mut read: impl FnMut(ParseStream<'_>, &mut Errors) -> syn::Result<()>,
) {
    while !input.is_empty() {
        match read(input, errors) {
            Ok(()) if input.is_empty() || input.peek(Token![,]) => {}
            Ok(()) => errors.add(input.error("expected `,`")),
            Err(error) => errors.add(error),
        }
        skip_to_comma(input);
    }
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() {
        if input
            .parse::<Option<Token![,]>>()
            .is_ok_and(|comma| comma.is_some())
        {
            return;
        }
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}
