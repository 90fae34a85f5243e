//! Azure Blob Storage: credentials as Azure's own libraries find them.

use object_store::ObjectStore;
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};

use super::super::error::FetchError;
use super::super::tool;
use super::retries;
use super::transport::Transport;
use crate::env::process_env;

/// What to look at when access is denied.
pub(super) const CREDENTIALS: &str = "the container needs the role Storage Blob Data Reader for the account of \
    AZURE_CLIENT_ID, the machine's identity or `az login`, or AZURE_STORAGE_CONNECTION_STRING or \
    AZURE_STORAGE_SAS_TOKEN must be set; sign in again if it has expired";

/// The same for publishing.
pub(super) const TO_PUBLISH: &str = "the container needs the role Storage Blob Data Contributor for the account of \
    AZURE_CLIENT_ID, the machine's identity or `az login`, or AZURE_STORAGE_CONNECTION_STRING or \
    AZURE_STORAGE_SAS_TOKEN must be set; sign in again if it has expired";

pub(super) fn store(account: Option<&str>, container: &str) -> Result<Box<dyn ObjectStore>, FetchError> {
    let mut builder = MicrosoftAzureBuilder::from_env();
    let connection = process_env("AZURE_STORAGE_CONNECTION_STRING").filter(|text| !text.is_empty());
    let connection = connection.as_deref().map(Connection::read).unwrap_or_default();
    let from_env =
        || process_env("AZURE_STORAGE_ACCOUNT").or_else(|| process_env("AZURE_STORAGE_ACCOUNT_NAME"));
    // The connection string is for one account, which the address may not name.
    let applies = account.is_none_or(|account| connection.account.as_deref() == Some(account));
    let Some(account) = account.map(str::to_owned).or(connection.account.clone()).or_else(from_env) else {
        return Err(FetchError::lasting(
            "the storage account is not known: write `account:` beside the address, or set AZURE_STORAGE_ACCOUNT",
        ));
    };
    let mut has_secret = [
        "AZURE_STORAGE_ACCOUNT_KEY",
        "AZURE_STORAGE_KEY",
        "AZURE_STORAGE_SAS_TOKEN",
        "AZURE_STORAGE_SAS_KEY",
        "AZURE_STORAGE_TOKEN",
        "AZURE_CLIENT_ID",
        "AZURE_STORAGE_CLIENT_ID",
        "AZURE_FEDERATED_TOKEN_FILE",
        "IDENTITY_ENDPOINT",
        "MSI_ENDPOINT",
    ]
    .iter()
    .any(|name| process_env(name).is_some_and(|value| !value.is_empty()));
    builder = builder.with_account(account).with_container_name(container);
    if let Some(sas) = process_env("AZURE_STORAGE_SAS_TOKEN").filter(|sas| !sas.is_empty()) {
        builder = builder.with_config(AzureConfigKey::SasKey, sas);
    }
    if applies {
        if let Some(key) = connection.key {
            builder = builder.with_access_key(key);
            has_secret = true;
        }
        if let Some(sas) = connection.sas {
            builder = builder.with_config(AzureConfigKey::SasKey, sas);
            has_secret = true;
        }
        if let Some(endpoint) = connection.endpoint {
            builder = builder.with_allow_http(endpoint.starts_with("http://")).with_endpoint(endpoint);
        }
    }
    if !has_secret && tool::exists("az") {
        builder = builder.with_use_azure_cli(true);
    }
    match builder.with_http_connector(Transport).with_retry(retries()).build() {
        Ok(store) => Ok(Box::new(store)),
        Err(_) => Err(FetchError::lasting(format!("no usable credentials for Azure: {CREDENTIALS}"))),
    }
}

/// What a connection string says: `AccountName=…;AccountKey=…;BlobEndpoint=…`
#[derive(Default)]
struct Connection {
    account: Option<String>,
    key: Option<String>,
    sas: Option<String>,
    endpoint: Option<String>,
}

impl Connection {
    fn read(text: &str) -> Connection {
        let get = |key: &str| {
            text.split(';').find_map(|part| {
                let (name, value) = part.split_once('=')?;
                (name.trim().eq_ignore_ascii_case(key) && !value.is_empty()).then(|| value.trim().to_owned())
            })
        };
        Connection {
            account: get("AccountName"),
            key: get("AccountKey"),
            sas: get("SharedAccessSignature"),
            endpoint: get("BlobEndpoint").map(|endpoint| endpoint.trim_end_matches('/').to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Connection;

    #[test]
    fn a_connection_string() {
        let text = "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=a+b/c==;BlobEndpoint=http://127.0.0.1:10000/acme/;";
        let read = Connection::read(text);
        assert_eq!(read.account.as_deref(), Some("acme"));
        assert_eq!(read.key.as_deref(), Some("a+b/c=="));
        assert_eq!(read.endpoint.as_deref(), Some("http://127.0.0.1:10000/acme"));
        assert_eq!(read.sas, None);
    }
}
