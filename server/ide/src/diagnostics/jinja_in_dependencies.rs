//! `jinja-in-dependencies`

pub(super) const CODE: &str = "jinja-in-dependencies";
