//! `self-dependency`

pub(super) const CODE: &str = "self-dependency";
