//! The grammar's node kinds and fields as Rust values, and the parser, kept per thread.

use std::cell::RefCell;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use tree_sitter::{Language, Node, Parser, Tree};

macro_rules! kinds {
    ($($variant:ident = $name:literal,)*) => {
        /// What a node is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Kind {
            /// Punctuation, keywords, and whatever the reader does not care about.
            Other,
            /// What the parser could not fit in.
            Error,
            $(#[doc = $name] $variant,)*
        }

        const NAMED: &[(&str, Kind)] = &[$(($name, Kind::$variant),)*];
    };
}

kinds! {
    Output = "output",
    Statement = "statement",
    RawBlock = "raw_block",
    If = "if_tag",
    Elif = "elif_tag",
    Else = "else_tag",
    For = "for_tag",
    Set = "set_tag",
    Do = "do_tag",
    Print = "print_tag",
    Macro = "macro_tag",
    TestTag = "test_tag",
    Snapshot = "snapshot_tag",
    Docs = "docs_tag",
    Materialization = "materialization_tag",
    MaterializationOption = "materialization_option",
    CallTag = "call_tag",
    FilterTag = "filter_tag",
    Block = "block_tag",
    With = "with_tag",
    Assignment = "assignment",
    Loop = "loop_tag",
    End = "end_tag",
    Unknown = "unknown_tag",
    NamespaceAttribute = "namespace_attribute",
    TargetTuple = "target_tuple",
    Parameters = "parameters",
    Parameter = "parameter",
    ExpressionList = "expression_list",
    Ternary = "ternary",
    Binary = "binary",
    Unary = "unary",
    Filter = "filter",
    Test = "test",
    Call = "call",
    Attribute = "attribute",
    Subscript = "subscript",
    Slice = "slice",
    Arguments = "arguments",
    KeywordArgument = "keyword_argument",
    Splat = "splat",
    Parenthesized = "parenthesized",
    Tuple = "tuple",
    List = "list",
    Dict = "dict",
    Pair = "pair",
    ConcatenatedString = "concatenated_string",
    Str = "string",
    UnterminatedStr = "unterminated_string",
    Number = "number",
    Boolean = "boolean",
    None = "none",
    Identifier = "identifier",
    DottedName = "dotted_name",
    MissingValue = "missing_value",
    MissingClose = "missing_close",
}

macro_rules! fields {
    ($($variant:ident = $name:literal,)*) => {
        /// Which part of its parent a node is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Field {
            /// No named part.
            None,
            $(#[doc = $name] $variant,)*
        }

        const FIELDS: &[(&str, Field)] = &[$(($name, Field::$variant),)*];
    };
}

fields! {
    Arguments = "arguments",
    Call = "call",
    Condition = "condition",
    Else = "else",
    Function = "function",
    Iterable = "iterable",
    Key = "key",
    Left = "left",
    Name = "name",
    Object = "object",
    Operand = "operand",
    Operator = "operator",
    Parameters = "parameters",
    Default = "default",
    Right = "right",
    Target = "target",
    Then = "then",
    Value = "value",
}

struct Tables {
    language: Language,
    kinds: Vec<Kind>,
    fields: Vec<Field>,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let language = Language::new(tree_sitter_dbt_jinja::LANGUAGE);
        let mut kinds = vec![Kind::Other; language.node_kind_count()];
        for (name, kind) in NAMED {
            if let Some(slot) = kinds.get_mut(language.id_for_node_kind(name, true) as usize) {
                *slot = *kind;
            }
        }
        let mut fields = vec![Field::None; language.field_count() + 1];
        for (name, field) in FIELDS {
            let id = language.field_id_for_name(name).map_or(0, |id| id.get() as usize);
            if id > 0 {
                fields[id] = *field;
            }
        }
        Tables { language, kinds, fields }
    })
}

/// Node kinds and fields by the parser's numbers.
#[derive(Clone, Copy)]
pub(crate) struct Names(&'static Tables);

impl Names {
    pub(crate) fn new() -> Names {
        Names(tables())
    }

    pub(crate) fn kind(self, node: Node<'_>) -> Kind {
        if node.is_error() {
            return Kind::Error;
        }
        self.0.kinds.get(node.kind_id() as usize).copied().unwrap_or(Kind::Other)
    }

    pub(crate) fn field(self, id: Option<u16>) -> Field {
        id.and_then(|id| self.0.fields.get(id as usize)).copied().unwrap_or(Field::None)
    }
}

/// Longer tags are parsed each time: they are rarely written twice.
const KEPT_LENGTH: usize = 192;
/// So many trees are kept before those that were not asked for since as many others came are dropped.
const KEPT_TREES: usize = 192;

/// A thread's parser, and the trees of tags it met: of a buffer that is typed into all tags but one are as they
/// were, and `{% if is_incremental() %}` stands in a thousand files.
#[derive(Default)]
struct Parsed {
    parser: Option<Parser>,
    recent: FxHashMap<Box<str>, Option<Tree>>,
    before: FxHashMap<Box<str>, Option<Tree>>,
}

impl Parsed {
    fn tree(&mut self, text: &str) -> Option<Tree> {
        if text.len() > KEPT_LENGTH {
            return self.parse(text);
        }
        if let Some(tree) = self.recent.get(text) {
            return tree.clone();
        }
        let (text, tree) = match self.before.remove_entry(text) {
            Some(known) => known,
            None => (text.into(), self.parse(text)),
        };
        if self.recent.len() == KEPT_TREES {
            self.before = std::mem::take(&mut self.recent);
        }
        self.recent.insert(text, tree.clone());
        tree
    }

    fn parse(&mut self, text: &str) -> Option<Tree> {
        let parser = self.parser.get_or_insert_with(|| {
            let mut parser = Parser::new();
            // The language fits by construction; without it every text is damaged and nothing panics.
            let _ = parser.set_language(&tables().language);
            parser
        });
        parser.parse(text, None)
    }
}

/// The tree of one tag (or of a whole template). Places in it count from the text's start, so equal texts share it.
pub(crate) fn tree(text: &str) -> Option<Tree> {
    thread_local! {
        static PARSED: RefCell<Parsed> = RefCell::default();
    }
    PARSED.with_borrow_mut(|parsed| parsed.tree(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_trees_are_those_of_their_texts_and_few() {
        let mut parsed = Parsed::default();
        let shown = |tree: Option<Tree>| tree.map(|tree| tree.root_node().to_sexp());
        for round in 0..3 {
            for number in 0..KEPT_TREES * 2 {
                let text = format!("{{% if a{} == 'é' %}}", "b".repeat(number % 7));
                let text = format!("{text}{}", "x".repeat(number / 7));
                let fresh = Parsed::default().parse(&text);
                assert_eq!(shown(parsed.tree(&text)), shown(fresh), "{round}: {text}");
                assert!(parsed.recent.len() <= KEPT_TREES && parsed.before.len() <= KEPT_TREES);
            }
        }
    }

    #[test]
    fn every_kind_and_field_exists_in_the_grammar() {
        let language = Language::new(tree_sitter_dbt_jinja::LANGUAGE);
        for (name, kind) in NAMED {
            let id = language.id_for_node_kind(name, true);
            assert!(id != 0 && tables().kinds[id as usize] == *kind, "{name}");
        }
        for (name, _) in FIELDS {
            assert!(language.field_id_for_name(name).is_some(), "{name}");
        }
    }
}
