//! One thing that is broken in one file, and how to mend it.

use super::Random;
use anyhow::Result;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    RefName,
    RefPackage,
    RefVersion,
    RefArguments,
    SourceName,
    TableName,
    Access,
    Group,
    Indentation,
    YamlKey,
    JinjaEnd,
    Disabled,
    ModelGone,
    ModelTwice,
    MacroName,
    TestName,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 16] = [
        Kind::RefName,
        Kind::RefPackage,
        Kind::RefVersion,
        Kind::RefArguments,
        Kind::SourceName,
        Kind::TableName,
        Kind::Access,
        Kind::Group,
        Kind::Indentation,
        Kind::YamlKey,
        Kind::JinjaEnd,
        Kind::Disabled,
        Kind::ModelGone,
        Kind::ModelTwice,
        Kind::MacroName,
        Kind::TestName,
    ];

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Kind::RefName => "another name in a ref",
            Kind::RefPackage => "an unknown package in a ref",
            Kind::RefVersion => "a version in a ref",
            Kind::RefArguments => "a ref without arguments",
            Kind::SourceName => "another source",
            Kind::TableName => "another source table",
            Kind::Access => "an access level that is none",
            Kind::Group => "a group that is none",
            Kind::Indentation => "a YAML line moved by a blank",
            Kind::YamlKey => "another YAML key",
            Kind::JinjaEnd => "the end of a Jinja tag missing",
            Kind::Disabled => "a model disabled",
            Kind::ModelGone => "a model deleted",
            Kind::ModelTwice => "a model in two files",
            Kind::MacroName => "another name in a call",
            Kind::TestName => "a test that is none",
        }
    }
}

/// A change of one file.
pub struct Breakage {
    kind: Kind,
    /// Relative to the project.
    file: PathBuf,
    /// `None`: the file is not there.
    before: Option<String>,
    after: Option<String>,
    what: String,
}

impl fmt::Display for Breakage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.kind.words(), self.file.display(), self.what)
    }
}

impl Breakage {
    /// Chooses a place at random. `None`: the file that was chosen has none.
    pub fn make(kind: Kind, root: &Path, random: &mut Random) -> Result<Option<Breakage>> {
        let yaml =
            matches!(kind, Kind::Access | Kind::Group | Kind::Indentation | Kind::YamlKey | Kind::TestName);
        let mut files = Vec::new();
        let folders: &[&str] = if yaml { &["models", "seeds", "snapshots"] } else { &["models"] };
        for folder in folders {
            find(&root.join(folder), if yaml { &["yml", "yaml"] } else { &["sql"] }, &mut files)?;
        }
        files.sort();
        let Some(path) = files.get(random.below(files.len())) else { return Ok(None) };
        let text = std::fs::read_to_string(path)?;
        let file = path.strip_prefix(root)?.to_path_buf();
        let make = |after: Option<String>, what: String| {
            Ok(Some(Breakage { kind, file: file.clone(), before: Some(text.clone()), after, what }))
        };
        match kind {
            Kind::ModelGone => return make(None, String::new()),
            Kind::Disabled => {
                return make(Some(format!("{{{{ config(enabled=false) }}}}\n{text}")), String::new());
            }
            Kind::ModelTwice => {
                let name = path.file_name().unwrap_or_default();
                let twin = Path::new("models").join("another_folder").join(name);
                return Ok(Some(Breakage {
                    kind,
                    file: twin,
                    before: None,
                    after: Some(text),
                    what: String::new(),
                }));
            }
            _ => {}
        }
        let places = places(kind, &text);
        let Some((range, new)) = places.get(random.below(places.len())) else { return Ok(None) };
        let after = format!("{}{new}{}", &text[..range.start], &text[range.end..]);
        let line = text[..range.start].matches('\n').count() + 1;
        make(Some(after), format!("line {line}: `{}` → `{}`", text[range.clone()].trim_end(), new.trim_end()))
    }

    /// Breaks it.
    pub fn apply(&self, root: &Path) -> Result<()> {
        write(&root.join(&self.file), self.after.as_deref())
    }

    /// Mends it.
    pub fn undo(&self, root: &Path) -> Result<()> {
        write(&root.join(&self.file), self.before.as_deref())
    }
}

fn write(path: &Path, text: Option<&str>) -> Result<()> {
    match text {
        Some(text) => {
            path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            std::fs::write(path, text)?;
        }
        None => std::fs::remove_file(path)?,
    }
    Ok(())
}

/// Where a file can be broken that way, and what to write there.
fn places(kind: Kind, text: &str) -> Vec<(Range<usize>, String)> {
    match kind {
        Kind::RefName => strings(text, "ref(", 0, |name| format!("{name}_x")),
        Kind::RefPackage => inserts(text, "ref(", |_| "'nowhere', ".to_owned()),
        Kind::RefVersion => ends(text, "ref(", ", v=99"),
        Kind::RefArguments => strings(text, "ref(", 0, |_| String::new())
            .into_iter()
            .map(|(range, _)| (range.start - 1..range.end + 1, String::new()))
            .collect(),
        Kind::SourceName => strings(text, "source(", 0, |name| format!("{name}_x")),
        Kind::TableName => strings(text, "source(", 1, |name| format!("{name}_x")),
        Kind::Access => after_model(text, "access: hidden"),
        Kind::Group => after_model(text, "group: nobody"),
        Kind::Indentation => lines(text, |line| {
            let rest = line.strip_prefix(' ')?;
            (!rest.trim().is_empty() && !rest.trim_start().starts_with('#')).then(|| rest.to_owned())
        }),
        Kind::YamlKey => lines(text, |line| {
            let (key, rest) = line.split_once(':')?;
            let name = key.trim().trim_start_matches("- ");
            let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            plain.then(|| format!("{key}x:{rest}"))
        }),
        Kind::JinjaEnd => ["}}", "%}"]
            .iter()
            .flat_map(|end| text.match_indices(end))
            .map(|(at, end)| (at..at + end.len(), String::new()))
            .collect(),
        Kind::MacroName => text
            .match_indices("{{ ")
            .filter_map(|(at, open)| {
                let start = at + open.len();
                let name = &text[start
                    ..start + text[start..].find(|c: char| !(c.is_alphanumeric() || "_.".contains(c)))?];
                let calls = text[start + name.len()..].starts_with('(');
                (calls && !matches!(name, "ref" | "source" | "config"))
                    .then(|| (start..start + name.len(), format!("{name}_x")))
            })
            .collect(),
        Kind::TestName => lines(text, |line| {
            let name = ["- not_null", "- unique"].into_iter().find(|name| line.trim() == *name)?;
            Some(line.replace(name, &format!("{name}_x")))
        }),
        Kind::Disabled | Kind::ModelGone | Kind::ModelTwice => Vec::new(),
    }
}

/// The n-th quoted string of each such call.
fn strings(text: &str, call: &str, nth: usize, new: impl Fn(&str) -> String) -> Vec<(Range<usize>, String)> {
    let mut out = Vec::new();
    for (at, _) in text.match_indices(call) {
        let start = at + call.len();
        let Some(length) = text[start..].find(')') else { continue };
        let inside = &text[start..start + length];
        let Some(quote) = inside.trim_start().chars().next().filter(|c| "'\"".contains(*c)) else { continue };
        let quotes: Vec<usize> = inside.match_indices(quote).map(|(at, _)| start + at).collect();
        if let Some([open, close]) = quotes.get(nth * 2..nth * 2 + 2) {
            out.push((open + 1..*close, new(&text[open + 1..*close])));
        }
    }
    out
}

/// Right behind the opening parenthesis of each such call.
fn inserts(text: &str, call: &str, new: impl Fn(&str) -> String) -> Vec<(Range<usize>, String)> {
    let starts = strings(text, call, 0, new).into_iter();
    starts.map(|(range, new)| (range.start - 1..range.start - 1, new)).collect()
}

/// Right behind the first string of each such call.
fn ends(text: &str, call: &str, new: &str) -> Vec<(Range<usize>, String)> {
    let all = strings(text, call, 0, |_| new.to_owned()).into_iter();
    all.map(|(range, new)| (range.end + 1..range.end + 1, new)).collect()
}

/// Whole lines, without their ends.
fn lines(text: &str, new: impl Fn(&str) -> Option<String>) -> Vec<(Range<usize>, String)> {
    let mut at = 0;
    let mut out = Vec::new();
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        if let Some(new) = new(bare) {
            out.push((at..at + bare.len(), new));
        }
        at += line.len();
    }
    out
}

/// A config behind the name of each model.
fn after_model(text: &str, setting: &str) -> Vec<(Range<usize>, String)> {
    let Some(models) = text.find("models:").filter(|at| *at == 0 || text[..*at].ends_with('\n')) else {
        return Vec::new();
    };
    let first = text[models..].lines().find(|line| line.trim_start().starts_with("- name:"));
    let Some(indent) = first.map(|line| line.len() - line.trim_start().len()) else { return Vec::new() };
    let mut inside = false;
    let mut at = 0;
    let mut out = Vec::new();
    for line in text.split_inclusive('\n') {
        if line.starts_with(|c: char| c.is_alphabetic()) {
            inside = line.starts_with("models:");
        }
        at += line.len();
        let depth = line.len() - line.trim_start().len();
        if inside && depth == indent && line.trim_start().starts_with("- name:") && line.ends_with('\n') {
            out.push((at..at, format!("{}{setting}\n", " ".repeat(indent + 2))));
        }
    }
    out
}

fn find(dir: &Path, endings: &[&str], out: &mut Vec<PathBuf>) -> Result<()> {
    if !dir.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, endings, out)?;
        } else if path.extension().and_then(|end| end.to_str()).is_some_and(|end| endings.contains(&end)) {
            out.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(kind: Kind, text: &str) -> Vec<String> {
        let apply = |(range, new): (Range<usize>, String)| {
            format!("{}{new}{}", &text[..range.start], &text[range.end..])
        };
        places(kind, text).into_iter().map(apply).collect()
    }

    #[test]
    fn one_thing_is_broken_at_a_time() {
        let sql = "{{ ref('a') }} {{ source(\"s\", 't') }} {{ my_macro(1) }}";
        let at = |old: &str, new: &str| vec![sql.replacen(old, new, 1)];
        assert_eq!(broken(Kind::RefName, sql), at("'a'", "'a_x'"));
        assert_eq!(broken(Kind::RefPackage, sql), at("'a'", "'nowhere', 'a'"));
        assert_eq!(broken(Kind::RefVersion, sql), at("'a'", "'a', v=99"));
        assert_eq!(broken(Kind::RefArguments, sql), at("'a'", ""));
        assert_eq!(broken(Kind::SourceName, sql), at("\"s\"", "\"s_x\""));
        assert_eq!(broken(Kind::MacroName, sql), at("my_macro", "my_macro_x"));
        let yml = "models:\n  - name: a\n    columns:\n      - name: c\nseeds:\n  - name: s\n";
        assert_eq!(broken(Kind::Group, yml), [yml.replacen("a\n", "a\n    group: nobody\n", 1)]);
        assert_eq!(broken(Kind::Indentation, "a:\n  b: 1\n"), ["a:\n b: 1\n"]);
        assert_eq!(broken(Kind::YamlKey, "a:\n"), ["ax:\n"]);
    }
}
