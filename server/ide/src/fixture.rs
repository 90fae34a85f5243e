//! Several files and a cursor in one string, for tests.
//!
//! ```text
//! //- platform/dbt_project.yml
//! name: platform
//! //- finance/models/a.sql
//! select * from {{ ref('plat$0form', 'orders') }}
//! //- finance @manifest platform
//! model orders public v=2 latest=2 group=sales columns=id:int,total:numeric "All orders."
//! ```
//!
//! A folder with a `dbt_project.yml` is a project; below `dbt_packages/` it is installed. A `@manifest`
//! block offers the folder's project an upstream made of the lines below it; with `built` instead of a name it is what
//! the last run of dbt left in the project's target folder, and a `@catalog` block is the catalog there, a relation on
//! each line: `model.platform.orders id:int;total:numeric`. `$0` is the cursor.

use std::sync::Arc;

use project::config::ProjectConfig;
use project::date::Date;
use project::facts::FileFacts;
use project::mesh::NewFile;
use project::package::Role;
use project::registry::{ManifestSlot, Offer, OfferSource, SupplyKind};
use project::{FileId, Mesh, layout};
use rustc_hash::FxHashMap;

use crate::{Analysis, Built, FilePos, Files};

/// What a fixture describes.
pub(crate) struct Fixture {
    pub analysis: Analysis,
    pub cursor: Option<FilePos>,
    pub texts: FxHashMap<FileId, Arc<str>>,
    pub built: FxHashMap<project::PackageId, Built>,
}

impl Files for Fixture {
    fn text(&self, file: FileId) -> Option<Arc<str>> {
        self.texts.get(&file).cloned()
    }

    fn built(&self, project: project::PackageId) -> Built {
        self.built.get(&project).cloned().unwrap_or_default()
    }
}

/// Every file of the fixture is open; today is 2026-11-23.
pub(crate) fn fixture(source: &str) -> Fixture {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut manifests: Vec<(String, String, String)> = Vec::new();
    for line in source.split_inclusive('\n') {
        if let Some(header) = line.strip_prefix("//- ") {
            match header.trim().split_once(" @manifest ") {
                Some((folder, name)) => manifests.push((folder.into(), name.into(), String::new())),
                None if header.contains(" @catalog") => {
                    let folder = header.split_whitespace().next().unwrap_or_default();
                    manifests.push((folder.into(), "@catalog".into(), String::new()));
                }
                None => files.push((header.trim().into(), String::new())),
            }
            continue;
        }
        let is_manifest = source[..offset(source, line)].rfind("//- ").is_some_and(|at| {
            source[at..]
                .lines()
                .next()
                .is_some_and(|header| header.contains(" @manifest ") || header.contains(" @catalog"))
        });
        if is_manifest {
            manifests.last_mut().unwrap().2.push_str(line);
        } else if let Some((_, text)) = files.last_mut() {
            text.push_str(line);
        }
    }
    build(files, manifests)
}

fn offset(source: &str, line: &str) -> usize {
    line.as_ptr() as usize - source.as_ptr() as usize
}

fn build(mut files: Vec<(String, String)>, manifests: Vec<(String, String, String)>) -> Fixture {
    let mut mesh = Mesh::default();
    let mut roots: Vec<(String, String)> = files
        .iter()
        .filter_map(|(path, text)| {
            Some((path.strip_suffix("dbt_project.yml")?.trim_end_matches('/').into(), text.clone()))
        })
        .collect();
    roots.sort_by_key(|(root, _): &(String, String)| root.len());
    let mut packages: Vec<(String, project::PackageId, ProjectConfig)> = Vec::new();
    for (root, text) in &roots {
        let config = ProjectConfig::parse(&text.replace("$0", ""));
        let into = root
            .split_once("/dbt_packages/")
            .map(|(project, _)| packages.iter().find(|(root, ..)| root == project).unwrap().1);
        let role = into.map_or(Role::Project, |into| Role::Installed { into });
        let id = mesh.add_package(&format!("/w/{root}"), role, config.clone());
        packages.push((root.clone(), id, config));
    }
    let mut cursor = None;
    let mut texts: FxHashMap<FileId, Arc<str>> = FxHashMap::default();
    for (path, text) in &mut files {
        let marked = text.find("$0");
        if marked.is_some() {
            *text = text.replacen("$0", "", 1);
        }
        let owner = packages.iter().filter(|(root, ..)| path.starts_with(&format!("{root}/")));
        let Some((root, id, config)) = owner.max_by_key(|(root, ..)| root.len()) else { continue };
        let relative = &path[root.len() + 1..];
        let Some(kind) = layout::classify(relative, config) else { continue };
        let dialect = mesh.flavor(*id).dialect();
        let facts = Arc::new(FileFacts::of(kind, relative, text, dialect));
        let (file, _) = mesh.set_file(*id, NewFile { path: relative.into(), kind, facts });
        texts.insert(file, text.as_str().into());
        if let Some(at) = marked {
            cursor = Some(FilePos { file, offset: text::size(at) });
        }
    }
    let mut built: FxHashMap<project::PackageId, Built> = FxHashMap::default();
    for (folder, name, lines) in manifests {
        let id = packages.iter().find(|(root, ..)| *root == folder).expect("a folder with a project").1;
        match name.as_str() {
            "built" => {
                let json = manifest_json(mesh.package(id).unwrap().name(), &lines);
                let manifest =
                    project::upstream::manifest::read_slice(json.as_bytes()).expect("a valid manifest");
                built.entry(id).or_default().manifest = Some(Arc::new(manifest));
            }
            "@catalog" => built.entry(id).or_default().catalog = Some(Arc::new(catalog(&lines))),
            name => offer(&mut mesh, id, name, &lines),
        }
    }
    mesh.refresh_upstreams();
    let analysis = Analysis {
        mesh,
        open: Arc::new(texts.clone()),
        today: Date::parse("2026-11-23"),
        // Noon.
        now: Date::parse("2026-11-23").map(|date| i64::from(date.0) * 86_400 + 43_200),
        ..Analysis::default()
    };
    Fixture { analysis, cursor, texts, built }
}

fn catalog(lines: &str) -> project::upstream::Catalog {
    let node = |line: &str| {
        let (id, columns) = line.split_once(' ').expect("a node and its columns");
        let column = |(at, column): (usize, &str)| {
            let (name, kind) = column.split_once(':').expect("a column and its type");
            format!(r#""{name}": {{"name": "{name}", "type": "{kind}", "index": {at}}}"#)
        };
        let columns: Vec<String> = columns.split(';').enumerate().map(column).collect();
        format!(r#""{id}": {{"columns": {{{}}}}}"#, columns.join(", "))
    };
    let nodes: Vec<String> = lines.lines().filter(|line| !line.is_empty()).map(node).collect();
    let json = format!(r#"{{"nodes": {{{}}}, "sources": {{}}}}"#, nodes.join(", "));
    project::upstream::catalog::read_slice(json.as_bytes()).expect("a valid catalog")
}

fn offer(mesh: &mut Mesh, project: project::PackageId, name: &str, lines: &str) {
    let json = manifest_json(name, lines);
    let manifest = project::upstream::manifest::read_slice(json.as_bytes()).expect("a valid manifest");
    let key: Arc<str> = format!("/artifacts/{name}/manifest.json").into();
    let registry = Arc::make_mut(&mut mesh.registry);
    registry
        .manifests
        .insert(key.clone(), ManifestSlot { manifest: Some(Arc::new(manifest)), ..ManifestSlot::default() });
    registry.offers.entry(project).or_default().push(Offer::new(
        SupplyKind::Mesh,
        None,
        OfferSource::Manifest(key),
    ));
}

/// One node a line: `kind name [public|protected|private] [v=…] [latest=…] [group=…] [deprecated=…]
/// [columns=a:int,b] ["description"]`.
fn manifest_json(project: &str, lines: &str) -> String {
    let mut nodes = Vec::new();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let (words, description) = line.split_once('"').unwrap_or((line, ""));
        let mut words = words.split_whitespace();
        let (kind, name) = (words.next().unwrap_or("model"), words.next().unwrap_or("unnamed"));
        let mut fields = vec![
            format!(r#""name": "{name}", "resource_type": "{kind}", "package_name": "{project}""#),
            format!(r#""description": "{}""#, description.trim_end_matches('"')),
            format!(r#""path": "marts/{name}.sql", "original_file_path": "models/marts/{name}.sql""#),
            format!(
                r#""relation_name": "\"db\".\"marts\".\"{name}\"", "config": {{"materialized": "table"}}"#
            ),
        ];
        let mut unique_id = format!("{kind}.{project}.{name}");
        for word in words {
            match word.split_once('=') {
                None => fields.push(format!(r#""access": "{word}""#)),
                Some(("v", v)) => {
                    unique_id.push_str(&format!(".v{v}"));
                    fields.push(format!(r#""version": {v}"#));
                }
                Some(("latest", v)) => fields.push(format!(r#""latest_version": {v}"#)),
                Some(("contract", enforced)) => {
                    fields.push(format!(r#""contract": {{"enforced": {enforced}}}"#));
                }
                Some(("group", group)) => fields.push(format!(r#""group": "{group}""#)),
                Some(("depends", id)) => fields.push(format!(r#""depends_on": {{"nodes": ["{id}"]}}"#)),
                Some(("deprecated", date)) => fields.push(format!(r#""deprecation_date": "{date}""#)),
                Some(("columns", columns)) => {
                    let columns: Vec<String> = columns
                        .split(',')
                        .map(|column| {
                            let (name, kind) = column.split_once(':').unwrap_or((column, "text"));
                            format!(r#""{name}": {{"name": "{name}", "data_type": "{kind}"}}"#)
                        })
                        .collect();
                    fields.push(format!(r#""columns": {{{}}}"#, columns.join(", ")));
                }
                Some((key, value)) => fields.push(format!(r#""{key}": "{value}""#)),
            }
        }
        fields.push(format!(r#""unique_id": "{unique_id}""#));
        nodes.push(format!(r#""{unique_id}": {{{}}}"#, fields.join(", ")));
    }
    format!(
        r#"{{"metadata": {{"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
            "project_name": "{project}", "dbt_version": "1.12.6", "generated_at": "2026-11-22T10:00:00Z"}},
            "nodes": {{{}}}, "sources": {{}}, "macros": {{}}, "groups": {{}}}}"#,
        nodes.join(", ")
    )
}
