//! `misplaced-key`: a config of a node that stands beside `config:` instead of below it (spec §18). Its cases are facts of the file, see
//! `project::facts::Shape`.

pub(crate) const CODE: &str = "misplaced-key";
