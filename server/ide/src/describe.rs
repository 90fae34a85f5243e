//! What is known of a node, from its own files or from an upstream's manifest, in one form for hover,
//! completion and documents.

use project::node::Tri;
use project::registry::{State, Supply, SupplyKind};
use project::{Access, Mesh, NodeKind, NodeRef, Target};
use smol_str::SmolStr;
use syntax::calls::Lit;

use crate::diagnostics::FileCx;

/// Facts of one node.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Description {
    pub unique_id: SmolStr,
    pub kind: &'static str,
    /// The package that owns it.
    pub project: SmolStr,
    pub name: SmolStr,
    pub version: Option<SmolStr>,
    pub versions: Vec<VersionLine>,
    pub access: Option<Access>,
    pub group: Option<SmolStr>,
    pub group_owner: Option<String>,
    pub owner: Option<SmolStr>,
    pub materialized: Option<SmolStr>,
    pub relation: Option<String>,
    pub contract: bool,
    pub enabled: bool,
    pub deprecation: Option<String>,
    pub text: Option<String>,
    pub columns: Vec<ColumnLine>,
    pub tests: Vec<SmolStr>,
    pub tags: Vec<SmolStr>,
    /// Where these facts come from: a file's path, or a manifest with its date.
    pub origin: String,
}

/// One version of the same model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VersionLine {
    pub version: SmolStr,
    pub latest: bool,
    pub prerelease: bool,
    pub deprecation: Option<String>,
    /// Listed in YAML, but without a file.
    pub missing: bool,
}

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ColumnLine {
    pub name: SmolStr,
    pub data_type: Option<SmolStr>,
    pub text: Option<String>,
}

impl VersionLine {
    /// `v2 (latest)`, `v1 deprecated on 2026-01-31`, `v3 prerelease`.
    pub(crate) fn shown(&self, today: &str) -> String {
        let mut out = format!("v{}", self.version);
        if self.latest {
            out.push_str(" (latest)");
        }
        if self.prerelease {
            out.push_str(" prerelease");
        }
        match &self.deprecation {
            Some(date) if date.as_str() <= today => out.push_str(&format!(" deprecated {date}")),
            Some(date) => out.push_str(&format!(" to be deprecated {date}")),
            None => {}
        }
        if self.missing {
            out.push_str(" without a file");
        }
        out
    }
}

/// Describes what a name resolved to.
pub(crate) fn describe(cx: &FileCx<'_>, target: &Target) -> Description {
    match target {
        Target::Local(node) => local(cx, node),
        Target::Upstream { manifest, project, node } => {
            let mut out = manifest_node(manifest, *node);
            out.origin = origin(cx, project, manifest);
            out
        }
    }
}

fn local(cx: &FileCx<'_>, node: &NodeRef) -> Description {
    let mesh = &cx.analysis.mesh;
    let package = mesh.package(node.package);
    let word = |key: &str| -> Option<SmolStr> {
        match mesh.setting(node, key)?.single()? {
            Lit::Str(word) if !word.is_empty() => Some(word.clone()),
            _ => None,
        }
    };
    let group = mesh.group(node).ok().flatten();
    let entry = node.entry.and_then(|site| mesh.entry(site)).map(|(_, entry)| entry);
    Description {
        unique_id: mesh.unique_id(node),
        kind: node.kind.as_str(),
        project: package.map(|package| package.name().into()).unwrap_or_default(),
        name: node.name.clone(),
        version: node.version.clone(),
        versions: versions(mesh, node),
        access: (node.kind == NodeKind::Model).then(|| mesh.access(node)).flatten(),
        group_owner: group.as_ref().and_then(|group| group_owner(mesh, node, group)),
        group,
        owner: owner(entry),
        materialized: word("materialized").or_else(|| default_materialization(node.kind)),
        relation: relation(&word, node),
        contract: mesh.contract(node) == Some(true),
        enabled: mesh.enabled(node) != Tri::No,
        deprecation: mesh.deprecation(node).map(|date| date.to_string()),
        text: mesh.description(node).map(|text| with_docs(cx, text)),
        columns: mesh
            .columns(node)
            .into_iter()
            .map(|column| ColumnLine {
                name: column.name.clone(),
                data_type: column.data_type.clone(),
                text: column.description.as_deref().map(|text| with_docs(cx, text)),
            })
            .collect(),
        tests: entry.map(|entry| entry.tests.to_vec()).unwrap_or_default(),
        tags: Vec::new(),
        origin: mesh.file(node.file).map(|file| file.path.to_string()).unwrap_or_default(),
    }
}

fn default_materialization(kind: NodeKind) -> Option<SmolStr> {
    Some(match kind {
        NodeKind::Model => "view".into(),
        NodeKind::Seed => "seed".into(),
        NodeKind::Snapshot => "snapshot".into(),
        _ => return None,
    })
}

/// What YAML and config say of the relation's name. The target's database and schema are the profile's,
/// which is never read: they are left out.
fn relation(word: &dyn Fn(&str) -> Option<SmolStr>, node: &NodeRef) -> Option<String> {
    let alias = word("alias").or_else(|| word("identifier"));
    let schema = word("schema");
    if alias.is_none() && schema.is_none() && word("database").is_none() {
        return None;
    }
    let name = alias.unwrap_or_else(|| match &node.version {
        Some(version) => smol_str::format_smolstr!("{}_v{}", node.name, version.replace('.', "_")),
        None => node.name.rsplit('.').next().unwrap_or_default().into(),
    });
    let parts = [word("database"), schema, Some(name)];
    Some(parts.into_iter().flatten().map(String::from).collect::<Vec<_>>().join("."))
}

fn versions(mesh: &Mesh, node: &NodeRef) -> Vec<VersionLine> {
    let family = mesh.package(node.package).and_then(|package| mesh.family(package, &node.name));
    let Some(family) = family.filter(|_| node.kind == NodeKind::Model) else { return Vec::new() };
    let mut members: Vec<_> = family.versions.iter().collect();
    members.sort_by(|a, b| b.version.order(&a.version));
    members
        .into_iter()
        .map(|member| {
            let of = NodeRef { version: Some(member.version.text.clone()), ..node.clone() };
            VersionLine {
                version: member.version.text.clone(),
                latest: family.latest.as_ref() == Some(&member.version.text),
                prerelease: family.is_prerelease(&member.version),
                deprecation: mesh.deprecation(&of).map(|date| date.to_string()),
                missing: member.file.is_none(),
            }
        })
        .collect()
}

fn owner(entry: Option<&project::facts::Entry>) -> Option<SmolStr> {
    let settings = &entry?.settings;
    let from_meta = settings.get("meta").and_then(|setting| match setting.value.single()? {
        Lit::Dict { entries, .. } => entries.iter().find(|(key, _)| key == "owner")?.1.as_str().map(SmolStr::new),
        _ => None,
    });
    from_meta.or_else(|| match settings.get("owner")?.value.single()? {
        Lit::Dict { entries, .. } => {
            let of = |wanted: &str| entries.iter().find(|(key, _)| key == wanted)?.1.as_str().map(SmolStr::new);
            of("name").or_else(|| of("email"))
        }
        Lit::Str(name) => Some(name.clone()),
        _ => None,
    })
}

fn group_owner(mesh: &Mesh, node: &NodeRef, group: &str) -> Option<String> {
    let package = mesh.package(node.package)?;
    let site = package.site(project::names::Space::Group, group)?;
    owner(Some(mesh.entry(site)?.1)).map(String::from)
}

/// Facts of a node in a manifest.
pub(crate) fn manifest_node(manifest: &project::upstream::Manifest, index: u32) -> Description {
    let Some(node) = manifest.node_at(index) else { return Description::default() };
    let group = node.group().filter(|group| !group.is_empty());
    let owner_of = |group: &str| {
        let group = manifest.group(node.package(), group)?;
        group.owner_name.or(group.owner_email).map(str::to_owned)
    };
    let is_model = node.resource_type() == project::upstream::ResourceType::Model;
    let latest = node.latest_version();
    let mut versions: Vec<VersionLine> = manifest
        .by_name(node.package(), node.name())
        .iter()
        .rev()
        .filter_map(|index| manifest.node_at(*index))
        .filter_map(|other| {
            let version = other.version()?;
            Some(VersionLine {
                version: version.into(),
                latest: latest == Some(version),
                prerelease: false,
                deprecation: other.deprecation_date().map(|date| date.chars().take(10).collect()),
                missing: false,
            })
        })
        .collect();
    // Greatest first: those before the latest are prereleases.
    let latest_at = versions.iter().position(|version| version.latest);
    versions.iter_mut().take(latest_at.unwrap_or(0)).for_each(|version| version.prerelease = true);
    Description {
        unique_id: node.unique_id().into(),
        kind: node.resource_type().as_str(),
        project: node.package().into(),
        name: node.name().into(),
        version: node.version().map(SmolStr::new),
        versions,
        access: is_model.then(|| node.access()),
        group: group.map(SmolStr::new),
        group_owner: group.and_then(owner_of),
        owner: node.owner().map(SmolStr::new),
        materialized: node.materialized().map(SmolStr::new),
        relation: node.relation_name().map(str::to_owned),
        contract: node.contract_enforced(),
        enabled: node.enabled(),
        deprecation: node.deprecation_date().map(|date| date.chars().take(10).collect()),
        text: node.description().filter(|text| !text.is_empty()).map(str::to_owned),
        columns: node
            .columns()
            .map(|column| ColumnLine {
                name: column.name.into(),
                data_type: column.data_type.map(SmolStr::new),
                text: column.description.map(str::to_owned),
            })
            .collect(),
        tests: node
            .tests()
            .map(|test| match test.column {
                Some(column) => smol_str::format_smolstr!("{}({column})", test.name),
                None => test.name.into(),
            })
            .collect(),
        tags: node.tags().map(SmolStr::new).collect(),
        origin: String::new(),
    }
}

/// `manifest of 2026-11-22 (dbt 1.12.6, dbt_mesh.yml)`.
fn origin(cx: &FileCx<'_>, project: &str, manifest: &project::upstream::Manifest) -> String {
    let kind = cx.resolver.upstreams().iter().find(|up| up.name == project).and_then(|up| up.kind);
    let mut out = String::from(match manifest.kind {
        project::upstream::manifest::ManifestKind::Publication => "publication",
        _ => "manifest",
    });
    if let Some(date) = &manifest.generated_at {
        out.push_str(&format!(" of {}", date.get(..10).unwrap_or(date)));
        if let Some(age) = age(cx, date) {
            out.push_str(&format!(", {age}"));
        }
    }
    if let Some(version) = &manifest.dbt_version {
        out.push_str(&format!(", dbt {version}"));
    }
    if let Some(kind) = kind {
        out.push_str(&format!(", from {}", supplied(kind)));
    }
    out
}

fn age(cx: &FileCx<'_>, date: &str) -> Option<String> {
    let days = cx.analysis.today().0 - project::date::Date::parse(date)?.0;
    Some(match days {
        ..0 => return None,
        0 => "today".to_owned(),
        1 => "1 day old".to_owned(),
        days => format!("{days} days old"),
    })
}

/// Words for how an upstream is supplied.
pub(crate) fn supplied(kind: SupplyKind) -> &'static str {
    match kind {
        SupplyKind::Workspace => "a checkout in the workspace",
        SupplyKind::Mesh => "dbt_mesh.yml",
        SupplyKind::Loom => "dbt_loom.config.yml",
        SupplyKind::Sibling => "a folder beside the project",
        SupplyKind::Publication => "the dbt platform's publication",
    }
}

/// Replaces `{{ doc('name') }}` by the text of the block, as dbt does.
fn with_docs(cx: &FileCx<'_>, text: &str) -> String {
    if !text.contains("{{") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for call in syntax::jinja::parse(text).calls.iter().filter(|call| call.name == "doc") {
        let (start, end) = (usize::from(call.range.start()), usize::from(call.range.end()));
        let (Some(open), Some(close)) = (text[..start].rfind("{{"), text[end..].find("}}")) else { continue };
        let names: Vec<&str> = call.args.iter().filter_map(|arg| arg.value.as_str()).collect();
        let body = match names.as_slice() {
            [name] => crate::docs::find(cx, None, name),
            [package, name] => crate::docs::find(cx, Some(package), name),
            _ => None,
        };
        let Some(body) = body.and_then(|(_, def)| def.body.as_deref()).filter(|_| open >= done) else { continue };
        out.push_str(&text[done..open]);
        out.push_str(body);
        done = end + close + 2;
    }
    out.push_str(&text[done..]);
    out
}

/// One line on an upstream: state, source, age.
pub(crate) fn upstream_line(cx: &FileCx<'_>, name: &str) -> Option<String> {
    let upstream = cx.resolver.upstreams().iter().find(|upstream| upstream.name == name)?;
    Some(match (&upstream.supply, &upstream.state) {
        (Some(Supply::Live(id)), _) => {
            let root = cx.analysis.mesh.package(*id).map(|package| package.root.to_string()).unwrap_or_default();
            format!("live from {root}")
        }
        (Some(Supply::Manifest { manifest, key, .. }), _) => {
            format!("{} ({key})", origin(cx, name, manifest))
        }
        (None, State::Loading) => "loading".to_owned(),
        (None, State::Failed(why)) => format!("not loaded: {why}"),
        (None, _) => "nothing supplies it".to_owned(),
    })
}
