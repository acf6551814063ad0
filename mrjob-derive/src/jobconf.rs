//! `jobconf("k" = "v", a.b = 3)`: properties of a job or a step.

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::token::Paren;
use syn::{Expr, ExprLit, Ident, Lit, LitStr, Token};

/// One property.
pub(crate) struct Property {
    /// Its name.
    pub(crate) name: LitStr,
    /// Its value: a literal has become a string.
    pub(crate) value: Expr,
}

impl Property {
    /// The value if it is written out.
    pub(crate) fn literal(&self) -> Option<&LitStr> {
        match &self.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text),
            _ => None,
        }
    }
}

impl Parse for Property {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = name(input)?;
        input.parse::<Token![=]>()?;
        let value = text(input.parse()?);
        Ok(Property { name, value })
    }
}

/// The properties in the parentheses after `jobconf`.
pub(crate) fn properties(input: ParseStream<'_>) -> syn::Result<Vec<Property>> {
    if !input.peek(Paren) {
        let shape = "properties are written `jobconf(\"mapreduce.job.priority\" = \"HIGH\")`";
        return Err(input.error(shape));
    }
    let content;
    syn::parenthesized!(content in input);
    let properties = Punctuated::<Property, Token![,]>::parse_terminated(&content);
    if properties.is_err() {
        skip(&content);
    }
    Ok(properties?.into_iter().collect())
}

/// Leaves nothing of `input`, so that what is left of it after an error isn't another.
pub(crate) fn skip(input: ParseStream<'_>) {
    while !input.is_empty() && input.parse::<TokenTree>().is_ok() {}
}

/// A string, or names with dots between.
fn name(input: ParseStream<'_>) -> syn::Result<LitStr> {
    if input.peek(LitStr) {
        return input.parse();
    }
    if !input.peek(Ident::peek_any) {
        return Err(input.error("a property is written `\"mapreduce.job.priority\" = \"HIGH\"`"));
    }
    let parts =
        Punctuated::<Ident, Token![.]>::parse_separated_nonempty_with(input, Ident::parse_any)?;
    let name: Vec<String> = parts.iter().map(Ident::to_string).collect();
    Ok(LitStr::new(&name.join("."), parts[0].span()))
}

/// A literal as a string; other expressions as they are.
fn text(value: Expr) -> Expr {
    let lit = match &value {
        Expr::Lit(ExprLit { lit, .. }) => lit,
        _ => return value,
    };
    let written = match lit {
        Lit::Str(_) => return value,
        Lit::Int(number) => number.base10_digits().to_owned(),
        Lit::Float(number) => number.base10_digits().to_owned(),
        Lit::Char(letter) => letter.value().to_string(),
        other => other.to_token_stream().to_string(),
    };
    let lit = Lit::Str(LitStr::new(&written, lit.span()));
    Expr::Lit(ExprLit {
        attrs: Vec::new(),
        lit,
    })
}
