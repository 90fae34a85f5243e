//! What rules about a node's configs share: in which file a finding belongs, and whether something may set a config
//! that nothing here shows.

use project::facts::{By, DefKind, FileFacts};
use project::layout::FileKind;
use project::names::{FILE, Site, Space};
use project::node::NodeKind;
use project::refs::{Lookup, lookup};
use project::{FileId, NodeRef};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use text::TextRange;

use super::FileCx;

/// How many macros are looked into.
const MACROS: usize = 64;

/// The file and place that a finding about a node belongs to: it is shown once, whoever finds it.
pub(super) struct Blame {
    file: FileId,
    range: TextRange,
}

impl Blame {
    /// Where the first of `keys` that is set is set: in the node's own file, else in its entry; where none is, or
    /// dbt_project.yml sets it, the node's own place.
    pub(super) fn of(cx: &FileCx<'_>, node: &NodeRef, keys: &[&str]) -> Blame {
        let mesh = &cx.analysis.mesh;
        let facts = mesh.facts(node.file);
        let def = facts.and_then(|facts| facts.defs.get(node.item as usize));
        let own = match def.filter(|_| node.kind == NodeKind::Snapshot) {
            Some(def) => Some(&def.settings),
            None => facts.map(|facts| &facts.settings),
        };
        for key in keys {
            if let Some(setting) = own.and_then(|own| own.get(key)) {
                return Blame { file: node.file, range: setting.value_range };
            }
            if let (Some(setting), Some(entry)) = (mesh.yaml_setting(node, key), node.entry) {
                return Blame { file: entry.file, range: setting.value_range };
            }
        }
        match (def, node.entry) {
            (Some(def), _) if node.kind == NodeKind::Snapshot => {
                Blame { file: node.file, range: def.name_range }
            }
            (_, Some(site)) => {
                let range = mesh.yaml_place(node).map(|(_, _, focus)| focus).unwrap_or_default();
                Blame { file: site.file, range }
            }
            _ => Blame { file: node.file, range: TextRange::empty(0.into()) },
        }
    }

    /// A place in the node's entry.
    pub(super) fn entry(node: &NodeRef, range: TextRange) -> Blame {
        Blame { file: node.entry.map_or(node.file, |site| site.file), range }
    }

    /// The place, when it is in this file.
    pub(super) fn here(&self, cx: &FileCx<'_>) -> Option<TextRange> {
        (self.file == cx.file).then_some(self.range)
    }
}

/// Whether the node's own file or its entry sets a config, or may set it: of most configs nobody keeps where they are set.
pub(super) fn may_set(cx: &FileCx<'_>, node: &NodeRef, key: &str) -> bool {
    let mesh = &cx.analysis.mesh;
    let Some(facts) = mesh.facts(node.file) else { return true };
    if mesh.file(node.file).is_none_or(|entry| entry.kind == FileKind::PythonModel) {
        return true;
    }
    if !project::facts::is_kept_setting(key) {
        let mut calls = facts.uses.iter().map(|used| lookup(&used.call.name));
        return node.entry.is_some() || calls.any(|of| of == Lookup::Config);
    }
    let own = match facts.defs.get(node.item as usize).filter(|_| node.kind == NodeKind::Snapshot) {
        Some(def) => &def.settings,
        None => &facts.settings,
    };
    own.get(key).is_some() || mesh.yaml_setting(node, key).is_some()
}

/// Whether a macro that the node's file calls may set configs of the node.
pub(super) fn may_configure(cx: &FileCx<'_>, node: &NodeRef) -> bool {
    if cx.is_overridden("config") {
        return true;
    }
    let Some(facts) = cx.analysis.mesh.facts(node.file) else { return true };
    let by = if node.item == FILE { By::File } else { By::Def(node.item) };
    let mut search = Search { cx, left: MACROS, seen: FxHashSet::default() };
    search.configures(facts, by)
}

struct Search<'a> {
    cx: &'a FileCx<'a>,
    left: usize,
    seen: FxHashSet<Site>,
}

impl Search<'_> {
    fn configures(&mut self, facts: &FileFacts, by: By) -> bool {
        let mut names: Vec<SmolStr> = Vec::new();
        for used in facts.uses.iter().filter(|used| used.by == by) {
            match lookup(&used.call.name) {
                Lookup::Config if by != By::File && !is_snapshot(facts, by) => return true,
                Lookup::Macro if used.call.name == "adapter.dispatch" => {
                    let name = used.call.args.first().and_then(|arg| arg.value.as_str());
                    names.extend(name.map(|name| SmolStr::from(format!("default__{name}"))));
                }
                Lookup::Macro => names.extend(used.call.name.rsplit('.').next().map(SmolStr::new)),
                _ => {}
            }
        }
        names.into_iter().any(|name| self.macro_configures(&name))
    }

    fn macro_configures(&mut self, name: &str) -> bool {
        let sites: Vec<Site> = self
            .cx
            .resolver
            .packages()
            .flat_map(|package| package.sites(Space::Macro, name))
            .copied()
            .collect();
        sites.into_iter().any(|site| {
            if !self.seen.insert(site) {
                return false;
            }
            // In doubt it does.
            let Some(left) = self.left.checked_sub(1) else { return true };
            self.left = left;
            let facts = self.cx.analysis.mesh.facts(site.file);
            facts.is_none_or(|facts| self.configures(facts, By::Def(site.item)))
        })
    }
}

fn is_snapshot(facts: &FileFacts, by: By) -> bool {
    let By::Def(at) = by else { return false };
    facts.defs.get(at as usize).is_some_and(|def| def.kind == DefKind::Snapshot)
}
