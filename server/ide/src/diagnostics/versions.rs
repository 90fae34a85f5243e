//! The versions of a found model, the same for live and for manifest upstreams.

use project::node::{Access, Tri};
use project::resolve::Via;
use project::version::Version;
use project::{NodeKind, Target};
use smol_str::SmolStr;

use super::RefSite;

/// The versions that a call could pin: enabled, with a file, and open to who asks; greatest first.
pub(super) struct Versions {
    pub known: Vec<Version>,
    pub latest: Option<SmolStr>,
}

impl Versions {
    /// Of what a call found; `None` for what has no versions.
    pub fn of(site: &RefSite<'_>) -> Option<Versions> {
        let (target, via) = site.found()?;
        let foreign = matches!(via, Via::Upstream { .. });
        let mesh = &site.cx.analysis.mesh;
        let (mut known, latest): (Vec<Version>, _) = match target {
            Target::Local(node) => {
                node.version.as_ref().filter(|_| node.kind == NodeKind::Model)?;
                let package = mesh.package(node.package)?;
                let family = mesh.family(package, &node.name)?;
                let usable = |member: &&project::node::Member| {
                    mesh.member_node(package, &family, Some(*member)).is_some_and(|node| {
                        mesh.enabled(&node) != Tri::No
                            && (!foreign || mesh.access(&node) == Some(Access::Public))
                    })
                };
                let known =
                    family.versions.iter().filter(usable).map(|member| member.version.clone()).collect();
                (known, family.latest)
            }
            Target::Upstream { manifest, project, node } => {
                let node = manifest.node_at(*node)?;
                node.version()?;
                let all =
                    || manifest.by_name(project, node.name()).iter().filter_map(|at| manifest.node_at(*at));
                // `latest_version` may be spelled otherwise than the version it names: 2.0 and 2.
                let latest = all().find(|node| node.is_latest()).and_then(|node| node.version());
                let latest = latest.or(node.latest_version()).map(SmolStr::new);
                let known =
                    all().filter(|node| node.enabled() && node.access() == Access::Public).filter_map(
                        |node| Some(Version { text: node.version()?.into(), is_str: node.version_is_text() }),
                    );
                (known.collect(), latest)
            }
        };
        known.sort_by(|a, b| b.order(a));
        Some(Versions { known, latest })
    }

    /// The greatest version that comes after the latest: not yet what unpinned refs mean.
    pub fn prerelease(&self) -> Option<&Version> {
        let latest = Version { text: self.latest.clone()?, is_str: true };
        self.known.first().filter(|first| first.order(&latest).is_gt())
    }
}

/// Texts of versions, greatest first.
pub(super) fn newest_first(texts: &[SmolStr]) -> Vec<SmolStr> {
    let mut versions: Vec<Version> =
        texts.iter().map(|text| Version { text: text.clone(), is_str: true }).collect();
    versions.sort_by(|a, b| b.order(a));
    versions.into_iter().map(|version| version.text).collect()
}

/// `3, 2 (latest) and 1`; long lists are cut.
pub(super) fn list(versions: &[SmolStr], latest: Option<&str>) -> String {
    const SHOWN: usize = 8;
    let shown = |version: &SmolStr| match latest == Some(version) {
        true => format!("{version} (latest)"),
        false => version.to_string(),
    };
    super::wording::list(versions.iter().map(shown), SHOWN)
}
