//! Objects that appear together: multipart uploads, completed when all of them have been sent.

use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_sdk_s3::operation::upload_part::UploadPartOutput;
use aws_sdk_s3::primitives::{ByteStream, Length};
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart, Delete, ObjectIdentifier};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::address::{Address, bad};
use super::client::{Client, wait};
use super::failure::Failure;
use crate::fs::{FsError, Upload};

/// Bytes of a request: few enough to be sent again.
const PIECE: u64 = 8 << 20;
/// Pieces that an object may have.
const MOST_PIECES: u64 = 10_000;
/// Requests at once.
const AT_ONCE: usize = 8;
/// Keys of a request that deletes.
const DELETED_AT_ONCE: usize = 1000;
/// How soon a cancelled upload ends.
const TICK: Duration = Duration::from_millis(100);
/// How long taking back may last: whoever interrupts a program waits for it.
const TAKING_BACK: Duration = Duration::from_secs(10);

/// Objects on their way to a bucket.
pub(super) struct Uploads(Arc<Shared>);

struct Shared {
    client: Arc<Client>,
    address: Address,
    /// As the request has them.
    tags: Option<String>,
    cancelled: AtomicBool,
    /// Locked as a whole while objects are completed or taken back.
    begun: Mutex<Vec<OpenUpload>>,
    /// Keys of objects that are there, and that are to be taken back if others can't be.
    completed: Mutex<Vec<String>>,
}

/// An upload that S3 knows.
#[derive(Clone)]
struct OpenUpload {
    key: String,
    id: String,
    bytes: u64,
    parts: Vec<CompletedPart>,
}

/// What becomes of requests on their way when another one has failed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Others {
    /// They come to their ends: what they did must be known.
    End,
    Stop,
}

impl Uploads {
    pub(super) fn new(client: Arc<Client>, address: Address, tags: &[(String, String)]) -> Self {
        Uploads(Arc::new(Shared {
            client,
            address,
            tags: encoded(tags),
            cancelled: AtomicBool::new(false),
            begun: Mutex::default(),
            completed: Mutex::default(),
        }))
    }

    async fn send_all(&self, files: &[(PathBuf, String)]) -> Result<(), FsError> {
        let shared = &self.0;
        let begin = |(path, address): &(PathBuf, String)| {
            let shared = Arc::clone(shared);
            let (path, address) = (path.clone(), address.clone());
            async move {
                shared
                    .begin(&path, &address)
                    .await
                    .map(|begun| (path, begun))
            }
        };
        let begun = shared.each(files, Others::End, begin).await?;
        let pieces = begun.iter().flat_map(|(path, begun)| {
            let size = PIECE.max(begun.bytes.div_ceil(MOST_PIECES));
            let count = begun.bytes.div_ceil(size).max(1);
            (0..count).map(move |number| Piece {
                path: path.clone(),
                key: begun.key.clone(),
                upload: begun.id.clone(),
                number: number as i32 + 1,
                offset: number * size,
                bytes: size.min(begun.bytes - number * size),
            })
        });
        let sent = |piece: Piece| {
            let shared = Arc::clone(shared);
            async move { shared.send_piece(piece).await }
        };
        shared.each(pieces, Others::Stop, sent).await.map(drop)
    }
}

/// What a request sends of a file.
struct Piece {
    path: PathBuf,
    key: String,
    upload: String,
    number: i32,
    offset: u64,
    bytes: u64,
}

impl Upload for Uploads {
    fn send(&self, files: &[(PathBuf, String)]) -> Result<(), FsError> {
        wait(self.send_all(files))?
    }

    fn complete(&self) -> Result<(), FsError> {
        let mut begun = self.0.begun();
        let complete = |begun: OpenUpload| {
            let shared = Arc::clone(&self.0);
            async move { shared.complete_one(begun).await }
        };
        wait(self.0.each(begun.clone(), Others::End, complete))??;
        begun.clear();
        Ok(())
    }

    fn keep(&self) {
        self.0.completed().clear();
    }

    fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::SeqCst);
    }

    fn abort(&self) -> Result<(), FsError> {
        let mut begun = self.0.begun();
        let mut completed = self.0.completed();
        if begun.is_empty() && completed.is_empty() {
            return Ok(());
        }
        let shared = &self.0;
        let (uploads, keys) = (std::mem::take(&mut *begun), std::mem::take(&mut *completed));
        let back = async {
            let abort = |begun: OpenUpload| {
                let shared = Arc::clone(shared);
                async move { shared.abort_one(begun).await }
            };
            let aborted = each(|| false, uploads, Others::End, abort).await;
            delete(&shared.client, &shared.address, &keys).await?;
            aborted.map(drop)
        };
        let done = wait(async { timeout(TAKING_BACK, back).await })?;
        let done = done.unwrap_or_else(|_| {
            Err(FsError::Failed {
                action: "take back what was sent".to_owned(),
                reason: "S3 doesn't answer".to_owned(),
            })
        });
        done.map_err(|error| FsError::Failed {
            action: "take back what was sent".to_owned(),
            reason: format!(
                "{error}\nhint: `aws s3api list-multipart-uploads` shows uploads that were begun; a life-cycle rule of the bucket \
                 deletes them after some days"
            ),
        })
    }
}

impl Shared {
    fn begun(&self) -> MutexGuard<'_, Vec<OpenUpload>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn completed(&self) -> MutexGuard<'_, Vec<String>> {
        self.completed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }

    async fn each<I, T, F>(
        &self,
        items: impl IntoIterator<Item = I>,
        others: Others,
        work: impl Fn(I) -> F,
    ) -> Result<Vec<T>, FsError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, FsError>> + Send + 'static,
    {
        each(|| self.is_cancelled(), items, others, work).await
    }

    async fn begin(&self, path: &Path, address: &str) -> Result<OpenUpload, FsError> {
        let bytes = size(path)?;
        let key = Address::of(address)?.ok_or_else(|| bad(address))?.key;
        let request = self.client.s3.create_multipart_upload();
        let answer = request
            .bucket(&self.address.bucket)
            .key(&key)
            .set_tagging(self.tags.clone())
            .send()
            .await
            .map_err(|error| self.failed("write", &key, Failure::of(error)))?;
        let begun = OpenUpload {
            id: answer.upload_id().unwrap_or_default().to_owned(),
            key,
            bytes,
            parts: Vec::new(),
        };
        self.begun().push(begun.clone());
        Ok(begun)
    }

    async fn send_piece(&self, piece: Piece) -> Result<(), FsError> {
        let unreadable = |error: &dyn fmt::Display| FsError::Failed {
            action: format!("read `{}`", piece.path.display()),
            reason: error.to_string(),
        };
        let body = match piece.bytes {
            0 => ByteStream::from_static(b""),
            bytes => ByteStream::read_from()
                .path(&piece.path)
                .offset(piece.offset)
                .length(Length::Exact(bytes))
                .build()
                .await
                .map_err(|error| unreadable(&error))?,
        };
        let answer = self
            .client
            .s3
            .upload_part()
            .bucket(&self.address.bucket)
            .key(&piece.key)
            .upload_id(&piece.upload)
            .part_number(piece.number)
            .body(body)
            .send()
            .await
            .map_err(|error| self.failed("write", &piece.key, Failure::of(error)))?;
        let mut begun = self.begun();
        if let Some(begun) = begun.iter_mut().find(|begun| begun.id == piece.upload) {
            begun.parts.push(part(piece.number, &answer));
        }
        Ok(())
    }

    async fn complete_one(&self, mut begun: OpenUpload) -> Result<(), FsError> {
        begun.parts.sort_by_key(CompletedPart::part_number);
        let parts = CompletedMultipartUpload::builder()
            .set_parts(Some(begun.parts))
            .build();
        let answer = self
            .client
            .s3
            .complete_multipart_upload()
            .bucket(&self.address.bucket)
            .key(&begun.key)
            .upload_id(&begun.id)
            .multipart_upload(parts)
            .send()
            .await;
        if let Err(error) = answer {
            let failure = Failure::of(error);
            // The answer to the request before this one may have been lost.
            let again = failure.code.as_deref() == Some("NoSuchUpload");
            if !(again && self.is_there(&begun.key, begun.bytes).await) {
                return Err(self.failed("write", &begun.key, failure));
            }
        }
        self.completed().push(begun.key);
        Ok(())
    }

    async fn is_there(&self, key: &str, bytes: u64) -> bool {
        let request = self.client.s3.head_object();
        let found = request
            .bucket(&self.address.bucket)
            .key(key)
            .send()
            .await
            .ok();
        found.and_then(|object| object.content_length()) == i64::try_from(bytes).ok()
    }

    async fn abort_one(&self, begun: OpenUpload) -> Result<(), FsError> {
        let answer = self
            .client
            .s3
            .abort_multipart_upload()
            .bucket(&self.address.bucket)
            .key(&begun.key)
            .upload_id(&begun.id)
            .send()
            .await;
        match answer.map_err(Failure::of) {
            Err(failure) if failure.code.as_deref() != Some("NoSuchUpload") => {
                Err(self.failed("take back the upload of", &begun.key, failure))
            }
            _ => Ok(()),
        }
    }

    fn failed(&self, what: &str, key: &str, failure: Failure) -> FsError {
        failure.error(format!("{what} `{}`", self.address.beside(key)))
    }
}

/// Does `work` for each of `items`, some at once. The first error ends it.
async fn each<I, T, F>(
    is_cancelled: impl Fn() -> bool,
    items: impl IntoIterator<Item = I>,
    others: Others,
    work: impl Fn(I) -> F,
) -> Result<Vec<T>, FsError>
where
    T: Send + 'static,
    F: Future<Output = Result<T, FsError>> + Send + 'static,
{
    let mut items = items.into_iter();
    let mut running = JoinSet::new();
    let mut done = Vec::new();
    let mut failed = None;
    loop {
        while failed.is_none() && running.len() < AT_ONCE {
            let Some(item) = items.next() else { break };
            running.spawn(work(item));
        }
        match timeout(TICK, running.join_next()).await {
            Ok(None) => return failed.map_or(Ok(done), Err),
            Ok(Some(Ok(Ok(ended)))) => done.push(ended),
            Ok(Some(Ok(Err(error)))) => failed = failed.or(Some(error)),
            Ok(Some(Err(panicked))) => std::panic::resume_unwind(panicked.into_panic()),
            Err(_) => {}
        }
        if is_cancelled() && failed.is_none() {
            failed = Some(FsError::Cancelled);
        }
        if let (Some(_), Others::Stop) = (&failed, others) {
            running.shutdown().await;
        }
    }
}

/// Deletes objects of a bucket.
pub(super) async fn delete(
    client: &Client,
    address: &Address,
    keys: &[String],
) -> Result<(), FsError> {
    for keys in keys.chunks(DELETED_AT_ONCE) {
        let action = || format!("delete `{}`", address.beside(&keys[0]));
        let objects = keys
            .iter()
            .map(|key| ObjectIdentifier::builder().key(key).build());
        let delete = objects
            .collect::<Result<Vec<_>, _>>()
            .and_then(|objects| {
                Delete::builder()
                    .set_objects(Some(objects))
                    .quiet(true)
                    .build()
            })
            .expect("keys and objects are given");
        let request = client.s3.delete_objects().bucket(&address.bucket);
        let answer = request.delete(delete).send().await;
        let answer = answer.map_err(|error| Failure::of(error).error(action()))?;
        if let Some(error) = answer.errors().first() {
            let key = error.key().unwrap_or_default();
            return Err(FsError::Failed {
                action: format!("delete `{}`", address.beside(key)),
                reason: error
                    .message()
                    .or(error.code())
                    .unwrap_or_default()
                    .to_owned(),
            });
        }
    }
    Ok(())
}

fn size(path: &Path) -> Result<u64, FsError> {
    let metadata = std::fs::metadata(path).map_err(|error| FsError::Failed {
        action: format!("read `{}`", path.display()),
        reason: error.to_string(),
    })?;
    Ok(metadata.len())
}

/// A part as the completing request names it, with whatever checksum it was sent with.
fn part(number: i32, answer: &UploadPartOutput) -> CompletedPart {
    let text = |text: Option<&str>| text.map(str::to_owned);
    CompletedPart::builder()
        .part_number(number)
        .set_e_tag(text(answer.e_tag()))
        .set_checksum_crc32(text(answer.checksum_crc32()))
        .set_checksum_crc32_c(text(answer.checksum_crc32_c()))
        .set_checksum_crc64_nvme(text(answer.checksum_crc64_nvme()))
        .set_checksum_sha1(text(answer.checksum_sha1()))
        .set_checksum_sha256(text(answer.checksum_sha256()))
        .build()
}

/// Tags as S3 takes them: `team=search&cost%20centre=7`.
pub(super) fn encoded(tags: &[(String, String)]) -> Option<String> {
    let encode = |text: &str| -> String {
        let byte = |byte: u8| match byte {
            byte if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        };
        text.bytes().map(byte).collect()
    };
    let pairs = tags
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    let text = pairs.collect::<Vec<_>>().join("&");
    (!text.is_empty()).then_some(text)
}
