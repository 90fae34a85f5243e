//! Changes to one call, which fixes are made of. Knows positions and quotes, not what the names mean.
//!
//! Every edit is `None` where the text is not what the call says (escapes, computed names): a fix must never
//! break what it touches.

use project::FileId;
use syntax::calls::{Arg, Call, Lit};
use text::{TextEdit, TextRange};

use crate::{Fix, SourceChange};

/// Makes edits in one call.
pub(super) struct Edits<'a> {
    pub file: FileId,
    /// The file's text, when it is open.
    pub text: Option<&'a str>,
    pub call: &'a Call,
}

impl Edits<'_> {
    fn at(&self, range: TextRange) -> Option<&str> {
        self.text?.get(usize::from(range.start())..usize::from(range.end()))
    }

    /// The quote that strings of this call are written in.
    fn quote(&self) -> Option<char> {
        let string = self.call.args.iter().find(|arg| matches!(arg.value.single(), Some(Lit::Str(_))));
        match (self.text, string) {
            (Some(_), Some(arg)) => self.at(arg.range)?.chars().next().filter(|c| matches!(c, '\'' | '"')),
            _ => Some('\''),
        }
    }

    fn quoted(&self, name: &str) -> Option<String> {
        let quote = self.quote()?;
        (!name.contains([quote, '\\', '\n'])).then(|| format!("{quote}{name}{quote}"))
    }

    /// Writes another name where `old` is written out.
    pub fn rename(&self, range: TextRange, old: &str, new: &str) -> Option<TextEdit> {
        let literal = self.call.args.iter().any(|arg| arg.inner_range() == range && is_written(arg));
        let same = self.at(range).is_none_or(|text| text == old);
        (literal && same && !new.contains(['\'', '"', '\\', '\n'])).then(|| TextEdit::replace(range, new))
    }

    /// Puts a package before the name.
    pub fn add_package(&self, package: &str) -> Option<TextEdit> {
        let first = self.call.args.first().filter(|arg| arg.keyword.is_none())?;
        Some(TextEdit::insert(first.range.start(), format!("{}, ", self.quoted(package)?)))
    }

    /// The argument that pins the version: `version`, else `v`.
    fn version(&self) -> Option<&Arg> {
        let named = |wanted: &str| {
            self.call.args.iter().find(|arg| arg.keyword.as_ref().is_some_and(|(name, _)| name == wanted))
        };
        named("version").or_else(|| named("v"))
    }

    /// Pins a version, or another one than before.
    pub fn pin(&self, version: &str) -> Option<TextEdit> {
        let code = self.version_code(version)?;
        match self.version() {
            Some(arg) => Some(TextEdit::replace(arg.range, code)),
            None => Some(TextEdit::insert(self.call.args.last()?.range.end(), format!(", v={code}"))),
        }
    }

    /// A version as it is best written: a number where its text is what dbt makes of the number.
    fn version_code(&self, version: &str) -> Option<String> {
        let int = version.parse::<i64>().is_ok_and(|n| n.to_string() == version);
        let float = || version.parse::<f64>().is_ok_and(|f| f.is_finite() && format!("{f:?}") == version);
        if int || (float() && version.contains('.')) {
            Some(version.to_owned())
        } else {
            self.quoted(version)
        }
    }

    /// Takes the version away.
    pub fn unpin(&self) -> Option<TextEdit> {
        let version = self.version()?;
        self.remove(version.range)
    }

    /// Takes away the argument whose value stands at `value`, with its keyword and one comma.
    pub fn remove(&self, value: TextRange) -> Option<TextEdit> {
        let args = &self.call.args;
        let at = args.iter().position(|arg| arg.range == value)?;
        let start_of = |arg: &Arg| arg.keyword.as_ref().map_or(arg.range.start(), |(_, range)| range.start());
        let range = match (at.checked_sub(1), args.get(at + 1)) {
            (Some(before), _) => TextRange::new(args[before].range.end(), args[at].range.end()),
            (None, Some(after)) => TextRange::new(start_of(&args[at]), start_of(after)),
            (None, None) => TextRange::new(start_of(&args[at]), args[at].range.end()),
        };
        Some(TextEdit::replace(range, ""))
    }

    /// Puts `keyword=` before an argument.
    pub fn name_argument(&self, value: TextRange, keyword: &str) -> Option<TextEdit> {
        self.call
            .args
            .iter()
            .any(|arg| arg.range == value)
            .then(|| TextEdit::insert(value.start(), format!("{keyword}=")))
    }

    /// A fix that makes all of `edits`; `None` when one of them cannot be made.
    pub fn fix(
        &self,
        title: String,
        preferred: bool,
        edits: impl IntoIterator<Item = Option<TextEdit>>,
    ) -> Option<Fix> {
        let edits: Vec<TextEdit> = edits.into_iter().collect::<Option<_>>()?;
        let change = SourceChange { edits: vec![(self.file, edits)], ..SourceChange::default() };
        Some(Fix { title, preferred, change })
    }
}

/// Whether an argument is a string written out here, not computed elsewhere.
fn is_written(arg: &Arg) -> bool {
    matches!(arg.value, syntax::calls::Value::Literal(Lit::Str(_)))
}
