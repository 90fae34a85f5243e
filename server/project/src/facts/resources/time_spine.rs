//! `time_spine` of a model: the table of days that the semantic layer joins to.

use smol_str::SmolStr;
use syntax::yaml::Node;

use super::RefusedBy::Both;
use super::form::{Form, is_dynamic};

/// The granularities that dbt knows, finest first.
pub(super) const GRANULARITIES: &[&str] = &[
    "nanosecond",
    "microsecond",
    "millisecond",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
];

/// A model that says it is a time spine.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeSpine {
    /// Index of the model's entry.
    pub entry: u32,
    /// The granularity of its standard column; empty when it is not known.
    pub granularity: SmolStr,
}

impl TimeSpine {
    /// The granularities that the semantic layer is content with (day or finer), and the unknown one.
    pub fn fine_enough() -> impl Iterator<Item = &'static str> {
        GRANULARITIES.iter().copied().take_while(|word| *word != "week").chain([""])
    }
}

/// `form` is a model's entry.
pub(super) fn read(mut form: Form<'_, '_>) {
    let (Some(spine), Some(entry)) = (form.get("time_spine"), form.at) else { return };
    let columns: Vec<Node<'_>> = form.node.get("columns").into_iter().flat_map(Node::items).collect();
    let named = |name: &str| {
        columns
            .iter()
            .copied()
            .find(|column| column.get("name").and_then(Node::text).as_deref() == Some(name))
    };
    let mut spine = form.part("a time spine", spine);
    if !spine.is_mapping() {
        return;
    }
    let mut granularity = SmolStr::default();
    if let Some(standard) = spine.required("standard_granularity_column", Both)
        && let (Some(name), false) = (standard.text(), is_dynamic(standard))
    {
        match named(&name) {
            None => spine.fault(
                Both,
                standard.range(),
                format!("the model has no column '{name}': list it under 'columns' with a 'granularity'"),
            ),
            Some(column) => match column.get("granularity").filter(|value| value.text().is_some()) {
                Some(value) => {
                    if !is_dynamic(value) {
                        granularity = value.text().map(SmolStr::new).unwrap_or_default();
                    }
                    spine.one_of_any_case("granularity", value, GRANULARITIES, Both);
                }
                None => spine.fault(
                    Both,
                    standard.range(),
                    format!("the column '{name}' needs a 'granularity' such as 'day'"),
                ),
            },
        }
    }
    for custom in spine.list("custom_granularities", Both) {
        let mut custom = spine.part("a custom granularity", custom);
        if !custom.is_mapping() {
            continue;
        }
        let name = custom.required("name", Both);
        let column = custom.get("column_name").or(name).filter(|value| !is_dynamic(*value));
        if let Some(column) = column
            && let Some(text) = column.text()
            && named(&text).is_none()
        {
            custom.fault(
                Both,
                column.range(),
                format!("the model has no column '{text}': list it under 'columns'"),
            );
        }
    }
    spine.out.time_spines.push(TimeSpine { entry, granularity });
}
