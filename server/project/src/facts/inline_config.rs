//! What is wrong with a `config(…)` call, as far as the call alone says (dbt 1.12 `ContextConfig`; keys and types by the
//! schemas that dbt-core carries).

use smol_str::SmolStr;
use syntax::calls::{Arg, Call, Lit, Reach, Value};
use text::TextRange;

use super::DefKind;
use crate::layout::FileKind;
use crate::schema::{self, Shape, Step, Types};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigProblem {
    /// The key or the value.
    pub range: TextRange,
    /// What is wrong with it.
    pub trouble: ConfigTrouble,
    /// Whether dbt comes past the call when it parses.
    pub reach: Reach,
}

/// What is wrong with a `config(…)` call.
#[derive(Debug, Clone, PartialEq)]
pub enum ConfigTrouble {
    /// Something other than keywords, or than one mapping: dbt refuses it.
    Arguments,
    /// No kind of node has this config.
    UnknownKey(SmolStr),
    /// The config takes values of other kinds.
    WrongType(SmolStr, Types),
}

/// Adds what is wrong with `call`, which stands in a block of that kind, or in none.
pub(super) fn problems(call: &Call, inside: Option<DefKind>, out: &mut Vec<ConfigProblem>) {
    let is_node = matches!(inside, None | Some(DefKind::Snapshot));
    if !call.complete || call.args.iter().any(|arg| arg.splat) || !is_node {
        return;
    }
    let mut push = |range, trouble| out.push(ConfigProblem { range, trouble, reach: call.reach });
    let positional = call.args.iter().filter(|arg| arg.keyword.is_none()).count();
    match call.args.as_slice() {
        [] => push(call.range, ConfigTrouble::Arguments),
        [only] if only.keyword.is_none() => {
            if is_no_mapping(&only.value) {
                push(only.range, ConfigTrouble::Arguments);
            }
        }
        args if positional > 0 => {
            let first = args.iter().find(|arg| arg.keyword.is_none());
            push(first.map_or(call.range, |arg| arg.range), ConfigTrouble::Arguments);
        }
        args => {
            for arg in args {
                let Some((key, key_range)) = &arg.keyword else { continue };
                match shapes(key).next() {
                    None => push(*key_range, ConfigTrouble::UnknownKey(key.clone())),
                    Some(first) => {
                        if shapes(key).all(|shape| misfits(arg, shape)) {
                            push(arg.range, ConfigTrouble::WrongType(key.clone(), first.types()));
                        }
                    }
                }
            }
        }
    }
}

/// Python's `dict.update` takes a mapping or pairs; of the rest only what surely fails counts.
fn is_no_mapping(value: &Value) -> bool {
    match value {
        Value::Literal(Lit::Str(text)) => !text.is_empty(),
        Value::Literal(Lit::Int(_) | Lit::Float(_) | Lit::Bool(_) | Lit::None) => true,
        _ => false,
    }
}

/// What the config `key` may be, for each kind of node that has it. `pre_hook` is `pre-hook` to the schemas.
fn shapes(key: &str) -> impl Iterator<Item = Shape> + use<> {
    let of_section = |section: &'static str| {
        let path = [Step::Key(section), Step::Item, Step::Key("config")];
        schema::walk(schema::shape_of(FileKind::Properties)?, &path)
    };
    let sections = ["snapshots", "seeds", "functions", "analyses", "data_tests"];
    let configs = std::iter::once(schema::model_config()).chain(sections.into_iter().filter_map(of_section));
    let (plain, dashed) = (SmolStr::new(key), SmolStr::from(key.replace('_', "-")));
    configs
        .filter_map(move |config| config.key(&plain).or_else(|| config.key(&dashed)).map(|info| info.shape))
}

/// Whether a written value is of a kind that cannot be meant: dbt v2 refuses it.
fn misfits(arg: &Arg, shape: Shape) -> bool {
    let types = shape.types();
    let takes = |kind| types.contains(kind);
    if shape.is_any() {
        return false;
    }
    match &arg.value {
        Value::Literal(Lit::Dict { .. }) => !takes(Types::MAPPING),
        Value::Literal(Lit::List(_)) => !takes(Types::LIST),
        Value::Literal(Lit::Int(_) | Lit::Float(_) | Lit::Bool(_)) => {
            let scalar = takes(Types::INTEGER) || takes(Types::NUMBER) || takes(Types::BOOLEAN);
            !scalar && (takes(Types::LIST) || takes(Types::MAPPING))
        }
        _ => false,
    }
}
