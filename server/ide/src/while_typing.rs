//! Half-typed buffers: whatever is inserted or cut wherever, every answer is in bounds and nothing panics.

use std::sync::Arc;

use project::facts::FileFacts;
use project::mesh::NewFile;
use text::TextRange;

use crate::fixture::{Fixture, fixture};
use crate::{
    Analysis, CompletionOptions, FilePos, FileRange, HintOptions, LensOptions, Place, Symbol, completion,
    definition, document_symbols, folding, hints, hover, lenses, linked_ranges, links, on_type, resolve_lens,
    selection_ranges, tokens,
};

const MESH: &str = r#"
//- shop/dbt_project.yml
name: shop
//- shop @manifest platform
model orders public v=1 latest=2 "Old orders."
model orders public v=2 latest=2 "One row per order."
model secret private group=sales
//- shop/dependencies.yml
projects:
  - name: platform # 🦀
packages:
  - package: dbt-labs/dbt_utils
    version: [">=1.0.0", "<2.0.0"]
//- shop/models/marts/revenue.sql
{{ config(materialized='table', group='finance') }}
-- é depends_on: {{ ref('stg_orders') }}
{% set names = ['a', 'b'] %}
with orders as (
	select * from {{ ref('platform', 'orders', v=2) }} where name = 'it''s 🦀'
), raw as (select * from {{ source("raw", 'events') }})
{% for name in names %}
  {% if not loop.last %}select {{ cents(name ~ '_x') }} from {{ ref("stg_orders") }}{% endif %}
{% endfor %}
{# a comment with {{ ref('x') }} #}
//- shop/models/staging/stg_orders.sql
select {{ dbt_utils.star(from=ref('m', version='1')) }}
//- shop/models/m_v1.sql
//- shop/models/py.py
def model(dbt, session):
    dbt.config(materialized="table")
    # é
    return dbt.ref("platform", "orders", v=2).join(dbt.source('raw', "events"), """x""")
//- shop/macros/cents.sql
{% macro cents(column, scale=2) -%}
  ({{ column }} / 100)::numeric(16, {{ scale }}) {{ return(ref('revenue')) }}
{%- endmacro %}
//- shop/models/docs.md
{% docs money %}
Money 🦀 {{ ref('x') }}
{% enddocs %}
//- shop/models/schema.yml
version: 2
groups:
  - name: finance
    owner: {name: Fay, email: fay@example.com}
sources:
  - name: raw
    tables: [{name: events}]
models:
  - name: revenue
    description: "{{ doc('money') }} é"
    config: {group: finance, access: public}
    columns:
      - name: id
        data_tests:
          - relationships:
              arguments:
                to: ref('platform', 'orders')
                field: 'id'
  - name: m
    description: '{{ ref(''m'') }}'
    versions:
      - v: 1
      - v: 2
        defined_in: m_second
exposures:
  - name: board
    depends_on:
      - ref('revenue')
      - source('raw', 'events')
unit_tests:
  - name: adds_up
    model: revenue
    given:
      - input: ref('m', v=1)
        rows: []
"#;

/// What hands do to a text: pieces that open something, close something, or mean nothing yet.
const DAMAGE: [&str; 34] = [
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "'",
    "\"",
    "(",
    ")",
    ",",
    "[",
    "{",
    "}",
    "\n",
    "\r\n",
    "\t",
    " ",
    "🦀",
    "é",
    "{{ ref('",
    "{{ ref(\"platform\", ",
    "{% if ref(",
    "ref('platform', 'o",
    "v=",
    "- ",
    "- na",
    "key",
    "key:",
    "&a",
    "*b",
    "|",
    "#",
    "{% docs ",
];

/// Numbers that look random and are the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end.max(1)
    }

    fn boundary(&mut self, text: &str) -> usize {
        text.floor_char_boundary(self.below(text.len() + 1))
    }
}

/// The text with one to three injuries.
fn damaged(text: &str, random: &mut Random) -> String {
    let mut text = text.to_owned();
    for _ in 0..=random.below(3) {
        let at = random.boundary(&text);
        let end = match random.below(4) {
            0 => text.floor_char_boundary(at + random.below(12)),
            1 => text[at..].find('\n').map_or(text.len(), |length| at + length),
            _ => {
                text.insert_str(at, DAMAGE[random.below(DAMAGE.len())]);
                continue;
            }
        };
        text.replace_range(at..end.max(at), "");
    }
    text
}

fn with_text(mesh: &Fixture, file: project::FileId, text: &str) -> Analysis {
    let mut analysis = mesh.analysis.clone();
    let entry = analysis.mesh.file(file).unwrap().clone();
    let dialect = analysis.mesh.flavor(entry.package).dialect();
    let facts = Arc::new(FileFacts::of(entry.kind, &entry.path, text, dialect));
    analysis.mesh.set_file(entry.package, NewFile { path: entry.path, kind: entry.kind, facts });
    analysis.mesh.refresh_upstreams();
    Arc::make_mut(&mut analysis.open).insert(file, text.into());
    analysis
}

fn assert_in(text: &str, range: TextRange, what: &str) {
    let inside = text.get(usize::from(range.start())..usize::from(range.end()));
    assert!(inside.is_some(), "{what} {range:?} in\n{text}");
}

/// Asks everything at one place. Which of completion, hover and definition had an answer.
fn ask(analysis: &Analysis, text: &str, at: FilePos) -> [bool; 3] {
    let options = CompletionOptions { snippets: true, edits_elsewhere: true, by_blank: false };
    let proposed = completion(analysis, at, options).unwrap();
    for item in &proposed.items {
        assert_in(text, item.replace, &item.label);
        // The protocol asks for a range on one line around the cursor.
        assert!(item.replace.contains_inclusive(at.offset), "{} at {at:?} in\n{text}", item.label);
        assert!(!text[item.replace].contains('\n'), "{} at {at:?} in\n{text}", item.label);
    }
    let shown = hover(analysis, at).unwrap();
    if let Some(hover) = &shown {
        assert_in(text, hover.range, "hover");
    }
    let found = definition(analysis, at).unwrap();
    if let Some(found) = &found {
        assert_in(text, found.origin, "definition");
        for target in &found.targets {
            if let Place::File { file, full, focus } = &target.place {
                assert_in(&analysis.open[file], *full, &target.label);
                assert_in(&analysis.open[file], *focus, &target.label);
            }
        }
    }
    [!proposed.items.is_empty(), shown.is_some(), found.is_some()]
}

fn assert_nested(text: &str, symbols: &[Symbol], around: TextRange) {
    for symbol in symbols {
        assert_in(text, symbol.range, &symbol.name);
        assert!(
            symbol.range.contains_range(symbol.focus) && around.contains_range(symbol.range),
            "{symbol:?}"
        );
        assert_nested(text, &symbol.children, symbol.range);
    }
}

/// Asks everything about a whole file. How much there was.
fn ask_shape(analysis: &Analysis, text: &str, at: FilePos) -> usize {
    let whole = TextRange::new(0.into(), text::size(text.len()));
    let file = at.file;
    let symbols = document_symbols(analysis, file).unwrap();
    assert_nested(text, &symbols, whole);
    let tokens = tokens(analysis, file).unwrap();
    tokens.iter().for_each(|token| assert_in(text, token.range, "token"));
    assert!(tokens.is_sorted_by(|a, b| a.range.end() <= b.range.start()), "{tokens:?} in\n{text}");
    for fold in folding(analysis, file).unwrap() {
        assert_in(text, fold.range, "fold");
    }
    let selected = selection_ranges(analysis, file, &[at.offset]).unwrap().unwrap();
    for range in &selected[0] {
        assert_in(text, *range, "selection");
        assert!(range.contains_inclusive(at.offset), "{range:?} at {at:?} in\n{text}");
    }
    assert!(selected[0].is_sorted_by(|a, b| b.contains_range(*a) && a != b), "{selected:?} in\n{text}");
    if let Some([a, b]) = linked_ranges(analysis, at).unwrap() {
        assert_eq!(text[a], text[b], "linked in\n{text}");
    }
    let links = links(analysis, file).unwrap();
    links.iter().for_each(|link| assert_in(text, link.range, "link"));
    let options = HintOptions { versions: true, relations: true, materializations: true };
    let hints = hints(analysis, FileRange { file, range: whole }, options).unwrap();
    for hint in &hints {
        assert_in(text, TextRange::empty(hint.at), &hint.label);
        assert!(
            hint.edit
                .as_ref()
                .is_none_or(|edit| text::apply_edits(text, std::slice::from_ref(edit)).is_some())
        );
    }
    let lenses = lenses(analysis, file, LensOptions::default()).unwrap();
    for lens in &lenses {
        assert_in(text, lens.range, "lens");
        resolve_lens(analysis, &lens.key).unwrap();
    }
    for typed in crate::ON_TYPE {
        if text[..at.offset.into()].ends_with(typed)
            && let Some(edits) = on_type(analysis, at, typed).unwrap()
        {
            assert!(text::apply_edits(text, &edits).is_some(), "{edits:?} in\n{text}");
        }
    }
    symbols.len() + tokens.len() + links.len() + hints.len() + lenses.len()
}

#[test]
fn the_shape_of_a_file_is_in_bounds_however_broken_the_text() {
    let mesh = fixture(MESH);
    let mut files: Vec<_> = mesh.texts.keys().copied().collect();
    files.sort();
    let mut random = Random(0xc0ffee);
    let mut found = 0;
    for round in 0..4000 {
        let file = files[round % files.len()];
        let text = damaged(&mesh.texts[&file], &mut random);
        let analysis = with_text(&mesh, file, &text);
        let at = FilePos { file, offset: text::size(random.boundary(&text)) };
        found += ask_shape(&analysis, &text, at);
    }
    assert!(found > 40_000, "{found}");
}

#[test]
fn every_answer_is_in_bounds_however_broken_the_text() {
    let mesh = fixture(MESH);
    let mut files: Vec<_> = mesh.texts.keys().copied().collect();
    files.sort();
    let mut random = Random(0x5eed);
    let mut answers = [0usize; 3];
    for round in 0..4000 {
        let file = files[round % files.len()];
        let text = damaged(&mesh.texts[&file], &mut random);
        let analysis = with_text(&mesh, file, &text);
        for _ in 0..3 {
            let at = FilePos { file, offset: text::size(random.boundary(&text)) };
            let given = ask(&analysis, &text, at);
            answers.iter_mut().zip(given).for_each(|(count, given)| *count += usize::from(given));
        }
    }
    // The test must have asked about something.
    assert!(answers.iter().all(|count| *count > 300), "{answers:?}");
}
