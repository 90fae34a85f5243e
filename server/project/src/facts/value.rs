//! YAML values as the literals that resolution works with.

use smol_str::SmolStr;
use syntax::calls::{Lit, Value};
use syntax::yaml::{Dialect, Kind, Node, Resolved};

/// How deep nested collections are read: settings are shallow.
const DEPTH: usize = 6;

/// What a YAML value is to dbt. A string with Jinja in it is unknown.
pub fn yaml_value(node: Node<'_>, dialect: Dialect) -> Value {
    at_depth(node, dialect, 0)
}

fn at_depth(node: Node<'_>, dialect: Dialect, depth: usize) -> Value {
    if depth > DEPTH {
        return Value::Unknown;
    }
    match node.kind() {
        Kind::Null => Value::Literal(Lit::None),
        Kind::Sequence => {
            Value::Literal(Lit::List(node.items().map(|item| at_depth(item, dialect, depth + 1)).collect()))
        }
        Kind::Mapping => {
            let entries = node
                .entries()
                .map(|entry| (SmolStr::new(&entry.key), at_depth(entry.value, dialect, depth + 1)))
                .collect();
            Value::Literal(Lit::Dict { entries, complete: true })
        }
        Kind::Scalar => scalar(node, dialect),
        _ => Value::Unknown,
    }
}

fn scalar(node: Node<'_>, dialect: Dialect) -> Value {
    let (Some(scalar), Some(text)) = (node.scalar(), node.text()) else { return Value::Unknown };
    if text.contains("{{") || text.contains("{%") {
        return rendered(&text);
    }
    Value::Literal(match scalar.resolve(dialect) {
        Resolved::Null => Lit::None,
        Resolved::Bool(value) => Lit::Bool(value),
        Resolved::Int(value) => Lit::Int(value),
        Resolved::Float(value) => Lit::Float(value),
        Resolved::Date | Resolved::Timestamp | Resolved::Str => Lit::Str(SmolStr::new(text)),
    })
}

/// What a text that is one `{{ … }}` renders to, as far as it hangs on variables alone.
fn rendered(text: &str) -> Value {
    let inner = text.trim().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
    let Some(inner) = inner.filter(|inner| inner.contains("var(") && !inner.contains("{{")) else {
        return Value::Unknown;
    };
    // An argument's value is what the reader of templates gives.
    let template = syntax::jinja::parse_expression(&format!("value({inner})"));
    let call = template.calls.into_iter().find(|call| call.name == "value" && call.complete);
    match call.map(|call| call.args) {
        Some(args) if args.len() == 1 => match &args[0].value {
            late @ Value::Late(_) => late.clone(),
            _ => Value::Unknown,
        },
        _ => Value::Unknown,
    }
}
