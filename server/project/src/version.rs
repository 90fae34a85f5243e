//! Versions of models: how dbt compares, spells and orders them (spec §5).

use smol_str::SmolStr;
use syntax::calls::Lit;

/// One version as dbt v1 sees it: Python's `str()` of the YAML value, and whether it was a string.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version {
    /// `1`, `2.1`, `gold`: what unique ids and file names carry after the `v`.
    pub text: SmolStr,
    /// Quoted or not a number: `'2'` and `2` are different to `latest_version` in dbt v1.
    pub is_str: bool,
}

impl Version {
    /// From a literal; `None` for what YAML or dbt refuses as a version (null, bool, list).
    pub fn from_lit(lit: &Lit) -> Option<Version> {
        match lit {
            Lit::Str(_) => Some(Version { text: lit.python_str()?, is_str: true }),
            Lit::Int(_) | Lit::Float(_) => Some(Version { text: lit.python_str()?, is_str: false }),
            _ => None,
        }
    }

    /// The number Python's `float()` reads from it.
    pub fn number(&self) -> Option<f64> {
        let number: f64 = self.text.trim().parse().ok()?;
        number.is_finite().then_some(number)
    }

    /// Python's `==` between two YAML values: 2.0 equals 2, '2' does not.
    pub fn python_eq(&self, other: &Version) -> bool {
        match (self.is_str, other.is_str) {
            (true, true) => self.text == other.text,
            (false, false) => self.number() == other.number(),
            _ => false,
        }
    }

    /// dbt's order for "which is the latest": numbers if both are, else text (so `'gold' > 3`).
    pub fn order(&self, other: &Version) -> std::cmp::Ordering {
        match (self.number(), other.number()) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => self.text.cmp(&other.text),
        }
    }

    /// The stem of the version's file when `defined_in` is absent: `<name>_v<version>`.
    pub fn file_stem(&self, model: &str) -> SmolStr {
        smol_str::format_smolstr!("{model}_v{}", self.text)
    }
}

/// The version that `ref()` without `v=` means when `latest_version` is not given: the greatest.
pub fn greatest(versions: &[Version]) -> Option<&Version> {
    // Python's max() keeps the first of equals.
    versions.iter().reduce(|best, next| if next.order(best).is_gt() { next } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v(lit: Lit) -> Version {
        Version::from_lit(&lit).unwrap()
    }

    #[test]
    fn compared_as_python_compares() {
        assert!(v(Lit::Float(2.0)).python_eq(&v(Lit::Int(2))));
        assert!(!v(Lit::Str("2".into())).python_eq(&v(Lit::Int(2))));
        assert_eq!(v(Lit::Float(1.0)).text, "1.0");
    }

    #[test]
    fn the_greatest_is_numeric_when_both_are_numbers_else_text() {
        let greatest_of = |list: &[Version]| greatest(list).unwrap().text.clone();
        assert_eq!(greatest_of(&[v(Lit::Str("9".into())), v(Lit::Str("10".into()))]), "10");
        assert_eq!(greatest_of(&[v(Lit::Int(3)), v(Lit::Str("gold".into()))]), "gold");
    }
}
