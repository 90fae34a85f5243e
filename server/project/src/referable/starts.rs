//! The names of a package in an order that answers what is typed: few are looked at, however many there are.

use std::sync::Arc;

use crate::layout::behind;
use crate::package::Named;

/// Letters and digits that a name has, one bit each; all bits of a name that has others than ASCII.
type Letters = u64;

/// An order of names for the length of one state of a package.
#[derive(Debug)]
pub(crate) struct Starts {
    /// Indexes of names, by name without regard to case.
    order: Vec<u32>,
    /// In that order: the folder of each.
    folders: Vec<u32>,
    /// In that order: the letters of each.
    letters: Vec<Letters>,
    /// Each folder once.
    distinct: Vec<Arc<str>>,
}

impl Starts {
    pub(crate) fn new(names: &[Named]) -> Starts {
        let mut keyed: Vec<(Vec<u8>, u32)> =
            names.iter().map(|of| of.name.to_ascii_lowercase().into_bytes()).zip(0..).collect();
        keyed.sort_unstable();
        let order: Vec<u32> = keyed.into_iter().map(|(_, at)| at).collect();
        let mut distinct: Vec<Arc<str>> = names.iter().map(|of| Arc::clone(&of.folder)).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let ordered = || order.iter().map(|at| &names[*at as usize]);
        let folder = |of: &Named| distinct.binary_search(&of.folder).unwrap_or_default() as u32;
        Starts {
            folders: ordered().map(folder).collect(),
            letters: ordered().map(|of| letters(&of.name)).collect(),
            order,
            distinct,
        }
    }

    /// The first `limit` names that start with `typed`, whatever the case, of those in or below `folder` and of the
    /// others.
    pub(crate) fn starting(
        &self,
        names: &[Named],
        typed: &str,
        folder: Option<&str>,
        limit: usize,
    ) -> Vec<u32> {
        let start = |at: &u32| {
            let name = names[*at as usize].name.as_bytes();
            name.iter().take(typed.len()).map(u8::to_ascii_lowercase)
        };
        let wanted = || typed.bytes().map(|byte| byte.to_ascii_lowercase());
        let from = self.order.partition_point(|at| start(at).lt(wanted()));
        let len = self.order[from..].partition_point(|at| start(at).eq(wanted()));
        let near: Vec<bool> =
            self.distinct.iter().map(|of| folder.is_some_and(|f| behind(of, f).is_some())).collect();
        let (mut out, mut left) = (Vec::new(), [limit; 2]);
        for (at, in_folder) in self.order[from..from + len].iter().zip(&self.folders[from..]) {
            let left = &mut left[usize::from(near[*in_folder as usize])];
            if let Some(less) = left.checked_sub(1) {
                *left = less;
                out.push(*at);
            }
        }
        out
    }

    /// The names in which all letters of `typed` occur, in any order.
    pub(crate) fn with_letters(&self, typed: &str) -> impl Iterator<Item = u32> {
        // What is not ASCII may be matched by something else.
        let wanted = letters(&typed.replace(|c: char| !c.is_ascii(), ""));
        self.order
            .iter()
            .zip(&self.letters)
            .filter(move |(_, has)| **has & wanted == wanted)
            .map(|(at, _)| *at)
    }
}

fn letters(name: &str) -> Letters {
    let bit = |byte: u8| match byte.to_ascii_lowercase() {
        letter @ b'a'..=b'z' => 1 << (letter - b'a'),
        digit @ b'0'..=b'9' => 1 << (26 + digit - b'0'),
        b'_' => 1 << 36,
        0x80.. => Letters::MAX,
        _ => 0,
    };
    name.bytes().fold(0, |all, byte| all | bit(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::FileId;
    use crate::names::{FILE, Site};
    use crate::node::NodeKind;

    fn named(all: &[(&str, &str)]) -> Vec<Named> {
        let site = Site { file: FileId(0), item: FILE };
        let named = |(folder, name): &(&str, &str)| Named {
            name: (*name).into(),
            kind: NodeKind::Model,
            site,
            folder: (*folder).into(),
        };
        all.iter().map(named).collect()
    }

    #[test]
    fn a_start_is_found_whatever_its_case_near_ones_counted_apart() {
        let names = named(&[
            ("models", "orders"),
            ("models/a", "Orders_b"),
            ("models/a/deep", "orders_a"),
            ("models/ab", "ORDERS_C"),
            ("models/a", "order"),
            ("models", "zebra"),
            ("", "été"),
        ]);
        let starts = Starts::new(&names);
        let found = |typed: &str, folder: Option<&str>, limit: usize| {
            let found = starts.starting(&names, typed, folder, limit);
            found.iter().map(|at| names[*at as usize].name.as_str()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(found("oRders", None, 9), "orders orders_a Orders_b ORDERS_C");
        assert_eq!(found("", None, 9), "order orders orders_a Orders_b ORDERS_C zebra été");
        assert_eq!(found("o", Some("models/a"), 1), "order orders");
        assert_eq!(found("zebra", None, 1), "zebra");
        assert_eq!(found("zebras", None, 1), "");
        assert_eq!(found("ét", None, 1), "été");
        assert_eq!(found("é", Some("models"), 0), "");
    }

    #[test]
    fn letters_leave_out_what_surely_does_not_match() {
        let names = named(&[("", "stg_orders"), ("", "Dim_2"), ("", "größe")]);
        let starts = Starts::new(&names);
        let found = |typed: &str| -> Vec<&str> {
            starts.with_letters(typed).map(|at| names[at as usize].name.as_str()).collect()
        };
        assert_eq!(found("dro"), ["größe", "stg_orders"]);
        assert_eq!(found("d2"), ["Dim_2", "größe"]);
        assert_eq!(found("ö"), ["Dim_2", "größe", "stg_orders"]);
        assert_eq!(found(""), ["Dim_2", "größe", "stg_orders"]);
    }
}
