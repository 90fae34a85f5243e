//! Looks up metrics, measures, functions and fixtures, and what resources depend on by name (spec §10).

use crate::facts::Section;
use crate::facts::resources::{NameUse, TimeSpine, Wanted};
use crate::flavor::Flavor;
use crate::mesh::Mesh;
use crate::names::{Site, Space};
use crate::node::{NodeKind, NodeRef, Target, Tri};
use crate::package::Package;
use crate::resolve::{Missing, Resolution, Resolver, Via};

impl<'m> Resolver<'m> {
    /// `metric(['package',] 'name')`, or a metric's name in YAML.
    pub fn metric(&self, package: Option<&str>, name: &str) -> Resolution {
        self.by_name(package, |package| {
            let sites = package.sites(Space::Metric, name).iter();
            sites.map(|site| self.mesh().resource(package, NodeKind::Metric, name, *site)).collect()
        })
    }

    /// `function(['package',] 'name')`.
    pub fn function(&self, package: Option<&str>, name: &str) -> Resolution {
        self.by_name(package, |package| {
            let sites = package.sites(Space::Function, name).iter();
            sites.filter_map(|site| self.mesh().node_of_file(site.file)).collect()
        })
    }

    /// The semantic model that has a measure.
    pub fn measure(&self, name: &str) -> Resolution {
        self.by_name(None, |package| {
            let sites = package.sites(Space::Measure, name).iter();
            sites.filter_map(|site| self.mesh().semantic_model_of(package, *site)).collect()
        })
    }

    /// Where a measure is declared, as [`Resolver::measure`] finds it.
    pub fn measure_site(&self, name: &str) -> Option<Site> {
        self.search_order().find_map(|package| package.site(Space::Measure, name))
    }

    /// The packages in the order in which dbt looks for names other than `ref`'s; some twice.
    pub fn search_order(&self) -> impl Iterator<Item = &'m Package> {
        let own_first = self.flavor() == Flavor::V2 || self.project().config.own_package_first;
        let (own, project) = (self.own(), self.project());
        let preferred = if own_first { [own, project] } else { [project, own] };
        preferred.into_iter().chain(self.packages())
    }

    /// The first that is enabled, in the order of packages.
    fn by_name(&self, package: Option<&str>, find: impl Fn(&'m Package) -> Vec<NodeRef>) -> Resolution {
        let mut disabled = None;
        let mut known = package.is_none();
        for candidate in self.search_order() {
            if package.is_some_and(|wanted| candidate.name() != wanted) {
                continue;
            }
            known = true;
            let via = if candidate.id == self.own().id || candidate.id == self.project().id {
                Via::Own
            } else {
                Via::Package
            };
            for node in find(candidate) {
                if self.mesh().enabled(&node) != Tri::No {
                    return Resolution::Found { target: Target::Local(node), via, dotted: false };
                }
                disabled.get_or_insert(node);
            }
        }
        match disabled {
            Some(node) => Resolution::Disabled(Target::Local(node)),
            None if self.uninstalled().next().is_some() => Resolution::Unknown,
            None if known => Resolution::Missing(Missing::Model),
            None => Resolution::Missing(Missing::Project),
        }
    }

    /// Whether dbt v1 checks the semantic layer as a whole: it has semantic models and metrics.
    pub fn checks_semantic_layer(&self) -> bool {
        let any = |word: &str| {
            self.packages().any(|package| {
                let mut sites = package.sites(Space::Layer, word).iter();
                sites.any(|site| self.mesh().is_in_layer(package, *site))
            })
        };
        any(LAYER_METRICS) && any(LAYER_MODELS)
    }

    /// Whether the semantic layer finds a time spine of a day or finer: a model with `time_spine`, or one of the
    /// name that older dbt wanted. `true` while that cannot be told.
    pub fn has_time_spine(&self) -> bool {
        let spine = |package: &Package| {
            let mut sites = TimeSpine::fine_enough().flat_map(|word| package.sites(Space::TimeSpine, word));
            sites.any(|site| {
                let model = self.mesh().entry(*site).map(|(_, entry)| &entry.name);
                let model = model.and_then(|name| self.mesh().family(package, name));
                model.is_some_and(|family| {
                    let mut members = family.versions.iter().map(Some).chain([None]);
                    members.any(|member| {
                        let node = self.mesh().member_node(package, &family, member);
                        node.is_some_and(|node| self.mesh().enabled(&node) != Tri::No)
                    })
                })
            })
        };
        let legacy = || {
            let found = self.reference(None, LEGACY_TIME_SPINE, None);
            !matches!(found, Resolution::Missing(_) | Resolution::Disabled(_))
        };
        self.packages().any(spine) || legacy() || self.uninstalled().next().is_some()
    }
}

/// The key of every metric in [`Space::Layer`].
pub(crate) const LAYER_METRICS: &str = "metrics";
/// The key of every semantic model in [`Space::Layer`].
pub(crate) const LAYER_MODELS: &str = "semantic_models";

/// The model that is a time spine by its name.
const LEGACY_TIME_SPINE: &str = "metricflow_time_spine";

impl Mesh {
    /// The semantic model that an entry is: of its own, of a model (dbt 1.12), or around a measure or metric.
    pub fn semantic_model_of(&self, package: &Package, site: Site) -> Option<NodeRef> {
        let (facts, entry) = self.entry(site)?;
        let (item, entry) = match entry.section {
            Section::Measures | Section::Dimensions | Section::Entities | Section::Metrics => {
                let parent = entry.parent?;
                (parent, facts.entries.get(parent as usize)?)
            }
            _ => (site.item, entry),
        };
        let name = match entry.section {
            Section::SemanticModels => entry.name.clone(),
            _ => entry.semantic_model()?,
        };
        let site = Site { file: site.file, item };
        Some(self.resource(package, NodeKind::SemanticModel, &name, site))
    }

    /// Whether a metric or semantic model is surely enabled.
    fn is_in_layer(&self, package: &Package, site: Site) -> bool {
        let Some((_, entry)) = self.entry(site) else { return false };
        let node = match entry.section {
            Section::Metrics => Some(self.resource(package, NodeKind::Metric, &entry.name, site)),
            _ => self.semantic_model_of(package, site),
        };
        node.is_some_and(|node| self.enabled(&node) == Tri::Yes)
    }

    /// The model that a unit test is about: `name`, or `name version` (as dbt v1 splits it), of its own package.
    pub fn tested_model(&self, resolver: &Resolver<'_>, package: &Package, name: &str) -> Resolution {
        let mut words = name.split_whitespace();
        let (model, version) = (words.next().unwrap_or_default(), words.next());
        let version = version.filter(|_| words.next().is_none());
        resolver.reference(Some(package.name()), model, version)
    }

    /// The unit tests that dbt makes of an entry: one for each version of its model.
    pub fn unit_tests(&self, package: &Package, site: Site) -> Vec<NodeRef> {
        let Some((facts, entry)) = self.entry(site) else { return Vec::new() };
        let plain = self.resource(package, NodeKind::UnitTest, &entry.index_name(facts), site);
        let versions: Vec<_> = self.tested(package, &plain).into_iter().map(|model| model.version).collect();
        if versions.is_empty() {
            return vec![plain];
        }
        versions.into_iter().map(|version| NodeRef { version, ..plain.clone() }).collect()
    }

    /// The models that a unit test is about: all versions of its model that it does not leave out, or the one that
    /// it is for.
    fn tested(&self, package: &Package, test: &NodeRef) -> Vec<NodeRef> {
        let Some(facts) = self.facts(test.file) else { return Vec::new() };
        let names = || facts.resources().names.iter().filter(|used| used.entry == test.item);
        let Some(model) = names().find(|used| used.wanted == Wanted::TestedModel) else { return Vec::new() };
        let Some(resolver) = Resolver::new(self, package.id) else { return Vec::new() };
        let Resolution::Found { target: Target::Local(node), .. } =
            self.tested_model(&resolver, package, &model.name)
        else {
            return Vec::new();
        };
        let family = self.family(package, &node.name).filter(|family| family.is_versioned());
        let Some(family) = family else { return vec![node] };
        let listed: Vec<&NameUse> = names().filter(|used| used.wanted == Wanted::TestedVersion).collect();
        let is_tested = |version: &str| match listed.first() {
            None => true,
            // `counts` tells `include` from `exclude`.
            Some(first) => listed.iter().any(|used| used.name == version) == first.counts,
        };
        let members = family.versions.iter().filter(|member| is_tested(&member.version.text));
        let nodes = members.filter_map(|member| self.member_node(package, &family, Some(member)));
        let own = |node: &NodeRef| test.version.is_none() || node.version == test.version;
        nodes.filter(|node| self.enabled(node) != Tri::No && own(node)).collect()
    }

    /// What a node depends on by names that stand in YAML without a call.
    pub(crate) fn named_parents(&self, node: &NodeRef) -> Vec<Target> {
        let (Some(package), Some(resolver)) = (self.package(node.package), Resolver::new(self, node.package))
        else {
            return Vec::new();
        };
        let Some((facts, entry)) = self.entry(Site { file: node.file, item: node.item }) else {
            return Vec::new();
        };
        let site = Site { file: node.file, item: node.item };
        match (node.kind, entry.section) {
            // The model says itself that it is one.
            (NodeKind::SemanticModel, Section::Models) => {
                return self.model(package, &entry.name).map(Target::Local).into_iter().collect();
            }
            (NodeKind::UnitTest, _) => {
                return self.tested(package, node).into_iter().map(Target::Local).collect();
            }
            (NodeKind::Metric, Section::Measures) => {
                return self.semantic_model_of(package, site).map(Target::Local).into_iter().collect();
            }
            _ => {}
        }
        let mut out = Vec::new();
        if entry.section == Section::Metrics && entry.parent.is_some() && is_simple(facts, node.item) {
            out.extend(self.semantic_model_of(package, site).map(Target::Local));
        }
        for used in facts.resources().names.iter().filter(|used| used.entry == node.item && used.counts) {
            let found = match used.wanted {
                Wanted::Metric => resolver.metric(None, &used.name),
                Wanted::Measure => resolver.measure(&used.name),
                _ => continue,
            };
            if let Resolution::Found { target, .. } = found {
                out.push(target);
            }
        }
        out
    }

    pub(crate) fn entry_section(&self, node: &NodeRef) -> Option<Section> {
        Some(self.entry(Site { file: node.file, item: node.item })?.1.section)
    }

    /// The node of a kind that is declared at a site.
    pub fn resource(&self, package: &Package, kind: NodeKind, name: &str, site: Site) -> NodeRef {
        NodeRef {
            package: package.id,
            kind,
            name: name.into(),
            version: None,
            file: site.file,
            item: site.item,
            entry: Some(site),
        }
    }
}

/// Whether the metric at an entry has no other metric as its input.
fn is_simple(facts: &crate::facts::FileFacts, item: u32) -> bool {
    let kind = facts.entries.get(item as usize).and_then(|entry| entry.settings.str("type"));
    kind.is_none_or(|kind| kind.eq_ignore_ascii_case("simple"))
}
