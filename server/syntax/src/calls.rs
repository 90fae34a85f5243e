//! The calls that give dbt's files their meaning, `ref('m')` and the like, from whichever language they
//! were written in: SQL templates, Jinja inside YAML strings, docs blocks, Python models.
//!
//! An argument has three possible answers: written out ([`Value::Literal`]), computed here from literals
//! ([`Value::Folded`]), or only known to dbt at run time ([`Value::Unknown`]). Unknown is never guessed.

use smol_str::SmolStr;
use text::TextRange;

use crate::jinja::fold;

/// One call expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The callee as written, without blanks around its dots: `ref`, `builtins.ref`, `dbt_utils.star`,
    /// `adapter.dispatch`, `dbt.ref` (Python: normalised to `ref`, `source`, `config`, …).
    pub name: SmolStr,
    /// The callee's bytes.
    pub name_range: TextRange,
    /// From the callee's first byte to the closing parenthesis (or to where the damage starts).
    pub range: TextRange,
    /// In source order.
    pub args: Vec<Arg>,
    /// Whether dbt evaluates this call when it parses the file.
    pub reach: Reach,
    /// False while the closing parenthesis is missing or an argument did not parse: then positions are
    /// right but "too few arguments" must not be said.
    pub complete: bool,
}

/// One argument of a [`Call`].
#[derive(Debug, Clone, PartialEq)]
pub struct Arg {
    /// `v` and its bytes in `v=2`.
    pub keyword: Option<(SmolStr, TextRange)>,
    /// The bytes of the value, quotes included, keyword excluded.
    pub range: TextRange,
    /// What it is known to be.
    pub value: Value,
    /// `*args` or `**kwargs`: the number of arguments is unknown.
    pub splat: bool,
}

impl Arg {
    /// The bytes inside the quotes when the value is one written string, else the whole value.
    pub fn inner_range(&self) -> TextRange {
        match &self.value {
            Value::Literal(Lit::Str(_)) if u32::from(self.range.len()) >= 2 => {
                TextRange::new(self.range.start() + text::size(1), self.range.end() - text::size(1))
            }
            _ => self.range,
        }
    }
}

/// What is known of an expression's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Written out at this place.
    Literal(Lit),
    /// Computed from literals: `'a' ~ 'b'`, a `set` variable with one constant value, a loop variable
    /// over a literal list (each value in turn).
    Folded(Vec<Lit>),
    /// Known once the project's variables are; like [`Value::Unknown`] to whoever does not know them.
    Late(Box<Late>),
    /// Dynamic: never report anything about it.
    Unknown,
}

/// An expression over `var()` calls with literal arguments, or over the parameters of a macro.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum Late {
    /// `var('name', default)`
    Var {
        name: SmolStr,
        default: Option<Value>,
    },
    /// A parameter of the macro around it, as whoever calls the macro gives it.
    Param(SmolStr),
    /// Two values joined: `a ~ b`.
    Join(Value, Value),
    /// Two values added up: `a + b`.
    Sum(Value, Value),
    Not(Value),
    And(Value, Value),
    Or(Value, Value),
}

/// Deepest nesting of [`Late`]: what is deeper is unknown.
const MAX_LATE: usize = 16;

impl Late {
    fn depth(&self) -> usize {
        let of = |value: &Value| if let Value::Late(late) = value { late.depth() } else { 0 };
        1 + match self {
            Late::Var { .. } | Late::Param(_) => 0,
            Late::Not(value) => of(value),
            Late::And(a, b) | Late::Or(a, b) | Late::Join(a, b) | Late::Sum(a, b) => of(a).max(of(b)),
        }
    }

    /// The value, unless it is nested too deeply.
    pub fn value(self) -> Value {
        if self.depth() > MAX_LATE { Value::Unknown } else { Value::Late(Box::new(self)) }
    }

    /// Whether it, or a part of it, is such.
    fn any(&self, is: fn(&Late) -> bool) -> bool {
        let inside = |value: &Value| matches!(value, Value::Late(late) if late.any(is));
        is(self)
            || match self {
                Late::Var { .. } | Late::Param(_) => false,
                Late::Not(value) => inside(value),
                Late::And(a, b) | Late::Or(a, b) | Late::Join(a, b) | Late::Sum(a, b) => {
                    inside(a) || inside(b)
                }
            }
    }
}

impl Value {
    /// The value when there is exactly one.
    pub fn single(&self) -> Option<&Lit> {
        match self {
            Value::Literal(lit) => Some(lit),
            Value::Folded(lits) if lits.len() == 1 => lits.first(),
            _ => None,
        }
    }

    /// The single value when it is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self.single() {
            Some(Lit::Str(s)) => Some(s),
            _ => None,
        }
    }

    /// The value once `var` tells what a variable is set to; unknown where it does not know one without a default.
    #[must_use]
    pub fn settled(&self, var: &dyn Fn(&str) -> Option<Value>) -> Value {
        let Value::Late(late) = self else { return self.clone() };
        let truth = |value: &Value| value.settled(var).single().and_then(Lit::truthy);
        match &**late {
            Late::Var { name, default } => var(name)
                .or_else(|| default.as_ref().map(|value| value.settled(var)))
                .unwrap_or(Value::Unknown),
            Late::Param(_) => Value::Unknown,
            Late::Join(a, b) => fold::binary("~", &a.settled(var), &b.settled(var)),
            Late::Sum(a, b) => fold::binary("+", &a.settled(var), &b.settled(var)),
            Late::Not(value) => {
                truth(value).map_or(Value::Unknown, |truth| Value::Folded(vec![Lit::Bool(!truth)]))
            }
            // As in Python: the one that decides is the result.
            Late::And(a, b) => match truth(a) {
                Some(true) => b.settled(var),
                Some(false) => a.settled(var),
                None => Value::Unknown,
            },
            Late::Or(a, b) => match truth(a) {
                Some(true) => a.settled(var),
                Some(false) => b.settled(var),
                None => Value::Unknown,
            },
        }
    }

    /// The value inside a macro that is called so that its parameters are what `given` says.
    #[must_use]
    pub fn bound(&self, given: &dyn Fn(&str) -> Value) -> Value {
        let Value::Late(late) = self else { return self.clone() };
        let both = |a: &Value, b: &Value| (a.bound(given), b.bound(given));
        let late = match &**late {
            Late::Var { .. } => return self.clone(),
            Late::Param(name) => return given(name),
            Late::Join(a, b) => {
                let (a, b) = both(a, b);
                return fold::binary("~", &a, &b);
            }
            Late::Sum(a, b) => {
                let (a, b) = both(a, b);
                return fold::binary("+", &a, &b);
            }
            Late::Not(value) => Late::Not(value.bound(given)),
            Late::And(a, b) => {
                let (a, b) = both(a, b);
                Late::And(a, b)
            }
            Late::Or(a, b) => {
                let (a, b) = both(a, b);
                Late::Or(a, b)
            }
        };
        // What hangs on variables still waits for them.
        let late = late.value();
        let waits = matches!(&late, Value::Late(late) if late.any(|late| matches!(late, Late::Var { .. })));
        if waits { late } else { late.settled(&|_| None) }
    }

    /// Whether it hangs on a parameter of the macro around it.
    pub fn has_param(&self) -> bool {
        matches!(self, Value::Late(late) if late.any(|late| matches!(late, Late::Param(_))))
    }

    /// Every possible value; empty when unknown.
    pub fn possible(&self) -> &[Lit] {
        match self {
            Value::Literal(lit) => std::slice::from_ref(lit),
            Value::Folded(lits) => lits,
            Value::Late(_) | Value::Unknown => &[],
        }
    }
}

/// A constant as Jinja and Python write it.
#[derive(Debug, Clone, PartialEq)]
pub enum Lit {
    /// `'a'`, unescaped.
    Str(SmolStr),
    /// `1`
    Int(i64),
    /// `1.0`
    Float(f64),
    /// `true`, `True`
    Bool(bool),
    /// `none`, `None`
    None,
    /// `[…]`, `(…)`: elements may be unknown.
    List(Vec<Value>),
    /// `{…}`: entries with an unknown key are left out and `complete` is false.
    Dict {
        /// Key and value in source order.
        entries: Vec<(SmolStr, Value)>,
        /// Every key is known.
        complete: bool,
    },
}

impl Lit {
    /// Python's `str()` of it, which dbt uses for versions: `1` → "1", `1.0` → "1.0", `True` → "True".
    pub fn python_str(&self) -> Option<SmolStr> {
        Some(match self {
            Lit::Str(s) => s.clone(),
            Lit::Int(i) => smol_str::format_smolstr!("{i}"),
            Lit::Float(f) if f.fract() == 0.0 && f.abs() < 1e16 => smol_str::format_smolstr!("{f:.1}"),
            Lit::Float(f) => smol_str::format_smolstr!("{f}"),
            Lit::Bool(true) => "True".into(),
            Lit::Bool(false) => "False".into(),
            Lit::None => "None".into(),
            Lit::List(_) | Lit::Dict { .. } => return None,
        })
    }

    /// Python's truth: empty string, 0, none and empty collections are false. `None` when unknown.
    pub fn truthy(&self) -> Option<bool> {
        Some(match self {
            Lit::Str(s) => !s.is_empty(),
            Lit::Int(i) => *i != 0,
            Lit::Float(f) => *f != 0.0,
            Lit::Bool(b) => *b,
            Lit::None => false,
            Lit::List(items) => !items.is_empty(),
            Lit::Dict { entries, complete: true } => !entries.is_empty(),
            Lit::Dict { .. } => return None,
        })
    }
}

/// Whether dbt evaluates a place when it parses the file, with `execute` false (spec §4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Surely: outside any branch, macro or loop that could skip it.
    Always,
    /// Under a condition (or in a loop, or a `{% call %}` body) whose outcome is not known here; in a macro too.
    Maybe,
    /// Only when dbt runs, never when it parses: under `{% if execute %}` or `is_incremental()`.
    Execute,
    /// In the body of a macro, test or materialization: only when somebody calls it.
    Macro,
    /// Never: under `{% if false %}` and the like.
    Never,
}
