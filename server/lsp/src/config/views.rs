//! Settings of what is shown inside a document: inlay hints and code lenses, as a whole or kind by kind.

use super::{Config, SECTION, unknown_key};
use ide::{HintOptions, LensOptions};
use serde_json::Value;

/// `inlayHints`
pub(super) fn hints(value: &Value, config: &mut Config, problems: &mut Vec<String>) {
    let HintOptions { versions, relations, materializations } = &mut config.hints;
    let kinds = [("versions", versions), ("relations", relations), ("materializations", materializations)];
    read("inlayHints", value, kinds, problems);
}

/// `codeLens`
pub(super) fn lenses(value: &Value, config: &mut Config, problems: &mut Vec<String>) {
    let LensOptions { references, access, versions } = &mut config.lenses;
    read(
        "codeLens",
        value,
        [("references", references), ("access", access), ("versions", versions)],
        problems,
    );
}

/// `true`, `false`, or an object with one of these for some kinds.
fn read<const N: usize>(
    setting: &str,
    value: &Value,
    mut kinds: [(&str, &mut bool); N],
    problems: &mut Vec<String>,
) {
    match value {
        Value::Null => {}
        Value::Bool(on) => kinds.iter_mut().for_each(|(_, kind)| **kind = *on),
        Value::Object(entries) => {
            let known = kinds.each_ref().map(|(name, _)| *name);
            for (key, value) in entries {
                match (kinds.iter_mut().find(|(name, _)| name == key), value) {
                    (Some((_, kind)), Value::Bool(on)) => **kind = *on,
                    (Some(_), other) => problems
                        .push(format!("setting {SECTION}.{setting}.{key} is true or false, not `{other}`")),
                    (None, _) => problems.push(unknown_key(&format!("{setting}."), key, &known)),
                }
            }
        }
        other => {
            problems.push(format!("setting {SECTION}.{setting} is true, false or an object, not `{other}`"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn hints_and_lenses_are_switched_as_a_whole_or_by_kind() {
        let read = |settings| Config::read(&settings, &[]);
        let (config, problems) = read(json!({ "inlayHints": false, "codeLens": { "access": false } }));
        assert_eq!(problems, Vec::<String>::new());
        let off = HintOptions { versions: false, relations: false, materializations: false };
        assert_eq!(config.hints, off);
        assert_eq!(config.lenses, LensOptions { access: false, ..LensOptions::default() });
        let (config, problems) =
            read(json!({ "inlayHints": { "relation": true }, "codeLens": { "access": 1 } }));
        assert_eq!((config.hints, config.lenses), Default::default());
        expect_test::expect![[r#"
            setting dbt-mesh.inlayHints.relation is unknown: did you mean `relations`?
            setting dbt-mesh.codeLens.access is true or false, not `1`"#]]
        .assert_eq(&problems.join("\n"));
    }
}
