//! Hover on what dbt brings.

use syntax::cursor::{CallSite, TagSite};
use text::TextRange;

use super::want::{Want, part, scope, want};
use super::{ConfigKey, Item, Kind, Places, config_key, keys, lookup, member, named};
use crate::at::{At, at};
use crate::diagnostics::FileCx;
use crate::{Analysis, FilePos, Hover};

/// Explains the word at `pos` if dbt brings it.
pub(crate) fn hover(analysis: &Analysis, pos: FilePos) -> Option<Hover> {
    let cx = FileCx::new(analysis, pos.file)?;
    let text = analysis.text(pos.file)?;
    let tree = cx.entry.kind.is_yaml().then(|| syntax::yaml::parse(text));
    let At::Code(site, _) = at(cx.entry.kind, text, tree.as_ref(), pos.offset) else { return None };
    let (range, markdown) = explain(&cx, text, pos, &site)?;
    Some(Hover { range, markdown })
}

fn explain(cx: &FileCx<'_>, text: &str, pos: FilePos, site: &TagSite) -> Option<(TextRange, String)> {
    let scope = scope(cx, text, pos.offset);
    if let Some(found) = site.calls.last().and_then(|call| in_call(cx, pos, site, call)) {
        return found;
    }
    if site.string.is_some() || site.word.is_empty() {
        return None;
    }
    let range = part(text, pos.offset, site);
    let upto = usize::from(range.end() - site.word.start());
    let item = match want(text, pos.offset, site) {
        Want::Statement => named(Kind::Statement, &site.word_text)?,
        Want::Filter => named(Kind::Filter, &site.word_text)?,
        Want::Test => named(Kind::Test, &site.word_text)?,
        Want::Member("") => member(scope.type_before(site.word.start().into())?, site.word_text.get(1..)?)?,
        Want::Member(_) => scope.resolve(site.word_text.get(..upto)?)?,
        Want::Value if scope.python || !scope.is_local(site.word_text.get(..upto)?) => {
            scope.resolve(site.word_text.get(..upto)?)?
        }
        Want::Value | Want::Nothing => return None,
    };
    Some((range, markdown(item)))
}

/// A keyword of a call: of `config()` it is a key, of all others a parameter, whatever else has its name.
/// `Some(None)`: the place is the call's and there is nothing to say.
#[allow(clippy::option_option)]
fn in_call(
    cx: &FileCx<'_>,
    pos: FilePos,
    site: &TagSite,
    call: &CallSite,
) -> Option<Option<(TextRange, String)>> {
    let arg = call.args.get(call.active)?;
    let name = call.name.strip_prefix("builtins.").unwrap_or(&call.name);
    let key = |name: &str, range: TextRange| {
        let key = config_key(name, keys::resource(cx, range))?;
        Some((range, config_markdown(key)))
    };
    if let Some((keyword, range)) =
        arg.keyword.as_ref().filter(|(_, range)| range.contains_inclusive(pos.offset))
    {
        return Some(if name == "config" { key(keyword, *range) } else { None });
    }
    let string = site.string.as_ref()?;
    Some(match (name, &arg.keyword) {
        ("config", Some((keyword, _))) => key(keyword, string.content),
        ("config.get" | "config.require", _) if call.active == 0 => key(arg.value.as_str()?, string.content),
        _ => None,
    })
}

/// The Markdown that a proposal's key stands for: `name.ref`, `member.Relation.include`, `config.access`.
pub(crate) fn markdown_of(key: &str) -> Option<String> {
    let (kind, name) = key.split_once('.')?;
    let item = match kind {
        "config" => return config_key(name, None).map(config_markdown),
        "member" => {
            let (of, name) = name.split_once('.')?;
            member(of, name)
        }
        "filter" => named(Kind::Filter, name),
        "test" => named(Kind::Test, name),
        "statement" => named(Kind::Statement, name),
        "generic_test" => named(Kind::GenericTest, name),
        _ => lookup(name),
    };
    item.map(markdown)
}

/// An item in Markdown.
pub(super) fn markdown(item: &Item) -> String {
    let code = match item.kind {
        Kind::Statement => format!("{{% {} %}}", item.name),
        Kind::Filter => item.forms().iter().map(|form| format!("| {form}")).collect::<Vec<_>>().join("\n"),
        Kind::Test => format!("is {}", item.forms().join("\nis ")),
        _ => {
            let gives = item.gives.and_then(type_word).map(|of| format!(" -> {of}")).unwrap_or_default();
            item.forms().iter().map(|form| format!("{form}{gives}")).collect::<Vec<_>>().join("\n")
        }
    };
    let mut parts = vec![format!("```jinja\n{code}\n```\n{}{}", what(item), owner(item))];
    parts.push(item.about.to_owned());
    let mut notes: Vec<String> = Vec::new();
    if item.deprecated {
        notes.push("Deprecated".to_owned());
    }
    notes.extend(item.since.map(|since| format!("Since dbt {since}")));
    notes.extend(item.adapters.map(|adapters| format!("Only for {}", adapters.replace(',', ", "))));
    notes.extend(limits(item).map(str::to_owned));
    if !notes.is_empty() {
        parts.push(format!("*{}*", notes.join(" · ")));
    }
    parts.join("\n\n")
}

/// A type in words; `None` for objects that have no type worth a name.
fn type_word(of: &str) -> Option<&str> {
    Some(match of {
        "Relation" => "relation",
        "Column" => "column",
        "Table" => "table",
        "DateTime" => "datetime",
        "list<Column>" => "list of columns",
        "str" | "int" | "float" | "bool" | "list" | "dict" => of,
        _ => return None,
    })
}

fn what(item: &Item) -> &'static str {
    match item.kind {
        Kind::Function => "function of dbt",
        Kind::Object => "variable of dbt",
        Kind::Member(_) if item.signatures.is_empty() => "attribute",
        Kind::Member(_) => "method",
        Kind::Filter => "filter",
        Kind::Test => "test of Jinja",
        Kind::Statement => "statement",
        Kind::Macro => "macro of dbt",
        Kind::GenericTest => "generic test of dbt",
    }
}

/// What a member belongs to, where that has a name.
fn owner(item: &Item) -> &'static str {
    match item.kind {
        Kind::Member("Adapter") => " of adapter",
        Kind::Member("Relation") => " of relations",
        Kind::Member("Column") => " of columns",
        Kind::Member("Config" | "PythonConfig") => " of config",
        Kind::Member("Target") => " of target",
        Kind::Member("Exceptions") => " of exceptions",
        Kind::Member("Flags") => " of flags",
        Kind::Member("Graph") => " of graph",
        Kind::Member("Node") => " of nodes",
        Kind::Member("Table") => " of tables",
        Kind::Member("Loop") => " of loop",
        _ => "",
    }
}

/// Where it may be used, if that is not where one would think.
fn limits(item: &Item) -> Option<&'static str> {
    match item.places {
        Places::DESCRIPTION => Some("Only in descriptions"),
        Places::MACRO => Some("Only inside macros"),
        Places::RUN => Some("In materializations and the macros that they call"),
        Places::YAML => Some("Only in properties files"),
        Places::TARGET => Some("Not in packages.yml and profiles.yml"),
        _ => None,
    }
}

/// A key of the configuration in Markdown.
pub(super) fn config_markdown(key: &ConfigKey) -> String {
    let mut parts =
        vec![format!("**{}** · configuration, {}", key.name, key.type_name()), key.about.to_owned()];
    if let super::ConfigType::Enum(values) = &key.of {
        let each = values.iter().map(|(of, value)| match of {
            Some(adapter) => format!("`{value}` ({adapter})"),
            None => format!("`{value}`"),
        });
        parts.push(each.collect::<Vec<_>>().join(" · "));
    }
    let mut notes: Vec<String> = Vec::new();
    notes.extend(key.default.map(|default| format!("Default: `{default}`")));
    notes.extend(key.merge.map(|merge| match merge {
        "append" => "Values of all levels are joined".to_owned(),
        _ => "Keys of all levels are merged".to_owned(),
    }));
    notes.extend(key.since.map(|since| format!("Since dbt {since}")));
    notes.extend(key.adapters.map(|adapters| format!("Only for {}", adapters.replace(',', ", "))));
    if !notes.is_empty() {
        parts.push(notes.join(" · "));
    }
    parts.join("\n\n")
}
