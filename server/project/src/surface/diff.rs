//! What changed between two surfaces, and whom it can break.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{Offered, Surface};
use crate::node::Access;

/// One change of what a project offers.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The node it happened to, as dbt writes it.
    pub unique_id: SmolStr,
    /// `orders`, `orders v2`
    pub model: String,
    /// What happened.
    pub what: What,
    /// Others that use the model can fail, or read something else than before.
    pub breaking: bool,
}

/// What happened to a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It is new.
    Added,
    /// It is gone, or disabled.
    Removed {
        /// Another model that is new and has the same columns.
        renamed_to: Option<String>,
        /// Its day of deprecation had come.
        announced: bool,
    },
    /// It may be used by fewer or more.
    Access {
        /// Before.
        from: Access,
        /// Now.
        to: Access,
    },
    /// A `ref()` without a version means another version.
    Latest {
        /// The version before.
        from: SmolStr,
        /// The version now.
        to: SmolStr,
    },
    /// It has versions now: a `ref()` goes on meaning the latest.
    Versioned(SmolStr),
    /// Its contract is not enforced any more.
    ContractDropped,
    /// Its contract is enforced from now on.
    ContractAdded,
    /// A column is gone.
    ColumnRemoved(SmolStr),
    /// A column is new.
    ColumnAdded(SmolStr),
    /// A column has another type.
    ColumnRetyped {
        /// The column.
        name: SmolStr,
        /// Its type before.
        from: SmolStr,
        /// Its type now.
        to: SmolStr,
    },
    /// It belongs to another group.
    Group {
        /// Before.
        from: Option<SmolStr>,
        /// Now.
        to: Option<SmolStr>,
    },
    /// It has a day of deprecation, or another one.
    Deprecated(SmolStr),
    /// It leaves no relation behind any more.
    Ephemeral,
}

impl Change {
    /// A sentence without the model's name: `removed`, `column total removed`.
    pub fn message(&self) -> String {
        let group =
            |name: &Option<SmolStr>| name.as_deref().map_or("no group".to_owned(), |n| format!("group {n}"));
        match &self.what {
            What::Added => "added".to_owned(),
            What::Removed { renamed_to: Some(name), .. } => {
                format!("removed; {name} is new and has its columns")
            }
            What::Removed { announced: true, .. } => {
                "removed, as announced by its deprecation date".to_owned()
            }
            What::Removed { .. } => "removed".to_owned(),
            What::Access { from, to } => format!("access {} is now {}", from.as_str(), to.as_str()),
            What::Latest { from, to } => format!("the latest version is now v{to}, it was v{from}"),
            What::Versioned(latest) => format!("has versions now, v{latest} is the latest"),
            What::ContractDropped => "its contract is no longer enforced".to_owned(),
            What::ContractAdded => "its contract is enforced".to_owned(),
            What::ColumnRemoved(name) => format!("column {name} removed"),
            What::ColumnAdded(name) => format!("column {name} added"),
            What::ColumnRetyped { name, from, to } => format!("column {name} is now {to}, it was {from}"),
            What::Group { from, to } => format!("moved from {} to {}", group(from), group(to)),
            What::Deprecated(date) => format!("deprecated from {date}"),
            What::Ephemeral => "is now ephemeral: it leaves no relation for others to read".to_owned(),
        }
    }
}

/// Every change of a model that was or is public or contracted, by unique id. `today` is `YYYY-MM-DD`.
///
/// What breaks follows dbt's own checks of contracts (contract dropped, column removed, column retyped; dbt 1.5+,
/// "model contracts: breaking changes"), and what `ref()` across projects needs: the model, the version, the access.
/// Another group means another owner, whom consumers have not agreed with.
pub fn diff(before: &Surface, after: &Surface, today: &str) -> Vec<Change> {
    let mut out = Vec::new();
    for (unique_id, old) in &before.models {
        let mut add = |what, breaking| {
            out.push(Change { unique_id: unique_id.clone(), model: old.shown(), what, breaking });
        };
        let latest = || after.models.values().find(|model| model.name == old.name && model.latest);
        let versioned = || latest().filter(|_| old.version.is_none())?.version.clone();
        match after.models.get(unique_id) {
            None if matters(old) && versioned().is_some() => {
                versioned().into_iter().for_each(|version| add(What::Versioned(version), false));
                latest().into_iter().for_each(|new| between(old, new, &mut add));
            }
            None if matters(old) => {
                let announced = old.deprecation.as_deref().is_some_and(|date| date <= today);
                let renamed_to = successor(old, before, after);
                add(What::Removed { renamed_to, announced }, !announced);
            }
            Some(new) if matters(old) || matters(new) => between(old, new, &mut add),
            _ => {}
        }
    }
    for (unique_id, new) in &after.models {
        if matters(new) && !before.models.contains_key(unique_id) {
            let (unique_id, model) = (unique_id.clone(), new.shown());
            out.push(Change { unique_id, model, what: What::Added, breaking: false });
        }
    }
    latest(before, after, &mut out);
    out.sort_by(|a, b| a.unique_id.cmp(&b.unique_id));
    out
}

/// Whether others rely on it: who may not use it is not others' business.
fn matters(model: &Offered) -> bool {
    model.access == Some(Access::Public) || model.contract
}

fn between(old: &Offered, new: &Offered, add: &mut impl FnMut(What, bool)) {
    if let (Some(from), Some(to)) = (old.access, new.access)
        && from != to
    {
        add(What::Access { from, to }, from == Access::Public);
    }
    match (old.contract, new.contract) {
        (true, false) => add(What::ContractDropped, true),
        (false, true) => add(What::ContractAdded, false),
        _ => {}
    }
    let is_ephemeral = |model: &Offered| model.materialized.as_deref() == Some("ephemeral");
    if is_ephemeral(new) && !is_ephemeral(old) {
        add(What::Ephemeral, true);
    }
    columns(old, new, add);
    if old.group != new.group {
        add(What::Group { from: old.group.clone(), to: new.group.clone() }, true);
    }
    if let Some(date) = new.deprecation.as_ref().filter(|_| old.deprecation != new.deprecation) {
        add(What::Deprecated(date.clone()), false);
    }
}

/// Columns of a contract are promised; what is merely documented may be documentation that was cleaned up.
fn columns(old: &Offered, new: &Offered, add: &mut impl FnMut(What, bool)) {
    // Names of columns are compared as warehouses do.
    let of = |model: &Offered| -> FxHashMap<String, Option<SmolStr>> {
        model.columns.iter().map(|(name, kind)| (name.to_lowercase(), kind.clone())).collect()
    };
    let (before, now) = (of(old), of(new));
    let promised = old.contract;
    for (name, kind) in &old.columns {
        match now.get(&name.to_lowercase()) {
            None => add(What::ColumnRemoved(name.clone()), promised),
            Some(other) => {
                if let (Some(from), Some(to)) = (kind, other)
                    && !from.trim().eq_ignore_ascii_case(to.trim())
                {
                    add(
                        What::ColumnRetyped { name: name.clone(), from: from.clone(), to: to.clone() },
                        promised,
                    );
                }
            }
        }
    }
    for (name, _) in new.columns.iter().filter(|(name, _)| !before.contains_key(&name.to_lowercase())) {
        add(What::ColumnAdded(name.clone()), false);
    }
}

/// A model that is new and has the columns of one that is gone.
fn successor(old: &Offered, before: &Surface, after: &Surface) -> Option<String> {
    if old.columns.is_empty() {
        return None;
    }
    let mut new = after.models.iter().filter(|(id, model)| {
        !before.models.contains_key(*id) && model.columns == old.columns && model.version == old.version
    });
    let (_, only) = new.next()?;
    new.next().is_none().then(|| only.shown())
}

/// Models whose latest version moved on: every `ref()` without a version reads another relation now.
fn latest(before: &Surface, after: &Surface, out: &mut Vec<Change>) {
    for (unique_id, old) in before.models.iter().filter(|(_, model)| model.latest && matters(model)) {
        let Some(from) = &old.version else { continue };
        let now = after.models.values().find(|model| model.name == old.name && model.latest);
        if let Some(to) = now.and_then(|model| model.version.as_ref()).filter(|to| *to != from) {
            let (from, to) = (from.clone(), to.clone());
            let (unique_id, model) = (unique_id.clone(), old.name.to_string());
            out.push(Change { unique_id, model, what: What::Latest { from, to }, breaking: false });
        }
    }
}
