//! The arguments of `ref()`, `source()` and their like, as dbt reads them (spec §4.1, §10).

use smol_str::{SmolStr, format_smolstr};
use syntax::calls::{Arg, Call, Lit, Value};
use text::TextRange;

use crate::flavor::Flavor;
use crate::names::Space;

/// What a call looks up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lookup {
    /// `ref()`
    Ref,
    /// `source()`
    Source,
    /// `doc()`
    Doc,
    /// `metric()`
    Metric,
    /// `function()`
    Function,
    /// `var()`
    Var,
    /// `env_var()`
    EnvVar,
    /// `config()`
    Config,
    /// Anything else: a macro, or a function of dbt's.
    Macro,
}

/// What a callee's name looks up. `builtins.ref` is dbt's own `ref` (spec §10).
pub fn lookup(name: &str) -> Lookup {
    match name.strip_prefix("builtins.").unwrap_or(name) {
        "ref" => Lookup::Ref,
        "source" => Lookup::Source,
        "doc" => Lookup::Doc,
        "metric" => Lookup::Metric,
        "function" => Lookup::Function,
        "var" => Lookup::Var,
        "env_var" => Lookup::EnvVar,
        "config" => Lookup::Config,
        _ => Lookup::Macro,
    }
}

/// Whether a call's arguments can hold names of the project.
pub(crate) fn has_name_arguments(name: &str) -> bool {
    name == "adapter.dispatch" || !matches!(lookup(name), Lookup::Macro | Lookup::Config)
}

/// The names a call may mention, for "who uses this".
pub(crate) fn mentions(call: &Call, mut each: impl FnMut(Space, SmolStr)) {
    let positional = |at: usize| call.args.iter().filter(|arg| arg.keyword.is_none()).nth(at);
    let last = || call.args.iter().rfind(|arg| arg.keyword.is_none());
    let mut all = |space: Space, arg: Option<&Arg>| texts(arg).for_each(|text| each(space, text.clone()));
    match lookup(&call.name) {
        Lookup::Ref => {
            all(Space::Model, last());
            let dotted = texts(last()).filter_map(|name| dotted(name));
            dotted.for_each(|(model, _)| each(Space::Model, model.into()));
        }
        Lookup::Source => {
            let by_keyword = |at: usize, name: &str| {
                let named = |arg: &&Arg| arg.keyword.as_ref().is_some_and(|(keyword, _)| keyword == name);
                call.args.iter().find(named).or_else(|| positional(at))
            };
            let (source, table) = (by_keyword(0, "source_name"), by_keyword(1, "table_name"));
            for source in texts(source) {
                let mut tables = texts(table).peekable();
                if tables.peek().is_none() {
                    each(Space::Source, source.clone());
                }
                tables.for_each(|table| each(Space::Table, format_smolstr!("{source}.{table}")));
            }
        }
        Lookup::Doc => all(Space::Doc, last()),
        Lookup::Metric => all(Space::Metric, last()),
        Lookup::Function => all(Space::Function, last()),
        Lookup::EnvVar => all(Space::EnvVar, positional(0)),
        Lookup::Macro => {
            // In filters of the semantic layer.
            if call.name == "Metric" {
                all(Space::Metric, positional(0));
            }
            call.name.rsplit('.').next().into_iter().for_each(|name| each(Space::Macro, name.into()));
        }
        Lookup::Var | Lookup::Config => {}
    }
}

/// Every text that an argument can be.
fn texts(arg: Option<&Arg>) -> impl Iterator<Item = &SmolStr> {
    arg.into_iter().flat_map(|arg| arg.value.possible()).filter_map(|lit| match lit {
        Lit::Str(text) => Some(text),
        _ => None,
    })
}

/// Model and version of `orders.v2`, by which a version can be referenced, too (spec §4.2).
pub fn dotted(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once(".v").filter(|(model, version)| !model.is_empty() && !version.is_empty())
}

/// One argument whose value matters.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The bytes to mark: inside the quotes of a written string.
    pub range: TextRange,
    /// Every value it can have as text; empty when unknown.
    pub names: Vec<SmolStr>,
}

impl Part {
    /// The value when there is exactly one.
    pub fn single(&self) -> Option<&str> {
        (self.names.len() == 1).then(|| self.names[0].as_str())
    }
}

/// What is wrong with a call's arguments.
#[derive(Debug, Clone, PartialEq)]
pub enum Problem {
    /// dbt refuses the call.
    Invalid {
        /// Where.
        range: TextRange,
        /// A clause for people.
        message: String,
    },
    /// dbt accepts the call and ignores this part of it.
    Ignored {
        /// Where.
        range: TextRange,
        /// A clause for people.
        message: String,
    },
}

/// `ref()` as dbt reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct RefArgs {
    /// First of two arguments: a package or an upstream project.
    pub package: Option<Part>,
    /// The node's name; `None` when there is none or its count is unknown.
    pub name: Option<Part>,
    /// `v=` or `version=`; `None` when absent or falsy (unpinned).
    pub version: Option<Part>,
    /// The pinned version is a written float such as `1.0`, which dbt v1 spells "1.0".
    pub float_version: bool,
    /// What dbt would refuse or ignore.
    pub problems: Vec<Problem>,
}

impl RefArgs {
    /// Reads a call of `ref`. Nothing is said about a call that is not complete.
    pub fn read(call: &Call, flavor: Flavor) -> RefArgs {
        let mut out =
            RefArgs { package: None, name: None, version: None, float_version: false, problems: Vec::new() };
        let counted = call.complete && !call.args.iter().any(|arg| arg.splat);
        let positional: Vec<&Arg> =
            call.args.iter().filter(|arg| arg.keyword.is_none() && !arg.splat).collect();
        if counted && !(1..=2).contains(&positional.len()) {
            out.problems.push(Problem::Invalid {
                range: call.range,
                message: format!("ref() takes one or two arguments, {} given", positional.len()),
            });
            return out;
        }
        if call.args.iter().any(|arg| arg.splat) {
            return out;
        }
        match positional.as_slice() {
            [name] => out.name = out.string(name, "name", flavor),
            [package, name] => {
                let none = matches!(package.value.single(), Some(Lit::None));
                if !(none && flavor == Flavor::V1) {
                    out.package = out.string(package, "package", flavor);
                }
                out.name = out.string(name, "name", flavor);
            }
            _ => {}
        }
        out.keywords(call, flavor);
        out
    }

    /// A string argument; other literals are refused by dbt v1 and stringified by v2.
    fn string(&mut self, arg: &Arg, which: &str, flavor: Flavor) -> Option<Part> {
        let values = arg.value.possible();
        let mut names = Vec::new();
        for value in values {
            match value {
                Lit::Str(text) => names.push(text.clone()),
                other => {
                    let shown = other.python_str().unwrap_or_else(|| "a collection".into());
                    self.problems.push(Problem::Invalid {
                        range: arg.range,
                        message: format!("the {which} argument of ref() must be a string, not {shown}"),
                    });
                    let _ = flavor;
                    return None;
                }
            }
        }
        Some(Part { range: arg.inner_range(), names })
    }

    fn keywords(&mut self, call: &Call, flavor: Flavor) {
        let mut pinned: Option<&Arg> = None;
        for arg in &call.args {
            let Some((keyword, keyword_range)) = &arg.keyword else { continue };
            match keyword.as_str() {
                "v" | "version" => {
                    // `version` wins over `v` while it is truthy.
                    let wins = keyword == "version" || pinned.is_none();
                    let loser = if wins { pinned.replace(arg) } else { Some(arg) };
                    if let Some(loser) = loser {
                        self.problems.push(Problem::Ignored {
                            range: loser
                                .keyword
                                .as_ref()
                                .map_or(loser.range, |(_, range)| range.cover(loser.range)),
                            message: "both v and version are given: dbt reads version and ignores this"
                                .into(),
                        });
                    }
                }
                _ => self.problems.push(Problem::Ignored {
                    range: keyword_range.cover(arg.range),
                    message: format!("ref() ignores the argument {keyword}"),
                }),
            }
        }
        let Some(arg) = pinned else { return };
        match arg.value.single() {
            Some(Lit::None) => {}
            Some(Lit::List(_) | Lit::Dict { .. }) => {
                if flavor == Flavor::V1 {
                    self.problems.push(Problem::Invalid {
                        range: arg.range,
                        message: "the version of ref() must be a number or a string".into(),
                    });
                }
            }
            Some(Lit::Bool(true)) if flavor == Flavor::V2 => {
                self.unpinned(arg, "a version that is no number or string")
            }
            Some(lit)
                if lit.truthy() == Some(false) && (flavor == Flavor::V1 || matches!(lit, Lit::Bool(_))) =>
            {
                self.unpinned(arg, "an empty version");
            }
            _ => {
                self.float_version = matches!(arg.value, Value::Literal(Lit::Float(_)));
                let names =
                    arg.value.possible().iter().filter_map(|lit| self.version_text(lit, flavor)).collect();
                self.version = Some(Part { range: arg.inner_range(), names });
            }
        }
    }

    fn unpinned(&mut self, arg: &Arg, what: &str) {
        self.problems.push(Problem::Ignored {
            range: arg.keyword.as_ref().map_or(arg.range, |(_, range)| range.cover(arg.range)),
            message: format!("dbt ignores {what}: this ref is not pinned"),
        });
    }

    /// Python's `str()` in v1; v2 reads `1.0` as 1.
    fn version_text(&self, lit: &Lit, flavor: Flavor) -> Option<SmolStr> {
        match lit {
            Lit::Float(f) if flavor == Flavor::V2 && f.fract() == 0.0 => Some(format_smolstr!("{f:.0}")),
            lit => lit.python_str(),
        }
    }
}

/// `source()` as dbt reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceArgs {
    /// The source's name.
    pub source: Option<Part>,
    /// The table's name.
    pub table: Option<Part>,
    /// What dbt would refuse.
    pub problems: Vec<Problem>,
}

impl SourceArgs {
    /// Reads a call of `source`: exactly two strings, by place or as `source_name`, `table_name`.
    pub fn read(call: &Call) -> SourceArgs {
        let mut out = SourceArgs { source: None, table: None, problems: Vec::new() };
        if call.args.iter().any(|arg| arg.splat) {
            return out;
        }
        if call.complete && call.args.len() != 2 {
            out.problems.push(Problem::Invalid {
                range: call.range,
                message: format!("source() takes exactly two arguments, {} given", call.args.len()),
            });
            return out;
        }
        let by_keyword = |wanted: &str| {
            call.args.iter().find(|arg| arg.keyword.as_ref().is_some_and(|(keyword, _)| keyword == wanted))
        };
        let positional: Vec<&Arg> = call.args.iter().filter(|arg| arg.keyword.is_none()).collect();
        let source = by_keyword("source_name").or_else(|| positional.first().copied());
        let table = by_keyword("table_name")
            .or_else(|| positional.get(usize::from(by_keyword("source_name").is_none())).copied());
        out.source = source.and_then(|arg| out.string(arg, "source name (first)"));
        out.table = table.and_then(|arg| out.string(arg, "table name (second)"));
        out
    }

    fn string(&mut self, arg: &Arg, which: &str) -> Option<Part> {
        let mut names = Vec::new();
        for value in arg.value.possible() {
            match value {
                Lit::Str(text) => names.push(text.clone()),
                _ => {
                    self.problems.push(Problem::Invalid {
                        range: arg.range,
                        message: format!("the {which} argument of source() must be a string"),
                    });
                    return None;
                }
            }
        }
        Some(Part { range: arg.inner_range(), names })
    }
}
