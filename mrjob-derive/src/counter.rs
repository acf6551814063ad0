//! `counter!`: names that come from data are refused where they stand.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, Token};

use crate::errors::Errors;

pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let arguments = match Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens) {
        Ok(arguments) => arguments,
        Err(error) => return refuse(|errors| errors.add(error)),
    };
    let arguments: Vec<Expr> = arguments.into_iter().collect();
    let (names, amount) = match &arguments[..] {
        [group, name] => ([group, name], quote!(1)),
        [group, name, amount] => ([group, name], amount.to_token_stream()),
        _ => {
            return refuse(|errors| {
                errors.add(syn::Error::new(
                    proc_macro2::Span::call_site(),
                    "`counter!` takes a group, a name and, unless it is 1, an amount: `counter!(\"words\", \"too short\")`",
                ));
            });
        }
    };
    let variables: Vec<&Expr> = names.into_iter().filter_map(variable).collect();
    if !variables.is_empty() {
        return refuse(|errors| {
            variables
                .into_iter()
                .for_each(|at| errors.at(at, sentence(at)))
        });
    }
    let [group, name] = names;
    quote!(::mrjob::__private::counter!(#group, #name, #amount))
}

fn refuse(add: impl FnOnce(&mut Errors)) -> TokenStream {
    let mut errors = Errors::default();
    add(&mut errors);
    let errors = errors.into_compile_errors();
    quote!({ #errors })
}

fn sentence(at: &Expr) -> String {
    let what = match at {
        Expr::Macro(call) => format!("{}!(…)", call.mac.path.to_token_stream()),
        at => at.to_token_stream().to_string().replace(' ', ""),
    };
    format!(
        "a counter's names are fixed when the job is compiled, and `{what}` isn't a constant; for names from the data call \
         `count(group, name, n)`"
    )
}

/// The part of a name that can't be a constant, as far as one sees: a variable, a field of one, a text that is put together.
fn variable(name: &Expr) -> Option<&Expr> {
    match name {
        Expr::Path(path) => {
            let ident = path.path.get_ident().filter(|_| path.qself.is_none())?;
            let first = ident.to_string().chars().next()?;
            (first.is_lowercase() || first == '_').then_some(name)
        }
        Expr::Field(field) => variable(&field.base).map(|_| name),
        Expr::MethodCall(call) => {
            variable(&call.receiver).or_else(|| call.args.iter().find_map(variable))
        }
        Expr::Call(call) => call.args.iter().find_map(variable),
        Expr::Macro(call) => {
            let last = call.mac.path.segments.last()?;
            (last.ident == "format").then_some(name)
        }
        Expr::Reference(of) => variable(&of.expr),
        Expr::Unary(of) => variable(&of.expr),
        Expr::Paren(of) => variable(&of.expr),
        Expr::Group(of) => variable(&of.expr),
        Expr::Index(of) => variable(&of.expr).or_else(|| variable(&of.index)),
        Expr::Try(of) => variable(&of.expr),
        _ => None,
    }
}
