//! `metrics:` of the semantic layer, in both forms: with `type_params`, and (dbt 1.12) without.

use smol_str::SmolStr;
use syntax::yaml::{Kind, Node};
use text::TextRange;

use super::RefusedBy::{Both, V1};
use super::form::{Form, is_dynamic};
use super::{NameUse, Wanted, When};

/// The types of metrics.
pub const TYPES: &[&str] = &["simple", "ratio", "cumulative", "derived", "conversion"];
const CALCULATIONS: &[&str] = &["conversions", "conversion_rate"];
const PERIOD_AGGREGATIONS: &[&str] = &["first", "last", "average"];
const LONGEST_NAME: usize = 250;

/// `in_model`: it stands under `metrics` of a model.
pub(super) fn read(mut form: Form<'_, '_>, in_model: bool) {
    if !form.is_mapping() {
        return;
    }
    if let Some(name) = form.required("name", Both) {
        self::name(&mut form, name);
    }
    let kind = form.get("type");
    if let Some(kind) = kind {
        form.one_of_any_case("type", kind, TYPES, Both);
    }
    let kind = match kind {
        Some(kind) if is_dynamic(kind) => None,
        Some(kind) => kind.text().map(|kind| kind.to_lowercase()),
        None => Some("simple".to_owned()),
    };
    let kind = kind.as_deref().unwrap_or_default();
    match form.get("type_params") {
        Some(params) if !in_model => {
            with_params(&mut form, kind, params);
        }
        _ => without_params(&mut form, kind, in_model),
    }
}

fn name(form: &mut Form<'_, '_>, name: Node<'_>) {
    let (Some(text), Some(scalar), false) = (name.text(), name.scalar(), is_dynamic(name)) else { return };
    let range = scalar.content;
    if text.contains(' ') {
        form.fault(
            Both,
            range,
            "the name of a metric cannot contain spaces: use '_', and 'label' for people",
        );
    } else if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        form.fault(Both, range, "the name of a metric must begin with a letter");
    } else if !text.chars().all(|c| c.is_alphanumeric() || c == '_') {
        form.fault(Both, range, "the name of a metric holds letters, digits and '_' only");
    } else if text.chars().count() > LONGEST_NAME {
        form.fault(Both, range, "the name of a metric cannot be longer than 250 characters");
    } else {
        form.layer_name(name);
    }
}

/// The input metrics in the expression of a derived metric, as far as they have no alias.
fn expression(part: &mut Form<'_, '_>) {
    let Some((entry, expr)) = part.at.zip(part.get("expr")) else { return };
    let (Some(scalar), Some(text)) = (expr.scalar(), expr.text()) else { return };
    // Folds and escapes would move the letters.
    if is_dynamic(expr) || usize::from(scalar.content.len()) != text.len() {
        return;
    }
    let inputs = part.get("metrics").into_iter().flat_map(Node::items);
    let names: Vec<SmolStr> = inputs
        .filter(|input| input.get("alias").is_none())
        .filter_map(|input| input.get("name").unwrap_or(input).text().map(SmolStr::new))
        .collect();
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut at = 0;
    while let Some(start) = text[at..].find(is_part).map(|start| at + start) {
        at = text[start..].find(|c| !is_part(c)).map_or(text.len(), |len| start + len);
        if let Some(name) = names.iter().find(|name| **name == text[start..at]) {
            let range = TextRange::at(scalar.content.start() + text::size(start), text::size(at - start));
            let (wanted, name) = (Wanted::Metric, name.clone());
            part.out.names.push(NameUse { wanted, name, range, entry, counts: false });
        }
    }
}

fn with_params<'t>(form: &mut Form<'t, '_>, kind: &str, params: Node<'t>) {
    let at = form.node.entry("type_params").map_or(params.range(), |entry| entry.key_range);
    let mut part = form.part("'type_params'", params);
    if !part.is_mapping() {
        return;
    }
    if let Some(measure) = part.get("measure") {
        part.input("a measure", Wanted::Measure, measure, matches!(kind, "simple" | "cumulative"));
    }
    for key in ["numerator", "denominator"] {
        if let Some(metric) = part.get(key) {
            part.input("an input metric", Wanted::Metric, metric, kind == "ratio");
        }
    }
    for metric in part.list("metrics", V1) {
        part.input("an input metric", Wanted::Metric, metric, kind == "derived");
    }
    if kind == "derived" {
        expression(&mut part);
    }
    window(&mut part, "window");
    flat(&mut part, kind);
    if let Some(conversion) = part.get("conversion_type_params") {
        let mut conversion = part.part("'conversion_type_params'", conversion);
        if conversion.is_mapping() {
            for key in ["base_measure", "conversion_measure"] {
                if let Some(measure) = conversion.required(key, V1) {
                    conversion.input("a measure", Wanted::Measure, measure, kind == "conversion");
                }
            }
            conversion.required("entity", V1);
            if let Some(calculation) = conversion.get("calculation") {
                conversion.one_of_any_case("calculation", calculation, CALCULATIONS, V1);
            }
            window(&mut conversion, "window");
        }
    }
    if let Some(cumulative) = part.get("cumulative_type_params") {
        let mut cumulative = part.part("'cumulative_type_params'", cumulative);
        if cumulative.is_mapping() {
            if let Some(aggregation) = cumulative.get("period_agg") {
                cumulative.one_of_any_case("period_agg", aggregation, PERIOD_AGGREGATIONS, V1);
            }
            window(&mut cumulative, "window");
        }
    }
    inputs(&mut part, kind, at);
}

/// Where the window of a cumulative metric was written before dbt 1.9.
fn flat(part: &mut Form<'_, '_>, kind: &str) {
    for key in ["window", "grain_to_date"] {
        let Some(entry) = part.node.entry(key).filter(|entry| entry.value.kind() != Kind::Null) else {
            continue;
        };
        if kind == "cumulative" {
            let message = format!("'{key}' belongs under 'cumulative_type_params'");
            part.fault_when(When::Nested, V1, entry.key_range, message);
        }
    }
}

/// What a type cannot do without.
fn inputs(part: &mut Form<'_, '_>, kind: &str, at: TextRange) {
    let needs = |keys: &[&str]| keys.iter().any(|key| part.get(key).is_none());
    let message = match kind {
        "simple" | "cumulative" if needs(&["measure"]) => "this metric needs a 'measure'",
        "ratio" if needs(&["numerator", "denominator"]) => "a ratio needs a 'numerator' and a 'denominator'",
        "conversion" if needs(&["conversion_type_params"]) => {
            "a conversion needs 'conversion_type_params' with its two measures"
        }
        "derived" if part.list("metrics", V1).is_empty() => {
            let message = "a derived metric needs 'metrics' that its 'expr' is made of";
            return part.fault_when(When::Layer, V1, at, message);
        }
        _ => return,
    };
    part.fault_when(When::Enabled, V1, at, message);
}

fn without_params(form: &mut Form<'_, '_>, kind: &str, in_model: bool) {
    for key in ["numerator", "denominator"] {
        if let Some(metric) = form.get(key) {
            form.input("an input metric", Wanted::Metric, metric, kind == "ratio");
        }
    }
    for metric in form.list("input_metrics", V1) {
        form.input("an input metric", Wanted::Metric, metric, kind == "derived");
    }
    if let Some(metric) = form.get("input_metric") {
        form.input("an input metric", Wanted::Metric, metric, kind == "cumulative");
    }
    for key in ["base_metric", "conversion_metric"] {
        if let Some(metric) = form.get(key) {
            form.input("an input metric", Wanted::Metric, metric, kind == "conversion");
        }
    }
    if kind == "simple" && form.get("agg").is_some() && !in_model {
        let at = form.anchor();
        form.fault(
            V1,
            at,
            "a simple metric with an 'agg' stands under 'metrics' of a model with 'semantic_model'",
        );
    }
    if kind == "simple" && form.get("agg").is_none() {
        let at = form.anchor();
        form.fault(
            V1,
            at,
            "a simple metric needs 'type_params' with a 'measure', or (in a model with 'semantic_model') an 'agg'",
        );
    }
}

/// `<count> <granularity>`; granularities of one's own are possible.
fn window(form: &mut Form<'_, '_>, key: &str) {
    let Some(value) = form.get(key) else { return };
    let (Some(text), false) = (value.text(), is_dynamic(value)) else { return };
    let fits = matches!(value.kind(), Kind::Scalar)
        && text.split(' ').count() == 2
        && text
            .split(' ')
            .next()
            .is_some_and(|count| !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit()));
    if !fits {
        form.fault(V1, value.range(), "a window is a count and a granularity, such as '7 days'");
    }
}
