//! Every query names only nodes and fields that the grammar has, and finds something.

use tree_sitter::{Language, Parser, Query, QueryCursor, StreamingIterator};
use tree_sitter_dbt_jinja as grammar;

const TEXT: &str = "{# note #}\n{{ config(materialized='table') }}\n{% set x = [1] %}\n{% raw %}{{ no }}{% endraw %}\nselect {{ x | join(',') }}\n";

fn captures(query: &str) -> usize {
    let language = Language::new(grammar::LANGUAGE);
    let mut parser = Parser::new();
    parser.set_language(&language).expect("the ABI is supported");
    let tree = parser.parse(TEXT, None).expect("a tree");
    assert!(!tree.root_node().has_error(), "{}", tree.root_node().to_sexp());
    let query = Query::new(&language, query).expect("the query names what the grammar has");
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(&query, tree.root_node(), TEXT.as_bytes());
    let mut count = 0;
    while let Some(found) = matches.next() {
        count += found.captures().len();
    }
    count
}

#[test]
fn every_query_compiles_and_matches() {
    for (name, query) in [
        ("highlights", grammar::HIGHLIGHTS_QUERY),
        ("injections", grammar::INJECTIONS_QUERY),
        ("locals", grammar::LOCALS_QUERY),
        ("folds", grammar::FOLDS_QUERY),
        ("indents", grammar::INDENTS_QUERY),
    ] {
        assert!(captures(query) > 0, "{name} matches nothing");
    }
}

#[test]
fn node_types_are_of_this_grammar() {
    assert!(grammar::NODE_TYPES.contains("\"materialization_tag\""));
}
