//! `var()` and `env_var()`: asks the rules about each call, and knows how sure dbt is to evaluate it.

use project::facts::{By, Entry, Section, Use};
use project::flavor::Flavor;
use project::graph;
use project::layout::FileKind;
use project::node::Tri;
use project::refs::{Lookup, lookup};
use syntax::calls::{Call, Lit, Reach};
use text::TextRange;

use super::{FileCx, misplaced_secret, site, unknown_env_var, unknown_variable};
use crate::{Cancellable, Diagnostic, Severity};

/// One call with the name written out.
pub(super) struct VarCall<'a> {
    pub cx: &'a FileCx<'a>,
    pub used: &'a Use,
    pub name: &'a str,
    /// The name's bytes, inside its quotes.
    pub range: TextRange,
    /// It says what to take when nothing is set, or may say so.
    pub has_default: bool,
}

pub(super) fn calls(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) -> Cancellable<()> {
    for used in &cx.facts.uses {
        let lookup = lookup(&used.call.name);
        if !matches!(lookup, Lookup::Var | Lookup::EnvVar) || cx.is_overridden(&used.call.name) {
            continue;
        }
        cx.analysis.check()?;
        let Some(call) = read(cx, used) else { continue };
        if lookup == Lookup::Var {
            out.extend(unknown_variable::check(&call));
        } else {
            out.extend(misplaced_secret::check(&call).or_else(|| unknown_env_var::check(&call)));
        }
    }
    Ok(())
}

fn read<'a>(cx: &'a FileCx<'a>, used: &'a Use) -> Option<VarCall<'a>> {
    let call: &Call = &used.call;
    let first = call.args.first().filter(|arg| call.complete && arg.keyword.is_none() && !arg.splat)?;
    let name = first.value.as_str()?;
    let is_none = |lit: Option<&Lit>| matches!(lit, Some(Lit::None));
    let env = lookup(&call.name) == Lookup::EnvVar;
    // `env_var('X', none)` has no default; `var('x', none)` has one.
    let has_default = call.args.get(1).is_some_and(|arg| arg.splat || !(env && is_none(arg.value.single())));
    Some(VarCall { cx, used, name, range: first.inner_range(), has_default })
}

impl VarCall<'_> {
    /// How bad it is when dbt stops at the call; `None` where it surely or probably never gets there.
    pub(super) fn severity(&self) -> Option<Severity> {
        let sure = match self.used.call.reach {
            Reach::Always => Severity::Error,
            Reach::Execute => Severity::Warning,
            Reach::Macro => Severity::Error,
            Reach::Maybe => Severity::Hint,
            Reach::Never => return None,
        };
        match self.used.by {
            By::Late | By::Given(_) => None,
            By::Setting => Some(sure),
            // dbt v2 renders hooks late, and warns.
            By::Hook if self.cx.flavor() == Flavor::V2 => Some(sure.min(Severity::Warning)),
            By::Hook => Some(sure),
            // Keys are rendered while the file is read, descriptions only for what they describe.
            By::Entry(_) | By::Early(_) | By::Test(_) => Some(sure),
            By::Text(at) => Some(self.of_entry(at, sure)),
            By::File | By::Def(_) => {
                let referrer = graph::referrer(&self.cx.analysis.mesh, self.cx.file, self.used.by)?;
                site::refused_severity(self.cx, &referrer, self.used)
            }
        }
    }

    /// dbt v1 does not render what describes nothing.
    fn of_entry(&self, at: u32, sure: Severity) -> Severity {
        let entry = self.cx.facts.entries.get(at as usize);
        let is_read = entry.is_none_or(|entry| self.cx.flavor() == Flavor::V2 || describes(self.cx, entry));
        if is_read { sure } else { sure.min(Severity::Warning) }
    }

    /// It stands in YAML, where dbt wants every variable when it parses.
    pub(super) fn is_in_yaml(&self) -> bool {
        self.cx.entry.kind.is_yaml()
    }
}

/// Whether the thing that an entry describes is there and built.
fn describes(cx: &FileCx<'_>, entry: &Entry) -> bool {
    let mesh = &cx.analysis.mesh;
    let node = match entry.section {
        Section::Models => {
            return mesh.family(cx.package, &entry.name).is_some_and(|family| {
                let nodes = family.versions.iter().map(Some).chain(family.plain.map(|_| None));
                let mut nodes = nodes.filter_map(|member| mesh.member_node(cx.package, &family, member));
                nodes.any(|node| mesh.enabled(&node) == Tri::Yes)
            });
        }
        Section::Seeds => mesh.seed(cx.package, &entry.name),
        Section::Snapshots => mesh.snapshot(cx.package, &entry.name),
        Section::Analyses | Section::Macros | Section::DataTests | Section::Functions => return false,
        _ => return true,
    };
    node.is_some_and(|node| mesh.enabled(&node) == Tri::Yes)
}

/// Files in which secrets may be named.
pub(super) fn may_be_secret(kind: FileKind) -> bool {
    matches!(kind, FileKind::Packages | FileKind::Profiles)
}
