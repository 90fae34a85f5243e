//! Reads a literate suite: headings, fenced blocks, and the comments in them that want findings.

use std::fmt;

/// One Markdown file.
pub struct Suite {
    /// Its file name.
    pub name: String,
    /// Blocks before the first test.
    pub shared: Vec<Block>,
    /// Its tests.
    pub tests: Vec<Test>,
}

/// What stands under one heading.
pub struct Test {
    /// The heading.
    pub title: String,
    /// Its blocks.
    pub blocks: Vec<Block>,
}

/// A fenced block that means something.
pub struct Block {
    /// The file it is.
    pub path: Option<String>,
    /// The upstream whose manifest it describes, and the project whose `dbt_mesh.yml` names that.
    pub manifest: Option<(String, Option<String>)>,
    /// What is in it.
    pub text: String,
    /// The fence's line in the suite, from 1.
    pub line: usize,
    /// What its comments want.
    pub expected: Vec<Expected>,
}

/// One wanted finding, or that there is none.
pub struct Expected {
    /// Line of the block, from 1.
    pub line: usize,
    /// Holds only under this engine.
    pub engine: Option<&'static str>,
    /// `None`: no finding at all.
    pub what: Option<What>,
}

/// A wanted finding.
pub struct What {
    pub severity: &'static str,
    pub code: String,
    /// Part of the message.
    pub text: String,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: [{}] \"{}\"", self.severity, self.code, self.text)
    }
}

impl Test {
    /// The shared blocks and its own; an own file replaces a shared one.
    pub fn blocks_with<'a>(&'a self, shared: &'a [Block]) -> impl Iterator<Item = &'a Block> {
        let replaced = |block: &&Block| {
            !self.blocks.iter().any(|own| {
                own.path.is_some() && own.path == block.path
                    || own.manifest.is_some()
                        && own.manifest.as_ref().map(|(name, _)| name)
                            == block.manifest.as_ref().map(|(name, _)| name)
            })
        };
        shared.iter().filter(replaced).chain(&self.blocks)
    }

    /// Under which engines it runs: dbt-loom exists for v1 only.
    pub fn engines(&self, shared: &[Block]) -> &'static [&'static str] {
        let loom = self
            .blocks_with(shared)
            .any(|block| block.path.as_deref().is_some_and(|path| path.ends_with("dbt_loom.config.yml")));
        if loom { &["v1"] } else { &["v1", "v2"] }
    }
}

/// Reads a suite. Panics on a form that is not understood: the suite is wrong.
pub fn suite(name: String, text: &str) -> Suite {
    let mut suite = Suite { name, shared: Vec::new(), tests: Vec::new() };
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            suite.tests.push(Test { title: title.trim().to_owned(), blocks: Vec::new() });
            continue;
        }
        let Some(info) = line.strip_prefix("```") else { continue };
        let mut inside = String::new();
        for (_, line) in lines.by_ref().take_while(|(_, line)| !line.starts_with("```")) {
            inside.push_str(line);
            inside.push('\n');
        }
        let words: Vec<&str> = info.split_whitespace().collect();
        let block = match words.as_slice() {
            ["manifest", producer] => block(None, Some(((*producer).to_owned(), None)), inside, at + 1),
            ["manifest", producer, consumer] => {
                let names = ((*producer).to_owned(), Some((*consumer).to_owned()));
                block(None, Some(names), inside, at + 1)
            }
            [_, path] => block(Some((*path).to_owned()), None, inside, at + 1),
            _ => continue,
        };
        match suite.tests.last_mut() {
            Some(test) => test.blocks.push(block),
            None => suite.shared.push(block),
        }
    }
    suite
}

fn block(
    path: Option<String>,
    manifest: Option<(String, Option<String>)>,
    text: String,
    line: usize,
) -> Block {
    let mut expected = Vec::new();
    // Wanted by comments on lines of their own, of the next other line.
    let mut pending = Vec::new();
    for (at, line) in text.lines().enumerate() {
        match wanted(line) {
            Some((true, found)) => pending.push(found),
            other => {
                let here = pending.drain(..).chain(other.map(|(_, found)| found));
                expected.extend(here.map(|(engine, what)| Expected { line: at + 1, engine, what }));
            }
        }
    }
    assert!(pending.is_empty(), "a comment wants something of a line that is not there:\n{text}");
    Block { path, manifest, text, line, expected }
}

type Found = (Option<&'static str>, Option<What>);

/// What a line's comment wants, and whether the comment is all there is on the line.
fn wanted(line: &str) -> Option<(bool, Found)> {
    for mark in ["-- ", "# "] {
        for (at, _) in line.match_indices(mark) {
            if let Some(found) = comment(line[at + mark.len()..].trim_end().trim_end_matches("#}").trim_end())
            {
                let before = line[..at].trim().trim_start_matches("{").trim();
                return Some((before.is_empty(), found));
            }
        }
    }
    None
}

fn comment(text: &str) -> Option<Found> {
    for severity in ["error", "warning", "info", "hint", "ok"] {
        let Some(rest) = text.strip_prefix(severity) else { continue };
        let (engine, rest) = match (rest.strip_prefix("(v1)"), rest.strip_prefix("(v2)")) {
            (Some(rest), _) => (Some("v1"), rest),
            (_, Some(rest)) => (Some("v2"), rest),
            _ => (None, rest),
        };
        if severity == "ok" {
            // Words may follow that say why: `ok: the root project wins`.
            return (rest.is_empty() || rest.starts_with(':')).then_some((engine, None));
        }
        let (code, text) = rest.strip_prefix(": [")?.split_once(']')?;
        let text = text.trim().trim_matches('"').to_owned();
        return Some((engine, Some(What { severity, code: code.to_owned(), text })));
    }
    None
}
