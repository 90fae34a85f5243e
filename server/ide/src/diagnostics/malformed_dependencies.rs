//! `malformed-dependencies`

pub(super) const CODE: &str = "malformed-dependencies";
