//! Links: packages to where they are published, `local:` and fixtures to their files, silenced codes to their pages,
//! addresses in comments and descriptions.

use project::layout::FileKind;
use project::{FileId, Package};
use syntax::yaml::Node;
use text::TextRange;

use crate::diagnostics::FileCx;
use crate::{Analysis, CODES, Cancellable};

/// A piece of text that leads elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The text.
    pub range: TextRange,
    /// Where to.
    pub target: LinkTarget,
    /// What a person sees when pointing at it.
    pub tooltip: Option<String>,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTarget {
    /// An address of the web.
    Url(String),
    /// The first of these absolute paths that is there.
    Paths(Vec<String>),
    /// The page of a diagnostic.
    Code(&'static str),
}

/// The links of an open file, in order.
pub fn links(analysis: &Analysis, file: FileId) -> Cancellable<Vec<Link>> {
    analysis.check()?;
    let (Some(cx), Some(text)) = (FileCx::new(analysis, file), analysis.text(file)) else {
        return Ok(Vec::new());
    };
    let mut out = Vec::new();
    packages(&cx, &mut out);
    upstreams(&cx, text, &mut out);
    if cx.entry.kind == FileKind::Properties && text.contains("fixture") {
        fixtures(&cx, text, &mut out);
    }
    addresses(text, &mut out);
    codes(text, &mut out);
    out.sort_by_key(|link| link.range.start());
    // What is known of a package says more than the address in it.
    out.dedup_by(|later, link| later.range.start() < link.range.end());
    Ok(out)
}

fn packages(cx: &FileCx<'_>, out: &mut Vec<Link>) {
    for dep in cx.facts.dependencies.iter().flat_map(|deps| &deps.packages) {
        let source = dep.source.as_str();
        if source.contains("{{") {
            continue;
        }
        let (target, tooltip) = match dep.kind.as_str() {
            "package" if source.matches('/').count() == 1 => {
                let url = format!("https://hub.getdbt.com/{source}/latest/");
                (LinkTarget::Url(url), Some("dbt Package hub".to_owned()))
            }
            "git" => match web(source) {
                Some(url) => (LinkTarget::Url(url), None),
                None => continue,
            },
            "tarball" if source.starts_with("https://") => (LinkTarget::Url(source.to_owned()), None),
            "local" => match dep.folder(&cx.package.root) {
                Some(folder) => (LinkTarget::Paths(vec![format!("{folder}/dbt_project.yml")]), None),
                None => continue,
            },
            _ => continue,
        };
        out.push(Link { range: dep.source_range, target, tooltip });
    }
}

/// The page of a git repository: `git@github.com:a/b.git` and `ssh://git@host/a/b` have one at `https://host/a/b`.
fn web(git: &str) -> Option<String> {
    let trimmed = git.strip_suffix(".git").unwrap_or(git);
    let rest = match trimmed.split_once("://") {
        Some(("https" | "http" | "ssh" | "git", rest)) => rest.to_owned(),
        Some(_) => return None,
        None => trimmed.strip_prefix("git@")?.replacen(':', "/", 1),
    };
    // Whoever logs in is nobody's business.
    let rest = rest.split_once('@').map_or(rest.as_str(), |(_, host)| host);
    let (host, path) = rest.split_once('/')?;
    let host = host.split(':').next()?;
    (host.contains('.') && !path.is_empty()).then(|| format!("https://{host}/{path}"))
}

/// Paths of `dbt_mesh.yml` and `dbt_loom.config.yml`.
fn upstreams(cx: &FileCx<'_>, text: &str, out: &mut Vec<Link>) {
    for range in cx.facts.upstreams.iter().flat_map(|upstreams| upstreams.sources.iter().copied()) {
        let Some(written) = text.get(range.start().into()..range.end().into()) else { continue };
        let path = written.trim_matches(['\'', '"']);
        if path.is_empty() || path.contains(['$', '{', '\n', ':']) {
            continue;
        }
        let path = absolute(cx.package, path);
        let paths = vec![format!("{path}/dbt_project.yml"), path];
        out.push(Link { range, target: LinkTarget::Paths(paths), tooltip: None });
    }
}

/// A path below a package's root, without `.` and `..`.
fn absolute(package: &Package, path: &str) -> String {
    let mut parts: Vec<&str> =
        if path.starts_with('/') { vec![""] } else { package.root.split('/').collect() };
    for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." { _ = parts.pop() } else { parts.push(part) }
    }
    parts.join("/")
}

/// `fixture: name` of unit tests.
fn fixtures(cx: &FileCx<'_>, text: &str, out: &mut Vec<Link>) {
    let tree = syntax::yaml::parse(text);
    let Some(tests) = tree.root(text).and_then(|root| root.get("unit_tests")) else { return };
    for test in tests.items() {
        let given = test.get("given").into_iter().flat_map(Node::items);
        for rows in given.chain(test.get("expect")) {
            let Some(fixture) = rows.get("fixture") else { continue };
            let (Some(name), Some(scalar)) = (fixture.text(), fixture.scalar()) else { continue };
            let folders = cx.package.config.paths.tests.iter();
            let candidates = folders.flat_map(|folder| {
                let base = format!("{}/{folder}/fixtures/{name}", cx.package.root);
                [format!("{base}.csv"), format!("{base}.sql")]
            });
            let target = LinkTarget::Paths(candidates.collect());
            out.push(Link { range: scalar.content, target, tooltip: None });
        }
    }
}

/// `https://…` wherever it stands.
fn addresses(text: &str, out: &mut Vec<Link>) {
    for (at, _) in text.match_indices("http") {
        let rest = &text[at..];
        let scheme = ["https://", "http://"].into_iter().find(|scheme| rest.starts_with(scheme));
        let Some(scheme) = scheme else { continue };
        let end = rest.find(|c: char| c.is_whitespace() || "\"'<>`|\\^{}".contains(c)).unwrap_or(rest.len());
        let mut url = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_', ']']);
        // `(https://…)`, but not `https://en.wikipedia.org/wiki/Mesh_(disambiguation)`.
        let mut spare = url.matches(')').count().saturating_sub(url.matches('(').count());
        while spare > 0 && url.ends_with(')') {
            url = &url[..url.len() - 1];
            spare -= 1;
        }
        // Only dbt knows what comes out of a template.
        if url.len() == scheme.len() || rest[url.len()..].starts_with('{') {
            continue;
        }
        let range = text::range(at, at + url.len());
        out.push(Link { range, target: LinkTarget::Url(url.to_owned()), tooltip: None });
    }
}

/// The codes in `dbt-mesh: ignore[…]`.
fn codes(text: &str, out: &mut Vec<Link>) {
    const PHRASE: &str = "dbt-mesh: ignore[";
    for (at, _) in text.match_indices(PHRASE) {
        let start = at + PHRASE.len();
        let line = text[start..].split(['\n', '\r', ']']).next().unwrap_or_default();
        let mut from = start;
        for word in line.split(',') {
            let code = word.trim();
            let known = CODES.iter().find(|known| **known == code);
            let begin = from + word.len() - word.trim_start().len();
            if let Some(known) = known {
                let range = text::range(begin, begin + code.len());
                let tooltip = Some("What this finding means".to_owned());
                out.push(Link { range, target: LinkTarget::Code(known), tooltip });
            }
            from += word.len() + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::fixture;
    use expect_test::{Expect, expect};

    fn check(path: &str, text: &str, expected: Expect) {
        let fixture = fixture(&format!("//- shop/dbt_project.yml\nname: shop\n//- shop/{path}\n{text}$0"));
        let file = fixture.cursor.unwrap().file;
        let text = &fixture.texts[&file];
        let shown = |link: Link| format!("{} → {:?}\n", &text[link.range], link.target);
        expected
            .assert_eq(&links(&fixture.analysis, file).unwrap().into_iter().map(shown).collect::<String>());
    }

    #[test]
    fn packages_lead_to_where_they_are_published() {
        check(
            "packages.yml",
            "packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.0.0\n  - git: https://user:token@github.com/a/b.git\n  \
             - git: git@gitlab.com:a/b/c.git\n  - git: \"{{ env_var('X') }}\"\n  - local: ../utils\n  - git: /somewhere\n  \
             - tarball: https://x.org/a.tar.gz\n",
            expect![[r#"
                dbt-labs/dbt_utils → Url("https://hub.getdbt.com/dbt-labs/dbt_utils/latest/")
                https://user:token@github.com/a/b.git → Url("https://github.com/a/b")
                git@gitlab.com:a/b/c.git → Url("https://gitlab.com/a/b/c")
                ../utils → Paths(["/w/utils/dbt_project.yml"])
                https://x.org/a.tar.gz → Url("https://x.org/a.tar.gz")
            "#]],
        );
    }

    #[test]
    fn addresses_codes_and_fixtures() {
        check(
            "models/a.sql",
            "-- see https://a.org/x_(y), (http://b.org/z). https:// https://{{ host }}/x https://c.org/{{ x }}\n-- dbt-mesh: \
             ignore[unknown-model, unpinned-ref,nonsense]\n",
            expect![[r#"
                https://a.org/x_(y) → Url("https://a.org/x_(y)")
                http://b.org/z → Url("http://b.org/z")
                unknown-model → Code("unknown-model")
                unpinned-ref → Code("unpinned-ref")
            "#]],
        );
        check(
            "models/u.yml",
            "unit_tests:\n  - name: t\n    model: a\n    given:\n      - {input: ref('b'), format: csv, fixture: rows}\n    \
             expect:\n      fixture: 'want'\n",
            expect![[r#"
                rows → Paths(["/w/shop/tests/fixtures/rows.csv", "/w/shop/tests/fixtures/rows.sql"])
                want → Paths(["/w/shop/tests/fixtures/want.csv", "/w/shop/tests/fixtures/want.sql"])
            "#]],
        );
        check(
            "dbt_mesh.yml",
            "upstreams:\n  - project: ../platform\n",
            expect![[r#"
            ../platform → Paths(["/w/platform/dbt_project.yml", "/w/platform"])
        "#]],
        );
        check(
            "dbt_mesh.yml",
            "upstreams:\n  - project: ../platform\n    name: platform\n",
            expect![[r#"
            ../platform → Paths(["/w/platform/dbt_project.yml", "/w/platform"])
        "#]],
        );
    }
}
