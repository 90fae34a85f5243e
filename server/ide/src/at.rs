//! What the cursor is at: a call in a template, in a YAML string or in Python, or a place in YAML itself.
//!
//! Works on the current text of an open document, however broken, and knows nothing of the mesh.

use project::facts::is_bare_call;
use project::layout::FileKind;
use syntax::calls::{Arg, Call, Lit, Reach, Value};
use syntax::cursor::{ArgSite, CallSite, Site, StrSite, TagSite};
use syntax::yaml::{Decoded, Style, YamlPlace, YamlSite};
use text::{TextRange, TextSize};

/// What is at an offset.
pub(crate) enum At<'t> {
    /// In a template tag, a bare expression or Python, with ranges in the file.
    Code(TagSite, Host),
    /// In YAML.
    Yaml(YamlSite<'t>),
    /// Text that means nothing to dbt.
    Nothing,
}

/// What code is written in: decides how a quote is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    /// A file of its own, or YAML without quotes around it.
    Plain,
    /// A Python file.
    Python,
    /// A YAML string in single quotes.
    Single,
    /// A YAML string in double quotes.
    Double,
}

impl Host {
    /// The quote that new strings get.
    pub(crate) fn quote(self) -> &'static str {
        match self {
            Host::Plain | Host::Double => "'",
            Host::Single | Host::Python => "\"",
        }
    }

    /// Code as it is written here.
    pub(crate) fn encode(self, code: String) -> String {
        match self {
            Host::Plain | Host::Python => code,
            Host::Single => code.replace('\'', "''"),
            Host::Double => code.replace('\\', "\\\\").replace('"', "\\\""),
        }
    }
}

/// Finds out what is at `offset`. `tree` is the parsed YAML of the same text for YAML files, else `None`.
pub(crate) fn at<'t>(
    kind: FileKind,
    text: &'t str,
    tree: Option<&'t syntax::yaml::Tree>,
    offset: TextSize,
) -> At<'t> {
    if kind == FileKind::PythonModel {
        return code(syntax::cursor::python(text, offset), Host::Python);
    }
    let Some(tree) = tree else {
        return code(syntax::cursor::jinja(text, offset), Host::Plain);
    };
    let site = syntax::yaml::cursor(tree, text, offset);
    if let Some(found) = in_string(&site, text, offset) {
        return found;
    }
    At::Yaml(site)
}

fn code<'t>(site: Site, host: Host) -> At<'t> {
    match site {
        Site::Tag(site) => At::Code(site, host),
        _ => At::Nothing,
    }
}

/// Jinja inside a YAML value: with braces, or a bare call such as `ref('m')` where dbt evaluates one.
fn in_string<'t>(site: &YamlSite<'t>, text: &'t str, offset: TextSize) -> Option<At<'t>> {
    let (scalar, range) = match &site.place {
        YamlPlace::Value { scalar, range, .. } => (*scalar, *range),
        // A word behind `- ` may be the start of `ref(…`.
        YamlPlace::Key { range, may_be_value: true, .. } => (None, *range),
        _ => return None,
    };
    if let Some(scalar) = scalar.filter(|scalar| scalar.content.contains_inclusive(offset)) {
        let decoded = scalar.decoded();
        let inside = inverse(&decoded, offset);
        let mut found = if decoded.text.contains("{{") || decoded.text.contains("{%") {
            syntax::cursor::jinja(&decoded.text, inside)
        } else if is_bare_call(&decoded.text) || looks_bare(&decoded.text) {
            syntax::cursor::expression(&decoded.text, inside)
        } else {
            return None;
        };
        if let Site::Tag(site) = &mut found {
            map(site, &|offset| decoded.source(offset));
        }
        let host = match scalar.style {
            Style::Single => Host::Single,
            Style::Double => Host::Double,
            Style::Plain | Style::Literal | Style::Folded => Host::Plain,
        };
        return Some(code(found, host));
    }
    // Half typed and no scalar yet: read the rest of the line as it stands.
    let start = usize::from(range.start());
    let line = text.get(start..)?.split(['\r', '\n']).next()?;
    let inside = offset.checked_sub(range.start())?;
    let mut found = if line.contains("{{") || line.contains("{%") {
        syntax::cursor::jinja(line, inside)
    } else if looks_bare(line) {
        syntax::cursor::expression(line, inside)
    } else {
        return None;
    };
    if let Site::Tag(site) = &mut found {
        map(site, &|offset| offset + range.start());
    }
    Some(code(found, Host::Plain))
}

/// The start of a call that dbt evaluates without braces, while it is typed.
fn looks_bare(text: &str) -> bool {
    let text = text.trim_start();
    let calls = ["ref", "source", "doc", "var", "env_var", "metric", "function"];
    calls
        .iter()
        .chain(&crate::named::semantic::CALLS)
        .any(|name| text.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('(')))
}

/// The offset in the decoded text that comes from a byte of the file.
fn inverse(decoded: &Decoded<'_>, offset: TextSize) -> TextSize {
    let len = decoded.text.len() as u32;
    let (mut low, mut high) = (0u32, len);
    while low < high {
        let middle = (low + high) / 2;
        if decoded.source(middle.into()) < offset {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let mut at = low as usize;
    while !decoded.text.is_char_boundary(at) {
        at -= 1;
    }
    text::size(at)
}

fn map(site: &mut TagSite, f: &dyn Fn(TextSize) -> TextSize) {
    let range = |range: &mut TextRange| {
        let start = f(range.start());
        *range = TextRange::new(start, f(range.end()).max(start));
    };
    let string = |string: &mut StrSite| range(&mut string.content);
    range(&mut site.tag_range);
    range(&mut site.word);
    site.string.iter_mut().for_each(string);
    for call in &mut site.calls {
        range(&mut call.name_range);
        call.open = f(call.open);
        call.close = call.close.map(f);
        for arg in &mut call.args {
            range(&mut arg.range);
            arg.string.iter_mut().for_each(string);
            if let Some((_, keyword)) = &mut arg.keyword {
                range(keyword);
            }
        }
    }
}

/// The call around a cursor as the facts would have it, so that one reader of arguments serves both. Empty
/// arguments are left out; a string without its closing quote counts as far as it goes.
pub(crate) fn as_call(site: &CallSite, text: &str) -> Call {
    let end = site.close.map_or_else(
        || site.args.last().map_or(site.open, |arg| arg.range.end()),
        |close| close + text::size(1),
    );
    let written = site.args.iter().filter(|arg| !arg.range.is_empty() || arg.string.is_some());
    Call {
        name: site.name.clone(),
        name_range: site.name_range,
        range: site.name_range.cover(TextRange::new(site.open, end.max(site.open))),
        args: written.map(|arg| as_arg(arg, text)).collect(),
        reach: Reach::Always,
        complete: site.close.is_some(),
    }
}

fn as_arg(site: &ArgSite, text: &str) -> Arg {
    let mut arg =
        Arg { keyword: site.keyword.clone(), range: site.range, value: site.value.clone(), splat: false };
    let Some(string) = &site.string else { return arg };
    let mut content = string.content;
    if !string.terminated {
        let typed = text.get(content.start().into()..content.end().into()).unwrap_or_default().trim_end();
        content = TextRange::at(content.start(), text::size(typed.len()));
        arg.value = Value::Literal(Lit::Str(typed.into()));
    }
    // One byte for each quote, so that the inside is where it is however the string is quoted.
    let one = text::size(1);
    arg.range = TextRange::new(content.start().checked_sub(one).unwrap_or_default(), content.end() + one);
    arg
}
