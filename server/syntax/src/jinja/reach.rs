//! Three-valued conditions in two worlds: while dbt parses (`execute` is false) and while it runs.

use crate::calls::Reach;

/// Known true, known false, or unknown (`None`).
pub(crate) type Tri = Option<bool>;

/// A condition's outcome while dbt parses and while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Truth {
    pub parse: Tri,
    pub run: Tri,
}

impl Truth {
    pub(crate) const UNKNOWN: Truth = Truth { parse: None, run: None };
    #[cfg(test)]
    pub(crate) const TRUE: Truth = Truth { parse: Some(true), run: Some(true) };
    /// `execute`
    pub(crate) const EXECUTE: Truth = Truth { parse: Some(false), run: Some(true) };
    /// `is_incremental()` asks the database, which it does not before dbt runs.
    pub(crate) const INCREMENTAL: Truth = Truth { parse: Some(false), run: None };

    pub(crate) fn constant(value: Tri) -> Truth {
        Truth { parse: value, run: value }
    }

    pub(crate) fn not(self) -> Truth {
        Truth { parse: self.parse.map(|v| !v), run: self.run.map(|v| !v) }
    }

    pub(crate) fn and(self, other: Truth) -> Truth {
        Truth { parse: and(self.parse, other.parse), run: and(self.run, other.run) }
    }

    pub(crate) fn or(self, other: Truth) -> Truth {
        self.not().and(other.not()).not()
    }

    /// The same in both worlds, when it is known at all.
    pub(crate) fn settled(self) -> Tri {
        self.parse.filter(|_| self.parse == self.run)
    }

    /// The reach of what happens only when this holds (spec §4.4).
    fn reach(self) -> Reach {
        match (self.parse, self.run) {
            (Some(true), _) => Reach::Always,
            (None, _) => Reach::Maybe,
            (Some(false), Some(false)) => Reach::Never,
            (Some(false), _) => Reach::Execute,
        }
    }

    /// The reach of what happens only when this holds, at a place of reach `outer`.
    pub(crate) fn within(self, outer: Reach) -> Reach {
        strictest(outer, self.reach())
    }
}

fn and(a: Tri, b: Tri) -> Tri {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Of two conditions on one place the one that says more about when it is *not* reached.
pub(crate) fn strictest(a: Reach, b: Reach) -> Reach {
    let rank = |reach| match reach {
        Reach::Always => 0,
        Reach::Macro => 1,
        // In a macro too: "when it is called" would promise too much.
        Reach::Maybe => 2,
        Reach::Execute => 3,
        Reach::Never => 4,
    };
    if rank(a) >= rank(b) { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixed_conditions_follow_three_valued_logic() {
        let reach = |truth: Truth| truth.within(Reach::Always);
        assert_eq!(reach(Truth::EXECUTE), Reach::Execute);
        assert_eq!(reach(Truth::EXECUTE.not()), Reach::Always);
        assert_eq!(reach(Truth::EXECUTE.and(Truth::UNKNOWN)), Reach::Execute);
        assert_eq!(reach(Truth::EXECUTE.or(Truth::UNKNOWN)), Reach::Maybe);
        assert_eq!(reach(Truth::EXECUTE.or(Truth::TRUE)), Reach::Always);
        assert_eq!(reach(Truth::INCREMENTAL), Reach::Execute);
        assert_eq!(reach(Truth::UNKNOWN.and(Truth::TRUE.not())), Reach::Never);
        assert_eq!(Truth::EXECUTE.within(Reach::Macro), Reach::Execute);
        assert_eq!(Truth::UNKNOWN.within(Reach::Macro), Reach::Maybe);
        assert_eq!(Truth::TRUE.within(Reach::Macro), Reach::Macro);
    }
}
