//! Whether a type can be a key, before there are data.

use std::any::type_name;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::probe::{self, Survey, Trial};
use super::{KeyError, decode, encode};
use crate::Arena;

/// How far [`check`] got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "keys of a type that couldn't be checked are to be verified one by one"]
pub enum Checked {
    /// Every key of the type is read back as it was written.
    Whole,
    /// Some of the type's values couldn't be made up, because a field takes only texts or numbers of a special form or
    /// because the type contains itself: [`verify`] each key where it is read.
    Partly,
}

/// Finds out whether a type can be a key, by making values of it, with every variant of its enums among them, and
/// seeing that each is read back as it was written.
///
/// ```
/// use std::collections::BTreeMap;
/// use mrjob_core::key::{Checked, KeyError, check};
///
/// assert_eq!(check::<(String, Option<u64>)>()?, Checked::Whole);
/// assert!(matches!(check::<Vec<BTreeMap<String, u64>>>(), Err(KeyError::Map)));
/// # Ok::<(), KeyError>(())
/// ```
///
/// # Errors
///
/// [`KeyError::Map`], [`KeyError::Untyped`], [`KeyError::SkippedField`] for what has no order-preserving form;
/// [`KeyError::OneWay`] for what would be read back as something else, such as an enum in which a variant with
/// `#[serde(skip)]` stands before others.
pub fn check<K: Serialize + DeserializeOwned>() -> Result<Checked, KeyError> {
    let (survey, read_back) = survey::<K>()?;
    match read_back && !survey.is_cut() && survey.unproven() == 0 {
        true => Ok(Checked::Whole),
        false => Ok(Checked::Partly),
    }
}

/// Whether keys of the type have a [`Desc`](super::Desc) in them, so that they sort otherwise than as lines of text.
///
/// ```
/// use mrjob_core::key::{Desc, descends};
///
/// assert!(descends::<(String, Option<Desc<u64>>)>());
/// assert!(!descends::<(String, u64)>());
/// ```
pub fn descends<K: Serialize + DeserializeOwned>() -> bool {
    survey::<K>().is_ok_and(|(survey, _)| survey.descends())
}

/// Makes values of a type until nothing new is to be expected; whether any was read back.
fn survey<K: Serialize + DeserializeOwned>() -> Result<(Survey, bool), KeyError> {
    let mut survey = Survey::default();
    attempt::<K>(&mut survey, Contents::Empty)?;
    let (mut read_back, mut idle) = (false, 0);
    while idle <= survey.patience() {
        let unproven = survey.unproven();
        read_back |= attempt::<K>(&mut survey, Contents::Full)?;
        if survey.unproven() == 0 {
            break;
        }
        idle = match survey.unproven() == unproven {
            true => idle + 1,
            false => 0,
        };
    }
    Ok((survey, read_back))
}

/// Reads a key and sees that writing it again gives the same bytes. A key that is read as another one is caught here,
/// whatever its type.
///
/// # Errors
///
/// [`KeyError::OneWay`] if the bytes aren't the same, and what [`decode`](super::decode()) and
/// [`encode`](super::encode()) say.
pub fn verify<K: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<(), KeyError> {
    let key: K = decode(bytes, &Arena::default())?;
    let mut again = Vec::with_capacity(bytes.len());
    encode(&key, &mut again)?;
    match again == bytes {
        true => Ok(()),
        false => Err(one_way::<K>()),
    }
}

fn one_way<K>() -> KeyError {
    KeyError::OneWay {
        type_name: type_name::<K>(),
    }
}

/// What options and sequences are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Contents {
    /// `None` and no elements.
    Empty,
    /// `Some` and one element.
    Full,
}

/// Makes one value, trying other texts and numbers until the type takes them, and sees that it is read back. False if
/// there was no value.
fn attempt<K: Serialize + DeserializeOwned>(
    survey: &mut Survey,
    contents: Contents,
) -> Result<bool, KeyError> {
    let mut forms = Vec::new();
    loop {
        let mut trial = Trial::new(survey.clone(), contents, forms);
        let read_back = match probe::make::<K>(&mut trial) {
            Ok(key) => comes_back(&key)?,
            Err(KeyError::Custom(_)) if trial.next_form() => {
                forms = trial.into_forms();
                continue;
            }
            Err(KeyError::Custom(_)) => false,
            Err(refused) => return Err(refused),
        };
        *survey = trial.into_survey(read_back);
        return Ok(read_back);
    }
}

/// Whether a value could be written; an error if it isn't read back the same.
fn comes_back<K: Serialize + DeserializeOwned>(key: &K) -> Result<bool, KeyError> {
    let mut written = Vec::new();
    match encode(key, &mut written) {
        Ok(()) => verify::<K>(&written).map_err(|_| one_way::<K>())?,
        Err(KeyError::Custom(_)) => return Ok(false),
        Err(refused) => return Err(refused),
    }
    Ok(true)
}
