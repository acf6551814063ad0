//! What a method in a role takes, in words.

use syn::{ReceiverKind, Signature};

use super::role::{Part, Role};

/// What a method in this role takes, with its signature written out.
pub(super) fn expected(role: Role, sig: &Signature) -> String {
    let name = role.name();
    let of = |arguments: &str| signature(sig, arguments);
    let out = "out: &mut Emitter<K, V>";
    match role {
        Role::Main(Part::Mapper) => format!(
            "`#[{name}]` takes a record, or its key and its value: `{}` or `{}`",
            of(&format!("line: &str, {out}")),
            of(&format!("key: &str, value: u64, {out}"))
        ),
        Role::File => format!(
            "`#[{name}]` takes a file's path and its URI: `{}`",
            of(&format!("path: &Path, uri: &str, {out}"))
        ),
        Role::Main(Part::Reducer) => format!(
            "`#[{name}]` takes a key and its values: `{}`",
            of(&format!("key: &str, values: Values<u64>, {out}"))
        ),
        Role::Main(Part::Combiner) => format!(
            "`#[{name}]` takes a key and its values, or a value to add to and the next one: `{}` or `{}`",
            of(&format!("key: &str, values: Values<u64>, {out}")),
            of("acc: &mut u64, next: u64")
        ),
        Role::Init(_) | Role::Final(_) => {
            format!("`#[{name}]` takes an emitter or nothing: `{}`", of(out))
        }
        Role::Command(_) | Role::PreFilter(_) => {
            format!(
                "`#[{name}]` returns a shell command: `fn {}(&self) -> String`",
                sig.ident
            )
        }
    }
}

fn signature(sig: &Signature, arguments: &str) -> String {
    let me = match sig.receiver().map(|receiver| &receiver.kind) {
        Some(ReceiverKind::Reference(_, _, Some(_))) => "&mut self",
        _ => "&self",
    };
    format!("fn {}({me}, {arguments})", sig.ident)
}
