//! Findings of `dependencies.yml` and `packages.yml`: asks each rule, and makes the edits their fixes share.

use project::deps::{DepProblem, DepProblemKind, DependencyFacts, ProjectDep};
use project::flavor::Flavor;
use project::layout::FileKind;
use project::registry::{Supply, Upstream};
use text::{TextEdit, TextRange};

use super::{Depth, FileCx};
use super::{
    duplicate_dependency, jinja_in_dependencies, malformed_dependencies, missing_name, package_not_installed,
    packages_in_two_files, project_and_package, project_name_case, self_dependency, stale_upstream,
    unknown_key, unused_dependency, upstream_not_loaded,
};
use crate::{Diagnostic, Fix, Place, Severity, SourceChange};

/// One entry under `projects:`.
pub(super) struct DepSite<'a> {
    pub cx: &'a FileCx<'a>,
    pub facts: &'a DependencyFacts,
    /// Its place in the list.
    pub at: usize,
    pub dep: &'a ProjectDep,
}

impl<'a> DepSite<'a> {
    /// What is known of the project.
    pub fn upstream(&self) -> Option<&'a Upstream> {
        self.cx.resolver.upstreams().iter().find(|upstream| upstream.name == self.dep.name)
    }

    /// Takes the entry away.
    pub fn remove(&self) -> Option<Fix> {
        // Also those whose name is computed or half typed.
        let text = self.cx.analysis.text(self.cx.file)?;
        let tree = syntax::yaml::parse(text);
        let listed = tree.root(text).and_then(|root| root.get("projects")).map(|list| list.items().count());
        let only = (listed == Some(1)).then_some(self.facts.projects_key).flatten();
        remove(self.cx, self.dep.range, only, format!("Remove '{}'", self.dep.name))
    }
}

/// Rules about one entry, strictest first: an entry has one finding at most.
const PROJECT_RULES: &[fn(&DepSite<'_>) -> Option<Diagnostic>] = &[
    self_dependency::check,
    duplicate_dependency::check,
    project_and_package::check,
    project_name_case::declared,
    upstream_not_loaded::declared,
];

pub(super) fn check(cx: &FileCx<'_>, depth: Depth, out: &mut Vec<Diagnostic>) {
    let Some(facts) = cx.facts.dependencies.as_deref() else { return };
    malformed_dependencies::syntax(cx, out);
    if !cx.facts.errors.is_empty() {
        // What was read around the damage may not be what is meant.
        return;
    }
    out.extend(facts.problems.iter().map(|problem| match problem.kind {
        DepProblemKind::Malformed { fatal } => malformed_dependencies::found(cx, facts, problem, fatal),
        DepProblemKind::UnknownKey { fatal } => unknown_key::found(cx, facts, problem, fatal),
        DepProblemKind::MissingName => missing_name::found(cx, problem),
        DepProblemKind::Jinja => jinja_in_dependencies::found(problem),
    }));
    packages_in_two_files::check(cx, facts, out);
    package_not_installed::check(cx, facts, out);
    duplicate_dependency::packages(cx, facts, out);
    if cx.entry.kind == FileKind::Packages {
        malformed_dependencies::projects_in_packages(cx, facts, out);
        return;
    }
    let mut quiet = Vec::new();
    // An entry that is no mapping is told of already.
    let is_whole = |dep: &ProjectDep| facts.problems.iter().all(|problem| problem.range != dep.name_range);
    for (at, dep) in facts.projects.iter().enumerate().filter(|(_, dep)| is_whole(dep)) {
        let site = DepSite { cx, facts, at, dep };
        match PROJECT_RULES.iter().find_map(|rule| rule(&site)) {
            Some(found) => out.push(found),
            None => {
                out.extend(stale_upstream::declared(&site));
                quiet.push(site);
            }
        }
    }
    if depth == Depth::Full {
        unused_dependency::check(&quiet, out);
    }
}

/// A shape that dbt v1 does not look at unless it is `fatal`, and v2 refuses (spec §12, §20).
pub(super) fn shape_severity(cx: &FileCx<'_>, fatal: bool) -> Severity {
    if fatal || cx.flavor() == Flavor::V2 { Severity::Error } else { Severity::Warning }
}

/// Writes what a problem suggests instead.
pub(super) fn instead(cx: &FileCx<'_>, problem: &DepProblem, range: TextRange) -> Option<Fix> {
    let instead = problem.instead.as_ref()?;
    Some(Fix {
        title: format!("Change to '{instead}'"),
        preferred: true,
        change: SourceChange::edit(cx.file, range, instead.as_str()),
    })
}

/// Declares a project in dependencies.yml, which is made when there is none. `None` while that file is broken.
pub(crate) fn declare(cx: &FileCx<'_>, name: &str, preferred: bool) -> Option<Fix> {
    if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-')) {
        return None;
    }
    let change = match cx
        .project
        .file("dependencies.yml")
        .and_then(|file| Some((file, cx.analysis.mesh.facts(file)?)))
    {
        Some((file, facts)) => {
            let dependencies = facts.dependencies.as_deref().filter(|_| facts.errors.is_empty())?;
            let broken = |problem: &DepProblem| matches!(problem.kind, DepProblemKind::Malformed { .. });
            if dependencies.problems.iter().any(broken) {
                return None;
            }
            SourceChange { edits: vec![(file, vec![dependencies.declare(name)])], ..SourceChange::default() }
        }
        None => SourceChange {
            create: vec![(format!("{}/dependencies.yml", cx.project.root), DependencyFacts::new_file(name))],
            ..SourceChange::default()
        },
    };
    Some(Fix { title: format!("Declare project '{name}' in dependencies.yml"), preferred, change })
}

/// Takes a declared project out of this dependencies.yml.
pub(crate) fn remove_declared(cx: &FileCx<'_>, name: &str) -> Option<Fix> {
    let facts = cx.facts.dependencies.as_deref().filter(|_| cx.facts.errors.is_empty())?;
    let at = facts.projects.iter().position(|dep| dep.name == name)?;
    DepSite { cx, facts, at, dep: &facts.projects[at] }.remove()
}

/// Whether a call of the project may read models of another one.
pub(crate) fn is_used(cx: &FileCx<'_>, name: &str) -> bool {
    unused_dependency::used(cx).is_none_or(|used| used.contains(name))
}

/// Where an upstream says its name: its dbt_project.yml, or its manifest.
pub(super) fn home(cx: &FileCx<'_>, name: &str) -> Option<Place> {
    let upstream = cx.resolver.upstreams().iter().find(|upstream| upstream.name == name)?;
    Some(match upstream.supply.as_ref()? {
        Supply::Live(id) => {
            let package = cx.analysis.mesh.package(*id)?;
            let range = package.config.name.as_ref().map(|(_, range)| *range).unwrap_or_default();
            Place::File { file: package.file("dbt_project.yml")?, full: range, focus: range }
        }
        // An address cannot be opened.
        Supply::Manifest { .. } if upstream.remote.is_some() => return None,
        Supply::Manifest { key, .. } => Place::Path(std::path::PathBuf::from(&**key)),
    })
}

/// Takes the element of a list away, and the list's key `only` when nothing else is in it. `None` while the
/// text is not at hand.
pub(super) fn remove(
    cx: &FileCx<'_>,
    item: TextRange,
    only: Option<TextRange>,
    title: String,
) -> Option<Fix> {
    let text = cx.analysis.text(cx.file)?;
    let range = removal(text, item, only)?;
    let change = SourceChange {
        edits: vec![(cx.file, vec![TextEdit::replace(range, "")])],
        ..SourceChange::default()
    };
    Some(Fix { title, preferred: false, change })
}

fn removal(text: &str, item: TextRange, only: Option<TextRange>) -> Option<TextRange> {
    let (start, end) = (usize::from(item.start()), usize::from(item.end()));
    let (before, after) = (text.get(..start)?, text.get(end..)?);
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    if before[line..].trim() == "-" {
        // Whole lines, a comment behind the element included.
        let rest = after.find('\n').map_or(after.len(), |at| at + 1);
        let first = match only {
            Some(key) => before[..usize::from(key.start())].rfind('\n').map_or(0, |at| at + 1),
            None => line,
        };
        return Some(text::range(first, end + rest));
    }
    // `[a, b]`: with one of the commas.
    let head = before.trim_end();
    if let Some(head) = head.strip_suffix(',') {
        return Some(text::range(head.len(), end));
    }
    let tail = after.trim_start();
    if !head.ends_with('[') {
        return None;
    }
    let comma = tail.strip_prefix(',').map_or(end, |tail| text.len() - tail.trim_start().len());
    Some(text::range(start, comma))
}

#[cfg(test)]
mod tests {
    use super::removal;

    #[test]
    fn an_element_goes_with_its_line_or_its_comma() {
        let without = |text: &str, item: &str, only: Option<&str>| {
            let of = |part: &str| {
                let at = text.find(part).unwrap();
                text::range(at, at + part.len())
            };
            let range = removal(text, of(item), only.map(of)).unwrap();
            text::apply_edits(text, &[text::TextEdit::replace(range, "")]).unwrap()
        };
        let block = "projects:\n  - name: a # x\n  - name: b\n";
        assert_eq!(without(block, "name: a", None), "projects:\n  - name: b\n");
        assert_eq!(without("x: 1\nprojects:\n  - name: b", "name: b", Some("projects")), "x: 1\n");
        assert_eq!(without("projects: [{name: a}, {name: b}]", "{name: a}", None), "projects: [{name: b}]");
        assert_eq!(without("projects: [{name: a}, {name: b}]", "{name: b}", None), "projects: [{name: a}]");
        assert_eq!(without("projects: [{name: a}]", "{name: a}", Some("projects")), "projects: []");
    }
}
