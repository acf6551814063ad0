//! Reads the struct and its attributes.

use proc_macro2::TokenTree;
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Ident, LitBool, LitStr, Path, Token, Type};

use crate::errors::{Errors, unknown};
use crate::jobconf::{self, Property};

/// A struct that is to be a job.
pub(super) struct Job<'a> {
    /// Its name.
    pub(super) name: &'a Ident,
    /// Its attributes that are clap's, its documentation among them.
    pub(super) clap: Vec<&'a Attribute>,
    /// What `#[mrjob(…)]` on it says.
    pub(super) settings: Settings,
    /// Its fields.
    pub(super) fields: Vec<JobField<'a>>,
}

/// What `#[mrjob(…)]` on the struct says.
#[derive(Default)]
pub(super) struct Settings {
    pub(super) input: Option<Type>,
    pub(super) internal: Option<Type>,
    pub(super) output: Option<Type>,
    pub(super) sort_values: bool,
    pub(super) jobconf: Vec<Property>,
}

/// A field of the struct.
pub(super) struct JobField<'a> {
    pub(super) name: &'a Ident,
    pub(super) ty: &'a Type,
    /// Its attributes that are clap's, its documentation among them.
    pub(super) clap: Vec<&'a Attribute>,
    /// Where `#[mrjob(file)]` is on it.
    pub(super) file: Option<Ident>,
    /// Where `#[mrjob(state)]` is on it.
    pub(super) state: Option<Ident>,
}

/// An option of clap's that a field has: `long` of `#[arg(long)]`.
pub(super) struct ClapOption {
    pub(super) name: Ident,
    /// `"x"` of `id = "x"`.
    pub(super) value: Option<LitStr>,
}

impl JobField<'_> {
    /// What clap calls it.
    pub(super) fn id(&self) -> String {
        let id = self
            .clap_options()
            .into_iter()
            .find(|option| option.name == "id");
        match id.and_then(|option| option.value) {
            Some(id) => id.value(),
            None => self.name.unraw().to_string(),
        }
    }

    /// The options in its `#[arg(…)]` and `#[command(…)]`.
    pub(super) fn clap_options(&self) -> Vec<ClapOption> {
        let lists = self
            .clap
            .iter()
            .filter_map(|attribute| attribute.meta.require_list().ok());
        lists
            .flat_map(|list| top_level_options(list.tokens.clone()))
            .collect()
    }
}

/// Reads `input`; what can't be a job is an error.
pub(super) fn job<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Job<'a> {
    refuse_generics(input, errors);
    Job {
        name: &input.ident,
        clap: clap_attributes(&input.attrs),
        settings: settings(&input.attrs, errors),
        fields: fields(input, errors)
            .iter()
            .filter_map(|f| field(f, errors))
            .collect(),
    }
}

fn refuse_generics(input: &DeriveInput, errors: &mut Errors) {
    if !input.generics.params.is_empty() {
        errors.at(
            &input.generics,
            "a job has no parameters of type or lifetime: each task makes its own from the arguments",
        );
    }
}

fn fields<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Vec<&'a Field> {
    let name = &input.ident;
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => fields.named.iter().collect(),
            Fields::Unit => Vec::new(),
            Fields::Unnamed(fields) => {
                let message =
                    format!("a job's arguments have names: write `struct {name} {{ … }}`");
                errors.at(fields, message);
                Vec::new()
            }
        },
        Data::Enum(data) => {
            errors.at(
                data.enum_token,
                format!("a job is a struct: write `struct {name} {{ … }}`"),
            );
            Vec::new()
        }
        Data::Union(data) => {
            errors.at(
                data.union_token,
                format!("a job is a struct: write `struct {name} {{ … }}`"),
            );
            Vec::new()
        }
    }
}

fn field<'a>(field: &'a Field, errors: &mut Errors) -> Option<JobField<'a>> {
    let mut job_field = JobField {
        name: field.ident.as_ref()?,
        ty: &field.ty,
        clap: clap_attributes(&field.attrs),
        file: None,
        state: None,
    };
    for_each_option(&field.attrs, errors, |option, meta| {
        match option.to_string().as_str() {
            "file" => job_field.file = Some(option.clone()),
            "state" => job_field.state = Some(option.clone()),
            other => {
                let struct_options = ["input", "internal", "output", "sort_values", "jobconf"];
                let message = if struct_options.contains(&other) {
                    format!(
                        "`{other}` is said of the job: write `#[mrjob({other} …)]` above the struct"
                    )
                } else {
                    unknown("option", other, &["file", "state"])
                };
                return Err(skip(meta, syn::Error::new(option.span(), message)));
            }
        }
        Ok(())
    });
    Some(job_field)
}

fn settings(attributes: &[Attribute], errors: &mut Errors) -> Settings {
    let mut settings = Settings::default();
    let mut seen: Vec<String> = Vec::new();
    for_each_option(attributes, errors, |option, meta| {
        let name = option.to_string();
        if name != "jobconf" && seen.contains(&name) {
            return Err(skip(
                meta,
                syn::Error::new(option.span(), format!("`{name}` is said already")),
            ));
        }
        match name.as_str() {
            "input" => settings.input = Some(meta.value()?.parse()?),
            "internal" => settings.internal = Some(meta.value()?.parse()?),
            "output" => settings.output = Some(meta.value()?.parse()?),
            "sort_values" => settings.sort_values = flag(meta)?,
            "jobconf" => settings.jobconf.extend(jobconf::properties(meta.input)?),
            "file" | "state" => {
                let message =
                    format!("`{name}` is said of a field: write `#[mrjob({name})]` above it");
                return Err(skip(meta, syn::Error::new(option.span(), message)));
            }
            other => {
                let known = ["input", "internal", "output", "sort_values", "jobconf"];
                let error = syn::Error::new(option.span(), unknown("option", other, &known));
                return Err(skip(meta, error));
            }
        }
        seen.push(name);
        Ok(())
    });
    settings
}

/// Calls `read` for each option of each `#[mrjob(…)]`. After an error it goes on with the next option.
fn for_each_option(
    attributes: &[Attribute],
    errors: &mut Errors,
    mut read: impl FnMut(&Ident, &ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    for attribute in attributes.iter().filter(|a| a.path().is_ident("mrjob")) {
        let parsed = attribute.parse_nested_meta(|meta| {
            let Some(option) = meta.path.get_ident() else {
                errors.add(skip(
                    &meta,
                    syn::Error::new_spanned(&meta.path, "an option is one word"),
                ));
                return Ok(());
            };
            if let Err(error) = read(option, &meta) {
                errors.add(skip(&meta, error));
            }
            Ok(())
        });
        if let Err(error) = parsed {
            errors.add(error);
        }
    }
}

/// `error`, after the rest of the option has been skipped.
fn skip(meta: &ParseNestedMeta<'_>, error: syn::Error) -> syn::Error {
    while !meta.input.is_empty() && !meta.input.peek(Token![,]) {
        if meta.input.parse::<TokenTree>().is_err() {
            break;
        }
    }
    error
}

/// `sort_values`, or `sort_values = true`.
fn flag(meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
    if meta.input.peek(Token![=]) {
        Ok(meta.value()?.parse::<LitBool>()?.value)
    } else {
        Ok(true)
    }
}

fn clap_attributes(attributes: &[Attribute]) -> Vec<&Attribute> {
    let ours = |path: &Path| {
        ["doc", "arg", "command", "clap", "group", "value"]
            .iter()
            .any(|name| path.is_ident(name))
    };
    attributes
        .iter()
        .filter(|attribute| ours(attribute.path()))
        .collect()
}

/// The names at the beginning and after each comma, with the string after `=` if one is.
fn top_level_options(tokens: proc_macro2::TokenStream) -> Vec<ClapOption> {
    let mut options: Vec<ClapOption> = Vec::new();
    let mut expect_name = true;
    let mut after_equals = false;
    for tree in tokens {
        match tree {
            TokenTree::Punct(punct) if punct.as_char() == ',' => {
                expect_name = true;
                after_equals = false;
                continue;
            }
            TokenTree::Punct(punct) if punct.as_char() == '=' => {
                after_equals = true;
                continue;
            }
            TokenTree::Ident(name) if expect_name => options.push(ClapOption { name, value: None }),
            TokenTree::Literal(literal) if after_equals => {
                if let Some(option) = options.last_mut() {
                    option.value = syn::parse2(TokenTree::Literal(literal).into()).ok();
                }
            }
            _ => {}
        }
        expect_name = false;
        after_equals = false;
    }
    options
}
