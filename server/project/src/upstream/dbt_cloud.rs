//! The dbt platform's own configuration of a user, `~/.dbt/dbt_cloud.yml` (spec: upstreams §4).
//!
//! Holds tokens: read only when the user has asked for that, and never shown.

use serde_yaml::Value;

/// The token for an account on a host (`cloud.getdbt.com`), if the file has one.
pub fn token(text: &str, host: &str, account: u64) -> Option<String> {
    let file: Value = serde_yaml::from_str(text).ok()?;
    let projects = file.get("projects")?.as_sequence()?;
    let is = |project: &Value, key: &str, wanted: &str| {
        project.get(key).and_then(Value::as_scalar_string).is_some_and(|value| value == wanted)
    };
    let account = account.to_string();
    let found = projects.iter().find(|project| {
        // Older files have no accounts.
        is(project, "account-host", host)
            && (is(project, "account-id", &account) || project.get("account-id").is_none())
    })?;
    let token = found.get("token-value").or_else(|| found.get("api-key"))?;
    Some(token.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::token;

    #[test]
    fn the_token_of_the_right_account() {
        let text = "projects:\n  - {account-host: cloud.getdbt.com, account-id: \"1\", token-value: one}\n  - {account-host: cloud.getdbt.com, account-id: 2, token-value: two}\n  - {account-host: old.dbt.com, api-key: three}\n";
        assert_eq!(token(text, "cloud.getdbt.com", 2).as_deref(), Some("two"));
        assert_eq!(token(text, "cloud.getdbt.com", 3), None);
        assert_eq!(token(text, "old.dbt.com", 9).as_deref(), Some("three"));
        assert_eq!(token("projects: 1", "h", 1), None);
    }
}
