//! `warn_error_options` among the flags of dbt_project.yml: which warnings it may name, and how (asked of dbt-core 1.12.6
//! and 2.0.0-alpha.4).

use syntax::yaml::{Entry, Node};

use super::{BOTH, FlawOf, Flaws, Is, V1, V2, events, place};

/// The keys, and their old names.
const KEYS: [(&str, &str); 2] = [("error", "include"), ("warn", "exclude")];

pub(super) fn check(options: &Entry<'_>, out: &mut Flaws) {
    match out.value(options.value) {
        Some(Is::Mapping) => {}
        None => return,
        Some(_) => {
            let message = "'warn_error_options' is a mapping: write 'error', 'warn' or 'silence' below it";
            return out.push(FlawOf::Project, V1, options.key_range, message);
        }
    }
    let options = options.value;
    for (new, old) in KEYS {
        if let (Some(_), Some(entry)) = (options.get(new), options.entry(old)) {
            let message = format!("'{old}' and '{new}' are the same: take '{old}' away");
            out.push(FlawOf::Project, V1, entry.key_range, message);
        }
    }
    let either = |(new, old): (&str, &str)| options.entry(new).or_else(|| options.entry(old));
    let (error, warn, silence) = (either(KEYS[0]), either(KEYS[1]), options.entry("silence"));
    if let Some(entry) = &error {
        names(entry, true, out);
    }
    for entry in [&warn, &silence].into_iter().flatten() {
        names(entry, false, out);
    }
    let Some(warn) = warn.filter(|warn| is_filled(warn.value)) else { return };
    let all = |node: Node<'_>| node.text().is_some_and(|text| matches!(&*text, "all" | "*"));
    let has = |entry: &Option<Entry<'_>>| {
        let mut items = entry.iter().flat_map(|entry| entry.value.items());
        items.any(|item| item.text().is_none_or(|text| text == "Deprecations" || text.contains("{{")))
    };
    // What Jinja gives is not known.
    let unknown = [&error, &silence].into_iter().flatten().any(|entry| out.value(entry.value).is_none());
    if !unknown && !error.as_ref().is_some_and(|entry| all(entry.value)) && !has(&error) && !has(&silence) {
        let message = "'warn' only counts where 'error' is all, or 'Deprecations' is an error or silenced";
        out.push(FlawOf::Project, V1, warn.key_range, message);
    }
}

/// Whether it is something to Python.
fn is_filled(value: Node<'_>) -> bool {
    value.items().next().is_some()
        || value.entries().next().is_some()
        || value.text().is_some_and(|text| !matches!(&*text, "" | "~" | "null" | "Null" | "NULL"))
}

/// One list of names; `error` may be a word in its place.
fn names(entry: &Entry<'_>, is_error: bool, out: &mut Flaws) {
    let key = &*entry.key;
    match out.value(entry.value) {
        Some(Is::Text) => {
            let text = entry.value.text().unwrap_or_default();
            let range = place(entry.value, entry.key_range);
            if is_error && matches!(&*text, "all" | "*") {
                return;
            }
            let way = if is_error { "all, or a list of names" } else { "a list of names" };
            let both = if events::is_known_to_v2(&text) { V1 } else { BOTH };
            out.push(FlawOf::Project, both, range, format!("'{key}' is {way}: write [{text}]"));
        }
        Some(Is::List) => entry.value.items().for_each(|item| name(item, entry, out)),
        Some(Is::Int | Is::Float) => {
            out.push(
                FlawOf::Project,
                V2,
                place(entry.value, entry.key_range),
                format!("'{key}' is a list of names"),
            );
        }
        _ => {}
    }
}

fn name(item: Node<'_>, entry: &Entry<'_>, out: &mut Flaws) {
    match out.value(item) {
        Some(Is::Text) => {}
        Some(Is::Int | Is::Float) => {
            return out.push(
                FlawOf::Project,
                V2,
                place(item, entry.key_range),
                "a warning is named by a text",
            );
        }
        _ => return,
    }
    let Some(text) = item.text().filter(|text| !events::is_known(text)) else { return };
    let both = if events::is_known_to_v2(&text) { V1 } else { BOTH };
    let near = events::near(&text);
    let hint = near.map_or(String::new(), |near| format!("; did you mean '{near}'?"));
    out.push(
        FlawOf::Project,
        both,
        place(item, entry.key_range),
        format!("dbt has no warning '{text}'{hint}"),
    );
    if let Some(near) = near {
        out.instead(near);
    }
}
