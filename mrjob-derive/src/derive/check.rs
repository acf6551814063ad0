//! What a struct has to be to be a job.

use quote::ToTokens;
use syn::{GenericArgument, PathArguments, Type};

use super::parse::{Job, JobField};
use crate::errors::Errors;

/// Adds what is wrong with `job` to `errors`.
pub(super) fn job(job: &Job<'_>, errors: &mut Errors) {
    for property in &job.settings.jobconf {
        if property.literal().is_none() {
            errors.at(
                &property.value,
                "a property of the job is a literal; one that depends on the arguments is said of a step: \
                 `#[mrjob::steps(step(…, jobconf(\"k\" = self.v)))]`",
            );
        }
    }
    for field in &job.fields {
        if field.state.is_some() {
            state(field, errors);
        } else {
            argument(field, errors);
        }
        if let Some(file) = &field.file {
            if !holds_paths(field.ty) {
                errors.at(
                    field.ty,
                    "a file's path is a `PathBuf`, an `Option<PathBuf>` or a `Vec<PathBuf>`",
                );
            }
            if field.state.is_some() {
                errors.at(
                    file,
                    "a file is an argument: leave out `state`, and write `#[arg(long)]`",
                );
            }
        }
    }
}

fn state(field: &JobField<'_>, errors: &mut Errors) {
    if let Some(attribute) = field.clap.iter().find(|a| !a.path().is_ident("doc")) {
        errors.at(
            attribute,
            format!(
                "`{}` is state, which nobody types: leave out this attribute or `#[mrjob(state)]`",
                field.name
            ),
        );
    }
}

fn argument(field: &JobField<'_>, errors: &mut Errors) {
    let name = field.name;
    if field
        .clap
        .iter()
        .all(|attribute| attribute.path().is_ident("doc"))
    {
        let message = format!(
            "`{name}` is neither an argument nor state: write `#[arg(long)]` or `#[mrjob(state)]` above it"
        );
        errors.at(name, message);
        return;
    }
    let options = field.clap_options();
    if let Some(subcommand) = options.iter().find(|option| option.name == "subcommand") {
        errors.at(
            &subcommand.name,
            "a job has no subcommands: its inputs stand in their place",
        );
        return;
    }
    let named = ["long", "short", "skip", "flatten"];
    if !options
        .iter()
        .any(|option| named.iter().any(|named| option.name == named))
    {
        errors.at(
            name,
            format!("`{name}` would stand where the inputs stand: write `#[arg(long)]` above it"),
        );
    }
}

/// Whether this is `PathBuf`, `Option<PathBuf>` or `Vec<PathBuf>`, however its path is written.
fn holds_paths(ty: &Type) -> bool {
    let Some(last) = last_segment(ty) else {
        return false;
    };
    match &last.arguments {
        PathArguments::None => last.ident == "PathBuf",
        PathArguments::AngleBracketed(arguments)
            if last.ident == "Option" || last.ident == "Vec" =>
        {
            let inner: Vec<_> = arguments.args.iter().collect();
            match inner.as_slice() {
                [GenericArgument::Type(inner)] => last_segment(inner)
                    .is_some_and(|last| last.to_token_stream().to_string() == "PathBuf"),
                _ => false,
            }
        }
        _ => false,
    }
}

fn last_segment(ty: &Type) -> Option<&syn::PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}
