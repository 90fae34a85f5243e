//! An address without what is secret in it, for people, logs and the cache.
//!
//! Addresses come as they are written: the names of variables are no secrets, their values never get here.

/// `address` without user and password, without a fragment, and with `…` for the values of parameters: any may be a
/// secret, whatever it is called.
pub(super) fn without_secrets(address: &str) -> String {
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), address),
    };
    let lower = scheme.to_ascii_lowercase();
    let is_url = lower.starts_with("http") || lower.starts_with("git+http");
    let rest = &rest[user_len(rest, is_url)..];
    let rest = if is_url { rest.split('#').next().unwrap_or_default() } else { rest };
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };
    // `;name=value` belongs to a part of a path.
    let part = |part: &str| match part.split_once(';').filter(|_| is_url) {
        Some((name, _)) => format!("{name};…"),
        None => part.to_owned(),
    };
    let mut out = format!("{scheme}{}", path.split('/').map(part).collect::<Vec<_>>().join("/"));
    if let Some(query) = query {
        let query = query.split('#').next().unwrap_or_default();
        let parameters: Vec<String> = query.split('&').map(|written| parameter(&lower, written)).collect();
        out.push('?');
        out.push_str(&parameters.join("&"));
    }
    out
}

/// How many bytes of an address, from behind its `://`, are user and password, with the `@`. `is_url`: it is of http, or of
/// git over http, where the user may be a token.
pub fn user_len(rest: &str, is_url: bool) -> usize {
    let host = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    match host.rsplit_once('@') {
        // `git@host` is no secret, `container@account` neither; a password is.
        Some((user, _)) if is_url || user.contains(':') => user.len() + 1,
        Some(_) => 0,
        // What looks like a port is none: it is a password that should have been encoded.
        None => match host.rsplit_once(':') {
            Some((_, port)) if !port.is_empty() && !port.bytes().all(|b| b.is_ascii_digit()) => {
                rest.rfind('@').map_or(0, |at| at + 1)
            }
            _ => 0,
        },
    }
}

/// Where user and password stand in an address as it is written; `None` when it is no address of a server.
pub(in crate::upstream) fn user_range(written: &str) -> Option<std::ops::Range<usize>> {
    let (scheme, rest) = written.split_once("://")?;
    let start = scheme.len() + 3;
    let host = rest.split(['/', '?', '#']).next()?;
    Some(start..start + host.rfind('@')?)
}

/// Whether variables stand where an address is no path: as user or password, or behind the `?`.
pub(super) fn has_variables(written: &str) -> bool {
    let query = written.split_once('?').map_or("", |(_, query)| query);
    query.contains('$') || user_range(written).is_some_and(|range| written[range].contains('$'))
}

/// The address of one object of a pattern: as the pattern's is `shown`, with what the stars stand for. `key`: the
/// pattern with the values of variables, which are not shown.
pub(super) fn object(shown: &str, key: &str, name: &str) -> String {
    let mut parts: Vec<&str> = shown.split('/').collect();
    // From the end, and not past a variable that may stand for several parts.
    let same_parts = parts.len() == key.split('/').count() + "s3://bucket".split('/').count();
    let both = key.rsplit('/').zip(name.rsplit('/'));
    for (part, (pattern, name)) in parts.iter_mut().rev().zip(both) {
        if *part == pattern {
            *part = name;
        } else if !same_parts {
            break;
        }
    }
    parts.join("/")
}

fn parameter(scheme: &str, written: &str) -> String {
    let (name, value) = written.split_once('=').map_or((None, written), |(name, value)| (Some(name), value));
    let is_ours = match name {
        Some("ref") => scheme.starts_with("git+"),
        Some("environment" | "step") => scheme == "dbt://",
        _ => false,
    };
    let shown = if is_ours || is_variable(value) { value } else { "…" };
    name.map_or(shown.to_owned(), |name| format!("{name}={shown}"))
}

/// `${NAME}` and nothing else.
fn is_variable(text: &str) -> bool {
    let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    name.is_some_and(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}

#[cfg(test)]
mod tests {
    use super::without_secrets;

    #[test]
    fn secrets_are_left_out_and_names_of_variables_stay() {
        let all = [
            "https://me:pw@host/m.json",
            "https://me@host:8080",
            "https://host/m.json?sig=abc&se=2026&X-Amz-Signature=f00#frag",
            "https://host/${TEAM}/m.json?token=${TOKEN}&v=3",
            "https://host/m.json?opaque",
            "https://host/m.json?pwd=hunter2&a=${A}hunter2&${A}hunter2",
            "https://host:80/a@b/m.json#hunter2",
            "http://me:a/hunter2@host/m.json",
            "http://host/a;token=hunter2/m.json",
            "HTTP://me:hunter2?x@host/m.json",
            "git+HTTPS://me:hunter2@host/r.git//m.json",
            "dbt://cloud.getdbt.com/accounts/1/projects/2?environment=staging",
            "s3://bucket/a b/m.json",
            "abfss://box@account.dfs.core.windows.net/m.json",
            "git+ssh://git@host/o/r.git//m.json?ref=main",
            "git+https://x:tok@host/o/r.git//m.json?ref=main",
        ]
        .map(without_secrets)
        .join("\n");
        expect_test::expect![[r#"
            https://host/m.json
            https://host:8080
            https://host/m.json?sig=…&se=…&X-Amz-Signature=…
            https://host/${TEAM}/m.json?token=${TOKEN}&v=…
            https://host/m.json?…
            https://host/m.json?pwd=…&a=…&…
            https://host:80/a@b/m.json
            http://host/m.json
            http://host/a;…/m.json
            HTTP://host/m.json
            git+HTTPS://host/r.git//m.json
            dbt://cloud.getdbt.com/accounts/1/projects/2?environment=staging
            s3://bucket/a b/m.json
            abfss://box@account.dfs.core.windows.net/m.json
            git+ssh://git@host/o/r.git//m.json?ref=main
            git+https://host/o/r.git//m.json?ref=main"#]]
        .assert_eq(&all);
    }
}
