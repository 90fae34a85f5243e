//! Values computed from literals, with explicit "unknown" for everything else.
//!
//! Bounded: no more than [`MAX_VALUES`] values, no long strings, so that no template makes it slow.

use smol_str::{SmolStr, SmolStrBuilder};

use crate::calls::{Late, Lit, Value};

/// The number of values an expression may have before it counts as unknown.
pub(crate) const MAX_VALUES: usize = 64;
/// Longest computed string, in bytes.
const MAX_TEXT: usize = 1024;
/// Largest value a variable keeps, in literals.
const MAX_WEIGHT: usize = 128;

/// Every possible value, without duplicates; `Unknown` when there are none or too many.
pub(crate) fn folded(lits: impl IntoIterator<Item = Lit>) -> Value {
    let mut values: Vec<Lit> = Vec::new();
    for lit in lits {
        if !values.contains(&lit) {
            if values.len() == MAX_VALUES {
                return Value::Unknown;
            }
            values.push(lit);
        }
    }
    if values.is_empty() { Value::Unknown } else { Value::Folded(values) }
}

/// What is written as one literal here is computed elsewhere: where a variable is used, in parentheses.
pub(crate) fn elsewhere(value: Value) -> Value {
    match value {
        Value::Literal(lit) => Value::Folded(vec![lit]),
        other => other,
    }
}

/// Either of two values: unknown when one of them is.
pub(crate) fn either(a: Value, b: Value) -> Value {
    match (elsewhere(a), elsewhere(b)) {
        (Value::Folded(a), Value::Folded(b)) => folded(a.into_iter().chain(b)),
        _ => Value::Unknown,
    }
}

/// The value a variable keeps.
pub(crate) fn kept(value: Value) -> Value {
    let mut left = MAX_WEIGHT;
    if spend(&value, &mut left) { elsewhere(value) } else { Value::Unknown }
}

fn spend(value: &Value, left: &mut usize) -> bool {
    value.possible().iter().all(|lit| {
        let one = left.checked_sub(1).map(|rest| *left = rest).is_some();
        one && match lit {
            Lit::Str(text) => text.len() <= MAX_TEXT,
            Lit::List(items) => items.iter().all(|item| spend(item, left)),
            Lit::Dict { entries, .. } => entries.iter().all(|(_, item)| spend(item, left)),
            _ => true,
        }
    })
}

/// `var('name', default)`, for whoever knows the project's variables.
pub(crate) fn variable(args: &[crate::calls::Arg]) -> Value {
    let plain = |arg: &crate::calls::Arg| arg.keyword.is_none() && !arg.splat;
    let (name, default) = match args {
        [name] if plain(name) => (name, None),
        [name, default] if plain(name) && plain(default) => (name, Some(default.value.clone())),
        _ => return Value::Unknown,
    };
    match &name.value {
        Value::Literal(Lit::Str(name)) => Late::Var { name: name.clone(), default }.value(),
        _ => Value::Unknown,
    }
}

/// Whether nothing in `value` is unknown.
pub(crate) fn is_known(value: &Value) -> bool {
    !matches!(value, Value::Unknown | Value::Late(_))
        && value.possible().iter().all(|lit| match lit {
            Lit::List(items) => items.iter().all(is_known),
            Lit::Dict { entries, .. } => entries.iter().all(|(_, item)| is_known(item)),
            _ => true,
        })
}

/// One truth for every possible value.
pub(crate) fn truthy(value: &Value) -> Option<bool> {
    let mut truths = value.possible().iter().map(Lit::truthy);
    let first = truths.next()??;
    truths.all(|truth| truth == Some(first)).then_some(first)
}

/// `a <operator> b` for the operators whose result only depends on constants.
pub(crate) fn binary(operator: &str, a: &Value, b: &Value) -> Value {
    let open = |value: &Value| matches!(value, Value::Late(_));
    if (open(a) && *b != Value::Unknown) || (open(b) && *a != Value::Unknown) {
        return match operator {
            "~" => Late::Join(a.clone(), b.clone()).value(),
            "+" => Late::Sum(a.clone(), b.clone()).value(),
            _ => Value::Unknown,
        };
    }
    let (a, b) = (a.possible(), b.possible());
    if a.len() * b.len() > MAX_VALUES * 4 {
        return Value::Unknown;
    }
    let results: Option<Vec<Lit>> =
        a.iter().flat_map(|x| b.iter().map(move |y| one(operator, x, y))).collect();
    results.map_or(Value::Unknown, folded)
}

fn one(operator: &str, a: &Lit, b: &Lit) -> Option<Lit> {
    Some(match (operator, a, b) {
        ("~", _, _) => joined(&a.python_str()?, &b.python_str()?)?,
        ("+", Lit::Str(a), Lit::Str(b)) => joined(a, b)?,
        ("+", Lit::List(a), Lit::List(b)) if a.len() + b.len() <= MAX_VALUES => {
            Lit::List(a.iter().chain(b).cloned().collect())
        }
        ("+", Lit::Int(a), Lit::Int(b)) => Lit::Int(a.checked_add(*b)?),
        ("-", Lit::Int(a), Lit::Int(b)) => Lit::Int(a.checked_sub(*b)?),
        ("*", Lit::Int(a), Lit::Int(b)) => Lit::Int(a.checked_mul(*b)?),
        ("==", Lit::Str(a), Lit::Str(b)) => Lit::Bool(a == b),
        ("!=", Lit::Str(a), Lit::Str(b)) => Lit::Bool(a != b),
        ("==", Lit::Int(a), Lit::Int(b)) => Lit::Bool(a == b),
        ("!=", Lit::Int(a), Lit::Int(b)) => Lit::Bool(a != b),
        _ => return None,
    })
}

fn joined(a: &str, b: &str) -> Option<Lit> {
    if a.len() + b.len() > MAX_TEXT {
        return None;
    }
    let mut text = SmolStrBuilder::new();
    text.push_str(a);
    text.push_str(b);
    Some(Lit::Str(text.finish()))
}

/// `value | name` for filters that only depend on a constant string.
pub(crate) fn filter(name: &str, value: &Value) -> Value {
    if let (Value::Late(_), "as_bool" | "as_native" | "as_number") = (value, name) {
        return value.clone();
    }
    let apply = |text: &str| -> Option<SmolStr> {
        Some(match name {
            "lower" => text.to_lowercase().into(),
            "upper" => text.to_uppercase().into(),
            "trim" => text.trim().into(),
            "string" | "as_text" => text.into(),
            _ => return None,
        })
    };
    let results: Option<Vec<Lit>> = value
        .possible()
        .iter()
        .map(|lit| match lit {
            Lit::Str(text) => apply(text).map(Lit::Str),
            _ => None,
        })
        .collect();
    results.map_or(Value::Unknown, folded)
}

/// `-value`, `+value`; a negated number stays written out.
pub(crate) fn sign(negative: bool, value: Value) -> Value {
    let apply = |lit: &Lit| match lit {
        Lit::Int(n) => (if negative { n.checked_neg() } else { Some(*n) }).map(Lit::Int),
        Lit::Float(n) => Some(Lit::Float(if negative { -n } else { *n })),
        _ => None,
    };
    match &value {
        Value::Literal(lit) => apply(lit).map_or(Value::Unknown, Value::Literal),
        _ => value.possible().iter().map(apply).collect::<Option<Vec<_>>>().map_or(Value::Unknown, folded),
    }
}

/// `value[key]` and `value.key`.
pub(crate) fn item(value: &Value, key: &Lit) -> Value {
    let Some(container) = value.single() else { return Value::Unknown };
    let found = match (container, key) {
        (Lit::List(items), Lit::Int(index)) => {
            let len = items.len() as i64;
            let index = if *index < 0 { index.saturating_add(len) } else { *index };
            usize::try_from(index).ok().and_then(|index| items.get(index))
        }
        (Lit::Dict { entries, complete: true }, Lit::Str(key)) => {
            entries.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
        }
        _ => None,
    };
    found.cloned().map_or(Value::Unknown, elsewhere)
}

/// What `a, b = value` gives the variable at `index`: over every possible value.
pub(crate) fn position(value: &Value, index: usize) -> Value {
    let items = value.possible().iter().map(|lit| match lit {
        Lit::List(items) => items.get(index).cloned(),
        _ => None,
    });
    items.reduce(|a, b| Some(either(a?, b?))).flatten().map_or(Value::Unknown, elsewhere)
}

/// What a loop over `value` gives its variable, and whether the loop has any rounds.
pub(crate) fn elements(value: &Value) -> (Value, Option<bool>) {
    let mut all = Vec::new();
    let mut known = true;
    let mut rounds = Vec::new();
    for lit in value.possible() {
        let Lit::List(items) = lit else { return (Value::Unknown, None) };
        rounds.push(!items.is_empty());
        for item in items {
            known &= !matches!(item, Value::Unknown | Value::Late(_)) && all.len() <= MAX_VALUES;
            if known {
                all.extend(item.possible().iter().cloned());
            }
        }
    }
    let first = rounds.first().copied();
    let some = first.filter(|first| rounds.iter().all(|round| round == first));
    (if known { folded(all) } else { Value::Unknown }, some)
}

/// A number as Jinja writes it: `1_000`, `0xff`, `1.5e-3`.
pub(crate) fn number(text: &str) -> Value {
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    let radix = |digits: &str, radix| i64::from_str_radix(digits, radix).ok();
    let int = match plain.get(..2) {
        Some("0x" | "0X") => radix(&plain[2..], 16),
        Some("0o" | "0O") => radix(&plain[2..], 8),
        Some("0b" | "0B") => radix(&plain[2..], 2),
        _ => plain.parse().ok(),
    };
    match int {
        Some(int) => Value::Literal(Lit::Int(int)),
        None => plain.parse().map_or(Value::Unknown, |float| Value::Literal(Lit::Float(float))),
    }
}

/// The text inside quotes with Python's escapes resolved.
pub(crate) fn unescape(inner: &str) -> SmolStr {
    if !inner.contains('\\') {
        return inner.into();
    }
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(c) = rest.chars().next() else {
            text.push('\\');
            break;
        };
        let digits = match c {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let simple = match c {
            'n' => Some('\n'),
            't' => Some('\t'),
            'r' => Some('\r'),
            'a' => Some('\x07'),
            'b' => Some('\x08'),
            'f' => Some('\x0c'),
            'v' => Some('\x0b'),
            '0' => Some('\0'),
            '\\' | '\'' | '"' => Some(c),
            _ => None,
        };
        let coded = rest.get(1..1 + digits).filter(|_| digits > 0);
        let coded = coded.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        match (simple, coded) {
            (Some(c), _) => text.push(c),
            (None, Some(c)) => {
                text.push(c);
                rest = &rest[digits..];
            }
            // A backslash at a line's end continues the string on the next one.
            (None, None) if c == '\n' => {}
            (None, None) => text.extend(['\\', c]),
        }
        rest = &rest[c.len_utf8()..];
    }
    text.push_str(rest);
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(s: &str) -> Value {
        Value::Literal(Lit::Str(s.into()))
    }

    #[test]
    fn strings_join_and_keep_every_combination() {
        let two = folded([Lit::Str("a".into()), Lit::Str("b".into())]);
        let Value::Folded(all) = binary("~", &text("stg_"), &two) else { panic!("unknown") };
        assert_eq!(all, [Lit::Str("stg_a".into()), Lit::Str("stg_b".into())]);
        assert_eq!(binary("~", &text("v"), &Value::Literal(Lit::Int(2))).as_str(), Some("v2"));
        assert_eq!(binary("~", &text("v"), &Value::Unknown), Value::Unknown);
    }

    #[test]
    fn growth_is_bounded() {
        let mut value = text("0123456789");
        for _ in 0..40 {
            value = kept(binary("~", &value, &value));
        }
        assert_eq!(value, Value::Unknown);
        let mut list = Value::Literal(Lit::List(vec![text("a")]));
        for _ in 0..40 {
            list = kept(Value::Literal(Lit::List(vec![list.clone(), list])));
        }
        assert!(spend(&list, &mut { MAX_WEIGHT }));
    }

    #[test]
    fn numbers_and_escapes_as_python_reads_them() {
        assert_eq!(number("1_000"), Value::Literal(Lit::Int(1000)));
        assert_eq!(number("0xff"), Value::Literal(Lit::Int(255)));
        assert_eq!(number("1.50"), Value::Literal(Lit::Float(1.5)));
        assert_eq!(unescape(r"it\'s\n\x41\u00e9\q\"), "it's\nA\u{e9}\\q\\");
    }

    #[test]
    fn loops_over_lists_give_every_element() {
        let list = Value::Literal(Lit::List(vec![text("a"), text("b"), text("a")]));
        let (each, rounds) = elements(&list);
        assert_eq!((each.possible().len(), rounds), (2, Some(true)));
        assert_eq!(elements(&Value::Literal(Lit::List(vec![]))), (Value::Unknown, Some(false)));
        assert_eq!(elements(&Value::Unknown), (Value::Unknown, None));
    }
}
