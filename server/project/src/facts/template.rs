//! Facts of SQL templates and Python models.

use rustc_hash::FxHashSet;
use smol_str::{SmolStr, format_smolstr};
use syntax::calls::{Call, Lit, Reach, Value};
use syntax::columns::Sure;
use syntax::jinja::{Block, BlockKind, Local, LocalKind, Param};
use text::TextRange;

use super::settings::KEPT;
use super::{By, FileFacts, Setting, Settings, Shape, ShapeOf, Use, Verdict, columns, inline_config, names};
use crate::layout::FileKind;
use crate::names::Space;
use crate::refs::{Lookup, lookup};

/// A block that defines something by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Def {
    /// What it defines.
    pub kind: DefKind,
    /// The name as written in the block.
    pub name: SmolStr,
    /// The name's bytes.
    pub name_range: TextRange,
    /// The whole block.
    pub full: TextRange,
    /// Parameters of a macro or test.
    pub params: Box<[Param]>,
    /// Takes any number of further arguments: its body asks for `varargs`.
    pub varargs: bool,
    /// Takes any keyword: its body asks for `kwargs`.
    pub kwargs: bool,
    /// What `config()` calls inside a snapshot block set.
    pub settings: Settings,
    /// `adapter='…'` of a materialization.
    pub adapter: Option<SmolStr>,
    /// The text of a docs block, for showing it; `None` for all other blocks.
    pub body: Option<Box<str>>,
}

/// What a [`Def`] defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum DefKind {
    Macro,
    Test,
    Materialization,
    Snapshot,
    Docs,
}

impl DefKind {
    /// Where dbt looks for the name, `None` where it does not read such a block in that file.
    pub fn space(self, file: FileKind) -> Option<Space> {
        match self {
            DefKind::Macro | DefKind::Test | DefKind::Materialization => {
                matches!(file, FileKind::Macro | FileKind::SingularTest).then_some(Space::Macro)
            }
            DefKind::Snapshot => {
                (file == FileKind::Snapshot || file == FileKind::Model).then_some(Space::Snapshot)
            }
            DefKind::Docs => (file == FileKind::Docs).then_some(Space::Doc),
        }
    }
}

impl Def {
    /// The key in the index (spec §10: a generic test is the macro `test_<name>`).
    pub fn index_name(&self) -> SmolStr {
        match self.kind {
            DefKind::Macro | DefKind::Snapshot | DefKind::Docs => self.name.clone(),
            DefKind::Test => format_smolstr!("test_{}", self.name),
            DefKind::Materialization => {
                let adapter = self.adapter.as_deref().unwrap_or("default");
                format_smolstr!("materialization_{}_{adapter}", self.name)
            }
        }
    }
}

/// Facts of a Markdown file: its blocks. What looks like a call outside of them is prose.
pub fn docs(text: &str) -> FileFacts {
    let template = syntax::jinja::parse_docs(text);
    let shapes: Vec<Shape> = template.blocks.iter().flat_map(|block| calls_in_docs(block, text)).collect();
    FileFacts {
        shapes: shapes.into(),
        defs: template.blocks.iter().filter_map(|block| def(block, text)).collect(),
        // Outside of docs blocks dbt looks for their tags only.
        errors: {
            let docs = |at| {
                template
                    .blocks
                    .iter()
                    .any(|block| block.kind == BlockKind::Docs && block.full.contains_inclusive(at))
            };
            template.errors.into_iter().filter(|error| docs(error.range.start())).collect()
        },
        ..FileFacts::default()
    }
}

/// Functions that Jinja itself has.
const JINJAS: [&str; 8] = ["range", "dict", "lipsum", "cycler", "joiner", "namespace", "loop", "caller"];

/// dbt v1 renders a docs block, and knows no function of its own there; v2 does not render it.
fn calls_in_docs(block: &Block, text: &str) -> Vec<Shape> {
    let (BlockKind::Docs, Some(close)) = (block.kind, block.close) else { return Vec::new() };
    let start = block.open.end();
    let body = text.get(start.into()..close.start().into()).unwrap_or_default();
    if !body.contains("{{") {
        return Vec::new();
    }
    let template = syntax::jinja::parse(body);
    // A block may define what is called.
    let alone = template.blocks.is_empty() && !body.contains("{%");
    let refused = |call: Call| {
        let root = call.name.split('.').next().unwrap_or_default();
        let unknown =
            lookup(&call.name) != Lookup::Macro || alone && !root.is_empty() && !JINJAS.contains(&root);
        (unknown && call.reach == Reach::Always && call.complete).then(|| Shape {
            of: ShapeOf::Call,
            v1: Verdict::Refused,
            v2: Verdict::Fine,
            entry: u32::MAX,
            range: call.name_range + start,
            message: format!("{}() is not known here: docs blocks are rendered without it", call.name).into(),
            instead: None,
        })
    };
    template.calls.into_iter().filter_map(refused).collect()
}

/// Facts of a SQL file.
pub fn sql(text: &str) -> FileFacts {
    let mut template = syntax::jinja::parse(text);
    let names = names::of(&template, text);
    let implicit = |local: &&Local| local.kind == LocalKind::Implicit;
    let implicit: FxHashSet<(TextRange, &str)> =
        template.locals.iter().filter(implicit).map(|local| (local.made, &*local.name)).collect();
    let asked = |block: &Block, name: &str| implicit.contains(&(block.open, name));
    let found = template.blocks.iter().filter_map(|block| {
        let (varargs, kwargs) = (asked(block, "varargs"), asked(block, "kwargs"));
        Some(Def { varargs, kwargs, ..def(block, text)? })
    });
    let mut defs: Vec<Def> = found.collect();
    let mut uses = Vec::new();
    let mut settings = Vec::new();
    let mut config = Vec::new();
    for call in std::mem::take(&mut template.calls) {
        // Blocks come in the order in which they open: the nearest that opens before the call is the first to ask.
        let opened = defs.partition_point(|def| def.full.start() <= call.range.start());
        let at = defs[..opened].iter().rposition(|def| def.full.contains_range(call.range));
        if call.name == "config" || call.name == "builtins.config" {
            inline_config::problems(&call, at.map(|at| defs[at].kind), &mut config);
            match at {
                None => config_settings(&call, &mut settings),
                Some(at) if defs[at].kind == DefKind::Snapshot => {
                    let mut inside = std::mem::take(&mut defs[at].settings.0).into_vec();
                    config_settings(&call, &mut inside);
                    defs[at].settings = Settings(inside.into());
                }
                Some(_) => {}
            }
        }
        if is_kept(&call)
            && !(lookup(&call.name) == Lookup::Macro && names::is_local(&template.mentions, &call))
        {
            let by = at.map_or(By::File, |at| By::Def(at as u32));
            let hooks = hook_calls(&call, text);
            uses.push(Use { call: compact(call), by });
            uses.extend(hooks.into_iter().map(|call| Use { call, by }));
        }
    }
    let is_return = |(at, used): (usize, &Use)| (used.call.name == "return").then_some(at as u32);
    let returns = uses.iter().enumerate().filter_map(is_return).collect();
    let across = uses.iter().any(columns::is_across);
    let in_sql = || columns::in_sql(text, &template.tags, &uses, Sure::Certain, columns::is_across);
    let columns = if across { in_sql() } else { Vec::new() };
    FileFacts {
        returns,
        columns: columns.into(),
        uses: uses.into(),
        defs: defs.into(),
        settings: Settings(settings.into()),
        names,
        config: config.into(),
        errors: template.errors.into(),
        ..FileFacts::default()
    }
}

/// Facts of a Python model.
pub fn python(text: &str) -> FileFacts {
    let model = syntax::python::parse(text);
    let mut settings = Vec::new();
    let mut uses = Vec::new();
    for call in model.calls {
        if call.name == "config" {
            config_settings(&call, &mut settings);
        }
        if is_kept(&call) {
            uses.push(Use { call: compact(call), by: By::File });
        }
    }
    FileFacts {
        uses: uses.into(),
        settings: Settings(settings.into()),
        errors: model.errors.into(),
        ..FileFacts::default()
    }
}

/// The calls in the strings of `config(pre_hook=…, post_hook=…)`, which dbt renders for the node (spec §4.4).
fn hook_calls(call: &Call, text: &str) -> Vec<Call> {
    let mut out = Vec::new();
    if lookup(&call.name) != Lookup::Config {
        return out;
    }
    let is_hook = |name: &str| matches!(name, "pre_hook" | "post_hook" | "pre-hook" | "post-hook");
    for arg in &call.args {
        let hooks = match (&arg.keyword, &arg.value) {
            (Some((keyword, _)), _) => is_hook(keyword),
            (None, Value::Literal(Lit::Dict { entries, .. })) => entries.iter().any(|(key, _)| is_hook(key)),
            _ => false,
        };
        let written = text.get(usize::from(arg.range.start())..usize::from(arg.range.end()));
        // What is written is what dbt renders, quotes aside, unless something is escaped.
        let Some(written) = written.filter(|text| hooks && text.contains("{{") && !text.contains('\\'))
        else {
            continue;
        };
        let mut template = syntax::jinja::parse(written);
        if template.errors.is_empty() {
            template.map_offsets(|offset| offset + arg.range.start());
            let reach = |inner: Reach| if call.reach == Reach::Always { inner } else { call.reach };
            let calls = template.calls.into_iter().filter(is_kept);
            out.extend(calls.map(|inner| Call { reach: reach(inner.reach), ..compact(inner) }));
        }
    }
    out
}

fn def(block: &Block, text: &str) -> Option<Def> {
    let kind = match block.kind {
        BlockKind::Macro => DefKind::Macro,
        BlockKind::Test => DefKind::Test,
        BlockKind::Materialization => DefKind::Materialization,
        BlockKind::Snapshot => DefKind::Snapshot,
        BlockKind::Docs => DefKind::Docs,
        _ => return None,
    };
    let (name, name_range) = block.name.clone()?;
    let body = (kind == DefKind::Docs).then(|| {
        let end = block.close.map_or(block.full.end(), |close| close.start());
        text.get(block.open.end().into()..end.into()).unwrap_or_default().trim().into()
    });
    Some(Def {
        kind,
        name,
        name_range,
        full: block.full,
        params: block.params.as_slice().into(),
        varargs: false,
        kwargs: false,
        settings: Settings::default(),
        adapter: block.adapter.clone(),
        body,
    })
}

/// Calls of methods on results (`ref('a').include()`) and of nothing known are no facts.
pub(super) fn is_kept(call: &Call) -> bool {
    !call.name.is_empty() && !call.name.starts_with('.')
}

/// What a macro is given may become a name inside of it: texts, and what is made of the parameters around the call.
fn is_short(value: &Value) -> bool {
    let text = |lit: &Lit| matches!(lit, Lit::Str(_) | Lit::None | Lit::Bool(_) | Lit::Int(_));
    match value {
        Value::Literal(lit) => text(lit),
        Value::Folded(lits) => lits.len() == 1 && lits.iter().all(text),
        Value::Late(_) => value.has_param(),
        Value::Unknown => false,
    }
}

/// Values of arguments matter only where a name can be in them; of a macro's only short ones are kept.
pub(super) fn compact(mut call: Call) -> Call {
    match lookup(&call.name) {
        _ if crate::refs::has_name_arguments(&call.name) => {}
        Lookup::Macro => call
            .args
            .iter_mut()
            .filter(|arg| !is_short(&arg.value))
            .for_each(|arg| arg.value = Value::Unknown),
        _ => call.args = Vec::new(),
    }
    call.args.shrink_to_fit();
    call
}

/// `config(a=1)` and `config({'a': 1})`. Under a condition the value is not known here.
fn config_settings(call: &Call, out: &mut Vec<Setting>) {
    if matches!(call.reach, Reach::Never) {
        return;
    }
    let certain = call.reach == Reach::Always;
    let mut push = |key: SmolStr, value: Value, key_range: TextRange, value_range: TextRange| {
        if KEPT.contains(&key.as_str()) {
            let value = if certain { value } else { Value::Unknown };
            out.push(Setting { key, in_config: true, value, key_range, value_range });
        }
    };
    for arg in &call.args {
        match (&arg.keyword, &arg.value) {
            (Some((key, key_range)), value) => {
                push(key.clone(), value.clone(), *key_range, arg.inner_range())
            }
            (None, Value::Literal(Lit::Dict { entries, .. })) => {
                for (key, value) in entries {
                    push(key.clone(), value.clone(), arg.range, arg.range);
                }
            }
            (None, _) => {}
        }
        // `config(**settings)` may set anything.
        if arg.splat {
            for key in KEPT {
                push(SmolStr::new_static(key), Value::Unknown, arg.range, arg.range);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hooks_in_config_are_rendered_too() {
        let names = |text: &str| -> Vec<(SmolStr, String)> {
            let refs = sql(text).uses.into_vec().into_iter().filter(|used| used.call.name == "ref");
            refs.map(|used| (used.call.name, text[used.call.args[0].range].to_owned())).collect()
        };
        let a = || vec![("ref".into(), "'a'".to_owned())];
        assert_eq!(names("{{ config(post_hook=\"select {{ ref('a') }}\") }}"), a());
        assert_eq!(names("{{ config(pre_hook=['x', \"drop {{ ref('a') }}\"]) }}"), a());
        assert_eq!(names("{{ config({'pre-hook': \"drop {{ ref('a') }}\"}) }}"), a());
        assert_eq!(names("{{ config(alias=\"{{ ref('a') }}\") }}"), []);
        assert_eq!(names("{% if false %}{{ config(post_hook=\"{{ ref('a') }}\") }}{% endif %}").len(), 1);
    }
}
