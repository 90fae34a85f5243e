//! `dependencies.yml` and `packages.yml`: which projects and packages a project builds on (spec §12).

use smol_str::SmolStr;
use syntax::yaml::{Dialect, Kind, Node};
use text::TextRange;

use crate::facts::FileFacts;
use crate::layout::FileKind;

/// What the file lists.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DependencyFacts {
    /// The bytes of the key `projects`.
    pub projects_key: Option<TextRange>,
    /// The bytes of the key `packages`.
    pub packages_key: Option<TextRange>,
    /// Elements of `projects`.
    pub projects: Box<[ProjectDep]>,
    /// Elements of `packages`.
    pub packages: Box<[PackageDep]>,
    /// What is wrong with the file's form.
    pub problems: Box<[DepProblem]>,
    /// Where another project is written.
    append: Append,
}

/// Where and how a project is added to a file that is not at hand any more.
#[derive(Debug, Clone, Default, PartialEq)]
struct Append {
    /// Byte offset of the insertion.
    at: u32,
    /// What comes before the name: a line break where one is missing, `projects:`, the indent, `- name: `.
    before: SmolStr,
    /// What comes after it.
    after: SmolStr,
}

impl DependencyFacts {
    /// The edit that adds a project to the list (and the list, when there is none yet).
    pub fn declare(&self, name: &str) -> text::TextEdit {
        let Append { at, before, after } = &self.append;
        text::TextEdit::insert((*at).into(), format!("{before}{name}{after}"))
    }

    /// The text of a new `dependencies.yml` that declares one project.
    pub fn new_file(name: &str) -> String {
        format!("projects:\n  - name: {name}\n")
    }
}

fn append(root: Option<Node<'_>>, text: &str) -> Append {
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let new = |at: usize, before: String, after: &str| Append {
        at: u32::try_from(at).unwrap_or(u32::MAX),
        before: before.into(),
        after: after.into(),
    };
    let entry = root.and_then(|root| root.entry("projects"));
    let list = entry.as_ref().map(|entry| entry.value).filter(|list| list.kind() == Kind::Sequence);
    let last = list.and_then(|list| list.items().last());
    match (list.and_then(Node::indent), list, last) {
        (Some(indent), _, Some(item)) => {
            let end = usize::from(item.range().end());
            // Behind a comment on the same line.
            let end = text[end..].find(['\r', '\n']).map_or(text.len(), |at| end + at);
            return new(end, format!("{line_break}{}- name: ", " ".repeat(indent as usize)), "");
        }
        // `projects: [{name: a}]`
        (None, Some(list), last) if list.is_closed() => {
            let end = last.map_or(list.range().start() + text::size(1), |item| item.range().end());
            return new(end.into(), format!("{}{{name: ", if last.is_some() { ", " } else { "" }), "}");
        }
        _ => {}
    }
    if let Some(entry) = entry.filter(|entry| entry.value.kind() == Kind::Null) {
        let end = usize::from(entry.key_range.end());
        let line = text[end..].find(['\r', '\n']).map_or(text.len(), |at| end + at);
        return new(line, format!("{line_break}  - name: "), "");
    }
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { line_break };
    new(text.len(), format!("{gap}projects:{line_break}  - name: "), line_break)
}

/// One upstream project.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectDep {
    /// `name` (or the element itself when it is a string, which only dbt v1 tolerates).
    pub name: SmolStr,
    /// The name's bytes.
    pub name_range: TextRange,
    /// The whole element.
    pub range: TextRange,
}

/// One package.
#[derive(Debug, Clone, PartialEq)]
pub struct PackageDep {
    /// The kind: `package`, `git`, `local`, `tarball`, `private`.
    pub kind: SmolStr,
    /// What stands behind the kind: `dbt-labs/dbt_utils`, a URL, a path.
    pub source: SmolStr,
    /// The source's bytes.
    pub source_range: TextRange,
    /// The whole element.
    pub range: TextRange,
}

impl PackageDep {
    /// The package's name when its source says it: `dbt_utils` of `dbt-labs/dbt_utils`. Of git, tarball and
    /// private sources only the installed package's own dbt_project.yml knows.
    pub fn name(&self) -> Option<&str> {
        match self.kind.as_str() {
            "package" => self.source.rsplit_once('/').map(|(_, name)| name),
            _ => None,
        }
    }

    /// Where a `local` package lies, for a project with this absolute root (with `/`).
    pub fn folder(&self, root: &str) -> Option<String> {
        if self.kind != "local" {
            return None;
        }
        let mut path: Vec<&str> =
            if self.source.starts_with('/') { vec![""] } else { root.split('/').collect() };
        for part in self.source.split('/').filter(|part| !matches!(*part, "" | ".")) {
            if part == ".." {
                path.pop();
            } else {
                path.push(part);
            }
        }
        Some(path.join("/"))
    }
}

/// What is wrong with the form of a dependencies file.
#[derive(Debug, Clone, PartialEq)]
pub struct DepProblem {
    /// What kind of wrong.
    pub kind: DepProblemKind,
    /// Where.
    pub range: TextRange,
    /// A sentence without its period: what, and the way out.
    pub message: String,
    /// What to write instead.
    pub instead: Option<SmolStr>,
}

/// Kinds of [`DepProblem`]; each is a diagnostic of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DepProblemKind {
    /// A wrong type or shape; `fatal` when dbt v1 refuses it too.
    Malformed {
        /// dbt v1 refuses it.
        fatal: bool,
    },
    /// A key that no dbt reads here; `fatal` when dbt v1 refuses it too.
    UnknownKey {
        /// dbt v1 refuses it.
        fatal: bool,
    },
    /// A project without a name.
    MissingName,
    /// Jinja, which dbt v1 does not render in dependencies.yml.
    Jinja,
}

const PACKAGE_KEYS: &[&str] = &[
    "package",
    "version",
    "install-prerelease",
    "install_prerelease",
    "git",
    "revision",
    "subdirectory",
    "warn-unpinned",
    "warn_unpinned",
    "local",
    "tarball",
    "name",
    "private",
    "provider",
    "unrendered",
];
const PACKAGE_KINDS: &[&str] = &["package", "git", "local", "tarball", "private"];

/// Facts of one of the two files.
pub(crate) fn facts(kind: FileKind, text: &str, _dialect: Dialect) -> FileFacts {
    let tree = syntax::yaml::parse(text);
    let mut reader = Reader { file: kind, facts: DependencyFacts::default(), problems: Vec::new() };
    if let Some(root) = tree.root(text) {
        reader.root(root);
    }
    reader.facts.problems = reader.problems.into();
    reader.facts.append = append(tree.root(text), text);
    FileFacts {
        dependencies: Some(Box::new(reader.facts)),
        flaws: crate::checks::duplicates(kind, tree.duplicate_keys(), text).into(),
        errors: tree.errors.into(),
        ..FileFacts::default()
    }
}

struct Reader {
    file: FileKind,
    facts: DependencyFacts,
    problems: Vec<DepProblem>,
}

impl Reader {
    fn problem(&mut self, kind: DepProblemKind, range: TextRange, message: impl Into<String>) {
        self.problems.push(DepProblem { kind, range, message: message.into(), instead: None });
    }

    fn root(&mut self, root: Node<'_>) {
        match root.kind() {
            Kind::Mapping => {}
            Kind::Null => return,
            kind => {
                // A list is silently empty to dbt v1, a scalar crashes it.
                self.problem(
                    DepProblemKind::Malformed { fatal: kind == Kind::Scalar },
                    root.range(),
                    "the file must be a mapping with the keys 'projects' and 'packages'",
                );
                return;
            }
        }
        for entry in root.entries() {
            match (&*entry.key, self.file) {
                ("projects", _) => {
                    self.facts.projects_key = Some(entry.key_range);
                    self.projects(entry.value);
                }
                ("packages", _) => {
                    self.facts.packages_key = Some(entry.key_range);
                    self.packages(entry.value);
                }
                (key, file) => {
                    let known = ["projects", "packages"];
                    let instead = text::suggest(key, known).map(SmolStr::new);
                    self.problems.push(DepProblem {
                        kind: DepProblemKind::UnknownKey { fatal: file == FileKind::Packages },
                        range: entry.key_range,
                        message: format!("'{key}' is no key of this file: use 'projects' or 'packages'"),
                        instead,
                    });
                }
            }
        }
    }

    fn projects(&mut self, list: Node<'_>) {
        match list.kind() {
            Kind::Sequence | Kind::Null => {}
            _ => {
                self.problem(
                    DepProblemKind::Malformed { fatal: false },
                    list.range(),
                    "'projects' must be a list of '- name: <project>'",
                );
                return;
            }
        }
        let mut projects = Vec::new();
        for item in list.items() {
            match item.kind() {
                Kind::Mapping => self.project(item, &mut projects),
                Kind::Scalar => {
                    let name = SmolStr::new(item.text().unwrap_or_default());
                    let range = item.scalar().map_or(item.range(), |scalar| scalar.content);
                    self.problems.push(DepProblem {
                        kind: DepProblemKind::Malformed { fatal: false },
                        range,
                        message: format!("a project is written '- name: {name}'"),
                        instead: Some(smol_str::format_smolstr!("name: {name}")),
                    });
                    projects.push(ProjectDep { name, name_range: range, range: item.range() });
                }
                Kind::Null => self.problem(
                    DepProblemKind::MissingName,
                    item.range(),
                    "this project has no name: write '- name: <name in its dbt_project.yml>'",
                ),
                _ => self.problem(
                    DepProblemKind::Malformed { fatal: false },
                    item.range(),
                    "a project is written '- name: <project>'",
                ),
            }
        }
        self.facts.projects = projects.into();
    }

    fn project(&mut self, item: Node<'_>, projects: &mut Vec<ProjectDep>) {
        for entry in item.entries().filter(|entry| entry.key != "name") {
            let instead = text::suggest(&entry.key, ["name"]).map(SmolStr::new);
            self.problems.push(DepProblem {
                kind: DepProblemKind::UnknownKey { fatal: false },
                range: entry.key_range,
                message: format!("'{}' is no key of a project: only 'name' is", entry.key),
                instead,
            });
        }
        let name = item.get("name");
        match (name.and_then(Node::scalar), name.and_then(Node::text)) {
            (Some(scalar), Some(text)) if !text.trim().is_empty() => {
                let name_range = scalar.content;
                if text.contains("{{") || text.contains("{%") {
                    self.jinja(name_range);
                    return;
                }
                projects.push(ProjectDep { name: SmolStr::new(text), name_range, range: item.range() });
            }
            _ => self.problem(
                DepProblemKind::MissingName,
                item.entry("name").map_or(item.range(), |entry| entry.key_range),
                "this project has no name: use the 'name' of its dbt_project.yml",
            ),
        }
    }

    fn jinja(&mut self, range: TextRange) {
        self.problem(
            DepProblemKind::Jinja,
            range,
            "dbt does not render Jinja in dependencies.yml: write the value, or move packages that need it to \
             packages.yml",
        );
    }

    fn packages(&mut self, list: Node<'_>) {
        match list.kind() {
            Kind::Sequence | Kind::Null => {}
            _ => {
                self.problem(
                    DepProblemKind::Malformed { fatal: true },
                    list.range(),
                    "'packages' must be a list",
                );
                return;
            }
        }
        let mut packages = Vec::new();
        for item in list.items() {
            if item.kind() != Kind::Mapping {
                self.problem(
                    DepProblemKind::Malformed { fatal: true },
                    item.range(),
                    "a package is a mapping with 'package', 'git', 'local', 'tarball' or 'private'",
                );
                continue;
            }
            self.package(item, &mut packages);
        }
        self.facts.packages = packages.into();
    }

    fn package(&mut self, item: Node<'_>, packages: &mut Vec<PackageDep>) {
        for entry in item.entries() {
            if !PACKAGE_KEYS.contains(&&*entry.key) {
                self.problems.push(DepProblem {
                    kind: DepProblemKind::UnknownKey { fatal: true },
                    range: entry.key_range,
                    message: format!("'{}' is no key of a package", entry.key),
                    instead: text::suggest(&entry.key, PACKAGE_KEYS.iter().copied()).map(SmolStr::new),
                });
            }
            let jinja = entry.value.text().is_some_and(|text| text.contains("{{"));
            if jinja && self.file == FileKind::Dependencies {
                self.jinja(entry.value.scalar().map_or(entry.value.range(), |scalar| scalar.content));
            }
        }
        let Some(entry) = PACKAGE_KINDS.iter().find_map(|kind| item.entry(kind)) else {
            let range = item.entries().next().map_or(item.range(), |entry| entry.key_range);
            self.problem(
                DepProblemKind::Malformed { fatal: true },
                range,
                "a package needs one of 'package', 'git', 'local', 'tarball' or 'private'",
            );
            return;
        };
        if entry.key == "package" && item.get("version").is_none() {
            self.problem(
                DepProblemKind::Malformed { fatal: true },
                entry.key_range,
                "a package of the hub needs a 'version'",
            );
        }
        let value = entry.value;
        packages.push(PackageDep {
            kind: SmolStr::new(&entry.key),
            source: SmolStr::new(value.text().unwrap_or_default()),
            source_range: value.scalar().map_or(value.range(), |scalar| scalar.content),
            range: item.range(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(text: &str) -> String {
        let facts = facts(FileKind::Dependencies, text, Dialect::V1_1);
        let edit = facts.dependencies.unwrap().declare("platform");
        text::apply_edits(text, &[edit]).unwrap()
    }

    #[test]
    fn a_project_is_added_in_the_way_the_file_is_written() {
        for (before, after) in [
            ("", "projects:\n  - name: platform\n"),
            ("projects:\n", "projects:\n  - name: platform\n"),
            ("projects:  # none yet\n", "projects:  # none yet\n  - name: platform\n"),
            ("projects:\n- name: a # x\n", "projects:\n- name: a # x\n- name: platform\n"),
            ("projects:\n    - name: a", "projects:\n    - name: a\n    - name: platform"),
            ("projects:\r\n  - name: a\r\n", "projects:\r\n  - name: a\r\n  - name: platform\r\n"),
            ("packages:\n  - local: x", "packages:\n  - local: x\nprojects:\n  - name: platform\n"),
            (
                "projects:\n  - name: a\n\npackages: []\n",
                "projects:\n  - name: a\n  - name: platform\n\npackages: []\n",
            ),
            ("projects: []\n", "projects: [{name: platform}]\n"),
            ("projects: [{name: a}]\n", "projects: [{name: a}, {name: platform}]\n"),
        ] {
            let text = declared(before);
            assert_eq!(text, after);
            let facts = facts(FileKind::Dependencies, &text, Dialect::V1_1);
            let facts = facts.dependencies.unwrap();
            assert!(facts.projects.iter().any(|dep| dep.name == "platform"), "{text}");
            assert!(facts.problems.is_empty(), "{text}");
        }
    }
}
