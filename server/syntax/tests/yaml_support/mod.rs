//! The property files that the YAML tests share: every kind dbt has, in the styles people write.
#![allow(dead_code)]

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        /// Name and text of each file.
        pub const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../data/yaml/", $name)))),*];
    };
}

files![
    "anchors.yml",
    "block_text.yml",
    "bom.yml",
    "comments.yml",
    "dbt_project.yml",
    "dim_generated.yml",
    "documents.yml",
    "exposures.yml",
    "fct_generated.yml",
    "flow_style.yml",
    "groups.yml",
    "indentless.yml",
    "int_generated.yml",
    "macros.yml",
    "models_orders.yml",
    "packages.yml",
    "rpt_generated.yml",
    "scalars.yml",
    "seeds.yml",
    "selectors.yml",
    "semantic_models.yml",
    "snapshots.yml",
    "sources_shop.yml",
    "stg_generated.yml",
    "unicode.yml",
    "unit_tests.yml",
    "versions.yml",
    "wide_indent.yml",
];

/// A small seeded generator: the same run every time.
pub struct Random(pub u64);

impl Random {
    /// Below `limit`, which must not be 0.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    /// One of `from`.
    pub fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}
