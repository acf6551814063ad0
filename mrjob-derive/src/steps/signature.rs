//! Reads what a method takes from its signature, and says what it should have been where it isn't that.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{
    FnArg, GenericParam, PatType, ReceiverKind, ReturnType, Safety, Signature, Type, TypeReference,
};

use super::inputs::{Inputs, Pair, Taken};
use super::model::Call;
use super::role::{Part, Role};
use super::types::{is_path_to, owned, readable, referred, type_arguments, ungrouped};
use super::words::expected;
use crate::errors::Errors;
use crate::tokens;

/// Reads the signature of a method in a role; what doesn't fit is an error that says what does.
pub(super) fn read(
    sig: &Signature,
    role: Role,
    me: &TokenStream,
    errors: &mut Errors,
) -> Option<Call> {
    let mut reader = Reader {
        sig,
        role,
        me,
        errors,
    };
    let arguments = reader.arguments();
    let inputs = match role {
        Role::Main(Part::Mapper) => reader.mapper(&arguments),
        Role::File => reader.mapper_file(&arguments),
        Role::Main(Part::Reducer) => reader.group(&arguments),
        Role::Main(Part::Combiner) => reader.combiner(&arguments),
        Role::Init(_) | Role::Final(_) => reader.hook(&arguments),
        Role::Command(_) | Role::PreFilter(_) => reader.command(&arguments),
    }?;
    let returns = match &sig.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some(reader.plain(ty)),
    };
    Some(Call {
        method: sig.ident.clone(),
        inputs,
        returns,
    })
}

/// What no method of a step can be, whatever its role.
pub(super) fn check_any(sig: &Signature, errors: &mut Errors) {
    let name = &sig.ident;
    if let Some(token) = &sig.asyncness {
        errors.at(
            token,
            format!("`{name}` is called once a record and cannot wait: write it without `async`"),
        );
    }
    if let Safety::Unsafe(token) = &sig.safety {
        errors.at(
            token,
            format!("`{name}` is called by mrjob, which is safe code: write it without `unsafe`"),
        );
    }
    if let Some(abi) = &sig.abi {
        errors.at(
            abi,
            format!("`{name}` is called from Rust: write it without `extern`"),
        );
    }
    for parameter in &sig.generics.params {
        match parameter {
            GenericParam::Lifetime(_) => {}
            GenericParam::Type(_) | GenericParam::Const(_) => {
                errors.at(
                    parameter,
                    format!(
                        "`{name}` has types of its own in a step: write them instead of parameters"
                    ),
                );
            }
        }
    }
    let receiver = sig.receiver();
    match receiver.map(|receiver| &receiver.kind) {
        Some(ReceiverKind::Reference(..)) => {}
        Some(_) => errors.at(
            receiver,
            format!("`{name}` is called many times: write `&self` or `&mut self`"),
        ),
        None => errors.at(
            name,
            format!("`{name}` is a method: write `&self` or `&mut self` first"),
        ),
    }
}

/// Whether an `Emitter` or `Values` among a method's arguments is of a borrowed type.
pub(super) fn has_borrowed_types(sig: &Signature) -> bool {
    sig.inputs.iter().any(|input| {
        let FnArg::Typed(argument) = input else {
            return false;
        };
        let types = ["Emitter", "Values"]
            .iter()
            .find_map(|name| type_arguments(referred(&argument.ty), name));
        types.is_some_and(|types| types.iter().any(|ty| tokens::borrows(ty.to_token_stream())))
    })
}

struct Reader<'a> {
    sig: &'a Signature,
    role: Role,
    me: &'a TokenStream,
    errors: &'a mut Errors,
}

impl Reader<'_> {
    fn arguments(&self) -> Vec<PatType> {
        let typed = self.sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(typed) => Some(typed.clone()),
            FnArg::Receiver(_) => None,
        });
        typed.collect()
    }

    fn mapper(&mut self, arguments: &[PatType]) -> Option<Inputs> {
        let (record, out) = match arguments {
            [value, out] => ((None, value), out),
            [key, value, out] => ((Some(key), value), out),
            _ => return self.wrong_number(arguments, 2, 3),
        };
        let (key, value) = record;
        let key = key.map(|key| self.taken(key));
        let value = self.taken(value);
        let out = self.emitter(out);
        let key = match key {
            Some(key) => Some(key?),
            None => None,
        };
        Some(Inputs::Record {
            key,
            value: value?,
            out: out?,
        })
    }

    fn mapper_file(&mut self, arguments: &[PatType]) -> Option<Inputs> {
        let [path, uri, out] = arguments else {
            return self.wrong_number(arguments, 3, 3);
        };
        let path = self.reference_to(path, "Path");
        let uri = self.reference_to(uri, "str");
        let out = self.emitter(out)?;
        (path && uri).then_some(Inputs::File { out })
    }

    fn group(&mut self, arguments: &[PatType]) -> Option<Inputs> {
        let [key, values, out] = arguments else {
            return self.wrong_number(arguments, 3, 3);
        };
        let key = self.taken(key);
        let value = self.values(values);
        let out = self.emitter(out);
        Some(Inputs::Group {
            key: key?,
            value: value?,
            out: out?,
        })
    }

    fn combiner(&mut self, arguments: &[PatType]) -> Option<Inputs> {
        let [acc, next] = arguments else {
            return self.group(arguments);
        };
        let Type::Reference(TypeReference {
            mutability: Some(_),
            elem,
            ..
        }) = ungrouped(&acc.ty)
        else {
            return self.wrong(&acc.ty);
        };
        if is_path_to(elem, "Emitter") {
            return self.wrong(&acc.ty);
        }
        if let Type::Reference(_) = ungrouped(&next.ty) {
            return self.wrong(&next.ty);
        }
        Some(Inputs::Pairwise {
            acc: self.plain(elem),
            next: self.plain(&next.ty),
        })
    }

    fn hook(&mut self, arguments: &[PatType]) -> Option<Inputs> {
        match arguments {
            [] => Some(Inputs::Hook { out: None }),
            [out] => self.emitter(out).map(|out| Inputs::Hook { out: Some(out) }),
            _ => self.wrong_number(arguments, 0, 1),
        }
    }

    fn command(&mut self, arguments: &[PatType]) -> Option<Inputs> {
        if !arguments.is_empty() {
            return self.wrong_number(arguments, 0, 0);
        }
        if let ReturnType::Default = self.sig.output {
            return self.wrong(&self.sig.ident);
        }
        let receiver = self.sig.receiver();
        if let Some(ReceiverKind::Reference(_, _, Some(_))) =
            receiver.map(|receiver| &receiver.kind)
        {
            return self.wrong(receiver);
        }
        Some(Inputs::Command)
    }

    /// A key or a record.
    fn taken(&mut self, argument: &PatType) -> Option<Taken> {
        let mutable =
            matches!(ungrouped(&argument.ty), Type::Reference(r) if r.mutability.is_some());
        let other = ["Emitter", "Values"]
            .iter()
            .any(|name| is_path_to(referred(&argument.ty), name));
        if mutable || other || matches!(ungrouped(&argument.ty), Type::ImplTrait(_)) {
            return self.wrong(&argument.ty);
        }
        Some(Taken::of(&self.plain(&argument.ty)))
    }

    /// The `V` of `Values<V>`.
    fn values(&mut self, argument: &PatType) -> Option<Type> {
        let Some(arguments) = type_arguments(&argument.ty, "Values") else {
            return self.wrong(&argument.ty);
        };
        let [value] = arguments.as_slice() else {
            return self.wrong(&argument.ty);
        };
        self.owned_type(value)
    }

    /// The `K` and `V` of `&mut Emitter<K, V>`.
    fn emitter(&mut self, argument: &PatType) -> Option<Pair> {
        let arguments = match ungrouped(&argument.ty) {
            Type::Reference(TypeReference {
                mutability: Some(_),
                elem,
                ..
            }) => type_arguments(elem, "Emitter"),
            _ => None,
        };
        let Some([key, value]) = arguments.as_deref() else {
            return self.wrong(&argument.ty);
        };
        let (key, value) = (self.owned_type(key), self.owned_type(value));
        Some(Pair {
            key: key?,
            value: value?,
        })
    }

    fn owned_type(&mut self, ty: &Type) -> Option<Type> {
        if !tokens::borrows(ty.to_token_stream()) {
            return Some(self.plain(ty));
        }
        let message = match owned(ty) {
            Some(owned) => format!(
                "`Emitter` and `Values` hold types of their own: write `{}`; borrowed forms of it can be emitted as they are",
                readable(&owned)
            ),
            None => "`Emitter` and `Values` hold types of their own, without a lifetime".to_owned(),
        };
        self.errors.at(ty, message);
        None
    }

    fn reference_to(&mut self, argument: &PatType, name: &str) -> bool {
        let fits = match ungrouped(&argument.ty) {
            Type::Reference(reference) => {
                reference.mutability.is_none() && is_path_to(&reference.elem, name)
            }
            _ => false,
        };
        fits || self.wrong::<()>(&argument.ty).is_some()
    }

    /// The type as it can stand outside of the `impl`.
    fn plain(&self, ty: &Type) -> Type {
        let tokens = tokens::without_self(ty.to_token_stream(), self.me);
        let tokens = tokens::with_elided_lifetimes(tokens);
        syn::parse2(tokens.clone()).unwrap_or(Type::Verbatim(tokens))
    }

    /// Blames the first argument too many, or the name where there are too few.
    fn wrong_number<T>(&mut self, arguments: &[PatType], least: usize, most: usize) -> Option<T> {
        match arguments.get(most) {
            Some(extra) => self.wrong(&extra.ty),
            None => {
                debug_assert!(arguments.len() < least);
                self.wrong(&self.sig.ident)
            }
        }
    }

    fn wrong<T>(&mut self, at: impl ToTokens) -> Option<T> {
        let message = expected(self.role, self.sig);
        self.errors.at(at, message);
        None
    }
}
