//! A reader that makes values up, to see what a type is made of.

use std::any::type_name;

use serde::de::value::U32Deserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Error, IntoDeserializer, Visitor};

use super::KeyError;
use super::check::Contents;
use super::wrapper::DESC;

/// Beyond this depth, options and sequences are empty, and enums end as soon as they can.
const SHALLOW_FROM: usize = 12;
/// A value that is still not complete here has no end.
const DEEPEST: usize = 64;
/// The same limit for a value's breadth.
const MOST_NODES: usize = 512;

/// What types with a special form might take.
const TEXTS: [&str; 14] = [
    "a",
    "1",
    "",
    "1970-01-01",
    "1970-01-01T00:00:00Z",
    "1970-01-01T00:00:00",
    "00:00:00",
    "127.0.0.1",
    "UTC",
    "1.0.0",
    "http://a.b/",
    "a@b.c",
    "/a",
    "00000000-0000-0000-0000-000000000000",
];
const NUMBERS: [u8; 5] = [1, 0, 2, 10, 100];
const CHARS: [char; 3] = ['a', 'A', '1'];
const BYTES: [&[u8]; 5] = [b"a", b"", &[1; 4], &[1; 8], &[1; 16]];

/// Makes up values of a type, with every variant of its enums among them, for `each`; none where the type doesn't let that be
/// done. Unlike keys they may have maps in them.
pub(crate) fn samples<T: DeserializeOwned>(mut each: impl FnMut(T)) {
    let mut survey = Survey::default();
    let mut idle = 0;
    while idle <= survey.patience() {
        let (unproven, mut forms) = (survey.unproven(), Vec::new());
        let made = loop {
            let mut trial = Trial::new(survey.clone(), Contents::Full, forms);
            trial.has_maps = true;
            let made = make::<T>(&mut trial);
            if made.is_ok() || !trial.next_form() {
                survey = trial.into_survey(made.is_ok());
                break made;
            }
            forms = trial.into_forms();
        };
        if let Ok(value) = made {
            each(value);
        }
        match survey.unproven() {
            0 => break,
            now if now == unproven => idle += 1,
            _ => idle = 0,
        }
    }
}

/// The enums that were met.
#[derive(Debug, Clone, Default)]
pub(super) struct Survey {
    enums: Vec<Enum>,
    cut: bool,
    descends: bool,
}

#[derive(Debug, Clone)]
struct Enum {
    /// The type of its visitor, since names aren't unique.
    visitor: &'static str,
    variants: &'static [&'static str],
    /// How often a variant was chosen: they are taken in turn.
    turns: usize,
    /// For each variant, whether a value was read back as it was written.
    proven: Vec<bool>,
    /// A variant whose values have an end.
    finite: Option<usize>,
}

impl Survey {
    /// The number of variants that weren't seen to be read back.
    pub(super) fn unproven(&self) -> usize {
        let variants = self.enums.iter().flat_map(|met| &met.proven);
        variants.filter(|proven| !**proven).count()
    }

    /// Whether a part was left out because there seemed to be no end to it.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// Whether a [`Desc`](super::Desc) was met.
    pub(super) fn descends(&self) -> bool {
        self.descends
    }

    /// The number of trials without progress after which none is expected: variants take turns, and some enums are
    /// only met in one variant of another.
    pub(super) fn patience(&self) -> usize {
        let variants = self.enums.iter().map(|met| met.variants.len());
        8 + 4 * variants.sum::<usize>()
    }

    fn find(&mut self, visitor: &'static str, variants: &'static [&'static str]) -> usize {
        let known = |met: &Enum| met.visitor == visitor && met.variants == variants;
        self.enums.iter().position(known).unwrap_or_else(|| {
            self.enums.push(Enum {
                visitor,
                variants,
                turns: 0,
                proven: vec![false; variants.len()],
                finite: None,
            });
            self.enums.len() - 1
        })
    }
}

/// One value to be made.
#[derive(Debug)]
pub(super) struct Trial {
    survey: Survey,
    contents: Contents,
    /// Whether maps and what looks at what is there are made, too.
    has_maps: bool,
    /// The enums that were made, and their variants.
    chosen: Vec<(usize, usize)>,
    /// Which of the possible forms each text and number takes, in order; the first one where there is none.
    forms: Vec<usize>,
    /// How many texts and numbers were made.
    leaves: usize,
    nodes: usize,
}

impl Trial {
    pub(super) fn new(survey: Survey, contents: Contents, forms: Vec<usize>) -> Self {
        Trial {
            survey,
            contents,
            has_maps: false,
            chosen: Vec::new(),
            forms,
            leaves: 0,
            nodes: 0,
        }
    }

    /// Blames the last text or number for a failure; false if it has had every form.
    pub(super) fn next_form(&mut self) -> bool {
        self.forms.resize(self.leaves, 0);
        self.forms.last_mut().is_some_and(|form| {
            *form += 1;
            *form < TEXTS.len()
        })
    }

    pub(super) fn into_forms(self) -> Vec<usize> {
        self.forms
    }

    /// What is known after the trial, given whether its value was read back.
    pub(super) fn into_survey(mut self, read_back: bool) -> Survey {
        // What a variant contains was only seen where options and sequences have content.
        if read_back && self.contents == Contents::Full {
            for (index, variant) in self.chosen {
                self.survey.enums[index].proven[variant] = true;
            }
        }
        self.survey
    }

    fn form<T: Copy>(&mut self, forms: &[T]) -> T {
        let form = self.forms.get(self.leaves).copied().unwrap_or(0);
        self.leaves += 1;
        forms[form % forms.len()]
    }
}

/// Makes a value.
pub(super) fn make<K: DeserializeOwned>(trial: &mut Trial) -> Result<K, KeyError> {
    K::deserialize(Probe { trial, depth: 0 })
}

struct Probe<'a> {
    trial: &'a mut Trial,
    depth: usize,
}

impl Probe<'_> {
    fn inner(&mut self) -> Result<Probe<'_>, KeyError> {
        self.trial.nodes += 1;
        if self.depth > DEEPEST {
            return Err(KeyError::custom("the value has no end"));
        }
        Ok(Probe {
            trial: self.trial,
            depth: self.depth + 1,
        })
    }

    fn is_shallow(&self) -> bool {
        self.depth > SHALLOW_FROM || self.trial.nodes > MOST_NODES
    }

    /// Whether an option or sequence that stands here has content.
    fn is_full(&mut self) -> bool {
        let shallow = self.is_shallow();
        self.trial.survey.cut |= shallow;
        self.trial.contents == Contents::Full && !shallow
    }
}

/// Whether a sequence is read as a set in the order of its hashes. Serde shows it as any other; its name alone tells.
fn is_hashed<T>() -> bool {
    let name = type_name::<T>();
    let path = name.split('<').next().unwrap_or(name);
    matches!(
        path.rsplit("::").next(),
        Some("HashSet" | "AHashSet" | "IndexSet")
    )
}

macro_rules! leaves {
    ($($method:ident $visit:ident $forms:ident,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, KeyError> {
            visitor.$visit(self.trial.form(&$forms).into())
        }
    )*};
}

macro_rules! refused {
    ($($method:ident $error:ident,)*) => {$(
        fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, KeyError> {
            Err(KeyError::$error)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Probe<'_> {
    type Error = KeyError;

    leaves! {
        deserialize_u8 visit_u8 NUMBERS, deserialize_u16 visit_u16 NUMBERS, deserialize_u32 visit_u32 NUMBERS,
        deserialize_u64 visit_u64 NUMBERS, deserialize_u128 visit_u128 NUMBERS,
        deserialize_i16 visit_i16 NUMBERS, deserialize_i32 visit_i32 NUMBERS, deserialize_i64 visit_i64 NUMBERS,
        deserialize_i128 visit_i128 NUMBERS, deserialize_f32 visit_f32 NUMBERS, deserialize_f64 visit_f64 NUMBERS,
        deserialize_char visit_char CHARS, deserialize_str visit_borrowed_str TEXTS,
        deserialize_string visit_borrowed_str TEXTS, deserialize_bytes visit_borrowed_bytes BYTES,
        deserialize_byte_buf visit_borrowed_bytes BYTES,
    }
    refused! { deserialize_identifier Untyped, deserialize_ignored_any Untyped, }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, KeyError> {
        match self.trial.has_maps {
            true => self.deserialize_str(visitor),
            false => Err(KeyError::Untyped),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, KeyError> {
        if !self.trial.has_maps {
            return Err(KeyError::Map);
        }
        let left = 2 * usize::from(self.is_full());
        visitor.visit_map(Fields { within: self, left })
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, KeyError> {
        visitor.visit_i8(self.trial.form(&NUMBERS).cast_signed())
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, KeyError> {
        visitor.visit_bool(self.trial.form(&[false, true]))
    }

    fn deserialize_option<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, KeyError> {
        if self.is_full() {
            visitor.visit_some(self.inner()?)
        } else {
            visitor.visit_none()
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, KeyError> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, KeyError> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, KeyError> {
        self.trial.survey.descends |= name == DESC;
        visitor.visit_newtype_struct(self.inner()?)
    }

    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, KeyError> {
        if !self.trial.has_maps && is_hashed::<V::Value>() {
            return Err(KeyError::Set);
        }
        let len = usize::from(self.is_full());
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, KeyError> {
        visitor.visit_seq(Fields {
            within: self,
            left: len,
        })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, KeyError> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, KeyError> {
        self.deserialize_tuple(fields.len(), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, KeyError> {
        if variants.is_empty() {
            return Err(KeyError::custom("the enum has no variants"));
        }
        let index = self.trial.survey.find(type_name::<V>(), variants);
        let shallow = self.is_shallow();
        let met = &mut self.trial.survey.enums[index];
        let variant = match met.finite {
            Some(finite) if shallow => finite,
            _ => {
                met.turns += 1;
                (met.turns - 1) % variants.len()
            }
        };
        self.trial.chosen.push((index, variant));
        let value = visitor.visit_enum(Variant {
            within: self.inner()?,
            variant,
        })?;
        let met = &mut self.trial.survey.enums[index];
        met.finite.get_or_insert(variant);
        Ok(value)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

struct Fields<'a> {
    within: Probe<'a>,
    left: usize,
}

impl<'de> de::SeqAccess<'de> for Fields<'_> {
    type Error = KeyError;

    fn next_element_seed<T>(&mut self, seed: T) -> Result<Option<T::Value>, KeyError>
    where
        T: DeserializeSeed<'de>,
    {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        seed.deserialize(self.within.inner()?).map(Some)
    }
}

/// Keys and values in turn.
impl<'de> de::MapAccess<'de> for Fields<'_> {
    type Error = KeyError;

    fn next_key_seed<T>(&mut self, seed: T) -> Result<Option<T::Value>, KeyError>
    where
        T: DeserializeSeed<'de>,
    {
        de::SeqAccess::next_element_seed(self, seed)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, KeyError> {
        let value = de::SeqAccess::next_element_seed(self, seed)?;
        value.ok_or_else(|| KeyError::custom("there is no value"))
    }
}

struct Variant<'a> {
    within: Probe<'a>,
    variant: usize,
}

impl<'a, 'de> de::EnumAccess<'de> for Variant<'a> {
    type Error = KeyError;
    type Variant = Probe<'a>;

    fn variant_seed<T>(self, seed: T) -> Result<(T::Value, Probe<'a>), KeyError>
    where
        T: DeserializeSeed<'de>,
    {
        let number: U32Deserializer<KeyError> = (self.variant as u32).into_deserializer();
        Ok((seed.deserialize(number)?, self.within))
    }
}

impl<'de> de::VariantAccess<'de> for Probe<'_> {
    type Error = KeyError;

    fn unit_variant(self) -> Result<(), KeyError> {
        Ok(())
    }

    fn newtype_variant_seed<T>(self, seed: T) -> Result<T::Value, KeyError>
    where
        T: DeserializeSeed<'de>,
    {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, KeyError> {
        de::Deserializer::deserialize_tuple(self, len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, KeyError> {
        self.tuple_variant(fields.len(), visitor)
    }
}
