//! `unused-dependency`

pub(super) const CODE: &str = "unused-dependency";
