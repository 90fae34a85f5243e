//! `dbt_project.yml`: what a project is called, where its files are, and its config trees (spec §13).

use smol_str::SmolStr;
use syntax::calls::{Lit, Value};
use syntax::yaml::{Dialect, Kind, Node};
use text::TextRange;

use crate::facts::{By, FileFacts, Use, yaml_value};
use crate::flavor::Flavor;
use crate::layout::FileKind;
use crate::warn_error::WarnError;

/// A project's own settings. Paths have `/` and no trailing one.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectConfig {
    /// `name` and its bytes; `None` when missing, not a string, or with Jinja in it.
    pub name: Option<(SmolStr, TextRange)>,
    /// Where resources are.
    pub paths: Paths,
    /// `packages-install-path`, default `dbt_packages`.
    pub packages_path: SmolStr,
    /// `target-path`, default `target`.
    pub target_path: SmolStr,
    /// `restrict-access`: protected models are closed to other packages (spec §6).
    pub restrict_access: bool,
    /// Which of dbt's warnings are errors here.
    pub warn_error: WarnError,
    /// Flag `require_resource_names_without_spaces` is off.
    pub allows_spaces: bool,
    /// Whether there is `dbt-cloud`: the dbt platform runs the project.
    pub has_cloud: bool,
    /// `require-dbt-version`
    pub require_dbt_version: Box<[SmolStr]>,
    /// Flag `require_ref_searches_node_package_before_root`.
    pub own_package_first: bool,
    /// Flag `require_generic_test_arguments_property`, which is true unless set.
    pub test_arguments_below: bool,
    /// Flag `require_valid_schema_from_generate_schema_name`.
    pub valid_schema: bool,
    /// Flag `require_nested_cumulative_type_params` is off.
    pub flat_cumulative: bool,
    /// `models:`, `seeds:`, … by key.
    pub trees: Box<[(SmolStr, ConfigTree)]>,
    /// Where config trees set `access` or `group`.
    pub placed: Box<[Placed]>,
    /// The keys of all config trees that stand for folders, packages and nodes.
    pub levels: Box<[Level]>,
    /// The folders that are written under `model-paths` and the like, as [`Paths`] has them, with their bytes.
    pub written_paths: Box<[(SmolStr, TextRange)]>,
    /// The packages that `dispatch` names, with their bytes.
    pub dispatched: Box<[(SmolStr, TextRange)]>,
}

/// A setting of a config tree, with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// The tree: `models`, `seeds`, …
    pub tree: SmolStr,
    /// `access` or `group`.
    pub key: SmolStr,
    /// The levels above it: it holds for models whose fully qualified name begins so.
    pub path: Box<[SmolStr]>,
    /// What it is set to.
    pub value: Value,
    /// The value's bytes.
    pub range: TextRange,
}

/// A key of a config tree that is no setting, with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// The tree: `models`, `seeds`, …
    pub tree: SmolStr,
    /// The levels above it, and the key itself.
    pub path: Box<[SmolStr]>,
    /// The key's bytes, without quotes.
    pub range: TextRange,
}

/// Resource paths, relative to the root.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Paths {
    pub models: Box<[SmolStr]>,
    pub seeds: Box<[SmolStr]>,
    pub snapshots: Box<[SmolStr]>,
    pub analyses: Box<[SmolStr]>,
    pub tests: Box<[SmolStr]>,
    pub macros: Box<[SmolStr]>,
    pub functions: Box<[SmolStr]>,
    /// `None`: all of the others.
    pub docs: Option<Box<[SmolStr]>>,
}

impl Paths {
    /// All resource paths (not `docs`), duplicates included.
    pub fn all(&self) -> impl Iterator<Item = &SmolStr> {
        [
            &self.models,
            &self.seeds,
            &self.snapshots,
            &self.analyses,
            &self.tests,
            &self.macros,
            &self.functions,
        ]
        .into_iter()
        .flat_map(|paths| paths.iter())
    }

    /// The folders with what a config tree is for: `models`, `data_tests`, … What is written in YAML stands with models.
    pub fn of_tree(&self, tree: &str) -> &[SmolStr] {
        match tree {
            "seeds" => &self.seeds,
            "snapshots" => &self.snapshots,
            "analyses" => &self.analyses,
            "tests" | "data_tests" => &self.tests,
            "functions" => &self.functions,
            _ => &self.models,
        }
    }

    /// Every folder that dbt reads files from.
    pub fn folders(&self) -> impl Iterator<Item = &SmolStr> {
        self.all().chain(self.docs.iter().flat_map(|docs| docs.iter()))
    }
}

impl Default for ProjectConfig {
    fn default() -> ProjectConfig {
        let one = |path: &str| -> Box<[SmolStr]> { [SmolStr::new(path)].into() };
        ProjectConfig {
            name: None,
            paths: Paths {
                models: one("models"),
                seeds: one("seeds"),
                snapshots: one("snapshots"),
                analyses: one("analyses"),
                tests: one("tests"),
                macros: one("macros"),
                functions: one("functions"),
                docs: None,
            },
            packages_path: "dbt_packages".into(),
            target_path: "target".into(),
            restrict_access: false,
            warn_error: WarnError::default(),
            allows_spaces: false,
            has_cloud: false,
            require_dbt_version: Box::default(),
            own_package_first: false,
            test_arguments_below: true,
            valid_schema: false,
            flat_cumulative: false,
            trees: Box::default(),
            placed: Box::default(),
            levels: Box::default(),
            written_paths: Box::default(),
            dispatched: Box::default(),
        }
    }
}

/// One level of a config tree.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConfigTree {
    /// `+key: value` (or a key without `+` whose value is no mapping) at this level.
    pub settings: Vec<(SmolStr, Value)>,
    /// Folders, packages and model names below.
    pub children: Vec<(SmolStr, ConfigTree)>,
}

impl ConfigTree {
    /// Calls `each` for this level and every level along `fqn`, outermost first (dbt's `fqn_search`).
    pub fn along<'t>(&'t self, fqn: &[SmolStr], mut each: impl FnMut(&'t ConfigTree)) {
        let mut at = self;
        each(at);
        for part in fqn {
            let Some((_, child)) = at.children.iter().rev().find(|(name, _)| name == part) else { return };
            at = child;
            each(at);
        }
    }

    /// Whether any level sets `key`.
    pub fn sets(&self, key: &str) -> bool {
        self.settings.iter().any(|(name, _)| name == key)
            || self.children.iter().any(|(_, child)| child.sets(key))
    }

    fn read(node: Node<'_>, dialect: Dialect, depth: usize) -> ConfigTree {
        let mut out = ConfigTree::default();
        for entry in node.entries() {
            if let Some(key) = entry.key.strip_prefix('+') {
                out.settings.push((key.trim().into(), yaml_value(entry.value, dialect)));
            } else if entry.value.kind() == Kind::Mapping {
                if depth < 32 {
                    out.children
                        .push((SmolStr::new(&entry.key), ConfigTree::read(entry.value, dialect, depth + 1)));
                }
            } else {
                out.settings.push((SmolStr::new(&entry.key), yaml_value(entry.value, dialect)));
            }
        }
        out
    }
}

impl ProjectConfig {
    /// Reads a `dbt_project.yml`, however broken: what cannot be read keeps its default.
    pub fn parse(text: &str) -> ProjectConfig {
        let tree = syntax::yaml::parse(text);
        tree.root(text).map(|root| ProjectConfig::read(root, Dialect::V1_1)).unwrap_or_default()
    }

    /// The config tree of a resource type's key (`models`, `seeds`, …).
    pub fn tree(&self, key: &str) -> Option<&ConfigTree> {
        self.trees.iter().rev().find(|(name, _)| name == key).map(|(_, tree)| tree)
    }

    /// The engine that `require-dbt-version` demands, if it does.
    pub fn flavor(&self) -> Option<Flavor> {
        Flavor::of_requirement(self.require_dbt_version.iter().map(SmolStr::as_str))
    }

    /// Whether `require-dbt-version` lets in a dbt older than 1.`minor`.
    pub fn admits_before(&self, minor: u32) -> bool {
        let specifiers = self.require_dbt_version.iter().flat_map(|list| list.split(','));
        specifiers.map(str::trim).any(|specifier| {
            let version = specifier.trim_start_matches(['=', '<', '>', '~', '!', ' ', 'v']);
            let mut parts = version.split('.').map_while(|part| part.trim().parse::<u32>().ok());
            let old = parts.next() == Some(1) && parts.next().is_some_and(|of| of < minor);
            old && !specifier.starts_with('!')
        })
    }

    fn read(root: Node<'_>, dialect: Dialect) -> ProjectConfig {
        let mut out = ProjectConfig::default();
        let (mut keys, mut settings) = (Vec::new(), Vec::new());
        let (mut written_paths, mut dispatched) = (Vec::new(), Vec::new());
        for entry in root.entries() {
            let value = entry.value;
            if entry.key.ends_with("-paths") {
                written_paths.extend(written_folders(value));
            }
            let paths = &mut out.paths;
            match &*entry.key {
                "name" => out.name = name(value),
                "model-paths" | "source-paths" => set(&mut paths.models, value),
                "seed-paths" | "data-paths" => set(&mut paths.seeds, value),
                "snapshot-paths" => set(&mut paths.snapshots, value),
                "analysis-paths" => set(&mut paths.analyses, value),
                "test-paths" => set(&mut paths.tests, value),
                "macro-paths" => set(&mut paths.macros, value),
                "function-paths" => set(&mut paths.functions, value),
                "docs-paths" => paths.docs = folders(value),
                "packages-install-path" | "modules-path" => set_one(&mut out.packages_path, value),
                "target-path" => set_one(&mut out.target_path, value),
                "restrict-access" => {
                    out.restrict_access =
                        matches!(yaml_value(value, dialect).single(), Some(Lit::Bool(true)));
                }
                "dispatch" => dispatched = dispatched_packages(value),
                "dbt-cloud" => out.has_cloud = value.kind() != Kind::Null,
                "require-dbt-version" => {
                    out.require_dbt_version = strings(value);
                }
                "flags" => {
                    let is = |flag: &str, wanted: bool| {
                        let flag = value.get(flag).map(|flag| yaml_value(flag, dialect));
                        flag.is_some_and(|flag| flag.single() == Some(&Lit::Bool(wanted)))
                    };
                    out.own_package_first = is("require_ref_searches_node_package_before_root", true);
                    out.warn_error = WarnError::read(value);
                    out.allows_spaces = is("require_resource_names_without_spaces", false);
                    out.test_arguments_below = !is("require_generic_test_arguments_property", false);
                    out.valid_schema = is("require_valid_schema_from_generate_schema_name", true);
                    out.flat_cumulative = is("require_nested_cumulative_type_params", false);
                }
                "models" | "seeds" | "snapshots" | "analyses" | "tests" | "data_tests" | "sources"
                | "exposures" | "metrics" | "semantic-models" | "saved-queries" | "unit_tests"
                | "functions" => {
                    let tree = ConfigTree::read(value, dialect, 0);
                    levels(&entry.key, value, &mut Vec::new(), &mut keys);
                    placed(&entry.key, value, dialect, &mut Vec::new(), &mut settings);
                    let mut trees = std::mem::take(&mut out.trees).into_vec();
                    trees.push((SmolStr::new(&entry.key), tree));
                    out.trees = trees.into();
                }
                _ => {}
            }
        }
        out.levels = keys.into();
        out.placed = settings.into();
        out.written_paths = written_paths.into();
        out.dispatched = dispatched.into();
        out
    }
}

/// The packages under `dispatch`: whose macros are looked for, and where.
fn dispatched_packages(node: Node<'_>) -> Vec<(SmolStr, TextRange)> {
    let mut out = Vec::new();
    let mut add = |node: Node<'_>| {
        let named = node.text().zip(node.scalar());
        out.extend(named.map(|(name, scalar)| (SmolStr::new(name), scalar.content)));
    };
    for item in node.items() {
        item.get("macro_namespace").into_iter().for_each(&mut add);
        item.get("search_order").into_iter().flat_map(Node::items).for_each(&mut add);
    }
    out
}

/// The folders of one list, with their bytes.
fn written_folders(node: Node<'_>) -> Vec<(SmolStr, TextRange)> {
    let items = if node.kind() == Kind::Sequence { node.items().collect() } else { vec![node] };
    let one = |item: Node<'_>| Some((clean(&item.text()?)?, item.scalar()?.content));
    items.into_iter().filter_map(one).collect()
}

fn levels(tree: &str, node: Node<'_>, path: &mut Vec<SmolStr>, out: &mut Vec<Level>) {
    for entry in node.entries() {
        if entry.value.kind() != Kind::Mapping || entry.key.starts_with('+') || path.len() >= 32 {
            continue;
        }
        path.push(SmolStr::new(&entry.key));
        let range = entry.key_node.scalar().map_or(entry.key_range, |scalar| scalar.content);
        if !entry.merged {
            out.push(Level { tree: tree.into(), path: path.as_slice().into(), range });
        }
        levels(tree, entry.value, path, out);
        path.pop();
    }
}

fn placed(tree: &str, node: Node<'_>, dialect: Dialect, path: &mut Vec<SmolStr>, out: &mut Vec<Placed>) {
    for entry in node.entries() {
        let key = entry.key.trim_start_matches('+').trim();
        if entry.value.kind() == Kind::Mapping {
            if !entry.key.starts_with('+') && path.len() < 32 {
                path.push(SmolStr::new(&entry.key));
                placed(tree, entry.value, dialect, path, out);
                path.pop();
            }
        } else if matches!(key, "access" | "group") {
            out.push(Placed {
                tree: tree.into(),
                key: key.into(),
                path: path.as_slice().into(),
                value: yaml_value(entry.value, dialect),
                range: entry.value.scalar().map_or(entry.value.range(), |scalar| scalar.content),
            });
        }
    }
}

/// Facts of a `dbt_project.yml`: the config, and the Jinja in its hooks and settings.
pub(crate) fn facts(text: &str, dialect: Dialect) -> FileFacts {
    let tree = syntax::yaml::parse(text);
    let mut uses = Vec::new();
    let config = tree.root(text).map(|root| {
        for entry in root.entries() {
            let by = match &*entry.key {
                "on-run-start" | "on-run-end" => By::Hook,
                "vars" | "query-comment" => By::Late,
                _ => By::Setting,
            };
            strings_below(entry.value, by, 0, &mut |node, by| {
                let Some(scalar) = node.scalar() else { return };
                uses.extend(crate::facts::calls_in(&scalar, false).into_iter().map(|call| Use { call, by }));
            });
        }
        ProjectConfig::read(root, dialect)
    });
    let root = tree.root(text);
    let vars = root.and_then(|root| root.get("vars"));
    let vars = vars.map(|vars| crate::checks::vars_of(vars, text, dialect)).unwrap_or_default();
    let mut flaws = crate::checks::project(root, dialect);
    flaws.extend(crate::checks::duplicates(FileKind::ProjectFile, tree.duplicate_keys(), text));
    FileFacts {
        config_paths: root.map(crate::checks::paths).unwrap_or_default().into(),
        flaws: flaws.into(),
        vars: vars.into(),
        uses: uses.into(),
        project: Some(Box::new(config.unwrap_or_default())),
        errors: tree.errors.into(),
        ..FileFacts::default()
    }
}

fn strings_below(node: Node<'_>, by: By, depth: usize, each: &mut impl FnMut(Node<'_>, By)) {
    match node.kind() {
        Kind::Scalar => each(node, by),
        Kind::Sequence if depth < 32 => {
            node.items().for_each(|item| strings_below(item, by, depth + 1, each));
        }
        Kind::Mapping if depth < 32 => node.entries().for_each(|entry| {
            let key = entry.key.trim_start_matches('+').trim();
            let hook = matches!(key, "pre-hook" | "post-hook" | "pre_hook" | "post_hook");
            strings_below(entry.value, if hook { By::Late } else { by }, depth + 1, each);
        }),
        _ => {}
    }
}

/// `name: "{{ 'x' }}"` is rendered by dbt: constant Jinja is folded, all other is unknown.
fn name(node: Node<'_>) -> Option<(SmolStr, TextRange)> {
    let (scalar, text) = (node.scalar()?, node.text()?);
    let text = text.trim();
    if let Some(inner) = text.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")) {
        let inner = inner.trim();
        let quote = inner.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let constant = inner.strip_prefix(quote)?.strip_suffix(quote)?;
        return (!constant.contains(quote)).then(|| (constant.into(), scalar.content));
    }
    (!text.is_empty() && !text.contains("{{")).then(|| (text.into(), scalar.content))
}

fn strings(node: Node<'_>) -> Box<[SmolStr]> {
    match node.kind() {
        Kind::Sequence => node.items().filter_map(Node::text).map(SmolStr::new).collect(),
        _ => node.text().map(SmolStr::new).into_iter().collect(),
    }
}

fn folders(node: Node<'_>) -> Option<Box<[SmolStr]>> {
    if node.kind() == Kind::Null {
        return None;
    }
    Some(strings(node).iter().filter_map(|path| clean(path)).collect())
}

/// A folder as paths below the root begin with it; `None` where dbt computes it.
fn clean(path: &str) -> Option<SmolStr> {
    let path = path.trim().replace('\\', "/");
    let path = path.trim_start_matches("./").trim_end_matches('/');
    (!path.contains("{{")).then(|| path.into())
}

fn set(paths: &mut Box<[SmolStr]>, node: Node<'_>) {
    if let Some(read) = folders(node) {
        *paths = read;
    }
}

fn set_one(path: &mut SmolStr, node: Node<'_>) {
    if let Some(read) = folders(node).and_then(|read| read.first().cloned()).filter(|read| !read.is_empty()) {
        *path = read;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_paths_and_trees() {
        let config = ProjectConfig::parse(
            "name: shop\nmodel-paths: ['models/', ./more]\nrestrict-access: true\nmodels:\n  shop:\n    +access: \
             public\n    staging:\n      enabled: false\n",
        );
        assert_eq!(config.name.as_ref().map(|(name, _)| name.as_str()), Some("shop"));
        assert_eq!(&*config.paths.models, ["models", "more"]);
        assert!(config.restrict_access);
        let mut seen = Vec::new();
        let fqn = ["shop".into(), "staging".into(), "a".into()];
        config.tree("models").unwrap().along(&fqn, |level| {
            seen.extend(level.settings.iter().map(|(key, _)| key.to_string()));
        });
        assert_eq!(seen, ["access", "enabled"]);
    }

    #[test]
    fn knows_where_access_and_group_are_set() {
        let text = "models:\n  shop:\n    +access: publik\n    staging: {+group: a, +tags: [b]}\n";
        let config = ProjectConfig::parse(text);
        let placed: Vec<_> =
            config.placed.iter().map(|placed| (placed.path.join("."), &text[placed.range])).collect();
        assert_eq!(placed, [("shop".to_owned(), "publik"), ("shop.staging".to_owned(), "a")]);
    }

    #[test]
    fn a_broken_file_keeps_what_can_be_read() {
        let config = ProjectConfig::parse("name: shop\nmodel-pa\ntarget-path: out\n");
        assert_eq!(config.name.map(|(name, _)| name.to_string()).as_deref(), Some("shop"));
        assert_eq!(config.target_path, "out");
    }

    #[test]
    fn constant_jinja_in_the_name_is_rendered() {
        let name = |text: &str| ProjectConfig::parse(text).name.map(|(name, _)| name.to_string());
        assert_eq!(name("name: \"{{ 'x' }}\""), Some("x".into()));
        assert_eq!(name("name: \"{{ env_var('X') }}\""), None);
    }
}
