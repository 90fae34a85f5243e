//! `test-arguments`: an argument or config of a generic test that does not stand below `arguments:` or `config:` (spec §10). Its cases are facts of the file, see
//! `project::facts::Shape`.

pub(crate) const CODE: &str = "test-arguments";
