//! `http(s)://`: conditional requests, and redirects by our own rules.
//!
//! A redirect may not lead to another scheme but from http to https, nor from a remote host to this machine or its
//! neighbours; to another origin it takes no credentials along.

use std::net::{IpAddr, ToSocketAddrs};
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ureq::Body;
use ureq::http::{Request, Response};
use url::{Host, Url};

use super::client::{fault, io_fault, send};
use super::draft::Draft;
use super::error::FetchError;
use super::stoppable::Stoppable;
use super::{Answer, Validators};

const REDIRECTS: usize = 5;

/// A request: where to, and what it carries.
pub(super) struct Get<'a> {
    pub(super) url: &'a str,
    pub(super) user: Option<&'a (String, String)>,
    pub(super) headers: &'a [(String, String)],
    /// Whether the address or a header holds a secret that it does not look like.
    pub(super) secret: bool,
    /// What to look at when access is denied.
    pub(super) credentials: &'a str,
}

/// Fetches a body into `draft` unless it is the known one.
pub(super) fn fetch(get: &Get<'_>, known: &Validators, draft: &mut Draft) -> Result<Answer, FetchError> {
    let response = open(get, known, true)?;
    if response.status() == 304 {
        return Ok(Answer::Unchanged);
    }
    let header = |name: &str| response.headers().get(name)?.to_str().ok().map(str::to_owned);
    let validators =
        Validators { etag: header("etag"), last_modified: header("last-modified"), version: None };
    let length = header("content-length").and_then(|text| text.trim().parse().ok());
    let body = Stoppable::new(response.into_body().into_reader(), &draft.watch);
    draft.fill(body.map_err(|error| io_fault(&error))?, length)?;
    Ok(Answer::Body(validators))
}

/// The answer to a request as JSON, at most some megabytes of it.
pub(super) fn json(get: &Get<'_>) -> Result<serde_json::Value, FetchError> {
    let mut response = open(get, &Validators::default(), false)?;
    let text =
        response.body_mut().with_config().limit(16 << 20).read_to_vec().map_err(|error| fault(&error))?;
    serde_json::from_slice(&text)
        .map_err(|_| FetchError::lasting("the answer is no JSON: is this the right address?"))
}

/// Sends the request, follows redirects, and turns failures into errors. A 304 is an answer.
fn open(get: &Get<'_>, known: &Validators, packed: bool) -> Result<Response<Body>, FetchError> {
    let first = Url::parse(get.url).map_err(|_| FetchError::lasting("the address is no valid one"))?;
    let secret = get.secret || get.user.is_some() || get.headers.iter().any(|(name, _)| is_secret(name));
    if secret {
        may_carry_secrets(&first)?;
    }
    let mut url = first.clone();
    for _ in 0..=REDIRECTS {
        let same_origin = url.origin() == first.origin();
        let mut request = Request::get(url.as_str());
        if packed {
            // Kept as it comes: the cache is smaller, and unpacking has its own limits.
            request = request.header("accept-encoding", "gzip");
        }
        for (name, value) in get.headers.iter().filter(|_| same_origin) {
            request = request.header(name, value);
        }
        if let Some((name, password)) = get.user.filter(|_| same_origin) {
            request = request.header("authorization", basic(name, password));
        }
        if let Some(etag) = &known.etag {
            request = request.header("if-none-match", etag);
        } else if let Some(date) = &known.last_modified {
            request = request.header("if-modified-since", date);
        }
        let request =
            request.body(()).map_err(|_| FetchError::lasting("the address or a header is no valid one"))?;
        let response = send(request)?;
        let status = response.status().as_u16();
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        match (status, header("location")) {
            (200 | 304, _) => return Ok(response),
            (301 | 302 | 303 | 307 | 308, Some(to)) => url = redirected(&first, &url, to)?,
            _ => {
                let wait = header("retry-after").and_then(retry_after);
                return Err(FetchError::status(status, wait, get.credentials));
            }
        }
    }
    Err(FetchError::lasting("the server redirects in circles"))
}

/// Whether credentials may be sent to an address: over a network only with encryption.
pub(super) fn may_carry_secrets(url: &Url) -> Result<(), FetchError> {
    if url.scheme() == "http" && !is_near(url) {
        return Err(FetchError::lasting("credentials are not sent without encryption: use https"));
    }
    Ok(())
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["auth", "token", "key", "cookie", "secret"].iter().any(|word| name.contains(word))
}

fn basic(name: &str, password: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{name}:{password}")))
}

/// Seconds, or a date; no longer than ten minutes.
pub(super) fn retry_after(text: &str) -> Option<Duration> {
    let seconds = match text.trim().parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => {
            let at = httpdate::parse_http_date(text).ok()?;
            at.duration_since(SystemTime::now()).map_or(0, |wait| wait.as_secs())
        }
    };
    Some(Duration::from_secs(seconds.min(600)))
}

/// Where a redirect leads, if it may lead there. `first`: the address in the configuration.
fn redirected(first: &Url, from: &Url, to: &str) -> Result<Url, FetchError> {
    let refused = |what: &str| {
        FetchError::lasting(format!(
            "the server redirects {what}, which is refused: configure the final address"
        ))
    };
    let mut to = from.join(to).map_err(|_| refused("to an address that is no valid one"))?;
    match (from.scheme(), to.scheme()) {
        ("http", "http" | "https") | ("https", "https") => {}
        ("https", "http") => return Err(refused("away from https")),
        _ => return Err(refused("to another scheme")),
    }
    if is_near(&to) && !is_near(first) {
        return Err(refused("to this machine or its own network"));
    }
    // A server cannot give us credentials for another one.
    if to.set_username("").is_err() || to.set_password(None).is_err() {
        return Err(refused("to an address that is no valid one"));
    }
    Ok(to)
}

/// Whether a host is this machine or reached without a router. A name counts by all of its addresses; one that
/// cannot be looked up here (a proxy does it) by itself.
fn is_near(url: &Url) -> bool {
    // The unspecified address is answered by this machine, also when it is written as one of IPv6.
    let near = |ip: IpAddr| match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_link_local() || ip.is_unspecified(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unspecified() || ip.is_unicast_link_local(),
    };
    match url.host() {
        None => false,
        Some(Host::Ipv4(ip)) => near(ip.into()),
        Some(Host::Ipv6(ip)) => near(ip.into()),
        Some(Host::Domain(name)) => {
            let port = url.port_or_known_default().unwrap_or(443);
            name == "localhost"
                || name.ends_with(".localhost")
                || (name, port).to_socket_addrs().is_ok_and(|mut all| all.any(|address| near(address.ip())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_stay_on_the_safe_side() {
        let say = |first: &str, to: &str| {
            let first = Url::parse(first).unwrap();
            redirected(&first, &first, to).map_or_else(|error| error.message, |url| url.to_string())
        };
        let all = [
            say("https://192.0.2.1/a/m.json", "b.json"),
            say("https://192.0.2.1/a", "https://x:y@192.0.2.9/m"),
            say("http://192.0.2.1/a", "https://192.0.2.1/a"),
            say("https://192.0.2.1/a", "http://192.0.2.1/a"),
            say("https://192.0.2.1/a", "file:///etc/passwd"),
            say("https://192.0.2.1/a", "https://127.0.0.1/a"),
            say("https://192.0.2.1/a", "https://169.254.169.254/latest"),
            say("https://192.0.2.1/a", "https://[::1]/a"),
            say("https://192.0.2.1/a", "https://[::ffff:127.0.0.1]/a"),
            say("https://192.0.2.1/a", "https://[::ffff:0.0.0.0]/a"),
            say("https://192.0.2.1/a", "https://localhost/a"),
            say("http://127.0.0.1/a", "http://127.0.0.1:8080/b"),
        ]
        .join("\n");
        expect_test::expect![[r#"
            https://192.0.2.1/a/b.json
            https://192.0.2.9/m
            https://192.0.2.1/a
            the server redirects away from https, which is refused: configure the final address
            the server redirects to another scheme, which is refused: configure the final address
            the server redirects to this machine or its own network, which is refused: configure the final address
            the server redirects to this machine or its own network, which is refused: configure the final address
            the server redirects to this machine or its own network, which is refused: configure the final address
            the server redirects to this machine or its own network, which is refused: configure the final address
            the server redirects to this machine or its own network, which is refused: configure the final address
            the server redirects to this machine or its own network, which is refused: configure the final address
            http://127.0.0.1:8080/b"#]].assert_eq(&all);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(retry_after("7"), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("99999"), Some(Duration::from_secs(600)));
        assert_eq!(retry_after("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert_eq!(retry_after("soon"), None);
    }
}
