//! Which proxy a request goes through, by the variables that curl, Python and git read, and by their rules.
//!
//! ureq has rules of its own: one proxy for both schemes, `ALL_PROXY` before the others, and a `NO_PROXY` that needs
//! `.example.com` for the hosts below `example.com`. So it is told for each request.

use std::net::IpAddr;

use ureq::http::Uri;
use ureq::{Error, Proxy, Timeout};

use super::client::{fault, is_unknown_host};
use super::error::FetchError;
use crate::env::process_env;

/// How a request gets out.
pub(super) struct Route {
    /// With the variable that names it.
    proxy: Option<(Proxy, &'static str)>,
}

impl Route {
    /// The way to an address. An error when the variable holds no address of a proxy: going out without one could
    /// tell the network what it should not hear.
    pub(super) fn to(uri: &Uri) -> Result<Route, FetchError> {
        let Some((variable, value)) = chosen(uri, &process_env) else { return Ok(Route { proxy: None }) };
        let proxy = Proxy::new(&value).map_err(|_| {
            let form = "write http://host:port, with signs of a password percent-encoded";
            FetchError::lasting(format!("{variable} is no address of a proxy: {form}"))
        })?;
        Ok(Route { proxy: Some((proxy, variable)) })
    }

    pub(super) fn proxy(&self) -> Option<Proxy> {
        self.proxy.as_ref().map(|(proxy, _)| proxy.clone())
    }

    /// What a failed request means. Never repeats an address: it may hold a secret.
    pub(super) fn fault(&self, error: &Error) -> FetchError {
        let Some((proxy, variable)) = &self.proxy else { return fault(error) };
        let passing = |what: &str| FetchError::passing(format!("the proxy that {variable} names {what}"));
        match error {
            Error::ConnectProxyFailed(why) if why.contains("407") => FetchError::lasting(format!(
                "the proxy that {variable} names asks for a name and a password (407): write \
                 http://name:password@host:port"
            )),
            Error::ConnectProxyFailed(why) => passing(&refusal(why)),
            // The name of the server is looked up by the proxy.
            _ if is_unknown_host(error) && !proxy.resolve_target() => passing("is not known: check its name"),
            Error::ConnectionFailed => passing("cannot be reached"),
            Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                passing("refuses the connection: is it running?")
            }
            Error::Timeout(Timeout::Connect | Timeout::Resolve) => passing("made no connection in time"),
            // Whether the proxy or the server is to blame cannot be told.
            _ => {
                let fault = fault(error);
                FetchError {
                    message: format!("{} (through the proxy that {variable} names)", fault.message),
                    ..fault
                }
            }
        }
    }
}

/// `refuses this host and port (403): …`, from ureq's `proxy server responded 403/403`.
fn refusal(why: &str) -> String {
    let status =
        why.rsplit('/').next().filter(|code| code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit()));
    match status {
        Some(code) if code.starts_with('4') => {
            format!(
                "refuses to connect to this host and port ({code}): ask for leave, or add the host to NO_PROXY"
            )
        }
        Some(code) => format!("made no connection to the server ({code}): it is tried again later"),
        None => "did not answer".to_owned(),
    }
}

/// The variable with the proxy for an address, and its value.
fn chosen(uri: &Uri, env: &dyn Fn(&str) -> Option<String>) -> Option<(&'static str, String)> {
    let get =
        |name: &'static str| env(name).filter(|value| !value.trim().is_empty()).map(|value| (name, value));
    let first = |names: [&'static str; 2]| names.into_iter().find_map(get);
    let own = match uri.scheme_str()? {
        "https" => ["https_proxy", "HTTPS_PROXY"],
        _ => ["http_proxy", "HTTP_PROXY"],
    };
    let found = first(own).or_else(|| first(["all_proxy", "ALL_PROXY"]))?;
    let except = first(["no_proxy", "NO_PROXY"]).map(|(_, value)| value).unwrap_or_default();
    (!is_excepted(uri.host()?, uri.port_u16(), &except)).then_some(found)
}

/// Whether `NO_PROXY` names a host: itself, a domain above it, its network (`10.0.0.0/8`) or everything (`*`).
fn is_excepted(host: &str, port: Option<u16>, except: &str) -> bool {
    let host = bare(host).to_ascii_lowercase();
    let ip = host.parse::<IpAddr>().ok();
    except.split([',', ' ']).map(str::trim).filter(|entry| !entry.is_empty()).any(|entry| {
        let entry = entry.to_ascii_lowercase();
        if entry == "*" {
            return true;
        }
        if let (Some(ip), Some((network, bits))) = (ip, entry.split_once('/')) {
            return is_within(ip, network, bits);
        }
        // An IPv6 address has colons of its own.
        let name = match entry.rsplit_once(':') {
            Some((name, only)) if !bare(name).contains(':') || name.ends_with(']') => {
                if only.parse().ok() != port {
                    return false;
                }
                name
            }
            _ => &entry,
        };
        let name = bare(name).trim_start_matches('*').trim_start_matches('.');
        let is_below = || host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'));
        host == name || ip.is_none() && !name.is_empty() && is_below()
    })
}

/// An IPv6 address without its brackets.
fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host)
}

fn is_within(ip: IpAddr, network: &str, bits: &str) -> bool {
    let (Ok(network), Ok(bits)) = (network.parse(), bits.parse::<u32>()) else { return false };
    match (ip, network) {
        (IpAddr::V4(ip), IpAddr::V4(network)) if bits <= 32 => {
            (ip.to_bits() ^ network.to_bits()).checked_shr(32 - bits).unwrap_or(0) == 0
        }
        (IpAddr::V6(ip), IpAddr::V6(network)) if bits <= 128 => {
            (ip.to_bits() ^ network.to_bits()).checked_shr(128 - bits).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scheme_has_its_proxy() {
        let say = |uri: &str, pairs: &'static [(&str, &str)]| {
            let env = move |name: &str| {
                pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            };
            chosen(&uri.parse().unwrap(), &env)
                .map_or("direct".to_owned(), |(name, value)| format!("{name}={value}"))
        };
        let both = &[("HTTP_PROXY", "a"), ("HTTPS_PROXY", "b"), ("ALL_PROXY", "c")];
        assert_eq!(say("http://x/", both), "HTTP_PROXY=a");
        assert_eq!(say("https://x/", both), "HTTPS_PROXY=b");
        assert_eq!(say("https://x/", &[("HTTP_PROXY", "a")]), "direct");
        assert_eq!(say("https://x/", &[("HTTP_PROXY", "a"), ("all_proxy", "c")]), "all_proxy=c");
        assert_eq!(say("https://x/", &[("https_proxy", "b"), ("HTTPS_PROXY", "c")]), "https_proxy=b");
        assert_eq!(say("https://x/", &[("HTTPS_PROXY", " "), ("ALL_PROXY", "c")]), "ALL_PROXY=c");
        assert_eq!(say("https://x/", &[("HTTPS_PROXY", "b"), ("NO_PROXY", "x")]), "direct");
        assert_eq!(
            say("https://x/", &[("HTTPS_PROXY", "b"), ("no_proxy", "y"), ("NO_PROXY", "x")]),
            "HTTPS_PROXY=b"
        );
    }

    #[test]
    fn exceptions_are_names_domains_networks_and_ports() {
        let is = |host: &str, except: &str| is_excepted(host, Some(9000), except);
        for (host, except) in [
            ("example.com", "example.com"),
            ("s3.Example.com", "other, EXAMPLE.com"),
            ("s3.example.com", ".example.com"),
            ("example.com", ".example.com"),
            ("s3.example.com", "*.example.com"),
            ("example.com", "example.com:9000"),
            ("anything", "*"),
            ("10.1.2.3", "10.0.0.0/8"),
            ("10.1.2.3", "0.0.0.0/0"),
            ("127.0.0.1", "localhost 127.0.0.1"),
            ("[::1]", "::1"),
            ("[::1]", "[::1]:9000"),
            ("[fd00::5]", "fd00::/8"),
        ] {
            assert!(is(host, except), "{host} in {except}");
        }
        for (host, except) in [
            ("badexample.com", "example.com"),
            ("example.com.evil", "example.com"),
            ("example.com", "example.com:443"),
            ("example.com", ""),
            ("example.com", ",.,"),
            ("11.1.2.3", "10.0.0.0/8"),
            ("1.10.0.0", "10.0.0.0"),
            ("10.1.2.3", "10.0.0.0/99"),
            ("[::1]", "127.0.0.0/8"),
            ("[::2]", "::1"),
        ] {
            assert!(!is(host, except), "{host} not in {except}");
        }
    }

    #[test]
    fn the_proxy_is_named_by_its_variable() {
        let route = |value: &str| Route { proxy: Some((Proxy::new(value).unwrap(), "HTTPS_PROXY")) };
        let refused = || std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        let say = |error: Error| route("http://me:hunter2@p:1").fault(&error).message;
        let connect = |why: &str| say(Error::ConnectProxyFailed(why.to_owned()));
        let all = [
            connect("proxy server responded 407/407"),
            connect("proxy server responded 403/403"),
            connect("proxy server responded 502/502"),
            connect("proxy server did not respond"),
            say(Error::HostNotFound),
            say(Error::Io(std::io::Error::other(
                "failed to lookup address information: Name or service not known",
            ))),
            say(Error::Io(refused())),
            say(Error::Timeout(Timeout::Connect)),
            say(Error::Timeout(Timeout::RecvResponse)),
            route("socks5://p:1").fault(&Error::HostNotFound).message,
            Route { proxy: None }.fault(&Error::Io(refused())).message,
        ]
        .join("\n");
        expect_test::expect![[r#"
            the proxy that HTTPS_PROXY names asks for a name and a password (407): write http://name:password@host:port
            the proxy that HTTPS_PROXY names refuses to connect to this host and port (403): ask for leave, or add the host to NO_PROXY
            the proxy that HTTPS_PROXY names made no connection to the server (502): it is tried again later
            the proxy that HTTPS_PROXY names did not answer
            the proxy that HTTPS_PROXY names is not known: check its name
            the proxy that HTTPS_PROXY names is not known: check its name
            the proxy that HTTPS_PROXY names refuses the connection: is it running?
            the proxy that HTTPS_PROXY names made no connection in time
            the server did not answer in time (through the proxy that HTTPS_PROXY names)
            the host is not known: check its name and the network (through the proxy that HTTPS_PROXY names)
            the connection was refused: is the server running?"#]].assert_eq(&all);
    }
}
