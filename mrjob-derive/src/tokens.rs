//! Changes to tokens of the user's that keep their spans.

use proc_macro2::{Group, Ident, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Type;

/// The same tokens with the type `me` for each `Self`.
pub(crate) fn without_self(tokens: TokenStream, me: &TokenStream) -> TokenStream {
    map(tokens, &mut |tree| match tree {
        TokenTree::Ident(ident) if ident == "Self" => {
            let at = ident.span();
            me.clone()
                .into_iter()
                .map(|mut tree| {
                    tree.set_span(at);
                    tree
                })
                .collect()
        }
        tree => tree.into(),
    })
}

/// The same expression with a `self` that is the generated method's, also where the user's came through a macro.
pub(crate) fn with_our_self(tokens: TokenStream) -> TokenStream {
    map(tokens, &mut |tree| match tree {
        TokenTree::Ident(ident) if ident == "self" => {
            let span = Span::call_site().located_at(ident.span());
            TokenTree::from(Ident::new("self", span)).into()
        }
        tree => tree.into(),
    })
}

/// The same type with `'_` for each lifetime that has a name, so that it can stand in a function body.
pub(crate) fn with_elided_lifetimes(tokens: TokenStream) -> TokenStream {
    let mut tick = None;
    let mut changed = TokenStream::new();
    for tree in tokens {
        let next = match (tree, tick.take()) {
            (TokenTree::Punct(punct), _)
                if punct.as_char() == '\'' && punct.spacing() == Spacing::Joint =>
            {
                tick = Some(());
                TokenTree::Punct(punct)
            }
            (TokenTree::Ident(name), Some(())) if name != "static" => {
                TokenTree::Ident(Ident::new("_", name.span()))
            }
            (TokenTree::Group(group), _) => {
                regroup(&group, with_elided_lifetimes(group.stream())).into()
            }
            (tree, _) => tree,
        };
        changed.extend([next]);
    }
    changed
}

/// Whether a reference, or a lifetime other than `'static`, is anywhere in these tokens.
pub(crate) fn borrows(tokens: TokenStream) -> bool {
    let mut after_tick = false;
    tokens.into_iter().any(|tree| {
        let is_lifetime = std::mem::take(&mut after_tick);
        match tree {
            TokenTree::Punct(punct) => {
                after_tick = punct.as_char() == '\'';
                punct.as_char() == '&'
            }
            TokenTree::Ident(name) => is_lifetime && name != "static",
            TokenTree::Group(group) => borrows(group.stream()),
            TokenTree::Literal(_) => false,
        }
    })
}

/// Whether two types are spelled the same, so that they are the same.
pub(crate) fn same_spelling(a: &Type, b: &Type) -> bool {
    a.to_token_stream().to_string() == b.to_token_stream().to_string()
}

/// A name that begins with `base` and doesn't occur in `taken`, to which it is added.
pub(crate) fn fresh(base: &str, taken: &mut Vec<String>) -> Ident {
    let mut name = base.to_owned();
    let mut number = 1;
    while taken.contains(&name) {
        number += 1;
        name = format!("{base}{number}");
    }
    taken.push(name.clone());
    Ident::new(&name, Span::call_site())
}

/// All names in these tokens.
pub(crate) fn names(tokens: TokenStream, names: &mut Vec<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Ident(ident) => names.push(ident.to_string()),
            TokenTree::Group(group) => self::names(group.stream(), names),
            _ => {}
        }
    }
}

/// `snake_case` as `CamelCase`.
pub(crate) fn camel_case(name: &str) -> String {
    let words = name.split('_').flat_map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters)
    });
    let name: String = words.collect();
    if name.starts_with(|first: char| first.is_alphabetic()) {
        name
    } else {
        format!("Method{name}")
    }
}

fn map(tokens: TokenStream, change: &mut dyn FnMut(TokenTree) -> TokenStream) -> TokenStream {
    let mut changed = TokenStream::new();
    for tree in tokens {
        changed.extend(match tree {
            TokenTree::Group(group) => {
                let stream = map(group.stream(), change);
                TokenTree::from(regroup(&group, stream)).into()
            }
            tree => change(tree),
        });
    }
    changed
}

fn regroup(group: &Group, stream: TokenStream) -> Group {
    let mut regrouped = Group::new(group.delimiter(), stream);
    regrouped.set_span(group.span());
    regrouped
}
