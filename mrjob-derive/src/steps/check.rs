//! Puts methods and list together into steps, and refuses what makes none.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::{ImplItem, ItemImpl, Signature};

use super::flow;
use super::inputs::Inputs;
use super::model::{Call, Job, Stage, Step, Work};
use super::parse::{Entry, List, ListedStep, Mark};
use super::role::{Part, Role};
use super::signature;
use super::types::{plain_name, readable};
use crate::errors::{Errors, nearest};
use crate::tokens;

/// The job, if nothing is wrong with it that ends the reading. The names of methods whose signature isn't one of theirs go
/// to `refused`.
pub(super) fn job(
    item: &ItemImpl,
    marks: Vec<Mark>,
    listed: Option<List>,
    refused: &mut Vec<String>,
    errors: &mut Errors,
) -> Option<Job> {
    if !item.generics.params.is_empty() {
        errors.at(
            &item.generics,
            "a job has no parameters of type or lifetime: each task makes its own from the arguments",
        );
        return None;
    }
    let single = listed.is_none();
    let list = match listed {
        Some(list) => {
            check_marks(&marks, &list, errors);
            list
        }
        None => single_step(item, marks, errors)?,
    };
    let mut taken = Vec::new();
    tokens::names(item.to_token_stream(), &mut taken);
    let mut builder = Builder {
        methods: Methods {
            item,
            read: BTreeMap::new(),
            checked: Vec::new(),
        },
        single,
        taken,
        errors,
    };
    let steps: Vec<Option<Step>> = list.steps.iter().map(|step| builder.step(step)).collect();
    let taken = builder.taken;
    let read = builder.methods.read.into_iter();
    refused.extend(read.filter_map(|((name, _), call)| call.is_none().then_some(name)));
    check_files(&list, errors);
    let steps = add_options(steps, list.steps)?;
    Some(Job {
        me: item.self_ty.to_token_stream(),
        steps,
        entries: list.entries,
        taken,
    })
}

/// The list of a job of one step, whose methods are marked.
fn single_step(item: &ItemImpl, marks: Vec<Mark>, errors: &mut Errors) -> Option<List> {
    let Some(first) = marks.first() else {
        if errors.is_empty() {
            errors.at(
                &item.self_ty,
                "this job has no steps: mark a method `#[mapper]` or `#[reducer]`",
            );
        }
        return None;
    };
    let at = first.at.clone();
    let step = ListedStep {
        at,
        methods: marks,
        jobconf: Vec::new(),
        reducers: None,
    };
    Some(List {
        entries: vec![Entry::Step(0)],
        steps: vec![step],
    })
}

/// In a job whose steps are listed, marks say again what the list says.
fn check_marks(marks: &[Mark], list: &List, errors: &mut Errors) {
    let used = || list.steps.iter().flat_map(|step| &step.methods);
    // A step that couldn't be read may be the one that a method belongs to.
    let all_read = errors.is_empty();
    for Mark { role, method, at } in marks {
        if used().any(|listed| listed.method == *method && listed.role == *role) {
            continue;
        }
        let name = role.name();
        match used().find(|listed| listed.method == *method) {
            Some(listed) => {
                let listed = listed.role.name();
                errors.at(
                    at,
                    format!(
                        "`{method}` is marked `#[{name}]`, but the list says `{listed} = {method}`"
                    ),
                );
            }
            None if all_read => {
                errors.at(at, format!("no step has `{method}`: write `step({name} = {method})`, or leave out the mark"));
            }
            None => {}
        }
    }
}

/// Files are the job's input, so that only a first step reads them.
fn check_files(list: &List, errors: &mut Errors) {
    let edges = flow::edges(&list.entries);
    for (number, step) in list.steps.iter().enumerate() {
        let file = step.methods.iter().find(|mark| mark.role == Role::File);
        if let Some(mark) = file
            && edges.iter().any(|edge| edge.to == number)
        {
            errors.at(
                &mark.at,
                "`mapper_file` reads the job's input files, so it stands in the first step alone",
            );
        }
    }
}

fn add_options(steps: Vec<Option<Step>>, listed: Vec<ListedStep>) -> Option<Vec<Step>> {
    let with_options = steps.into_iter().zip(listed).map(|(step, listed)| {
        step.map(|step| Step {
            jobconf: listed.jobconf,
            reducers: listed.reducers,
            ..step
        })
    });
    with_options.collect()
}

struct Builder<'a> {
    methods: Methods<'a>,
    /// Whether the job has one step, whose methods are marked.
    single: bool,
    taken: Vec<String>,
    errors: &'a mut Errors,
}

impl Builder<'_> {
    fn step(&mut self, listed: &ListedStep) -> Option<Step> {
        self.check_roles(listed);
        let mut pre_filters = Vec::new();
        for mark in &listed.methods {
            if let Role::PreFilter(part) = mark.role
                && let Some(call) = self.methods.call(mark, self.errors)
            {
                pre_filters.push((part, call.method));
            }
        }
        let mut work = |part| match main_of(listed, part) {
            Some(main) => self.work(listed, main).map(Some),
            None => Some(None),
        };
        let (mapper, combiner, reducer) = (
            work(Part::Mapper),
            work(Part::Combiner),
            work(Part::Reducer),
        );
        let step = Step {
            mapper: mapper?,
            combiner: combiner?,
            reducer: reducer?,
            pre_filters,
            jobconf: Vec::new(),
            reducers: None,
        };
        self.check_identity(&step);
        Some(step)
    }

    fn work(&mut self, listed: &ListedStep, main: &Mark) -> Option<Work> {
        let part = main.role.part();
        let call = self.methods.call(main, self.errors);
        if let Role::Command(_) = main.role {
            return Some(Work::Command(call?.method));
        }
        let mut hook = |role| {
            let mark = listed.methods.iter().find(|mark| mark.role == role)?;
            let call = self.methods.call(mark, self.errors);
            Some((mark, call))
        };
        let (init, last) = (hook(Role::Init(part)), hook(Role::Final(part)));
        let main = call?;
        if let Inputs::Pairwise { .. } = main.inputs {
            for (mark, _) in init.iter().chain(&last) {
                self.errors.at(
                    &mark.at,
                    format!(
                        "a combiner of pairs has no beginning and end: `{}` goes with a combiner that takes `Values<V>`",
                        mark.role.name()
                    ),
                );
            }
        }
        let name = plain_name(&main.method);
        let base = tokens::camel_case(&name) + &tokens::camel_case(part.name());
        let marker = tokens::fresh(&base, &mut self.taken);
        let init = init.map(|(_, call)| call);
        let last = last.map(|(_, call)| call);
        Some(Work::Methods(Box::new(Stage {
            marker,
            main,
            init: transposed(init)?,
            last: transposed(last)?,
        })))
    }

    /// Refuses roles that don't make a step together.
    fn check_roles(&mut self, listed: &ListedStep) {
        self.check_doubles(listed);
        let has = |part| main_of(listed, part).is_some();
        if !has(Part::Mapper) && !has(Part::Reducer) && self.errors.is_empty() {
            self.errors.at(
                &listed.at,
                "a step has a mapper or a reducer, or both: here is neither",
            );
            return;
        }
        for mark in &listed.methods {
            self.check_role(mark, listed);
        }
        if let (Some(reducers), false) = (&listed.reducers, has(Part::Reducer)) {
            self.errors.at(
                reducers,
                "`reducers` says how many reduce tasks there are, but this step has no reducer",
            );
        }
    }

    fn check_doubles(&mut self, listed: &ListedStep) {
        for (number, mark) in listed.methods.iter().enumerate() {
            let same = |other: &&Mark| {
                let both_main = mark.role.is_main() && other.role.is_main();
                other.role == mark.role || (both_main && other.role.part() == mark.role.part())
            };
            let Some(first) = listed.methods[..number].iter().find(same) else {
                continue;
            };
            let what = if mark.role.is_main() {
                mark.role.part().name()
            } else {
                mark.role.name()
            };
            let what = if mark.role.is_main() {
                what.to_owned()
            } else {
                format!("`{what}`")
            };
            let mut message = format!("a step has one {what}: `{}` is it already", first.method);
            if self.single {
                message +=
                    "; several steps are written `#[mrjob::steps(step(mapper = …), step(…))]`";
            }
            self.errors.at(&mark.at, message);
        }
    }

    fn check_role(&mut self, mark: &Mark, listed: &ListedStep) {
        let part = mark.role.part();
        let (name, part_name) = (mark.role.name(), part.name());
        let main = main_of(listed, part).map(|main| main.role);
        let has_reducer = main_of(listed, Part::Reducer).is_some();
        let message = match (mark.role, main) {
            (Role::Main(Part::Combiner) | Role::Command(Part::Combiner), _) if !has_reducer => {
                "a combiner needs a reducer: it saves work between a mapper and that".to_owned()
            }
            (Role::Init(_) | Role::Final(_), None) => {
                format!("`{name}` needs a {part_name} in its step")
            }
            (Role::Init(_) | Role::Final(_), Some(Role::Command(_))) => {
                format!(
                    "`{name}` needs a method as {part_name}: a shell command begins and ends by itself"
                )
            }
            (Role::PreFilter(_), Some(Role::Command(_))) => {
                format!(
                    "a shell command needs no filter: write `filter | command` in `{part_name}_cmd`"
                )
            }
            (Role::PreFilter(_), Some(Role::File)) => {
                "a `mapper_file` is given files, not lines: filter them inside it".to_owned()
            }
            (Role::PreFilter(Part::Mapper), None) if has_reducer => return,
            (Role::PreFilter(_), None) => format!("`{name}` needs a {part_name} in its step"),
            _ => return,
        };
        self.errors.at(&mark.at, message);
    }

    /// A step without a mapper reads what its reducer takes, so that has to have a type of its own.
    fn check_identity(&mut self, step: &Step) {
        if let (None, Some(Work::Methods(reducer))) = (&step.mapper, &step.reducer)
            && let Inputs::Group { key, .. } = &reducer.main.inputs
            && key.owned().is_none()
        {
            self.errors.at(
                &key.ty,
                format!(
                    "a step without a mapper keeps the keys that it reads, which `{}` borrows: write a type without a lifetime",
                    readable(&key.ty)
                ),
            );
        }
    }
}

/// What does the work of a part.
fn main_of(listed: &ListedStep, part: Part) -> Option<&Mark> {
    listed
        .methods
        .iter()
        .find(|mark| mark.role.is_main() && mark.role.part() == part)
}

/// `None` where a method was named and couldn't be read.
fn transposed(hook: Option<Option<Call>>) -> Option<Option<Call>> {
    match hook {
        Some(None) => None,
        Some(Some(call)) => Some(Some(call)),
        None => Some(None),
    }
}

/// The methods of the `impl`, each read once a role so that its errors come once.
struct Methods<'a> {
    item: &'a ItemImpl,
    read: BTreeMap<(String, Role), Option<Call>>,
    checked: Vec<String>,
}

impl<'a> Methods<'a> {
    fn call(&mut self, mark: &Mark, errors: &mut Errors) -> Option<Call> {
        let key = (mark.method.to_string(), mark.role);
        if let Some(read) = self.read.get(&key) {
            return read.clone();
        }
        let sig = self.signature(mark, errors);
        let call = sig.and_then(|sig| {
            if !self.checked.contains(&key.0) {
                self.checked.push(key.0.clone());
                signature::check_any(sig, errors);
            }
            signature::read(sig, mark.role, &self.item.self_ty.to_token_stream(), errors)
        });
        self.read.insert(key, call.clone());
        call
    }

    fn signature(&self, mark: &Mark, errors: &mut Errors) -> Option<&'a Signature> {
        let item = self.item;
        let methods = || {
            item.items.iter().filter_map(|item| match item {
                ImplItem::Fn(method) => Some(&method.sig),
                _ => None,
            })
        };
        let found = methods().find(|sig| sig.ident == mark.method);
        if found.is_none() {
            let names: Vec<String> = methods().map(|sig| sig.ident.to_string()).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let meant = match nearest(&mark.method.to_string(), &names) {
                Some(name) => format!(": did you mean `{name}`?"),
                None => String::new(),
            };
            errors.at(
                &mark.method,
                format!("this `impl` has no method `{}`{meant}", mark.method),
            );
        }
        found
    }
}
