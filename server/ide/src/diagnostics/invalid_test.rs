//! `invalid-test`: a generic test whose form dbt refuses (spec §10). Its cases are facts of the file, see
//! `project::facts::Shape`.

pub(super) const CODE: &str = "invalid-test";
