//! The events of a YAML text, with their places: the parser under `serde_yaml`, which itself doesn't tell places.
//!
//! A parser in safe Rust beside it, saphyr-parser, would make each job program 100 kB larger, of 130 kB that there are for
//! all of configuration; this one is there anyway.

#![expect(
    unsafe_code,
    reason = "the parser that serde_yaml brings has no other interface"
)]

use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;
use std::ptr::addr_of_mut;

use libyaml_rs as sys;

use super::place::Place;

/// How deep lists and mappings may stand in each other. Beyond a few thousand the parser itself gets slow.
const DEEPEST: usize = 64;

/// What a text is made of.
#[derive(Debug, PartialEq)]
pub(super) enum Event {
    Document,
    Scalar {
        properties: Properties,
        text: String,
        plain: bool,
    },
    List(Properties),
    Map(Properties),
    /// The end of a list or a mapping.
    End,
    Alias(String),
}

/// What may stand before a value.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Properties {
    pub(super) anchor: Option<String>,
    pub(super) tag: Option<String>,
}

/// Why a text isn't YAML, and where.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) message: String,
    pub(super) place: Place,
}

/// The events of `text`, up to the end of its last document.
pub(super) fn events(text: &str) -> Result<Vec<(Event, Place)>, Broken> {
    let mut parser = Parser::new(text);
    let mut events = Vec::new();
    let mut depth = 0_usize;
    while let Some((event, place)) = parser.next()? {
        match event {
            Event::List(_) | Event::Map(_) => depth += 1,
            Event::End => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            let message = format!("more than {DEEPEST} lists and mappings stand in each other");
            return Err(Broken { message, place });
        }
        events.push((event, place));
    }
    Ok(events)
}

/// The parser, which keeps pointers to itself and to the text: it doesn't move, and is released before both.
struct Parser<'a> {
    sys: Box<MaybeUninit<sys::yaml_parser_t>>,
    text: std::marker::PhantomData<&'a str>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        let mut parser = Parser {
            sys: Box::new_uninit(),
            text: std::marker::PhantomData,
        };
        let sys = parser.sys.as_mut_ptr();
        // SAFETY: `sys` points to memory for a parser, which this call initialises; it can't fail, for it has no memory
        // to ask for but from Rust's allocator, which doesn't come back without.
        let _ = unsafe { sys::yaml_parser_initialize(sys) };
        // SAFETY: it is initialised and has neither encoding nor input yet; `text` outlives it.
        unsafe {
            sys::yaml_parser_set_encoding(sys, sys::YAML_UTF8_ENCODING);
            sys::yaml_parser_set_input_string(sys, text.as_ptr(), text.len() as u64);
        }
        parser
    }

    fn next(&mut self) -> Result<Option<(Event, Place)>, Broken> {
        loop {
            let mut event = MaybeUninit::<sys::yaml_event_t>::uninit();
            let sys = self.sys.as_mut_ptr();
            // SAFETY: the parser is initialised, and `event` is memory for an event.
            if unsafe { sys::yaml_parser_parse(sys, event.as_mut_ptr()) }.fail {
                return Err(self.broken());
            }
            // SAFETY: a call that doesn't fail leaves an event, which is released below and not used after.
            let (event, last) = unsafe {
                let known = event.assume_init_ref();
                let read = (
                    convert(known).map(|read| (read, place(known.start_mark, known.end_mark))),
                    known.type_ == sys::YAML_STREAM_END_EVENT,
                );
                sys::yaml_event_delete(event.as_mut_ptr());
                read
            };
            if event.is_some() || last {
                return Ok(event);
            }
        }
    }

    /// Why the parser has failed.
    fn broken(&self) -> Broken {
        // SAFETY: it is initialised.
        let sys = unsafe { self.sys.assume_init_ref() };
        // SAFETY: its messages are constants.
        let (problem, context) = unsafe { (text(sys.problem), text(sys.context)) };
        let mut message = problem.unwrap_or_else(|| "it isn't YAML".to_owned());
        if let Some(context) = context {
            message = format!("{message} {context}");
        }
        Broken {
            message,
            place: place(sys.problem_mark, sys.problem_mark),
        }
    }
}

impl Drop for Parser<'_> {
    fn drop(&mut self) {
        // SAFETY: it is initialised, and nobody uses it any more.
        unsafe { sys::yaml_parser_delete(addr_of_mut!(*self.sys).cast()) }
    }
}

/// # Safety
///
/// `event` is one that the parser has written and that isn't released.
unsafe fn convert(event: &sys::yaml_event_t) -> Option<Event> {
    // SAFETY: of the union that part is read which belongs to the event's type; its texts end in 0 or are null, and a
    // scalar's is as long as it says.
    unsafe {
        Some(match event.type_ {
            sys::YAML_DOCUMENT_START_EVENT => Event::Document,
            sys::YAML_SCALAR_EVENT => {
                let scalar = &event.data.scalar;
                let bytes = std::slice::from_raw_parts(scalar.value, scalar.length as usize);
                Event::Scalar {
                    properties: properties(scalar.anchor, scalar.tag),
                    text: String::from_utf8_lossy(bytes).into_owned(),
                    plain: scalar.style == sys::YAML_PLAIN_SCALAR_STYLE,
                }
            }
            sys::YAML_SEQUENCE_START_EVENT => {
                let list = &event.data.sequence_start;
                Event::List(properties(list.anchor, list.tag))
            }
            sys::YAML_MAPPING_START_EVENT => {
                let map = &event.data.mapping_start;
                Event::Map(properties(map.anchor, map.tag))
            }
            sys::YAML_SEQUENCE_END_EVENT | sys::YAML_MAPPING_END_EVENT => Event::End,
            sys::YAML_ALIAS_EVENT => {
                Event::Alias(text(event.data.alias.anchor.cast()).unwrap_or_default())
            }
            _ => return None,
        })
    }
}

/// # Safety
///
/// Each is null or a text that ends in 0.
unsafe fn properties(anchor: *const u8, tag: *const u8) -> Properties {
    // SAFETY: the caller says so.
    unsafe {
        Properties {
            anchor: text(anchor.cast()),
            tag: text(tag.cast()),
        }
    }
}

/// # Safety
///
/// It is null or a text that ends in 0.
unsafe fn text(bytes: *const c_char) -> Option<String> {
    if bytes.is_null() {
        return None;
    }
    // SAFETY: the caller says so.
    let text = unsafe { CStr::from_ptr(bytes) };
    Some(text.to_string_lossy().into_owned())
}

fn place(start: sys::yaml_mark_t, end: sys::yaml_mark_t) -> Place {
    let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let width = if start.line == end.line {
        number(end.column.saturating_sub(start.column))
    } else {
        // To the end of the line.
        u32::MAX
    };
    Place {
        line: number(start.line) + 1,
        column: number(start.column) + 1,
        width,
    }
}
