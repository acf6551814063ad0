//! What is in a bucket.

use std::sync::Arc;

use aws_sdk_s3::operation::list_objects_v2::builders::ListObjectsV2FluentBuilder;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Object, ObjectStorageClass, OptionalObjectAttributes};
use mrjob_core::task::RemoteFile;

use super::address::{Address, bad};
use super::client::{Client, client, wait};
use super::failure::Failure;
use super::write::{Uploads, delete, encoded};
use crate::fs::{Access, Archive, FileEntry, FileSystem, FsError, Tags, Upload};

/// The bucket that `address` is in, as a file system.
pub(super) fn connect(address: &str, access: &Access) -> Result<Box<dyn FileSystem>, FsError> {
    Ok(Box::new(bucket(address, access)?))
}

/// The bucket that `address` is in.
pub(crate) fn bucket(address: &str, access: &Access) -> Result<Bucket, FsError> {
    let s3 = Address::of(address)?.ok_or_else(|| bad(address))?;
    Bucket::open(&s3, access)
}

/// A bucket that is there.
#[derive(Debug)]
pub(crate) struct Bucket {
    client: Arc<Client>,
    address: Address,
    /// For who reads its objects.
    access: Option<String>,
}

impl Bucket {
    fn open(address: &Address, access: &Access) -> Result<Self, FsError> {
        let access = access.only(super::OPTIONS);
        let client = client(&access)?;
        client.check(&address.bucket)?;
        let said = access != Access::default();
        Ok(Bucket {
            client,
            address: address.clone(),
            access: said.then(|| serde_json::to_string(&access).expect("it is text and no more")),
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

    fn key(&self, address: &str) -> Result<String, FsError> {
        Ok(Address::of(address)?.ok_or_else(|| bad(address))?.key)
    }

    /// Those objects that are files: an empty object stands for a folder that was made by hand, or by Hadoop's older file systems.
    fn files<'a>(&'a self, objects: &'a [Object]) -> impl Iterator<Item = FileEntry> + 'a {
        objects
            .iter()
            .filter(|object| !is_folder(object))
            .filter_map(|object| self.found(object))
    }

    fn found(&self, object: &Object) -> Option<FileEntry> {
        Some(FileEntry {
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

fn is_folder(object: &Object) -> bool {
    let key = object.key().unwrap_or_default();
    key.ends_with('/') || key.ends_with("_$folder$") && object.size() == Some(0)
}

/// The storage class of an object that can't be read as it is.
fn archived(object: &Object) -> Option<Archive> {
    let class = object.storage_class()?;
    let archive = matches!(
        class,
        ObjectStorageClass::Glacier | ObjectStorageClass::DeepArchive
    );
    let restored = object
        .restore_status()
        .is_some_and(|status| status.restore_expiry_date().is_some());
    (archive && !restored).then(|| Archive {
        class: class.as_str().to_owned(),
        hint: "restore it first, as by `aws s3api restore-object`",
    })
}

impl FileSystem for Bucket {
    fn file(&self, address: &str) -> Result<Option<FileEntry>, FsError> {
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

    fn below(&self, prefix: &str) -> Result<Vec<FileEntry>, FsError> {
        let mut pages = self.listing(&self.key(prefix)?).into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = wait(pages.next())? {
            let page =
                page.map_err(|error| Failure::of(error).error(format!("list `{prefix}`")))?;
            found.extend(self.files(page.contents()));
        }
        Ok(found)
    }

    fn children(&self, prefix: &str) -> Result<(Vec<FileEntry>, Vec<String>), FsError> {
        let listing = self.listing(&self.key(prefix)?).delimiter("/");
        let mut pages = listing.into_paginator().send();
        let (mut files, mut folders) = (Vec::new(), Vec::new());
        while let Some(page) = wait(pages.next())? {
            let page =
                page.map_err(|error| Failure::of(error).error(format!("list `{prefix}`")))?;
            files.extend(self.files(page.contents()));
            let keys = page.common_prefixes().iter();
            folders.extend(keys.filter_map(|key| Some(self.address.beside(key.prefix()?))));
        }
        Ok((files, folders))
    }

    fn is_folder(&self, address: &str) -> Result<bool, FsError> {
        let prefix = format!("{}/", address.trim_end_matches('/'));
        Ok(!self.some_below(&prefix, 1)?.is_empty())
    }

    fn delete(&self, addresses: &[String]) -> Result<(), FsError> {
        let keys = addresses.iter().map(|address| self.key(address));
        let keys: Vec<String> = keys.collect::<Result<_, _>>()?;
        wait(delete(&self.client, &self.address, &keys))?
    }

    fn delete_below(&self, prefix: &str) -> Result<(), FsError> {
        let mut pages = self.listing(&self.key(prefix)?).into_paginator().send();
        while let Some(page) = wait(pages.next())? {
            let page =
                page.map_err(|error| Failure::of(error).error(format!("list `{prefix}`")))?;
            let objects = page.contents().iter();
            let keys: Vec<String> = objects
                .filter_map(|object| object.key().map(str::to_owned))
                .collect();
            wait(delete(&self.client, &self.address, &keys))??;
        }
        Ok(())
    }

    fn some_below(&self, prefix: &str, most: u16) -> Result<Vec<FileEntry>, FsError> {
        // One more, as the first one may be the folder's own.
        let listing = self
            .listing(&self.key(prefix)?)
            .max_keys(i32::from(most) + 1);
        let page = wait(listing.send())?
            .map_err(|error| Failure::of(error).error(format!("list `{prefix}`")))?;
        Ok(self.files(page.contents()).take(most.into()).collect())
    }

    fn make(&self, address: &str, new: bool, tags: &Tags) -> Result<bool, FsError> {
        let request = self.client.s3.put_object();
        let made = wait(
            request
                .bucket(&self.address.bucket)
                .key(self.key(address)?)
                .set_if_none_match(new.then(|| "*".to_owned()))
                .set_tagging(encoded(tags))
                .body(ByteStream::from_static(b""))
                .send(),
        )?;
        match made.map_err(Failure::of) {
            Ok(_) => Ok(true),
            Err(failure) if new && matches!(failure.status, Some(409 | 412)) => Ok(false),
            Err(failure) => Err(failure.error(format!("write `{address}`"))),
        }
    }

    fn upload(&self, tags: &Tags) -> Box<dyn Upload> {
        Box::new(Uploads::new(
            Arc::clone(&self.client),
            self.address.clone(),
            tags,
        ))
    }
}
