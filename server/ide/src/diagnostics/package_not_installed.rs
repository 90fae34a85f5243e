//! `package-not-installed`

pub(super) const CODE: &str = "package-not-installed";
