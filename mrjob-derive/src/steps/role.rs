//! What a method can be in a step.

use syn::Ident;

/// A part of a step.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Mapper,
    Combiner,
    Reducer,
}

/// What a method is in a step: an attribute on the method, or an option of `step(…)`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// `mapper`, `combiner`, `reducer`.
    Main(Part),
    /// `mapper_file`.
    File,
    /// `mapper_init` and so on.
    Init(Part),
    /// `mapper_final` and so on.
    Final(Part),
    /// `mapper_cmd` and so on.
    Command(Part),
    /// `mapper_pre_filter` and so on.
    PreFilter(Part),
}

use Part::{Combiner, Mapper, Reducer};

/// All roles and their names.
const ROLES: [(&str, Role); 16] = [
    ("mapper", Role::Main(Mapper)),
    ("mapper_file", Role::File),
    ("mapper_init", Role::Init(Mapper)),
    ("mapper_final", Role::Final(Mapper)),
    ("mapper_cmd", Role::Command(Mapper)),
    ("mapper_pre_filter", Role::PreFilter(Mapper)),
    ("combiner", Role::Main(Combiner)),
    ("combiner_init", Role::Init(Combiner)),
    ("combiner_final", Role::Final(Combiner)),
    ("combiner_cmd", Role::Command(Combiner)),
    ("combiner_pre_filter", Role::PreFilter(Combiner)),
    ("reducer", Role::Main(Reducer)),
    ("reducer_init", Role::Init(Reducer)),
    ("reducer_final", Role::Final(Reducer)),
    ("reducer_cmd", Role::Command(Reducer)),
    ("reducer_pre_filter", Role::PreFilter(Reducer)),
];

impl Role {
    /// The role of this name.
    pub(super) fn of(name: &Ident) -> Option<Role> {
        ROLES
            .iter()
            .find(|(known, _)| name == known)
            .map(|(_, role)| *role)
    }

    /// The names of all roles.
    pub(super) fn names() -> Vec<&'static str> {
        ROLES.iter().map(|(name, _)| *name).collect()
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        let entry = ROLES.iter().find(|(_, role)| *role == self);
        entry.expect("every role has a name").0
    }

    /// The part of a step that it belongs to.
    pub(super) fn part(self) -> Part {
        match self {
            Role::File => Mapper,
            Role::Main(part)
            | Role::Init(part)
            | Role::Final(part)
            | Role::Command(part)
            | Role::PreFilter(part) => part,
        }
    }

    /// Whether it does the part's work, so that a step has one of them.
    pub(super) fn is_main(self) -> bool {
        matches!(self, Role::Main(_) | Role::File | Role::Command(_))
    }
}

impl Part {
    /// Its name.
    pub(super) fn name(self) -> &'static str {
        Role::Main(self).name()
    }
}
