//! `project-and-package`

pub(super) const CODE: &str = "project-and-package";
