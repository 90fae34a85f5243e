//! An address without what is secret in it, for people, logs and the cache.
//!
//! Addresses come as they are written: the names of variables are no secrets, their values never get here.

/// Words in a parameter's name that mean its value is not for everybody.
const SECRET: [&str; 10] =
    ["sig", "token", "secret", "password", "passwd", "key", "credential", "auth", "code", "session"];

/// `address` without user and password, and with `…` for the values of parameters that look like secrets.
pub(super) fn without_secrets(address: &str) -> String {
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), address),
    };
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    let is_url = scheme.starts_with("http") || scheme.starts_with("git+http");
    let host_len = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at(host_len);
    // `git@host` is no secret, `container@account` neither; a password is.
    let host = match host.rsplit_once('@') {
        Some((user, host)) if is_url || user.contains(':') => host,
        _ => host,
    };
    let mut out = format!("{scheme}{host}{path}");
    if let Some(query) = query {
        let query = query.split('#').next().unwrap_or_default();
        let parameters: Vec<String> = query.split('&').map(parameter).collect();
        out.push('?');
        out.push_str(&parameters.join("&"));
    }
    out
}

fn parameter(written: &str) -> String {
    let Some((name, value)) = written.split_once('=') else {
        // A bare word can only be a secret.
        return if written.starts_with("${") { written.to_owned() } else { "…".to_owned() };
    };
    let lower = name.to_ascii_lowercase();
    let is_variable = value.starts_with('$');
    if !is_variable && SECRET.iter().any(|word| lower.contains(word)) {
        return format!("{name}=…");
    }
    written.to_owned()
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
            https://host/m.json?sig=…&se=2026&X-Amz-Signature=…
            https://host/${TEAM}/m.json?token=${TOKEN}&v=3
            https://host/m.json?…
            s3://bucket/a b/m.json
            abfss://box@account.dfs.core.windows.net/m.json
            git+ssh://git@host/o/r.git//m.json?ref=main
            git+https://host/o/r.git//m.json?ref=main"#]]
        .assert_eq(&all);
    }
}
