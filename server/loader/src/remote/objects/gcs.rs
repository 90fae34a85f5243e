//! Google Cloud Storage: credentials as Google's own libraries find them.

use std::path::Path;
use std::sync::Arc;

use object_store::gcp::{GcpCredential, GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::{ObjectStore, StaticCredentialProvider};

use super::super::error::FetchError;
use super::retries;
use super::transport::Transport;
use crate::env::process_env;

/// What to look at when access is denied.
pub(super) const CREDENTIALS: &str = "the bucket needs the role Storage Object Viewer for the account of \
    GOOGLE_APPLICATION_CREDENTIALS or of `gcloud auth application-default login`; sign in again if it has expired";

/// The same for publishing.
pub(super) const TO_PUBLISH: &str = "the bucket needs the role Storage Object User for the account of \
    GOOGLE_APPLICATION_CREDENTIALS or of `gcloud auth application-default login`; sign in again if it has expired";

pub(super) fn store(bucket: &str, credentials: Option<&Path>) -> Result<Box<dyn ObjectStore>, FetchError> {
    let mut builder = GoogleCloudStorageBuilder::from_env()
        .with_bucket_name(bucket)
        .with_http_connector(Transport)
        .with_retry(retries());
    if let Some(file) = credentials {
        builder = builder.with_application_credentials(file.to_string_lossy());
    }
    // The emulators' variable, as Google's own libraries read it.
    if let Some(host) = process_env("STORAGE_EMULATOR_HOST").filter(|host| !host.is_empty()) {
        let base = if host.contains("://") { host } else { format!("http://{host}") };
        builder = builder
            .with_base_url(&base)
            // Without credentials object_store would ask the machine for some before it puts anything.
            .with_credentials(Arc::new(StaticCredentialProvider::new(GcpCredential {
                bearer: "none".to_owned(),
            })))
            .with_config(GoogleConfigKey::Client(object_store::ClientConfigKey::AllowHttp), "true");
    }
    match builder.build() {
        Ok(store) => Ok(Box::new(store)),
        Err(_) => {
            Err(FetchError::lasting(format!("no usable credentials for Google Cloud Storage: {CREDENTIALS}")))
        }
    }
}
