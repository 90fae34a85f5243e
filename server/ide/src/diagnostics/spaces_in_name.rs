//! `spaces-in-name`: a node or source is named with a space. dbt v1 refuses nodes (since 1.12, or by a flag of older
//! ones) and warns of sources and semantic models; v2 refuses sources (spec §1, §10).

use project::facts::{Entry, Section};
use project::flavor::Flavor;
use project::layout::{FileKind, stem};
use text::TextRange;

use super::FileCx;
use super::definitions::{is_built, v1_error};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "spaces-in-name";

/// A file whose name is a node's name.
pub(super) fn file(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    let name = stem(&cx.entry.path);
    let is_node = matches!(
        cx.entry.kind,
        FileKind::Model
            | FileKind::PythonModel
            | FileKind::Seed
            | FileKind::Analysis
            | FileKind::SingularTest
    );
    if !is_node || !name.contains(' ') {
        return;
    }
    let Some(node) = cx.analysis.mesh.node_of_file(cx.file).filter(|node| is_built(cx, node)) else { return };
    // A file of any name may be the version of a model that has a better one.
    if !node.name.contains(' ') {
        return;
    }
    let severity = if cx.project.config.allows_spaces { Severity::Warning } else { v1_error(cx) };
    let message = format!("'{name}' has spaces in its name: use '{}'", without(name));
    out.push(Diagnostic::new(CODE, TextRange::empty(0.into()), severity, message));
}

/// An entry that is a node, or a source, by itself.
pub(super) fn entry(cx: &FileCx<'_>, entry: &Entry, out: &mut Vec<Diagnostic>) {
    if !matches!(entry.section, Section::Sources | Section::SemanticModels) || !entry.name.contains(' ') {
        return;
    }
    let refused = cx.flavor() == Flavor::V2 && entry.section == Section::Sources;
    let severity = if refused { Severity::Error } else { Severity::Warning };
    let message = format!("'{}' has spaces in its name: use '{}'", entry.name, without(&entry.name));
    out.push(Diagnostic::new(CODE, entry.name_range, severity, message));
}

fn without(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/all orders.sql
select 1
//- shop/models/switched off.sql
{{ config(enabled=false) }} select 1
//- shop/models/orders v1.sql
select 1
//- shop/models/_models.yml
models:
  - name: orders
    versions: [{v: 1, defined_in: orders v1}]
sources:
  - name: my raw
    tables: [{name: my table}]
";

    #[test]
    fn nodes_are_refused_and_sources_discouraged() {
        check(
            SHOP,
            expect![[r#"
            error[spaces-in-name]: 'all orders' has spaces in its name: use 'all_orders'
             --> shop/models/all orders.sql:1:1
              |
            1 | select 1
              | ^
            warning[spaces-in-name]: 'my raw' has spaces in its name: use 'my_raw'
             --> shop/models/_models.yml:5:11
              |
            5 |   - name: my raw
              |           ^^^^^^
        "#]],
        );
        check(
            &SHOP.replace(
                "name: shop\n",
                "name: shop\nflags: {require_resource_names_without_spaces: false}\n",
            ),
            expect![[r#"
                warning[spaces-in-name]: 'all orders' has spaces in its name: use 'all_orders'
                 --> shop/models/all orders.sql:1:1
                  |
                1 | select 1
                  | ^
                warning[spaces-in-name]: 'my raw' has spaces in its name: use 'my_raw'
                 --> shop/models/_models.yml:5:11
                  |
                5 |   - name: my raw
                  |           ^^^^^^
            "#]],
        );
    }

    #[test]
    fn in_v2_it_is_the_other_way_round() {
        check_v2(
            SHOP,
            expect![[r#"
            warning[spaces-in-name]: 'all orders' has spaces in its name: use 'all_orders'
             --> shop/models/all orders.sql:1:1
              |
            1 | select 1
              | ^
            error[spaces-in-name]: 'my raw' has spaces in its name: use 'my_raw'
             --> shop/models/_models.yml:5:11
              |
            5 |   - name: my raw
              |           ^^^^^^
        "#]],
        );
    }
}
