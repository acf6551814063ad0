//! A bucket for temporary files, for users who name none.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, BucketLocationConstraint,
    CreateBucketConfiguration, ExpirationStatus, LifecycleExpiration, LifecycleRule,
    LifecycleRuleFilter, PublicAccessBlockConfiguration, ServerSideEncryption,
    ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
};

use super::client::{Client, client, wait};
use super::failure::Failure;
use crate::fs::{Access, FsError};

/// What the names of such buckets begin with.
const PREFIX: &str = "mrjob-tmp-";
/// The one region that isn't said when a bucket is made there.
const UNSAID: &str = "us-east-1";
/// Days until S3 deletes what a run has left there, and what it hadn't sent to its end.
const DAYS: (i32, i32) = (30, 7);

/// A bucket of the user's for temporary files in the region, and whether it was made for it: private, encrypted, and emptied by
/// S3 after 30 days.
///
/// # Errors
///
/// When it can be neither found nor made.
pub(crate) fn temporary_bucket(access: &Access) -> Result<(String, bool), FsError> {
    let client = client(access)?;
    let mut pages = client
        .s3
        .list_buckets()
        .prefix(PREFIX)
        .into_paginator()
        .send();
    while let Some(page) = wait(pages.next())? {
        let failed = |error| Failure::of(error).error("list your buckets".to_owned());
        let page = page.map_err(failed)?;
        let names = page.buckets().iter().filter_map(|bucket| bucket.name());
        for name in names.filter(|name| name.starts_with(PREFIX)) {
            // Others of its kind are for other regions.
            if client.check(name).is_ok() {
                return Ok((name.to_owned(), false));
            }
        }
    }
    let name = format!(
        "{PREFIX}{:016x}",
        RandomState::new().build_hasher().finish()
    );
    make(&client, &name).map(|()| (name, true))
}

fn make(client: &Client, name: &str) -> Result<(), FsError> {
    let place = (client.region != UNSAID).then(|| {
        let region = BucketLocationConstraint::from(client.region.as_str());
        CreateBucketConfiguration::builder()
            .location_constraint(region)
            .build()
    });
    let request = client.s3.create_bucket().bucket(name);
    let made = wait(request.set_create_bucket_configuration(place).send())?;
    let failed = |failure: Failure| {
        let error = failure.error(format!("make the bucket `{name}` for temporary files"));
        match error {
            FsError::Denied { action, reason, .. } => FsError::Failed {
                action,
                reason: format!(
                    "{reason}\nhint: name a folder that is there: `cloud_tmp_dir: s3://BUCKET/FOLDER/`"
                ),
            },
            error => error,
        }
    };
    made.map_err(|error| failed(Failure::of(error)))?;
    let closed = protect(client, name);
    if closed.is_err() {
        // Open or without an end it is of no use.
        drop(wait(client.s3.delete_bucket().bucket(name).send())?);
    }
    closed.map_err(failed)
}

/// Lets nobody else in, and S3 delete what is left.
fn protect(client: &Client, name: &str) -> Result<(), Failure> {
    fn sent<T>(answer: Result<T, FsError>) -> Result<T, Failure> {
        answer.map_err(|error| Failure {
            status: None,
            code: None,
            region: None,
            reason: error.to_string(),
        })
    }
    let block = PublicAccessBlockConfiguration::builder()
        .block_public_acls(true)
        .ignore_public_acls(true)
        .block_public_policy(true)
        .restrict_public_buckets(true)
        .build();
    let request = client.s3.put_public_access_block().bucket(name);
    sent(wait(
        request.public_access_block_configuration(block).send(),
    ))?
    .map_err(Failure::of)?;
    let by_default = ServerSideEncryptionByDefault::builder()
        .sse_algorithm(ServerSideEncryption::Aes256)
        .build();
    let by_default = by_default.expect("it has an algorithm");
    let rule = ServerSideEncryptionRule::builder()
        .apply_server_side_encryption_by_default(by_default)
        .build();
    let encryption = ServerSideEncryptionConfiguration::builder()
        .rules(rule)
        .build();
    let encryption = encryption.expect("it has a rule");
    let request = client.s3.put_bucket_encryption().bucket(name);
    let request = request.server_side_encryption_configuration(encryption);
    sent(wait(request.send()))?.map_err(Failure::of)?;
    let abort = AbortIncompleteMultipartUpload::builder().days_after_initiation(DAYS.1);
    let rule = LifecycleRule::builder()
        .id("mrjob")
        .filter(LifecycleRuleFilter::builder().prefix("tmp/").build())
        .status(ExpirationStatus::Enabled)
        .expiration(LifecycleExpiration::builder().days(DAYS.0).build())
        .abort_incomplete_multipart_upload(abort.build())
        .build();
    let rule = rule.expect("it has a status");
    let life = BucketLifecycleConfiguration::builder().rules(rule).build();
    let life = life.expect("it has a rule");
    let request = client.s3.put_bucket_lifecycle_configuration().bucket(name);
    sent(wait(request.lifecycle_configuration(life).send()))?.map_err(Failure::of)?;
    Ok(())
}
