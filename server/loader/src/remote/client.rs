//! The one HTTP client: certificates and times of everything that is fetched, and its proxy.
//!
//! Certificates come from the system, from `SSL_CERT_FILE` and `SSL_CERT_DIR`, and from the variables other tools have
//! for a company's own authority.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ureq::http::{Request, Response};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, AsSendBody, Body, Error, Timeout};

use super::error::FetchError;
use super::proxy::Route;
use crate::env::process_env;

/// A name lookup and a connection take no longer.
const CONNECT: Duration = Duration::from_secs(10);
/// A server that says nothing for so long has lost us.
const SILENCE: Duration = Duration::from_secs(30);
/// One whole fetch takes no longer.
pub(super) const WHOLE: Duration = Duration::from_secs(15 * 60);

/// Files with the certificates of more authorities, as other tools read them.
const AUTHORITIES: [&str; 4] =
    ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];

/// One for what a cloud's machine asks of the machine itself: no proxy, little patience.
fn agent_beside() -> &'static Agent {
    static AGENT: OnceLock<Agent> = OnceLock::new();
    AGENT.get_or_init(|| {
        let soon = Some(Duration::from_secs(2));
        let config = Agent::config_builder().proxy(None).http_status_as_error(false);
        config.timeout_connect(soon).timeout_global(Some(Duration::from_secs(5))).build().new_agent()
    })
}

/// Sends a request, through a proxy where one is named for its address. Follows no redirects and makes no errors of
/// statuses: who asks decides.
pub(super) fn send(request: Request<impl AsSendBody>) -> Result<Response<Body>, FetchError> {
    // Where a cloud tells its own machines who they are: never through a proxy, and soon or not at all.
    let is_beside = matches!(
        request.uri().host(),
        Some("169.254.169.254" | "169.254.170.2" | "169.254.170.23" | "metadata.google.internal")
    );
    if is_beside {
        return agent_beside().run(request).map_err(|error| fault(&error));
    }
    let route = Route::to(request.uri())?;
    let request = agent().configure_request(request).proxy(route.proxy()).build();
    agent().run(request).map_err(|error| route.fault(&error))
}

/// The agent of this process.
fn agent() -> &'static Agent {
    static AGENT: OnceLock<Agent> = OnceLock::new();
    AGENT.get_or_init(|| {
        let tls = TlsConfig::builder().root_certs(roots()).build();
        Agent::config_builder()
            .proxy(None)
            .user_agent(concat!("dbt-mesh-ls/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(SILENCE * 2))
            .timeout_per_read(Some(silence()))
            .timeout_per_write(Some(silence()))
            .timeout_global(Some(WHOLE))
            .allow_non_standard_methods(true)
            .tls_config(tls)
            .build()
            .new_agent()
    })
}

/// `DBT_MESH_TIMEOUT`, in seconds, for slow networks and for tests.
pub(super) fn silence() -> Duration {
    let seconds = process_env("DBT_MESH_TIMEOUT").and_then(|text| text.trim().parse().ok());
    seconds.filter(|seconds| *seconds > 0).map_or(SILENCE, Duration::from_secs)
}

fn roots() -> RootCerts {
    // What cannot be read is left out: the connection fails with the reason if it mattered.
    let mut all: Vec<Certificate<'static>> = rustls_native_certs::load_native_certs()
        .certs
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned())
        .collect();
    for file in AUTHORITIES.iter().filter_map(|name| process_env(name)).filter(|file| !file.is_empty()) {
        let Ok(pem) = std::fs::read(Path::new(&file)) else { continue };
        let items = parse_pem(&pem).filter_map(Result::ok);
        all.extend(items.filter_map(|item| match item {
            PemItem::Certificate(certificate) => Some(certificate),
            _ => None,
        }));
    }
    if all.is_empty() { RootCerts::WebPki } else { RootCerts::Specific(Arc::new(all)) }
}

/// What a failed request means. Never repeats the address: it may hold a secret.
pub(super) fn fault(error: &Error) -> FetchError {
    match error {
        _ if is_unknown_host(error) => {
            FetchError::passing("the host is not known: check its name and the network")
        }
        Error::ConnectionFailed => FetchError::passing("no connection: check the network, a proxy, the port"),
        Error::Io(error) => io_fault(error),
        Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
            FetchError::passing(format!("no connection within {} seconds", CONNECT.as_secs()))
        }
        Error::Timeout(_) => FetchError::passing("the server did not answer in time"),
        Error::Tls(why) => FetchError::lasting(tls(why)),
        Error::Rustls(why) => FetchError::lasting(tls(&why.to_string())),
        Error::BadUri(_) | Error::Http(_) => FetchError::lasting("the address is no valid one"),
        Error::Protocol(_) => FetchError::passing("the answer is no HTTP, or was cut short"),
        _ => FetchError::passing("the request failed"),
    }
}

/// Whether a name could not be looked up. The library has a kind of its own for that only when the answer is empty.
pub(super) fn is_unknown_host(error: &Error) -> bool {
    match error {
        Error::HostNotFound => true,
        Error::Io(error) => {
            let text = error.to_string();
            text.contains("lookup address") || text.contains("No such host")
        }
        _ => false,
    }
}

pub(super) fn io_fault(error: &std::io::Error) -> FetchError {
    use std::io::ErrorKind;
    // What came through a store's stream is ours already.
    if let Some(fault) = error.get_ref().and_then(|inner| inner.downcast_ref::<FetchError>()) {
        return fault.clone();
    }
    let text = error.to_string();
    if text.contains("certificate") || text.contains("invalid peer") {
        return FetchError::lasting(tls(&text));
    }
    match error.kind() {
        ErrorKind::ConnectionRefused => {
            FetchError::passing("the connection was refused: is the server running?")
        }
        ErrorKind::UnexpectedEof
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe => FetchError::passing("the connection broke before everything was there"),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => FetchError::passing("the server went silent"),
        _ if text.contains("timeout") => FetchError::passing("the server went silent"),
        kind => FetchError::passing(format!("the connection failed ({kind})")),
    }
}

fn tls(why: &str) -> String {
    format!(
        "no secure connection ({why}): a company's own certificates belong into the file that SSL_CERT_FILE or \
         REQUESTS_CA_BUNDLE names"
    )
}
