//! Names of the mesh: in calls, in blocks, in YAML.

use project::facts::{DefKind, Use};
use project::node::NodeKind;
use project::refs::{Lookup, Part, RefArgs, SourceArgs, lookup};
use project::resolve::Resolution;
use project::upstream::ResourceType;
use project::{Target, graph};
use syntax::calls::Call;
use text::TextRange;

use super::{Token, TokenKind, TokenMarks};
use crate::Cancellable;
use crate::diagnostics::FileCx;
use crate::symbols::{self, Symbol, SymbolKind};
use crate::thing::{Thing, macro_named, project_named};

pub(super) fn names(cx: &FileCx<'_>, text: &str) -> Cancellable<Vec<Token>> {
    let mut names = Names { cx, text, out: Vec::new() };
    for used in &cx.facts.uses {
        cx.analysis.check()?;
        names.used(used);
    }
    for def in &cx.facts.defs {
        let kind = match def.kind {
            DefKind::Macro | DefKind::Materialization => TokenKind::Macro,
            DefKind::Test => TokenKind::Test,
            DefKind::Snapshot => TokenKind::Snapshot,
            DefKind::Docs => TokenKind::Docs,
        };
        names.add(def.name_range, kind, TokenMarks::DECLARATION);
    }
    for dep in cx.facts.dependencies.iter().flat_map(|deps| &deps.projects) {
        names.project(dep.name_range, &dep.name);
    }
    let blocks = cx.facts.defs.iter().flat_map(|def| def.settings.0.iter());
    let entries = cx.facts.entries.iter().flat_map(|entry| entry.settings.0.iter());
    for setting in cx.facts.settings.0.iter().chain(blocks).chain(entries) {
        if setting.key == "group" && setting.value.as_str().is_some() {
            names.add(inside(text, setting.value_range), TokenKind::Group, TokenMarks::default());
        }
    }
    if cx.entry.kind == project::layout::FileKind::Properties {
        for symbol in symbols::of(cx.entry.kind, text) {
            names.declared(&symbol);
        }
    }
    Ok(names.out)
}

/// Without the quotes.
fn inside(text: &str, range: TextRange) -> TextRange {
    let written = &text[range];
    let one = text::size(1);
    match written.as_bytes() {
        [b'\'', .., b'\''] | [b'"', .., b'"'] => TextRange::new(range.start() + one, range.end() - one),
        _ => range,
    }
}

struct Names<'a> {
    cx: &'a FileCx<'a>,
    text: &'a str,
    out: Vec<Token>,
}

impl Names<'_> {
    fn add(&mut self, range: TextRange, kind: TokenKind, marks: TokenMarks) {
        self.out.push(Token { range, kind, marks });
    }

    /// A written part of a call: what comes out of a variable is not a name at this place.
    fn part(&mut self, part: Option<&Part>, kind: TokenKind, marks: TokenMarks) {
        if let Some(part) = part.filter(|part| self.is_written(part)) {
            self.add(part.range, kind, marks);
        }
    }

    fn is_written(&self, part: &Part) -> bool {
        let written = self.text.get(part.range.start().into()..part.range.end().into());
        part.single().is_some_and(|name| written == Some(name))
    }

    fn used(&mut self, used: &Use) {
        let call = &used.call;
        match lookup(&call.name) {
            Lookup::Ref => {
                let args = RefArgs::read(call, self.cx.flavor());
                if let Some(package) = args.package.as_ref().filter(|part| self.is_written(part)) {
                    self.project(package.range, package.single().unwrap_or_default());
                }
                if let Some((kind, marks)) = self.resolved(used) {
                    self.part(args.name.as_ref(), kind, marks);
                    self.part(args.version.as_ref(), TokenKind::Version, marks);
                }
                self.built_in(call);
            }
            Lookup::Source => {
                let args = SourceArgs::read(call);
                if let Some((kind, marks)) = self.resolved(used) {
                    self.part(args.source.as_ref(), TokenKind::Source, marks);
                    self.part(args.table.as_ref(), kind, marks);
                }
                self.built_in(call);
            }
            Lookup::Doc => {
                if crate::docs::find(&self.cx.analysis.mesh, self.cx.package.id, call).is_some() {
                    self.last(call, TokenKind::Docs, TokenMarks::default());
                }
                self.built_in(call);
            }
            Lookup::Metric | Lookup::Function => {
                if let Some((kind, marks)) = self.resolved(used) {
                    self.last(call, kind, marks);
                }
                self.built_in(call);
            }
            Lookup::Macro => self.callee(call),
            Lookup::Var | Lookup::EnvVar | Lookup::Config => self.built_in(call),
        }
    }

    fn last(&mut self, call: &Call, kind: TokenKind, marks: TokenMarks) {
        if let Some(arg) = call.args.last().filter(|arg| arg.value.as_str().is_some()) {
            self.add(arg.inner_range(), kind, marks);
        }
    }

    fn built_in(&mut self, call: &Call) {
        self.add(call.name_range, TokenKind::Function, TokenMarks::BUILT_IN);
    }

    /// `macro()`, `package.macro()`, or something of dbt's own.
    fn callee(&mut self, call: &Call) {
        let written = &self.text[call.name_range];
        if macro_named(self.cx, &call.name).is_some() {
            let name = written.rfind('.').map_or(0, |dot| dot + 1);
            let name = call.name_range.start() + text::size(name + leading(&written[name..]));
            self.add(TextRange::new(name, call.name_range.end()), TokenKind::Macro, TokenMarks::default());
            if let Some(dot) = written.find('.') {
                let package =
                    TextRange::at(call.name_range.start(), text::size(written[..dot].trim_end().len()));
                self.project(package, written[..dot].trim_end());
            }
        } else if let Some(item) = crate::catalog::lookup(&call.name) {
            let marks = if item.deprecated {
                TokenMarks::BUILT_IN | TokenMarks::DEPRECATED
            } else {
                TokenMarks::BUILT_IN
            };
            self.add(call.name_range, TokenKind::Function, marks);
        }
    }

    fn project(&mut self, range: TextRange, name: &str) {
        match project_named(self.cx, name) {
            Some(Thing::Upstream(_)) => self.add(range, TokenKind::Project, TokenMarks::UPSTREAM),
            Some(_) => self.add(range, TokenKind::Project, TokenMarks::default()),
            None => {}
        }
    }

    /// What the first thing is that a call leads to.
    fn resolved(&self, used: &Use) -> Option<(TokenKind, TokenMarks)> {
        let targets = graph::targets(&self.cx.resolver, used);
        let (kind, upstream, deprecated) = match targets.first()? {
            Target::Local(node) => {
                let mesh = &self.cx.analysis.mesh;
                let upstream = mesh.project_of(node.package).is_none_or(|of| of.id != self.cx.project.id);
                let today = self.cx.analysis.today();
                let kind = of_node(node.kind);
                (kind, upstream, mesh.deprecation(node).is_some_and(|date| date <= today))
            }
            Target::Upstream { manifest, node, .. } => {
                let node = manifest.node_at(*node)?;
                let today = self.cx.analysis.today().to_string();
                // `2026-01-31T00:00:00+00:00` sorts behind its day.
                let date = node.deprecation_date().and_then(|date| date.get(..10));
                (of_resource(node.resource_type()), true, date.is_some_and(|date| date <= today.as_str()))
            }
        };
        let kind = if upstream && kind == TokenKind::Model { TokenKind::UpstreamModel } else { kind };
        let mut marks = TokenMarks::default();
        if upstream {
            marks = marks | TokenMarks::UPSTREAM;
        }
        if deprecated {
            marks = marks | TokenMarks::DEPRECATED;
        }
        Some((kind, marks))
    }

    /// Names that YAML gives.
    fn declared(&mut self, symbol: &Symbol) {
        let kind = match symbol.kind {
            SymbolKind::Model => Some(TokenKind::Model),
            SymbolKind::Seed => Some(TokenKind::Seed),
            SymbolKind::Snapshot => Some(TokenKind::Snapshot),
            SymbolKind::Source => Some(TokenKind::Source),
            SymbolKind::Table => Some(TokenKind::Table),
            SymbolKind::Column => Some(TokenKind::Column),
            SymbolKind::Version => Some(TokenKind::Version),
            SymbolKind::Exposure => Some(TokenKind::Exposure),
            SymbolKind::Metric => Some(TokenKind::Metric),
            SymbolKind::Group => Some(TokenKind::Group),
            SymbolKind::Macro => Some(TokenKind::Macro),
            SymbolKind::Test => Some(TokenKind::Test),
            _ => None,
        };
        if let Some(kind) = kind {
            // A test below a column is only used there.
            let marks = if kind == TokenKind::Test { TokenMarks::default() } else { TokenMarks::DECLARATION };
            let marks = if kind == TokenKind::Model && self.is_deprecated(&symbol.name) {
                marks | TokenMarks::DEPRECATED
            } else {
                marks
            };
            self.add(inside(self.text, symbol.focus), kind, marks);
        }
        for child in &symbol.children {
            self.declared(child);
        }
    }

    fn is_deprecated(&self, model: &str) -> bool {
        let mesh = &self.cx.analysis.mesh;
        let found = match self.cx.resolver.reference(Some(self.cx.package.name()), model, None) {
            Resolution::Found { target: Target::Local(node), .. } => node,
            _ => return false,
        };
        mesh.deprecation(&found).is_some_and(|date| date <= self.cx.analysis.today())
    }
}

fn leading(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

fn of_node(kind: NodeKind) -> TokenKind {
    match kind {
        NodeKind::Seed => TokenKind::Seed,
        NodeKind::Snapshot => TokenKind::Snapshot,
        NodeKind::Source => TokenKind::Table,
        NodeKind::Metric => TokenKind::Metric,
        NodeKind::Exposure => TokenKind::Exposure,
        NodeKind::Function => TokenKind::Function,
        _ => TokenKind::Model,
    }
}

fn of_resource(kind: ResourceType) -> TokenKind {
    match kind {
        ResourceType::Seed => TokenKind::Seed,
        ResourceType::Snapshot => TokenKind::Snapshot,
        ResourceType::Source => TokenKind::Table,
        _ => TokenKind::Model,
    }
}
