//! Object stores: S3 and what speaks like it, Google Cloud Storage, Azure. One object, the names that match a pattern,
//! and putting one.
//!
//! `object_store` finds credentials and signs; the requests go through our own client. Its futures run on the thread
//! that asks, nowhere else.

mod aws;
mod azure;
mod gcs;
mod transport;

use std::io::{self, Read};

use bytes::{Buf, Bytes};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use object_store::path::Path;
use object_store::{Error, GetOptions, ObjectStore, ObjectStoreExt, RetryConfig};
use project::upstream::Remote;
use project::upstream::remote::{Place, matches};
use tokio::runtime::{Builder, Runtime};

use super::draft::Draft;
use super::error::FetchError;
use super::{Answer, Validators};

/// So many names may match a pattern.
const MANY: usize = 5000;

/// A store with the object's key or pattern in it.
struct Store<'r> {
    store: Box<dyn ObjectStore>,
    key: &'r str,
    runtime: Runtime,
    remote: &'r Remote,
    /// Whether it is published to, which needs other rights than reading.
    writes: bool,
}

/// Fetches an object into `draft` unless it is the known one; of a pattern, the list of what matches it.
pub(super) fn fetch(remote: &Remote, known: &Validators, draft: &mut Draft) -> Result<Answer, FetchError> {
    let store = Store::open(remote)?;
    if remote.is_pattern() { store.list(draft) } else { store.get(known, draft) }
}

/// Puts an object where `remote` is, in place of what was there. For publishing.
pub fn put(remote: &Remote, body: Vec<u8>) -> Result<(), FetchError> {
    let store = Store::to_publish(remote)?;
    let path = path(store.key);
    let put = store.store.put(&path, body.into());
    store.runtime.block_on(put).map_err(|error| store.fault(&error)).map(drop)
}

/// Takes away the object at `remote`. For publishing.
pub fn remove(remote: &Remote) -> Result<(), FetchError> {
    let store = Store::to_publish(remote)?;
    let path = path(store.key);
    store.runtime.block_on(store.store.delete(&path)).map_err(|error| store.fault(&error))
}

/// What `remote` has now; `None` when there is nothing. For comparing before publishing.
pub fn read(remote: &Remote) -> Result<Option<Vec<u8>>, FetchError> {
    let store = Store::to_publish(remote)?;
    let read = async { store.store.get(&path(store.key)).await?.bytes().await };
    match store.runtime.block_on(read) {
        Ok(bytes) => Ok(Some(bytes.into())),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(store.fault(&error)),
    }
}

impl<'r> Store<'r> {
    fn open(remote: &'r Remote) -> Result<Store<'r>, FetchError> {
        let (store, key) = match &remote.place {
            Place::S3 { bucket, key, endpoint, region } => {
                (aws::store(bucket, endpoint.as_deref(), region.as_deref()), key)
            }
            Place::Gcs { bucket, key, credentials } => (gcs::store(bucket, credentials.as_deref()), key),
            Place::Azure { account, container, key } => (azure::store(account.as_deref(), container), key),
            _ => return Err(FetchError::lasting(format!("{} has no objects", remote.service()))),
        };
        let runtime = Builder::new_current_thread().enable_time().build();
        let runtime =
            runtime.map_err(|error| FetchError::passing(format!("no runtime could be made: {error}")))?;
        Ok(Store { store: store?, key, runtime, remote, writes: false })
    }

    fn to_publish(remote: &'r Remote) -> Result<Store<'r>, FetchError> {
        Ok(Store { writes: true, ..Store::open(remote)? })
    }

    fn get(&self, known: &Validators, draft: &mut Draft) -> Result<Answer, FetchError> {
        let options = GetOptions { if_none_match: known.etag.clone(), ..GetOptions::default() };
        let got = match self.runtime.block_on(self.store.get_opts(&path(self.key), options)) {
            Ok(got) => got,
            Err(Error::NotModified { .. }) => return Ok(Answer::Unchanged),
            Err(error) => return Err(self.fault(&error)),
        };
        let validators = Validators {
            etag: got.meta.e_tag.clone(),
            last_modified: None,
            version: got.meta.version.clone(),
        };
        let size = got.meta.size;
        let body = Body { stream: got.into_stream(), rest: Bytes::new(), runtime: &self.runtime };
        draft.fill(body, Some(size))?;
        Ok(Answer::Body(validators))
    }

    fn list(&self, draft: &mut Draft) -> Result<Answer, FetchError> {
        let fixed = self.key.split('*').next().unwrap_or_default();
        // Stores list by whole parts.
        let prefix = fixed.rsplit_once('/').map(|(folder, _)| path(folder));
        let mut found = self.store.list(prefix.as_ref());
        let mut names = Vec::new();
        let watch = draft.watch.clone();
        self.runtime.block_on(async {
            while let Some(object) = found.next().await {
                watch.check()?;
                let name = object.map_err(|error| self.fault(&error))?.location.to_string();
                if matches(self.key, &name) {
                    names.push(name);
                }
                if names.len() > MANY {
                    return Err(FetchError::lasting(format!(
                        "more than {MANY} objects match: narrow the pattern"
                    )));
                }
            }
            Ok(())
        })?;
        if names.is_empty() {
            return Err(FetchError::lasting("nothing matches the pattern: check the path"));
        }
        names.sort();
        let text = serde_json::to_vec(&names).unwrap_or_default();
        draft.fill(text.as_slice(), None)?;
        Ok(Answer::Body(Validators::default()))
    }

    /// What a failure means. Never quotes the store, which repeats addresses and signatures.
    fn fault(&self, error: &Error) -> FetchError {
        let (service, credentials) = (self.remote.service(), self.credentials());
        match error {
            Error::NotFound { .. } => FetchError::status(404, None, credentials),
            Error::PermissionDenied { .. } => FetchError::status(403, None, credentials),
            Error::Unauthenticated { .. } => FetchError::status(401, None, credentials),
            Error::Generic { source, .. } => {
                let mut text = source.to_string();
                let mut next = source.source();
                while let Some(error) = next {
                    text.push_str(&error.to_string());
                    next = error.source();
                }
                if let Some(fault) = transport::fault_in(source.as_ref()) {
                    return fault;
                }
                let status = |code: &str| text.contains(&format!("status code: {code}"));
                match ["301", "400", "401", "403", "404", "429", "500", "502", "503", "504"]
                    .into_iter()
                    .find(|code| status(code))
                {
                    Some("301") => FetchError::lasting(
                        "the bucket is in another region: write `region:` beside the address",
                    ),
                    Some("400") => FetchError::lasting(format!(
                        "{service} refuses the request{}: {credentials}",
                        reason(&text)
                    )),
                    Some(code) => FetchError::status(code.parse().unwrap_or(500), None, credentials),
                    None if text.contains("redential") || text.contains("token") => {
                        FetchError::lasting(format!("no credentials for {service} were found: {credentials}"))
                    }
                    None => {
                        FetchError::passing(format!("{service} did not answer as expected{}", reason(&text)))
                    }
                }
            }
            _ => FetchError::passing(format!("{service} did not answer as expected")),
        }
    }

    fn credentials(&self) -> &'static str {
        match (&self.remote.place, self.writes) {
            (Place::S3 { .. }, false) => aws::CREDENTIALS,
            (Place::S3 { .. }, true) => aws::TO_PUBLISH,
            (Place::Gcs { .. }, false) => gcs::CREDENTIALS,
            (Place::Gcs { .. }, true) => gcs::TO_PUBLISH,
            (_, false) => azure::CREDENTIALS,
            (_, true) => azure::TO_PUBLISH,
        }
    }
}

/// ` (InvalidAccessKeyId)`: the code in an answer's XML.
fn reason(text: &str) -> String {
    let code = text.split("<Code>").nth(1).and_then(|rest| rest.split("</Code>").next());
    let code = code.filter(|code| !code.is_empty() && code.bytes().all(|b| b.is_ascii_alphanumeric()));
    code.map_or(String::new(), |code| format!(" ({code})"))
}

fn path(key: &str) -> Path {
    Path::parse(key).unwrap_or_else(|_| Path::from(key))
}

/// No retries of its own: ours know what to wait for, and can be stopped.
fn retries() -> RetryConfig {
    RetryConfig { max_retries: 0, ..RetryConfig::default() }
}

/// A stream of bytes as a reader.
struct Body<'r> {
    stream: BoxStream<'static, object_store::Result<Bytes>>,
    rest: Bytes,
    runtime: &'r Runtime,
}

impl Read for Body<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.runtime.block_on(self.stream.next()) {
                Some(Ok(bytes)) => self.rest = bytes,
                Some(Err(error)) => {
                    let fault = transport::fault_in(&error).map(io::Error::other);
                    return Err(fault.unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into()));
                }
                None => return Ok(0),
            }
        }
        let count = self.rest.len().min(buffer.len());
        self.rest.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}
