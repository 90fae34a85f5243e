//! Paths as URIs and back, for every platform on every platform.
//!
//! A path here is absolute, with `/`: `/srv/shop/models/a.sql`, `c:/shop/a.sql`, `//host/share/a.sql`.

use crate::lsp::Uri;
use std::fmt::Write as _;

/// The path of a `file:` URI; `None` for other schemes and for bytes that are not UTF-8.
///
/// `file:///c%3A/x` and `file:///C:/x` are both `c:/x`; a host makes a UNC path.
pub fn to_path(uri: &Uri) -> Option<String> {
    if uri.scheme() != "file" {
        return None;
    }
    let path = decode(uri.path())?;
    if let Some(host) = uri.host_str().filter(|host| !host.is_empty() && *host != "localhost") {
        return Some(format!("//{host}{path}"));
    }
    match path.as_bytes() {
        [b'/', drive, b':', ..] if drive.is_ascii_alphabetic() => {
            Some(format!("{}{}", char::from(drive.to_ascii_lowercase()), &path[2..]))
        }
        _ => Some(path),
    }
}

/// The `file:` URI of an absolute path; `None` when it is not absolute.
///
/// The drive is written `c%3A`, as the protocol's authors do.
pub fn from_path(path: &str) -> Option<Uri> {
    let mut text = String::with_capacity(path.len() + 8);
    text.push_str("file://");
    match path.as_bytes() {
        [b'/', b'/', ..] => encode(&path[2..], &mut text),
        [b'/', ..] => encode(path, &mut text),
        [drive, b':', b'/', ..] if drive.is_ascii_alphabetic() => {
            text.push('/');
            encode(path, &mut text);
        }
        _ => return None,
    }
    Uri::parse(&text).ok()
}

fn encode(path: &str, out: &mut String) {
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            // Writing to a string cannot fail.
            _ => _ = write!(out, "%{byte:02X}"),
        }
    }
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |at: usize| tail.get(at).and_then(|b| char::from(*b).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// The scheme of documents that exist only in this server.
pub const SCHEME: &str = "dbt-mesh";

/// The document of a node that only an upstream's manifest knows: `dbt-mesh://upstream/<project>/<unique_id>.md`.
///
/// Names stand in the path: some clients write the authority in lower case.
pub fn upstream(project: &str, unique_id: &str) -> Option<Uri> {
    let mut text = format!("{SCHEME}://upstream/");
    encode(project, &mut text);
    text.push('/');
    encode(unique_id, &mut text);
    text.push_str(".md");
    Uri::parse(&text).ok()
}

/// Project and unique_id of an [`upstream`] document.
pub fn as_upstream(uri: &Uri) -> Option<(String, String)> {
    if uri.scheme() != SCHEME || uri.host_str() != Some("upstream") {
        return None;
    }
    let path = decode(uri.path())?;
    let (project, id) = path.strip_prefix('/')?.split_once('/')?;
    Some((project.to_owned(), id.strip_suffix(".md")?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(uri: &str) -> Option<String> {
        to_path(&Uri::parse(uri).unwrap())
    }

    #[test]
    fn drives_are_one_however_the_client_writes_them() {
        for uri in ["file:///c%3A/shop/a.sql", "file:///C:/shop/a.sql", "file:///c:/shop/a.sql"] {
            assert_eq!(path(uri).as_deref(), Some("c:/shop/a.sql"), "{uri}");
        }
        assert_eq!(from_path("c:/shop/a.sql").unwrap().as_str(), "file:///c%3A/shop/a.sql");
    }

    #[test]
    fn paths_round_trip() {
        for original in ["/srv/a b/ünï#?%/m.sql", "c:/x y/m.sql", "//host/share/m.sql", "/"] {
            let uri = from_path(original).unwrap();
            assert_eq!(to_path(&uri).as_deref(), Some(original), "{uri}");
        }
    }

    #[test]
    fn what_is_no_file_has_no_path() {
        assert_eq!(path("untitled:Untitled-1"), None);
        assert_eq!(path("https://example.com/a.sql"), None);
        assert_eq!(path("file:///srv/%FF.sql"), None);
        assert_eq!(from_path("models/a.sql"), None);
        assert_eq!(path("file://localhost/srv/a.sql").as_deref(), Some("/srv/a.sql"));
        assert_eq!(path("file:///srv/100%.sql").as_deref(), Some("/srv/100%.sql"));
    }

    #[test]
    fn upstream_documents_name_their_node() {
        let uri = upstream("Platform", "model.Platform.orders.v2").unwrap();
        assert_eq!(uri.as_str(), "dbt-mesh://upstream/Platform/model.Platform.orders.v2.md");
        assert_eq!(as_upstream(&uri), Some(("Platform".into(), "model.Platform.orders.v2".into())));
        assert_eq!(as_upstream(&Uri::parse("file:///upstream/a/b.md").unwrap()), None);
    }
}
