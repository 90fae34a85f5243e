//! The form of constraints (spec §11), and of what they and snapshots refer to: expressions that dbt v1 reads without
//! rendering them.

use syntax::calls::{Lit, Value};
use syntax::yaml::{Kind, Node};
use text::TextSize;

use super::check::Checker;
use super::forms::Level;
use super::{ShapeOf, Verdict};

/// The kinds of constraint there are.
const KINDS: [&str; 6] = ["check", "not_null", "unique", "primary_key", "foreign_key", "custom"];

pub(super) fn list(cx: &mut Checker, level: Level, list: Node<'_>) {
    // dbt v1 reads those of a model with the model, those of a column with the file; v2 does not look at a
    // version's.
    let verdicts = match level {
        Level::Column => (Verdict::Refused, Verdict::Refused),
        Level::Model => (Verdict::RefusedIfUsed, Verdict::Refused),
        Level::Version => (Verdict::RefusedIfUsed, Verdict::Fine),
    };
    for item in list.items() {
        if !cx.step() {
            return;
        }
        match item.kind() {
            Kind::Mapping => one(cx, verdicts, item),
            Kind::UnknownAlias => {}
            _ => {
                let message = "a constraint is a mapping: write '- type: not_null'";
                cx.push(ShapeOf::Constraint, verdicts, item.range(), message);
            }
        }
    }
}

fn one(cx: &mut Checker, verdicts: (Verdict, Verdict), item: Node<'_>) {
    let Some(kind) = item.entry("type") else {
        let first = item.entries().next().map_or(item.range(), |entry| entry.key_range);
        let message = format!("a constraint needs a 'type': {}", KINDS.join(", "));
        return cx.push(ShapeOf::Constraint, verdicts, first, message);
    };
    let Some(text) = kind.value.text().filter(|text| !text.contains("{{")) else { return };
    if !KINDS.contains(&&*text) {
        let near = text::suggest(&text.to_lowercase(), KINDS);
        let message = match near {
            Some(near) => format!("'{text}' is no kind of constraint; did you mean '{near}'?"),
            None => format!("'{text}' is no kind of constraint: use {}", KINDS.join(", ")),
        };
        return cx.push(ShapeOf::Constraint, verdicts, kind.value.range(), message);
    }
    if text != "foreign_key" || !cx.in_models {
        return;
    }
    if let Some(to) = item.get("to")
        && let Some(text) = to.text()
        && to.kind() == Kind::Scalar
        && !text.is_empty()
        && !is_reference(&text)
    {
        let message = "write 'to' as ref('<model>') or source('<source>', '<table>')";
        cx.push(ShapeOf::Constraint, (Verdict::RefusedIfUsed, rendered(to)), to.range(), message);
    }
}

/// What dbt v2 says to a reference that is none: it renders what has braces, and does not know `ref` then.
pub(super) fn rendered(node: Node<'_>) -> Verdict {
    let calls = node.scalar().is_some_and(|scalar| {
        crate::facts::calls_in(&scalar, false)
            .iter()
            .any(|call| matches!(call.name.as_str(), "ref" | "source"))
    });
    if calls { Verdict::Refused } else { Verdict::Fine }
}

/// Whether a text is one call of `ref` or `source` with nothing but literals in it: all that dbt v1 reads here.
pub(super) fn is_reference(text: &str) -> bool {
    let text = text.trim();
    if text.contains(['{', '}']) {
        return false;
    }
    let template = syntax::jinja::parse_expression(text);
    let [call] = template.calls.as_slice() else { return false };
    let whole = call.range.start() == TextSize::from(0) && usize::from(call.range.end()) == text.len();
    let literal = call.args.iter().all(|arg| {
        !arg.splat && matches!(arg.value, Value::Literal(Lit::Str(_) | Lit::Int(_) | Lit::Float(_)))
    });
    let positional = call.args.iter().filter(|arg| arg.keyword.is_none()).count();
    let keywords = |known: &[&str]| {
        call.args
            .iter()
            .filter_map(|arg| arg.keyword.as_ref())
            .all(|(name, _)| known.contains(&name.as_str()))
    };
    let fits = match call.name.as_str() {
        "ref" => matches!(positional, 1 | 2) && keywords(&["v", "version"]),
        "source" => call.args.len() == 2 && keywords(&["source_name", "table_name"]),
        _ => false,
    };
    template.errors.is_empty() && call.complete && whole && literal && fits
}
