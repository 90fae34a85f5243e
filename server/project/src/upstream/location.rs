//! Where a configuration says a file is.
//!
//! Only reads the words; must not look whether anything is there.

use std::path::{Path, PathBuf};

use super::remote::{Extras, Remote, SCHEMES};

/// A place to read an artifact from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Location {
    /// A file, absolute when the base directory it was resolved against is. May contain `..`.
    File(PathBuf),
    /// A place that it must be fetched from.
    Remote(Box<Remote>),
}

impl Location {
    /// Reads a path or address: relative to `base`, absolute, `file://`, or one of [`Remote`].
    ///
    /// As in dbt-loom, `~` is an ordinary character. The error names a scheme nothing here can read.
    pub fn resolve(written: &str, base: &Path) -> Result<Location, String> {
        Location::expanded(written, written, base, &Extras::default())
    }

    /// The same for a text into which the values of variables were put; `written` is the one before, which may be
    /// shown to people.
    pub fn expanded(text: &str, written: &str, base: &Path, extras: &Extras) -> Result<Location, String> {
        let text = text.trim();
        if let Some(remote) = Remote::parse(text, written.trim(), base, extras)? {
            return Ok(Location::Remote(Box::new(remote)));
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Ok(Location::File(base.join(text)));
        };
        // One letter is a Windows drive, not a scheme.
        if scheme.len() < 2 || !scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) {
            return Ok(Location::File(base.join(text)));
        }
        match scheme.to_ascii_lowercase().as_str() {
            "file" => Ok(Location::File(base.join(file_path(rest)))),
            _ => Err(format!(
                "`{scheme}://` is not a place a manifest can be read from; use a path, {SCHEMES}"
            )),
        }
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Location::File(path) => path.display().fmt(f),
            Location::Remote(remote) => f.write_str(remote.shown()),
        }
    }
}

/// The path in the part of a `file://` address after the scheme: `localhost` is no part of it, `%20` is a
/// blank, and `/C:/x` starts at the drive.
fn file_path(rest: &str) -> String {
    let rest = rest.strip_prefix("localhost").filter(|path| path.starts_with('/')).unwrap_or(rest);
    let path = percent_decode(rest);
    match path.as_bytes() {
        [b'/', drive, b':', ..] if drive.is_ascii_alphabetic() => path[1..].to_owned(),
        _ => path,
    }
}

/// Everything but letters and digits as `%XX`: nothing in it can end a part of an address.
pub(super) fn percent_encode(text: &str) -> String {
    let each = text.bytes().map(|b| match b {
        b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    });
    each.collect()
}

/// A part of an address with its `%XX` read.
pub fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |i: usize| bytes.get(i).and_then(|b| (*b as char).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (bytes[at], hex(at + 1), hex(at + 2)) {
            out.push((high * 16 + low) as u8);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Location;

    fn resolved(written: &str) -> String {
        Location::resolve(written, Path::new("/mesh/finance")).map_or_else(|e| e, |l| format!("{l:?}"))
    }

    #[test]
    fn reads_every_form() {
        let all = [
            "../platform/target/manifest.json",
            "/srv/manifest.json",
            "file:///srv/my%20manifest.json",
            "file://localhost/srv/manifest.json",
            "file://../platform/manifest.json",
            "file:///C:/mesh/manifest.json",
            "https://example.com/manifest.json.gz",
            "~/manifest.json",
            "s3://bucket/manifest.json",
            "ftp://host/manifest.json",
            "100%/manifest.json",
            "%zz",
        ]
        .map(resolved)
        .join("\n");
        expect_test::expect![[r#"
            File("/mesh/finance/../platform/target/manifest.json")
            File("/srv/manifest.json")
            File("/srv/my manifest.json")
            File("/srv/manifest.json")
            File("/mesh/finance/../platform/manifest.json")
            File("/mesh/finance/C:/mesh/manifest.json")
            Remote(Remote(https://example.com/manifest.json.gz))
            File("/mesh/finance/~/manifest.json")
            Remote(Remote(s3://bucket/manifest.json))
            `ftp://` is not a place a manifest can be read from; use a path, `https://`, `s3://`, `gs://`, `az://`, `abfss://`, `dbt://`, `git+https://`, `databricks://` or `file://`
            File("/mesh/finance/100%/manifest.json")
            File("/mesh/finance/%zz")"#]]
        .assert_eq(&all);
    }
}
