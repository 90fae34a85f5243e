//! The form of the generated table: shapes that refer to each other by number. Knows nothing of what keys mean.

/// One shape.
pub(super) struct S {
    /// Which kinds of value fit: the constants of [`super::Types`].
    pub types: u8,
    pub flags: u8,
    /// Words that fit; with [`OPEN`] only the usual ones.
    pub values: &'static [&'static str],
    /// Shape of a list's items, or [`NONE`].
    pub item: u16,
    /// Shape of the values of keys that are not listed, or [`NONE`] when there are none such.
    pub rest: u16,
    /// Sorted by name.
    pub keys: &'static [K],
}

/// One key of a mapping.
pub(super) struct K {
    pub name: &'static str,
    pub shape: u16,
    pub marks: u8,
}

/// No shape.
pub(super) const NONE: u16 = u16::MAX;

/// Other words than the listed ones fit too.
pub(super) const OPEN: u8 = 1;
/// The mapping is a `config`.
pub(super) const CONFIG: u8 = 2;
/// The mapping is a tree of folders with `+key`s.
pub(super) const TREE: u8 = 4;

pub(super) const REQUIRED: u8 = 1;
pub(super) const DEPRECATED: u8 = 2;
pub(super) const QUIET: u8 = 4;

pub(super) const fn s(
    types: u8,
    flags: u8,
    values: &'static [&'static str],
    item: u16,
    rest: u16,
    keys: &'static [K],
) -> S {
    S { types, flags, values, item, rest, keys }
}

pub(super) const fn k(name: &'static str, shape: u16, marks: u8) -> K {
    K { name, shape, marks }
}
