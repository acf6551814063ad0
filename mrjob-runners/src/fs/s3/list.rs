//! What is in a bucket.

use std::sync::Arc;

use aws_sdk_s3::operation::list_objects_v2::builders::ListObjectsV2FluentBuilder;
use aws_sdk_s3::types::{Object, ObjectStorageClass, OptionalObjectAttributes};
use mrjob_core::task::RemoteFile;

use super::address::Address;
use super::client::{Client, client, wait};
use super::failure::Failure;
use crate::fs::{Access, FileSystem, Found, FsError};

/// A bucket that is there.
#[derive(Debug)]
pub(in crate::fs) struct Bucket {
    client: Arc<Client>,
    address: Address,
    /// For who reads its objects.
    access: Option<String>,
}

impl Bucket {
    pub(in crate::fs) fn open(address: &Address, access: &Access) -> Result<Self, FsError> {
        let client = client(access)?;
        client.check(&address.bucket)?;
        let said = *access != Access::default();
        Ok(Bucket {
            client,
            address: address.clone(),
            access: said.then(|| serde_json::to_string(access).expect("it is text and no more")),
        })
    }

    /// A listing of the objects whose keys begin with `key`.
    fn listing(&self, key: &str) -> ListObjectsV2FluentBuilder {
        let listing = self.client.s3.list_objects_v2();
        listing
            .bucket(&self.address.bucket)
            .prefix(key)
            .optional_object_attributes(OptionalObjectAttributes::RestoreStatus)
    }

    fn key<'a>(&self, address: &'a str) -> Result<std::borrow::Cow<'a, str>, FsError> {
        let bad = || FsError::BadAddress(address.to_owned());
        Ok(Address::of(address)?.ok_or_else(bad)?.key.into())
    }

    fn found(&self, object: &Object) -> Option<Found> {
        Some(Found {
            file: RemoteFile {
                address: self.address.beside(object.key()?),
                bytes: object.size()?.try_into().ok()?,
                version: object.e_tag().map(str::to_owned),
                access: self.access.clone(),
            },
            modified: object.last_modified().map(|time| time.secs()),
            archived: archived(object),
        })
    }
}

/// The storage class of an object that can't be read as it is.
fn archived(object: &Object) -> Option<String> {
    let class = object.storage_class()?;
    let archive = matches!(
        class,
        ObjectStorageClass::Glacier | ObjectStorageClass::DeepArchive
    );
    let restored = object
        .restore_status()
        .is_some_and(|status| status.restore_expiry_date().is_some());
    (archive && !restored).then(|| class.as_str().to_owned())
}

impl FileSystem for Bucket {
    fn file(&self, address: &str) -> Result<Option<Found>, FsError> {
        let key = self.key(address)?;
        if key.is_empty() || key.ends_with('/') {
            return Ok(None);
        }
        // Of all that begin with a key, the key itself comes first.
        let page = wait(self.listing(&key).max_keys(1).send())?
            .map_err(|error| Failure::of(error).error(format!("list `{address}`")))?;
        let object = page
            .contents()
            .iter()
            .find(|object| object.key() == Some(&key));
        Ok(object.and_then(|object| self.found(object)))
    }

    fn below(&self, prefix: &str) -> Result<Vec<Found>, FsError> {
        let mut pages = self.listing(&self.key(prefix)?).into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = wait(pages.next())? {
            let page =
                page.map_err(|error| Failure::of(error).error(format!("list `{prefix}`")))?;
            let objects = page.contents().iter();
            // Who makes folders by hand leaves an empty object for each.
            let objects =
                objects.filter(|object| !object.key().is_some_and(|key| key.ends_with('/')));
            found.extend(objects.filter_map(|object| self.found(object)));
        }
        Ok(found)
    }
}
