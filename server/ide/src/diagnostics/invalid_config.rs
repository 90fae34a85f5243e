//! `invalid-config`: a config whose value is of a kind that dbt does not take. Its cases are facts of the file, see
//! `project::facts::Shape`.

pub(super) const CODE: &str = "invalid-config";
