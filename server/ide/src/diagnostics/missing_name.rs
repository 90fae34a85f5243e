//! `missing-name`

pub(super) const CODE: &str = "missing-name";
