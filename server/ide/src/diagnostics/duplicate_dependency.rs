//! `duplicate-dependency`

pub(super) const CODE: &str = "duplicate-dependency";
