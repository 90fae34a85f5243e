//! Everything known about one call, gathered once for all rules.

use std::cell::Cell;

use project::access::{Referrer, ReferrerKind, Violation, violation};
use project::facts::{By, FileFacts, Use};
use project::flavor::Flavor;
use project::layout::FileKind;
use project::names::Space;
use project::node::{NodeKind, Tri};
use project::refs::{Lookup, Part, Problem, RefArgs, SourceArgs, lookup};
use project::resolve::{Resolution, Resolver, Via};
use project::{FileEntry, FileId, Package, Target, graph};
use smol_str::SmolStr;
use syntax::calls::{Call, Reach};
use text::TextRange;

use super::edits::Edits;
use super::{
    REF_RULES, ignored_argument, invalid_ref_arguments, macros, nearest, unknown_function, unknown_metric,
    unknown_model, unknown_source, unknown_version, version_on_unversioned,
};
use crate::{Analysis, Cancellable, Diagnostic, Fix, Place, Severity};

/// A file and whose it is.
pub(crate) struct FileCx<'a> {
    pub analysis: &'a Analysis,
    pub file: FileId,
    pub entry: &'a FileEntry,
    pub facts: &'a FileFacts,
    pub package: &'a Package,
    /// The project the package belongs to.
    pub project: &'a Package,
    pub resolver: Resolver<'a>,
    /// How many more names may be searched for a near one.
    guesses: Cell<u32>,
}

/// Searching looks at every name of the project: a file full of unknown names must not cost that much each.
const GUESSES: u32 = 16;

impl<'a> FileCx<'a> {
    pub(crate) fn new(analysis: &'a Analysis, file: FileId) -> Option<FileCx<'a>> {
        let mesh = &analysis.mesh;
        let entry = mesh.file(file)?;
        let package = mesh.package(entry.package)?;
        let resolver = Resolver::new(mesh, package.id)?;
        let project = resolver.project();
        Some(FileCx {
            analysis,
            file,
            entry,
            facts: mesh.facts(file)?,
            package,
            project,
            resolver,
            guesses: Cell::new(GUESSES),
        })
    }

    /// Whether one more name may be searched for a near one.
    pub(super) fn may_guess(&self) -> bool {
        let left = self.guesses.get();
        self.guesses.set(left.saturating_sub(1));
        left > 0
    }

    /// Whether findings of a code are wanted here; `default` is how bad they are when nobody said.
    pub(super) fn wants(&self, code: &str, default: Severity) -> bool {
        self.analysis.rules.level(self.project.id, code, default).is_some()
    }

    pub(crate) fn flavor(&self) -> Flavor {
        self.resolver.flavor()
    }

    /// Where a node is written, for "it is here".
    pub(crate) fn place(&self, target: &Target) -> Option<Place> {
        place(self.analysis, target)
    }

    /// Whether a macro of the project stands for a built-in function here (spec §10): then nobody knows what
    /// a call of it means. `builtins.ref` is always dbt's.
    pub(super) fn is_overridden(&self, function: &str) -> bool {
        self.entry.kind != FileKind::PythonModel
            && [self.package, self.project]
                .iter()
                .any(|package| package.site(Space::Macro, function).is_some())
    }

    /// A place in this file.
    pub(super) fn here(&self, range: TextRange) -> Place {
        Place::File { file: self.file, full: range, focus: range }
    }

    /// Edits of a call of this file.
    pub(super) fn edits<'c>(&'c self, call: &'c Call) -> Edits<'c> {
        Edits { file: self.file, text: self.analysis.text(self.file).map(|text| &**text), call }
    }

    /// The edit that pins a version in a call of this file.
    pub(crate) fn pin(&self, call: &Call, version: &str) -> Option<text::TextEdit> {
        self.edits(call).pin(version)
    }

    /// The edit that takes the version out of a call of this file.
    pub(crate) fn unpin(&self, call: &Call) -> Option<text::TextEdit> {
        self.edits(call).unpin()
    }

    /// The unique id of a node.
    pub(crate) fn unique_id(&self, target: &Target) -> SmolStr {
        match target {
            Target::Local(node) => self.analysis.mesh.unique_id(node),
            Target::Upstream { manifest, node, .. } => {
                manifest.node_at(*node).map(|node| node.unique_id().into()).unwrap_or_default()
            }
        }
    }
}

/// Where a node is written: its YAML name, else its file; for a node of a manifest its document.
pub(crate) fn place(analysis: &Analysis, target: &Target) -> Option<Place> {
    match target {
        Target::Local(node) => Some(match analysis.mesh.yaml_place(node) {
            Some((file, full, focus)) => Place::File { file, full, focus },
            None => {
                let at = TextRange::empty(0.into());
                Place::File { file: node.file, full: at, focus: at }
            }
        }),
        Target::Upstream { manifest, project, node } => Some(Place::Upstream {
            project: project.clone(),
            unique_id: manifest.node_at(*node)?.unique_id().into(),
        }),
    }
}

/// One `ref()` with one value of its name.
pub(crate) struct RefSite<'a> {
    pub cx: &'a FileCx<'a>,
    pub used: &'a Use,
    pub args: &'a RefArgs,
    /// The first of two arguments.
    pub package: Option<&'a str>,
    pub package_range: Option<TextRange>,
    pub name: &'a str,
    pub name_range: TextRange,
    pub version: Option<&'a str>,
    pub version_range: Option<TextRange>,
    pub resolution: &'a Resolution,
    pub referrer: &'a Referrer,
    /// What dbt refuses about a found target.
    pub violation: Option<&'a Violation>,
}

impl<'a> RefSite<'a> {
    /// How bad it is when dbt does not find what this call asks for: an error where dbt refuses to parse, a
    /// warning in tests (spec §4.3) and where only a later run fails, a hint where it may never be asked;
    /// `None` where dbt never looks.
    pub(crate) fn missing_severity(&self) -> Option<Severity> {
        missing_severity(self.cx, self.referrer, self.used)
    }

    /// How bad something is that dbt accepts: `severity`, or less where it may never be asked.
    pub(crate) fn advice(&self, severity: Severity) -> Option<Severity> {
        Some(self.missing_severity()?.min(severity))
    }

    /// How bad a refused access is: an error also where dbt only warns about what is missing (spec §4.3; dbt v2
    /// for exposures).
    pub(crate) fn access_severity(&self) -> Option<Severity> {
        refused_severity(self.cx, self.referrer, self.used)
    }

    /// What was found, if it was.
    pub(crate) fn found(&self) -> Option<(&'a Target, &'a Via)> {
        match self.resolution {
            Resolution::Found { target, via, .. } => Some((target, via)),
            _ => None,
        }
    }

    /// The first argument, else the name: what to mark when the project is at fault.
    pub(crate) fn project_range(&self) -> TextRange {
        self.package_range.unwrap_or(self.name_range)
    }

    /// Whose node was found.
    pub(crate) fn owner(&self, target: &Target) -> SmolStr {
        nearest::owner(self.cx, target)
    }

    /// Edits of this call.
    pub(super) fn edits(&self) -> Edits<'_> {
        self.cx.edits(&self.used.call)
    }

    /// Writes another name for the node.
    pub(super) fn rename(&self, to: &str) -> Option<Fix> {
        let edits = self.edits();
        edits.fix(format!("Change to '{to}'"), false, [edits.rename(self.name_range, self.name, to)])
    }

    /// Writes another name for the project.
    pub(super) fn rename_project(&self, to: &str, preferred: bool) -> Option<Fix> {
        let edits = self.edits();
        let edit = edits.rename(self.package_range?, self.package?, to);
        edits.fix(format!("Change to '{to}'"), preferred, [edit])
    }

    /// Pins a version, or another one.
    pub(super) fn pin(&self, title: String, version: &str, preferred: bool) -> Option<Fix> {
        let edits = self.edits();
        edits.fix(title, preferred, [edits.pin(version)])
    }

    /// `'m' in project 'p'` or `'m'`, for messages.
    pub(crate) fn shown(&self) -> String {
        match self.package {
            Some(package) => format!("'{}' in '{package}'", self.name),
            None => format!("'{}'", self.name),
        }
    }
}

/// See [`RefSite::missing_severity`].
pub(crate) fn missing_severity(cx: &FileCx<'_>, referrer: &Referrer, used: &Use) -> Option<Severity> {
    let severity = match referrer.kind {
        ReferrerKind::Unchecked => return None,
        // Judged where it is called; unless that is sure, it can only be suspected here.
        ReferrerKind::Macro => {
            return match (used.call.reach, used.by) {
                (Reach::Never, _) => None,
                (Reach::Always | Reach::Macro, By::Def(at)) => {
                    Some(macros::surely_run(cx, at).unwrap_or(Severity::Hint))
                }
                _ => Some(Severity::Hint),
            };
        }
        ReferrerKind::Node(NodeKind::Test) => Severity::Warning,
        // dbt v2 only warns about exposures, and does not look into semantic models of the older form.
        ReferrerKind::Node(NodeKind::Exposure | NodeKind::SemanticModel) if cx.flavor() == Flavor::V2 => {
            Severity::Warning
        }
        ReferrerKind::Node(_) => Severity::Error,
    };
    let severity = match used.call.reach {
        Reach::Always | Reach::Macro => severity,
        Reach::Execute => severity.min(Severity::Warning),
        Reach::Maybe => Severity::Hint,
        Reach::Never => return None,
    };
    let enabled = referrer.node.as_ref().map_or(Tri::Yes, |node| cx.analysis.mesh.enabled(node));
    match enabled {
        Tri::Yes => Some(severity),
        // dbt does not look at the references of a disabled node.
        Tri::No => None,
        Tri::Unknown => Some(Severity::Hint),
    }
}

/// How bad something is that dbt refuses for whichever node: as what is missing, but an error for tests too.
pub(crate) fn refused_severity(cx: &FileCx<'_>, referrer: &Referrer, used: &Use) -> Option<Severity> {
    let severity = missing_severity(cx, referrer, used)?;
    let sure = used.call.reach == Reach::Always && severity == Severity::Warning;
    Some(if sure { Severity::Error } else { severity })
}

/// One `source()` with one value of its table.
pub(crate) struct SourceSite<'a> {
    pub cx: &'a FileCx<'a>,
    pub used: &'a Use,
    pub source: &'a str,
    pub source_range: TextRange,
    pub table: &'a str,
    pub table_range: TextRange,
    pub resolution: &'a Resolution,
    pub referrer: &'a Referrer,
}

impl SourceSite<'_> {
    /// See [`RefSite::missing_severity`].
    pub(super) fn missing_severity(&self) -> Option<Severity> {
        missing_severity(self.cx, self.referrer, self.used)
    }

    /// Edits of this call.
    pub(super) fn edits(&self) -> Edits<'_> {
        self.cx.edits(&self.used.call)
    }
}

/// Asks every rule about every call of a file.
pub(super) fn calls(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) -> Cancellable<()> {
    let mut last: Option<(By, Option<Referrer>)> = None;
    for used in &cx.facts.uses {
        let lookup = lookup(&used.call.name);
        if !matches!(lookup, Lookup::Ref | Lookup::Source | Lookup::Metric | Lookup::Function)
            || used.call.reach == Reach::Never
            || cx.is_overridden(&used.call.name)
        {
            continue;
        }
        cx.analysis.check()?;
        if last.as_ref().is_none_or(|(by, _)| *by != used.by) {
            last = Some((used.by, graph::referrer(&cx.analysis.mesh, cx.file, used.by)));
        }
        let Some((_, Some(referrer))) = &last else { continue };
        match lookup {
            _ if referrer.kind == ReferrerKind::Unchecked => {}
            Lookup::Ref => reference(cx, used, referrer, out),
            Lookup::Metric | Lookup::Function if invalid_ref_arguments::named(cx, used, referrer, out) => {}
            Lookup::Metric => out.extend(unknown_metric::call(cx, used, referrer)),
            Lookup::Function => out.extend(unknown_function::call(cx, used, referrer)),
            _ => source(cx, used, referrer, out),
        }
    }
    Ok(())
}

fn reference(cx: &FileCx<'_>, used: &Use, referrer: &Referrer, out: &mut Vec<Diagnostic>) {
    let args = RefArgs::read(&used.call, cx.flavor());
    problems(cx, used, referrer, &args.problems, out);
    if invalid_ref_arguments::unwritten(cx, used, referrer, out)
        || invalid_ref_arguments::undefined(cx, used, referrer, out)
    {
        return;
    }
    let unknown = |part: &Option<Part>| part.as_ref().is_some_and(|part| part.single().is_none());
    let Some(name) = args.name.as_ref().filter(|_| used.call.complete) else { return };
    if unknown(&args.package) || unknown(&args.version) {
        return;
    }
    let single = |part: &Option<Part>| part.as_ref().and_then(|part| part.single().map(SmolStr::new));
    let (package, version) = (single(&args.package), single(&args.version));
    for value in &name.names {
        let resolution = cx.resolver.reference(package.as_deref(), value, version.as_deref());
        let refused = match &resolution {
            Resolution::Found { target, via, .. } => violation(&cx.analysis.mesh, referrer, target, via),
            _ => None,
        };
        let site = RefSite {
            cx,
            used,
            args: &args,
            package: package.as_deref(),
            package_range: args.package.as_ref().map(|part| part.range),
            name: value,
            name_range: name.range,
            version: version.as_deref(),
            version_range: args.version.as_ref().map(|part| part.range),
            resolution: &resolution,
            referrer,
            violation: refused.as_ref(),
        };
        let found = REF_RULES.iter().filter_map(|rule| rule(&site));
        out.extend(found.map(|found| as_event(found, used, referrer)));
    }
}

/// What dbt refuses or ignores about a call's arguments.
fn problems(cx: &FileCx<'_>, used: &Use, referrer: &Referrer, found: &[Problem], out: &mut Vec<Diagnostic>) {
    if found.is_empty() {
        return;
    }
    let Some(severity) = refused_severity(cx, referrer, used) else { return };
    let edits = cx.edits(&used.call);
    invalid_ref_arguments::check(found, &edits, severity, out);
    ignored_argument::check(found, &edits, severity, out);
}

fn source(cx: &FileCx<'_>, used: &Use, referrer: &Referrer, out: &mut Vec<Diagnostic>) {
    let args = SourceArgs::read(&used.call);
    problems(cx, used, referrer, &args.problems, out);
    if invalid_ref_arguments::unwritten(cx, used, referrer, out)
        || invalid_ref_arguments::undefined(cx, used, referrer, out)
        || invalid_ref_arguments::source_keywords(cx, used, referrer, out)
    {
        return;
    }
    let (Some(source), Some(table)) = (&args.source, &args.table) else { return };
    let Some(source_name) = source.single().filter(|_| used.call.complete) else { return };
    for value in &table.names {
        let resolution = cx.resolver.table(source_name, value);
        let site = SourceSite {
            cx,
            used,
            source: source_name,
            source_range: source.range,
            table: value,
            table_range: table.range,
            resolution: &resolution,
            referrer,
        };
        out.extend(unknown_source::check(&site).map(|found| as_event(found, used, referrer)));
    }
}

/// What is missing is a warning, with this event, only of tests; what dbt may not evaluate when it parses is none.
fn as_event(mut found: Diagnostic, used: &Use, referrer: &Referrer) -> Diagnostic {
    let missing =
        [unknown_model::CODE, unknown_source::CODE, unknown_version::CODE, version_on_unversioned::CODE];
    if referrer.kind.is_test() && missing.contains(&found.code) {
        found.event = Some("NodeNotFoundOrDisabled");
    }
    found.event = found.event.filter(|_| used.call.reach == Reach::Always);
    found
}
