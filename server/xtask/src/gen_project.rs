//! A synthetic dbt project of any size: the same bytes for the same arguments, no cycles, nothing broken.
//!
//! Two refs for each model (sources in the lowest layer), one properties file for 20 models, a source table
//! for 20 models, a macro for 50. Knows nothing of the server that will read it.

use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::path::Path;

/// What to make.
pub struct Spec<'a> {
    /// The project's `name`.
    pub name: &'a str,
    /// How many models.
    pub models: usize,
    /// Every tenth model takes its second ref from another project.
    pub upstream: Option<Upstream<'a>>,
}

/// Another project to take models from.
pub struct Upstream<'a> {
    /// Its name, for `dependencies.yml` and the refs.
    pub name: &'a str,
    /// Names of models of it that may be referenced; used in turn.
    pub models: &'a [String],
}

/// How many layers the models stand in: each refers to the one below.
const LAYERS: usize = 8;
const MODELS_PER_YAML: usize = 20;
const MODELS_PER_TABLE: usize = 20;
const MODELS_PER_MACRO: usize = 50;
const TABLES_PER_SOURCE: usize = 25;

/// The name of the model with this number, from 0.
pub fn model_name(number: usize) -> String {
    format!("model_{number:06}")
}

/// Where the model with this number is, relative to the project, with `/`.
pub fn model_path(spec: &Spec<'_>, number: usize) -> String {
    format!("models/{}/{}.sql", folder(spec, number), model_name(number))
}

/// Where the properties of the model with this number are, relative to the project, with `/`.
pub fn properties_path(spec: &Spec<'_>, number: usize) -> String {
    let first = number - number % MODELS_PER_YAML;
    format!("models/{}/_models_{first:06}.yml", folder(spec, first))
}

/// The models that the model with this number refers to; empty in the lowest layer.
pub fn parents(spec: &Spec<'_>, number: usize) -> Vec<usize> {
    let size = layer_size(spec);
    let layer = number / size;
    if layer == 0 {
        return Vec::new();
    }
    let below = (layer - 1) * size;
    let first = below + scatter(number, 1) % size;
    let mut second = below + scatter(number, 2) % size;
    if second == first {
        second = below + (second - below + 1) % size;
    }
    vec![first, second]
}

/// Writes the project into a directory, made if it is missing.
pub fn write(dir: &Path, spec: &Spec<'_>) -> Result<()> {
    anyhow::ensure!(spec.models >= LAYERS * 2, "at least {} models", LAYERS * 2);
    put(dir, "dbt_project.yml", &project_yml(spec.name))?;
    if let Some(upstream) = &spec.upstream {
        put(dir, "dependencies.yml", &format!("projects:\n  - name: {}\n", upstream.name))?;
    }
    for number in 0..spec.models {
        put(dir, &model_path(spec, number), &model_sql(spec, number))?;
    }
    for first in (0..spec.models).step_by(MODELS_PER_YAML) {
        put(
            dir,
            &properties_path(spec, first),
            &models_yml(first..(first + MODELS_PER_YAML).min(spec.models)),
        )?;
    }
    for source in 0..tables(spec).div_ceil(TABLES_PER_SOURCE) {
        put(dir, &format!("models/sources/raw_{source:03}.yml"), &source_yml(spec, source))?;
    }
    for number in 0..macros(spec) {
        put(dir, &format!("macros/{}.sql", macro_name(number)), &macro_sql(number))?;
    }
    Ok(())
}

fn put(dir: &Path, relative: &str, text: &str) -> Result<()> {
    let path = dir.join(relative);
    let folder = path.parent().context("a file has a folder")?;
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))
}

/// A number that looks random and is always the same.
fn scatter(number: usize, salt: usize) -> usize {
    let mixed = (number as u64 ^ ((salt as u64) << 40)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 33) as usize
}

fn layer_size(spec: &Spec<'_>) -> usize {
    spec.models.div_ceil(LAYERS)
}

fn folder(spec: &Spec<'_>, number: usize) -> String {
    let layer = number / layer_size(spec);
    format!("layer_{layer}/area_{:02}", (number / 200) % 40)
}

fn tables(spec: &Spec<'_>) -> usize {
    (spec.models / MODELS_PER_TABLE).max(2)
}

fn macros(spec: &Spec<'_>) -> usize {
    (spec.models / MODELS_PER_MACRO).max(1)
}

fn macro_name(number: usize) -> String {
    format!("to_cents_{number:04}")
}

fn source_call(spec: &Spec<'_>, number: usize) -> String {
    let table = number % tables(spec);
    format!("source('raw_{:03}', 'table_{table:05}')", table / TABLES_PER_SOURCE)
}

fn project_yml(name: &str) -> String {
    format!(
        "name: {name}\nversion: '1.0.0'\nconfig-version: 2\nprofile: {name}\n\nmodels:\n  {name}:\n    +materialized: view\n"
    )
}

fn model_sql(spec: &Spec<'_>, number: usize) -> String {
    let parents = parents(spec, number);
    let first = parents
        .first()
        .map_or_else(|| source_call(spec, number), |parent| format!("ref('{}')", model_name(*parent)));
    let second = match (&spec.upstream, parents.get(1)) {
        (Some(up), _) if number % 10 == 9 && !up.models.is_empty() => {
            format!("ref('{}', '{}')", up.name, up.models[number % up.models.len()])
        }
        (_, Some(parent)) => format!("ref('{}')", model_name(*parent)),
        (_, None) => source_call(spec, number + 1),
    };
    let materialized = if number.is_multiple_of(4) { "table" } else { "view" };
    format!(
        "{{{{ config(materialized='{materialized}') }}}}

with first_input as (

    select * from {{{{ {first} }}}}

),

second_input as (

    select * from {{{{ {second} }}}}

),

joined as (

    select
        first_input.id,
        first_input.customer_id,
        first_input.ordered_at,
        {{{{ {macro_name}('second_input.amount') }}}} as amount_cents,
        coalesce(second_input.status, 'unknown') as status
    from first_input
    left join second_input
        on first_input.id = second_input.id
    {{% if target.name == 'dev' %}}
    where first_input.ordered_at > current_date - 30
    {{% endif %}}

)

select * from joined
",
        macro_name = macro_name(number % macros(spec)),
    )
}

fn models_yml(numbers: std::ops::Range<usize>) -> String {
    let mut yml = String::from("version: 2\n\nmodels:\n");
    for number in numbers {
        let access = if number % 5 == 0 { "public" } else { "protected" };
        let _ = write!(
            yml,
            "  - name: {}
    description: One row for each order of area {}, as of the last load.
    config:
      access: {access}
    columns:
      - name: id
        description: The key.
        data_type: bigint
        data_tests:
          - unique
          - not_null
      - name: customer_id
        description: Who ordered.
        data_type: bigint
      - name: ordered_at
        description: When, in UTC.
        data_type: timestamp
      - name: amount_cents
        description: What it cost.
        data_type: bigint
      - name: status
        description: One of placed, shipped, returned, unknown.
        data_type: varchar
",
            model_name(number),
            number / 200,
        );
    }
    yml
}

fn source_yml(spec: &Spec<'_>, source: usize) -> String {
    let first = source * TABLES_PER_SOURCE;
    let mut yml =
        format!("version: 2\n\nsources:\n  - name: raw_{source:03}\n    schema: raw\n    tables:\n");
    for table in first..(first + TABLES_PER_SOURCE).min(tables(spec)) {
        let _ = write!(yml, "      - name: table_{table:05}\n        description: As loaded.\n");
    }
    yml
}

fn macro_sql(number: usize) -> String {
    format!(
        "{{% macro {}(column_name, scale=2) %}}\n    cast(round({{{{ column_name }}}} * 100, {{{{ scale }}}}) as bigint)\n{{% endmacro %}}\n",
        macro_name(number)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Spec<'static> = Spec { name: "small", models: 100, upstream: None };

    #[test]
    fn refs_go_down_and_differ() {
        for models in [16, 100, 999, 1000] {
            let spec = Spec { models, ..SMALL };
            for number in 0..models {
                let parents = parents(&spec, number);
                assert!(parents.iter().all(|p| *p < number), "model {number} of {models}: {parents:?}");
                assert!(parents.len() != 2 || parents[0] != parents[1], "model {number} of {models}");
            }
        }
    }

    #[test]
    fn the_same_arguments_give_the_same_files() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (dir.path().join("a"), dir.path().join("b"));
        write(&a, &SMALL).unwrap();
        write(&b, &SMALL).unwrap();
        let last = model_path(&SMALL, 99);
        assert_eq!(
            std::fs::read_to_string(a.join(&last)).unwrap(),
            std::fs::read_to_string(b.join(&last)).unwrap()
        );
        let count = |dir: &Path| {
            ignore::Walk::new(dir).filter(|e| e.as_ref().is_ok_and(|e| e.path().is_file())).count()
        };
        // 100 models, 5 properties files, 1 sources file, 2 macros, dbt_project.yml.
        assert_eq!((count(&a), count(&b)), (109, 109));
    }

    #[test]
    fn every_tenth_model_reads_from_the_upstream() {
        let names = ["orders".to_owned(), "customers".to_owned()];
        let spec = Spec { upstream: Some(Upstream { name: "platform", models: &names }), ..SMALL };
        let with = (0..100).filter(|n| model_sql(&spec, *n).contains("ref('platform', '")).count();
        assert_eq!(with, 10);
    }
}
