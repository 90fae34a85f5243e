//! `packages-in-two-files`

pub(super) const CODE: &str = "packages-in-two-files";
