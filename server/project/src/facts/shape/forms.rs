//! What the two engines want of the values in a properties file: which kinds of value each key takes.
//!
//! Executed against dbt-core 1.12.6 (whose parser checks every entry of a section, used or not) and 2.0.0-alpha.4.
//! Which keys there are at all is [`crate::schema`]'s business, except where dbt v1 refuses others.

use syntax::yaml::{Dialect, Kind, Node, Resolved};

/// Kinds of value, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(u8);

pub(super) const TEXT: Kinds = Kinds(1);
pub(super) const TRUTH: Kinds = Kinds(2);
pub(super) const WHOLE: Kinds = Kinds(4);
pub(super) const FRACTION: Kinds = Kinds(8);
pub(super) const DATE: Kinds = Kinds(16);
pub(super) const LIST: Kinds = Kinds(32);
pub(super) const MAP: Kinds = Kinds(64);
pub(super) const EMPTY: Kinds = Kinds(128);
pub(super) const ANY: Kinds = Kinds(255);

impl Kinds {
    pub(super) const fn or(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    pub(super) fn contains(self, other: Kinds) -> bool {
        self.0 & other.0 == other.0
    }

    /// What a value is to an engine; [`None`] when only dbt knows: it renders Jinja in it.
    pub(super) fn of(node: Node<'_>, dialect: Dialect) -> Option<Kinds> {
        Kinds::of_each(node, [dialect]).map(|[kinds]| kinds)
    }

    /// The same for both engines, which is asked of every value of a project.
    pub(super) fn of_both(node: Node<'_>) -> Option<[Kinds; 2]> {
        Kinds::of_each(node, [Dialect::V1_1, Dialect::V1_2])
    }

    fn of_each<const N: usize>(node: Node<'_>, dialects: [Dialect; N]) -> Option<[Kinds; N]> {
        Some(match node.kind() {
            Kind::Mapping => [MAP; N],
            Kind::Sequence => [LIST; N],
            Kind::Null => [EMPTY; N],
            Kind::Scalar => {
                let text = node.text()?;
                if text.contains('{') && (text.contains("{{") || text.contains("{%")) {
                    return None;
                }
                if node.is_surely_text() {
                    return Some([TEXT; N]);
                }
                let scalar = node.scalar()?;
                dialects.map(|dialect| match scalar.resolve(dialect) {
                    Resolved::Null => EMPTY,
                    Resolved::Bool(_) => TRUTH,
                    Resolved::Int(_) => WHOLE,
                    Resolved::Float(_) => FRACTION,
                    Resolved::Date | Resolved::Timestamp => DATE,
                    Resolved::Str => TEXT,
                })
            }
            _ => return None,
        })
    }

    /// One kind, for people.
    pub(super) fn name(self) -> &'static str {
        match self {
            EMPTY => "nothing",
            TRUTH => "true or false",
            DATE => "a date",
            LIST => "a list",
            MAP => "a mapping",
            TEXT => "a text",
            _ => "a number",
        }
    }

    /// What is wanted, for people.
    pub(super) fn wanted(self) -> String {
        let all = [
            (TEXT, "a text"),
            (TRUTH, "true or false"),
            (WHOLE, "a number"),
            (LIST, "a list"),
            (MAP, "a mapping"),
        ];
        let names: Vec<&str> =
            all.iter().filter(|(kind, _)| self.contains(*kind)).map(|(_, name)| *name).collect();
        match names.as_slice() {
            [] => "a date".to_owned(),
            names => names.join(" or "),
        }
    }
}

/// A key and what its value may be.
pub(super) struct Field {
    pub key: &'static str,
    pub v1: Kinds,
    pub v2: Kinds,
    pub inside: Inside,
}

/// What is inside the value of a key.
#[derive(Clone, Copy)]
pub(super) enum Inside {
    /// Nothing that is looked at.
    Any,
    /// A mapping.
    Mapping(&'static Form),
    /// A list of mappings.
    Items(&'static Form),
    /// A list of texts.
    Texts,
    /// A list of generic tests.
    Tests,
    /// A list of constraints.
    Constraints(Level),
    /// A `config`.
    Config,
}

/// What has constraints.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Column,
    Model,
    Version,
}

/// A mapping.
pub(super) struct Form {
    /// With its article, for people.
    pub what: &'static str,
    pub fields: &'static [&'static [Field]],
    /// dbt refuses it without a `name` (spec §19).
    pub named: bool,
    /// Whether dbt v1 refuses other keys.
    pub closed: bool,
}

impl Form {
    pub(super) fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields.iter().flat_map(|fields| fields.iter()).find(|field| field.key == key)
    }

    /// Every key it has.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().flat_map(|fields| fields.iter()).map(|field| field.key)
    }
}

const fn field(key: &'static str, v1: Kinds, v2: Kinds, inside: Inside) -> Field {
    Field { key, v1, v2, inside }
}

/// The same for both engines, but v2 takes nothing for anything.
const fn both(key: &'static str, kinds: Kinds, inside: Inside) -> Field {
    field(key, kinds, kinds.or(EMPTY), inside)
}

/// A key that dbt v2 has under `config` only, so that its value does not matter to it.
const fn v1(key: &'static str, kinds: Kinds, inside: Inside) -> Field {
    field(key, kinds, ANY, inside)
}

const OPTIONAL_TEXT: Kinds = TEXT.or(EMPTY);
const OPTIONAL_TRUTH: Kinds = TRUTH.or(EMPTY);

const NAME: &[Field] = &[field("name", TEXT, TEXT, Inside::Any), both("description", TEXT, Inside::Any)];

/// What every described thing has.
const DESCRIBED: &[Field] = &[
    v1("meta", MAP, Inside::Any),
    both("data_type", OPTIONAL_TEXT, Inside::Any),
    v1("docs", MAP, Inside::Mapping(&DOCS)),
    both("config", MAP, Inside::Config),
];

const TESTED: &[Field] = &[both("data_tests", LIST, Inside::Tests), both("tests", LIST, Inside::Tests)];

const COLUMN_LIST: &[Field] = &[both("columns", LIST, Inside::Items(&COLUMN))];

pub(super) static COLUMN: Form = Form {
    what: "a column",
    fields: &[
        NAME,
        DESCRIBED,
        TESTED,
        &[both("constraints", LIST, Inside::Constraints(Level::Column))],
        &[
            both("quote", OPTIONAL_TRUTH, Inside::Any),
            v1("tags", LIST, Inside::Texts),
            both("granularity", OPTIONAL_TEXT, Inside::Any),
        ],
    ],
    named: true,
    closed: false,
};

static DOCS: Form = Form {
    what: "docs",
    fields: &[&[v1("show", TRUTH, Inside::Any), v1("node_color", OPTIONAL_TEXT, Inside::Any)]],
    named: false,
    closed: false,
};

pub(super) static MODEL: Form = Form {
    what: "a model",
    fields: &[
        NAME,
        DESCRIBED,
        TESTED,
        &[both("constraints", LIST, Inside::Constraints(Level::Model))],
        COLUMN_LIST,
        &[
            v1("quote_columns", OPTIONAL_TRUTH, Inside::Any),
            v1("access", OPTIONAL_TEXT, Inside::Any),
            both("deprecation_date", TEXT.or(DATE).or(EMPTY), Inside::Any),
        ],
    ],
    named: true,
    closed: false,
};

pub(super) static VERSION: Form = Form {
    what: "a version",
    fields: &[
        &[
            field("v", ANY, ANY, Inside::Any),
            both("description", TEXT, Inside::Any),
            both("defined_in", OPTIONAL_TEXT, Inside::Any),
            v1("access", OPTIONAL_TEXT, Inside::Any),
            both("config", MAP, Inside::Config),
            v1("docs", MAP, Inside::Mapping(&DOCS)),
            both("data_tests", LIST.or(EMPTY), Inside::Tests),
            both("tests", LIST.or(EMPTY), Inside::Tests),
            both("deprecation_date", TEXT.or(DATE).or(EMPTY), Inside::Any),
            v1("columns", LIST, Inside::Any),
        ],
        &[both("constraints", LIST, Inside::Constraints(Level::Version))],
    ],
    named: false,
    closed: true,
};

/// A seed, or a snapshot.
pub(super) static NODE: Form = Form {
    what: "an entry",
    fields: &[
        NAME,
        DESCRIBED,
        TESTED,
        COLUMN_LIST,
        &[
            v1("quote_columns", OPTIONAL_TRUTH, Inside::Any),
            v1("access", OPTIONAL_TEXT, Inside::Any),
            v1("constraints", LIST, Inside::Any),
        ],
    ],
    named: true,
    closed: false,
};

pub(super) static ANALYSIS: Form =
    Form { what: "an analysis", fields: &[NAME, DESCRIBED, COLUMN_LIST], named: true, closed: false };

pub(super) static MACRO: Form = Form {
    what: "a macro",
    fields: &[
        NAME,
        &[
            field("meta", MAP, MAP.or(EMPTY), Inside::Any),
            field("docs", MAP, MAP.or(EMPTY), Inside::Mapping(&DOCS)),
            both("config", MAP, Inside::Any),
            both("arguments", LIST, Inside::Items(&ARGUMENT)),
        ],
    ],
    named: true,
    closed: false,
};

static ARGUMENT: Form = Form {
    what: "an argument",
    fields: &[NAME, &[both("type", OPTIONAL_TEXT, Inside::Any)]],
    named: true,
    closed: true,
};

/// dbt v1 checks these too, and only warns.
pub(super) static SINGULAR_TEST: Form =
    Form { what: "a test", fields: &[&[field("name", ANY, TEXT, Inside::Any)]], named: true, closed: false };

const FRESH: &[Field] = &[
    v1("freshness", MAP.or(EMPTY), Inside::Mapping(&FRESHNESS)),
    v1("loaded_at_field", OPTIONAL_TEXT, Inside::Any),
    v1("loaded_at_query", OPTIONAL_TEXT, Inside::Any),
    both("quoting", MAP, Inside::Mapping(&QUOTING)),
    v1("tags", LIST, Inside::Texts),
];

pub(super) static SOURCE: Form = Form {
    what: "a source",
    fields: &[
        NAME,
        FRESH,
        &[
            v1("meta", MAP, Inside::Any),
            both("database", OPTIONAL_TEXT, Inside::Any),
            both("schema", OPTIONAL_TEXT, Inside::Any),
            both("loader", TEXT, Inside::Any),
            both("config", MAP, Inside::Config),
            // Whether nothing is fine here changed from one dbt v1 to the next.
            both("tables", LIST.or(EMPTY), Inside::Items(&TABLE)),
            v1("unrendered_database", ANY, Inside::Any),
            v1("unrendered_schema", ANY, Inside::Any),
            v1("loaded_at_field_present", ANY, Inside::Any),
        ],
    ],
    named: true,
    closed: true,
};

static TABLE: Form = Form {
    what: "a table",
    fields: &[
        NAME,
        DESCRIBED,
        TESTED,
        COLUMN_LIST,
        FRESH,
        &[both("identifier", OPTIONAL_TEXT, Inside::Any), both("external", MAP.or(EMPTY), Inside::Any)],
    ],
    named: true,
    closed: false,
};

static QUOTING: Form = Form {
    what: "quoting",
    fields: &[&[
        v1("database", OPTIONAL_TRUTH, Inside::Any),
        v1("schema", OPTIONAL_TRUTH, Inside::Any),
        v1("identifier", OPTIONAL_TRUTH, Inside::Any),
        v1("column", OPTIONAL_TRUTH, Inside::Any),
    ]],
    named: false,
    closed: true,
};

pub(super) static FRESHNESS: Form = Form {
    what: "freshness",
    fields: &[&[
        v1("warn_after", MAP.or(EMPTY), Inside::Mapping(&PERIOD)),
        v1("error_after", MAP.or(EMPTY), Inside::Mapping(&PERIOD)),
        v1("filter", OPTIONAL_TEXT, Inside::Any),
    ]],
    named: false,
    closed: true,
};

static PERIOD: Form = Form {
    what: "a period",
    fields: &[&[v1("count", WHOLE.or(EMPTY), Inside::Any), v1("period", OPTIONAL_TEXT, Inside::Any)]],
    named: false,
    closed: true,
};

/// A period below `config`, where dbt v2 looks too.
pub(super) static CONFIG_PERIOD: Form = Form {
    what: "a period",
    fields: &[&[v1("period", OPTIONAL_TEXT, Inside::Any)]],
    named: false,
    closed: false,
};

/// An entry of which only the name is looked at here.
pub(super) static NAMED: Form =
    Form { what: "an entry", fields: &[&[field("name", ANY, ANY, Inside::Any)]], named: true, closed: false };

/// An entry that is looked at elsewhere.
pub(super) static ANYTHING: Form = Form { what: "an entry", fields: &[], named: false, closed: false };
