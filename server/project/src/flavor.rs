//! Which dbt judges a project: the Python engine (v1) or the Rust one (v2). Spec §18 lists the differences.

use syntax::yaml::Dialect;

/// An engine's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Flavor {
    /// dbt-core 1.x.
    #[default]
    V1,
    /// dbt-core 2.x and Fusion.
    V2,
}

impl Flavor {
    /// The YAML it reads (spec §3).
    pub fn dialect(self) -> Dialect {
        match self {
            Flavor::V1 => Dialect::V1_1,
            Flavor::V2 => Dialect::V1_2,
        }
    }

    /// From a `dbt_version` such as `1.12.6` or `2.0.0-alpha.4`.
    pub fn of_dbt_version(version: &str) -> Option<Flavor> {
        let major: u32 = version.trim().split('.').next()?.parse().ok()?;
        Some(if major >= 2 { Flavor::V2 } else { Flavor::V1 })
    }

    /// From `require-dbt-version` specifiers: v2 only when every version they allow is 2 or later.
    pub fn of_requirement<'a>(specifiers: impl IntoIterator<Item = &'a str>) -> Option<Flavor> {
        let mut found = None;
        for specifier in specifiers.into_iter().flat_map(|list| list.split(',')) {
            let specifier = specifier.trim();
            let version = specifier.trim_start_matches(['=', '<', '>', '~', '!', ' ', 'v']);
            let Some(flavor) = Flavor::of_dbt_version(version) else { continue };
            if specifier.starts_with('<') || specifier.starts_with('!') {
                // `<2.0.0` says v1; `<3` says nothing.
                let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
                if major.is_some_and(|major| major <= 2) && found.is_none() {
                    found = Some(Flavor::V1);
                }
            } else if flavor == Flavor::V2 {
                return Some(Flavor::V2);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_requirement_of_two_or_more_means_v2() {
        assert_eq!(Flavor::of_requirement([">=2.0.0"]), Some(Flavor::V2));
        assert_eq!(Flavor::of_requirement([">=1.6.0", "<2.0.0"]), Some(Flavor::V1));
        assert_eq!(Flavor::of_requirement([">=1.6.0"]), None);
        assert_eq!(Flavor::of_dbt_version("2.0.0-alpha.4"), Some(Flavor::V2));
    }
}
