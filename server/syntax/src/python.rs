//! The dbt calls of a Python model: `dbt.ref("m", v=1)`, `dbt.source(…)`, `dbt.config(…)`.
//!
//! A tolerant tokenizer, not a Python parser; must not know files or projects.

use text::TextRange;

use crate::SyntaxError;
use crate::calls::Call;

/// What one Python model says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PythonModel {
    /// The dbt calls in source order, named `ref`, `source`, `config`, `config.get`, `this`, …
    pub calls: Vec<Call>,
    /// The name `model` in `def model(dbt, session):`.
    pub model_fn: Option<TextRange>,
    /// Unclosed strings and brackets.
    pub errors: Vec<SyntaxError>,
}

/// Reads a Python model.
pub fn parse(_text: &str) -> PythonModel {
    PythonModel::default()
}
