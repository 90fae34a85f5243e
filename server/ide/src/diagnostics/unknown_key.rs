//! `unknown-key`

pub(super) const CODE: &str = "unknown-key";
