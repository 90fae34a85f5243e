//! Shows findings as a person would see them, and tries every fix that they offer.

use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use expect_test::Expect;
use project::facts::FileFacts;
use project::flavor::Flavor;
use project::mesh::NewFile;
use project::{FileId, layout};
use rustc_hash::FxHashMap;

use super::{other_engine, unknown_variable};
use crate::fixture::{Fixture, fixture};
use crate::{Analysis, Depth, Diagnostic, Place, Severity, SourceChange, diagnostics};

/// The findings of the file with the cursor, or of all files, under dbt v1's rules. Every fix must apply and
/// take its finding away.
pub(super) fn check(source: &str, expected: Expect) {
    check_with(source, |_| {}, expected);
}

/// The same under dbt v2's rules.
pub(super) fn check_v2(source: &str, expected: Expect) {
    check_with(source, |analysis| analysis.mesh.flavor = Some(Flavor::V2), expected);
}

/// The same after a change to the analysis.
pub(super) fn check_with(source: &str, change: impl Fn(&mut Analysis), expected: Expect) {
    let fixture = changed(source, change);
    let shown = findings(&fixture);
    let mut out = String::new();
    for (file, found) in &shown {
        out.push_str(&render(&fixture, *file, found));
        for fix in &found.fixes {
            let after = apply(&fixture, &fix.change);
            let left = findings(&after).iter().filter(|(_, left)| left.code == found.code).count();
            let before = shown.iter().filter(|(_, known)| known.code == found.code).count();
            assert!(left < before, "'{}' leaves {}", fix.title, found.code);
        }
    }
    expected.assert_eq(if out.is_empty() { "nothing\n" } else { &out });
}

/// A fixture that only the engine in question speaks about: what the other says has tests of its own. Where fixtures
/// want something dynamic they ask for variables that nothing sets.
fn changed(source: &str, change: impl Fn(&mut Analysis)) -> Fixture {
    let mut fixture = fixture(source);
    Arc::make_mut(&mut fixture.analysis.rules).everywhere.insert(other_engine::CODE.into(), None);
    Arc::make_mut(&mut fixture.analysis.rules).everywhere.insert(unknown_variable::CODE.into(), None);
    change(&mut fixture.analysis);
    fixture.analysis.mesh.refresh_upstreams();
    fixture
}

/// The text of the file with the cursor after its fix whose title starts with `title`.
pub(super) fn check_fix(source: &str, title: &str, expected: Expect) {
    check_fix_with(source, |_| {}, title, expected);
}

/// The same after a change to the analysis.
pub(super) fn check_fix_with(source: &str, change: impl Fn(&mut Analysis), title: &str, expected: Expect) {
    let fixture = changed(source, change);
    let found = findings(&fixture);
    let fixes: Vec<_> = found.iter().flat_map(|(_, found)| &found.fixes).collect();
    let titles: Vec<&str> = fixes.iter().map(|fix| fix.title.as_str()).collect();
    let fix =
        fixes.iter().find(|fix| fix.title.starts_with(title)).unwrap_or_else(|| panic!("only {titles:?}"));
    let mut out = String::new();
    for (path, text) in &fix.change.create {
        out.push_str(&format!("new {path}\n{text}"));
    }
    for (file, edits) in &fix.change.edits {
        out.push_str(&text::apply_edits(&fixture.texts[file], edits).expect("edits that fit the text"));
    }
    let out = out.trim_end();
    expected.assert_eq(&if out.is_empty() { "(empty)\n".to_owned() } else { format!("{out}\n") });
}

fn findings(fixture: &Fixture) -> Vec<(FileId, Diagnostic)> {
    let mut files: Vec<FileId> = match fixture.cursor {
        Some(cursor) => vec![cursor.file],
        None => fixture.texts.keys().copied().collect(),
    };
    files.sort();
    let of = |file: &FileId| diagnostics(&fixture.analysis, *file, Depth::Full).expect("nobody cancels");
    files.iter().flat_map(|file| of(file).into_iter().map(|found| (*file, found))).collect()
}

fn apply(fixture: &Fixture, change: &SourceChange) -> Fixture {
    let mut texts: FxHashMap<FileId, Arc<str>> = fixture.texts.clone();
    let mut analysis = fixture.analysis.clone();
    let mut set = |analysis: &mut Analysis, root: &str, path: &str, text: &str| {
        let package = analysis.mesh.package_at(root).unwrap();
        let kind = layout::classify(path, &package.config).unwrap();
        let id = package.id;
        let facts = FileFacts::of(kind, path, text, analysis.mesh.flavor(id).dialect());
        let (file, _) =
            analysis.mesh.set_file(id, NewFile { path: path.into(), kind, facts: Arc::new(facts) });
        texts.insert(file, text.into());
    };
    for (file, edits) in &change.edits {
        let entry = analysis.mesh.file(*file).unwrap().clone();
        let root = analysis.mesh.package(entry.package).unwrap().root.clone();
        let text = text::apply_edits(&fixture.texts[file], edits).expect("edits that fit the text");
        set(&mut analysis, &root, &entry.path, &text);
    }
    for (path, text) in &change.create {
        let root = analysis.mesh.package_of(path).unwrap().root.clone();
        set(&mut analysis, &root, path.strip_prefix(&format!("{root}/")).unwrap(), text);
    }
    analysis.mesh.refresh_upstreams();
    analysis.open = Arc::new(texts.clone());
    Fixture { analysis, cursor: fixture.cursor, texts, built: fixture.built.clone() }
}

fn render(fixture: &Fixture, file: FileId, found: &Diagnostic) -> String {
    let text: &str = &fixture.texts[&file];
    let path = shown_path(fixture, file);
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
        Severity::Hint => Level::HELP.with_name("hint"),
    };
    let range = |range: text::TextRange| usize::from(range.start())..usize::from(range.end());
    let mut snippet = Snippet::source(text).path(path.as_str());
    snippet = snippet.annotation(match &found.tag {
        Some(tag) => {
            AnnotationKind::Primary.span(range(found.range)).label(format!("{tag:?}").to_lowercase())
        }
        None => AnnotationKind::Primary.span(range(found.range)),
    });
    let mut notes = Vec::new();
    for (place, what) in &found.related {
        match place {
            Place::File { file: other, focus, .. } if *other == file => {
                snippet =
                    snippet.annotation(AnnotationKind::Context.span(range(*focus)).label(what.as_str()));
            }
            Place::File { file, focus, .. } => {
                let line = fixture.texts[file][..usize::from(focus.start())].lines().count().max(1);
                notes.push(format!("{what}: {}:{line}", shown_path(fixture, *file)));
            }
            Place::Upstream { unique_id, .. } => notes.push(format!("{what}: {unique_id}")),
            Place::Path(path) => notes.push(format!("{what}: {}", path.display())),
        }
    }
    let mut group = level.primary_title(found.message.as_str()).id(found.code).element(snippet);
    group = group.elements(notes.iter().map(|note| Level::NOTE.message(note.as_str())));
    let fixes: Vec<String> = found
        .fixes
        .iter()
        .map(|fix| format!("{}{}", fix.title, if fix.preferred { " (preferred)" } else { "" }))
        .collect();
    group = group.elements(fixes.iter().map(|fix| Level::HELP.with_name("fix").message(fix.as_str())));
    let rendered = Renderer::plain().render(&[group]);
    let lines: Vec<&str> = rendered.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n"))
}

fn shown_path(fixture: &Fixture, file: FileId) -> String {
    let path = fixture.analysis.mesh.path(file).unwrap();
    path.strip_prefix("/w/").unwrap_or(&path).to_owned()
}

/// A producer with everything that can be referred to, for the rules about calls.
pub(super) const PLATFORM: &str = r#"
//- platform/dbt_project.yml
name: platform
//- platform/models/orders.sql
select 1 as id
//- platform/models/stg_orders.sql
select 1 as id
//- platform/models/ledger.sql
select 1 as id
//- platform/models/customers_v1.sql
select 1 as id
//- platform/models/customers_v2.sql
select 1 as id
//- platform/models/products_v1.sql
select 1 as id
//- platform/models/products_v2.sql
select 1 as id
//- platform/models/products_v3.sql
select 1 as id
//- platform/seeds/countries.csv
code
//- platform/models/_models.yml
models:
  - name: orders
    config: {access: public}
  - name: ledger
    config: {access: private, group: books}
  - name: customers
    config: {access: public}
    versions:
      - v: 1
        deprecation_date: 2026-01-31
      - v: 2
  - name: products
    latest_version: 2
    config: {access: public}
    versions: [{v: 1}, {v: 2}, {v: 3}]
"#;

/// The same producer as a manifest that `finance` is offered.
pub(super) const PLATFORM_MANIFEST: &str = r#"
//- finance @manifest platform
model orders public
model stg_orders
model ledger private group=books
model customers public v=1 latest=2 deprecated=2026-01-31T00:00:00+00:00
model customers public v=2 latest=2
model products public v=1 latest=2
model products public v=2 latest=2
model products public v=3 latest=2
seed countries
"#;

/// A consumer that declares `platform`, with one model.
pub(super) fn finance(model: &str) -> String {
    format!(
        "//- finance/dbt_project.yml\nname: finance\n//- finance/dependencies.yml\nprojects:\n  - name: platform\n\
         //- finance/models/report.sql\n$0{model}\n"
    )
}

/// Findings of a model in `finance`: the same whether `platform` is a checkout or a manifest. Where the two
/// lead to is all that may differ.
pub(super) fn check_consumer(model: &str, expected: Expect) {
    check(&format!("{}{PLATFORM}", finance(model)), expected);
    let live = fixture(&format!("{}{PLATFORM}", finance(model)));
    let manifest = fixture(&format!("{}{PLATFORM_MANIFEST}", finance(model)));
    let plain = |fixture: &Fixture| -> Vec<String> {
        let of = |found: Diagnostic| {
            let fixes: Vec<_> = found.fixes.iter().map(|fix| &fix.title).collect();
            format!("{} {:?} {:?} {} {fixes:?}", found.code, found.severity, found.range, found.message)
        };
        findings(fixture).into_iter().map(|(_, found)| of(found)).collect()
    };
    assert_eq!(plain(&live), plain(&manifest), "live and manifest differ");
}
