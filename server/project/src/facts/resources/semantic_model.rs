//! `semantic_models:` of the semantic layer, their measures, dimensions and entities.

use smol_str::SmolStr;
use syntax::yaml::{Kind, Node};
use text::TextRange;

use super::RefusedBy::V1;
use super::form::{Form, is_dynamic, is_rendered_call};
use super::{Fault, FaultOf, Wanted, When};

const ENTITIES: &[&str] = &["foreign", "natural", "primary", "unique"];
const DIMENSIONS: &[&str] = &["categorical", "time"];
const AGGREGATIONS: &[&str] =
    &["sum", "min", "max", "count_distinct", "sum_boolean", "average", "percentile", "median", "count"];
/// How many names a message lists.
const SHOWN: usize = 6;

pub(super) fn read(mut form: Form<'_, '_>) {
    if !form.is_mapping() {
        return;
    }
    if let Some(name) = form.required("name", V1) {
        form.layer_name(name);
    }
    if let Some(model) = form.required("model", V1) {
        let plain = model.text().is_none_or(|text| !text.contains('('));
        if is_rendered_call(model) {
            form.fault(V1, model.range(), "dbt evaluates this without braces: write ref(…) alone");
        } else if plain && !is_dynamic(model) {
            form.fault(V1, model.range(), "the model of a semantic model is written ref('<model>')");
        }
    }
    let mut parts = Parts::default();
    parts.entities(&mut form);
    parts.dimensions(&mut form);
    parts.measures(&mut form);
    parts.primary(&mut form);
    if let Some(defaults) = form.get("defaults")
        && let Some(dimension) = defaults.get("agg_time_dimension")
    {
        parts.time_dimension(&mut form, dimension);
    }
}

/// One element of `measures`: the names it uses. Its form is its semantic model's.
pub(super) fn measure(mut form: Form<'_, '_>) {
    if let Some(dimension) = form.get("agg_time_dimension") {
        form.name(Wanted::TimeDimension, dimension, true);
    }
}

/// What is known of the parts of one semantic model.
#[derive(Default)]
struct Parts {
    names: Vec<SmolStr>,
    primary: usize,
    dimensions: usize,
    time_dimensions: Vec<SmolStr>,
    /// A part is not known: nothing is said about what is missing.
    unknown: bool,
}

impl Parts {
    /// The name of a part, and whether it is taken.
    fn name(&mut self, part: &mut Form<'_, '_>) -> Option<SmolStr> {
        let name = part.required("name", V1)?;
        part.layer_name(name);
        let text = SmolStr::new(name.text().filter(|_| !is_dynamic(name))?);
        let range = name.scalar().map_or(name.range(), |scalar| scalar.content);
        if self.names.contains(&text) {
            let message = format!("the semantic model has '{text}' already: rename one of them");
            part.fault_when(When::Layer, V1, range, message);
        }
        self.names.push(text.clone());
        Some(text)
    }

    fn elements<'t>(&mut self, form: &mut Form<'t, '_>, key: &str) -> Vec<Node<'t>> {
        self.unknown |=
            form.get(key).is_some_and(|list| list.kind() == Kind::UnknownAlias || is_dynamic(list));
        form.list(key, V1)
    }

    fn entities(&mut self, form: &mut Form<'_, '_>) {
        for entity in self.elements(form, "entities") {
            let mut entity = form.part("an entity", entity);
            if !entity.is_mapping() {
                continue;
            }
            self.name(&mut entity);
            if let Some(kind) = entity.required("type", V1) {
                entity.one_of_any_case("type", kind, ENTITIES, V1);
                self.unknown |= is_dynamic(kind);
                if kind.text().is_some_and(|kind| kind.eq_ignore_ascii_case("primary")) {
                    self.primary += 1;
                    if self.primary == 2 {
                        let message =
                            "a semantic model has one primary entity: make this one 'unique' or 'foreign'";
                        entity.fault_when(When::Layer, V1, kind.range(), message);
                    }
                }
            }
        }
    }

    fn dimensions(&mut self, form: &mut Form<'_, '_>) {
        for dimension in self.elements(form, "dimensions") {
            let mut dimension = form.part("a dimension", dimension);
            if !dimension.is_mapping() {
                continue;
            }
            self.dimensions += 1;
            let name = self.name(&mut dimension);
            if let Some(kind) = dimension.required("type", V1) {
                dimension.one_of_any_case("type", kind, DIMENSIONS, V1);
                if is_dynamic(kind) || kind.text().is_some_and(|kind| kind.eq_ignore_ascii_case("time")) {
                    self.time_dimensions.extend(name);
                }
            }
            if let Some(params) = dimension.get("type_params") {
                let mut params = dimension.part("'type_params'", params);
                if params.is_mapping()
                    && let Some(granularity) = params.required("time_granularity", V1)
                {
                    let allowed = super::time_spine::GRANULARITIES;
                    params.one_of_any_case("time_granularity", granularity, allowed, V1);
                }
            }
        }
    }

    fn measures(&mut self, form: &mut Form<'_, '_>) {
        let default = form.get("defaults").is_some_and(|defaults| {
            defaults.kind() != Kind::Mapping
                || defaults.get("agg_time_dimension").is_some_and(|value| value.text().is_some())
        });
        for measure in self.elements(form, "measures") {
            let mut measure = form.part("a measure", measure);
            if !measure.is_mapping() {
                continue;
            }
            self.name(&mut measure);
            if let Some(aggregation) = measure.required("agg", V1) {
                measure.one_of_any_case("agg", aggregation, AGGREGATIONS, V1);
            }
            match measure.get("agg_time_dimension") {
                Some(dimension) => self.time_dimension(&mut measure, dimension),
                None if !default => {
                    let message = "a measure needs an 'agg_time_dimension', its own or under 'defaults'";
                    let at = measure.anchor();
                    measure.fault_when(When::Layer, V1, at, message);
                }
                None => {}
            }
        }
    }

    fn primary(&self, form: &mut Form<'_, '_>) {
        let named = form.get("primary_entity");
        let at = form.anchor();
        if let Some(named) = named.filter(|_| self.primary > 0) {
            let message = "the semantic model has an entity of the type primary: remove 'primary_entity'";
            form.fault_when(When::Layer, V1, named.range(), message);
        } else if self.dimensions > 0 && self.primary == 0 && named.is_none() && !self.unknown {
            let message =
                "a semantic model with dimensions needs an entity of the type primary, or 'primary_entity'";
            form.fault_when(When::Layer, V1, at, message);
        }
    }

    /// A name that must be one of the time dimensions.
    fn time_dimension(&self, form: &mut Form<'_, '_>, value: Node<'_>) {
        let (Some(text), Some(scalar), false) = (value.text(), value.scalar(), is_dynamic(value)) else {
            return;
        };
        if form.of == FaultOf::SemanticModel && form.what == "a semantic model" {
            form.name(Wanted::TimeDimension, value, true);
        }
        if self.unknown || self.time_dimensions.iter().any(|known| *known == *text) {
            return;
        }
        self.unknown_dimension(form, &text, scalar.content);
    }

    fn unknown_dimension(&self, form: &mut Form<'_, '_>, name: &str, range: TextRange) {
        let near = text::suggest(name, self.time_dimensions.iter().map(SmolStr::as_str));
        let message = match near {
            Some(near) => format!("no time dimension '{name}'; did you mean '{near}'?"),
            None if self.time_dimensions.is_empty() => {
                format!("no time dimension '{name}': declare it under 'dimensions' with 'type: time'")
            }
            None => {
                let known: Vec<String> =
                    self.time_dimensions.iter().take(SHOWN).map(|known| format!("'{known}'")).collect();
                format!("no time dimension '{name}': the semantic model has {}", known.join(", "))
            }
        };
        let fault = Fault {
            of: FaultOf::Dimension,
            by: V1,
            range,
            message: message.into(),
            instead: near.map(SmolStr::new),
            when: When::Layer,
            entry: form.at,
        };
        form.out.faults.push(fault);
    }
}
