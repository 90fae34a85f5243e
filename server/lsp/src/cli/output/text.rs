//! For people: each finding in its source, and a line that sums up.

use crate::cli::report::{Finding, Report};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use ide::Severity;
use project::upstream::remote::user_len;
use std::borrow::Cow;
use std::io::{self, Write};
use text::LineIndex;

/// How it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Colours and line-drawing characters.
    Coloured,
    /// ASCII only.
    Plain,
}

/// Writes every finding and the sum.
pub fn write(out: &mut impl Write, report: &Report, style: Style) -> io::Result<()> {
    let renderer = match style {
        Style::Coloured => Renderer::styled().decor_style(DecorStyle::Unicode),
        Style::Plain => Renderer::plain(),
    };
    let fixed = report.fixed.as_deref().unwrap_or_default();
    for fix in fixed {
        writeln!(out, "fixed[{}]: {}\n --> {}:{}:{}\n", fix.code, fix.title, fix.file, fix.line, fix.column)?;
    }
    for finding in &report.findings {
        writeln!(out, "{}\n", render(&renderer, finding))?;
    }
    writeln!(out, "{}", sum(report))
}

fn render(renderer: &Renderer, finding: &Finding) -> String {
    let (window, first_line) = window(finding);
    let start = usize::from(finding.source.range.start()) - window.start;
    // An annotation must not leave its source.
    let end = usize::from(finding.source.range.end()).clamp(window.start + start, window.end) - window.start;
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
        Severity::Hint => Level::HELP.with_name("hint"),
    };
    let snippet = Snippet::source(without_passwords(&finding.source.text[window]))
        .line_start(first_line)
        .path(finding.file.as_str())
        .fold(false)
        .annotation(AnnotationKind::Primary.span(start..end));
    let mut group = level.primary_title(finding.message.as_str()).id(finding.code).element(snippet);
    for related in &finding.related {
        let note = format!("{}:{}: {}", related.file, related.line, related.message);
        group = group.element(Level::NOTE.message(note));
    }
    renderer.render(&[group])
}

/// A text with `*` for what stands as user and password in addresses: such output ends up in logs.
fn without_passwords(text: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(text);
    for (at, _) in text.match_indices("://") {
        let (scheme, rest) = (&text[..at], &text[at + 3..]);
        let rest = rest.split([' ', '"', '\'', '\n', '\r']).next().unwrap_or_default();
        let scheme = scheme.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let len = user_len(rest, scheme.to_ascii_lowercase().starts_with("http"));
        if len > 1 {
            let stars = "*".repeat(len - 1);
            out.to_mut().replace_range(at + 3..at + 2 + len, &stars);
        }
    }
    out
}

/// No more lines than this are shown of one finding.
const MOST_LINES: u32 = 6;

/// The lines of the finding: bytes, and the number of the first.
fn window(finding: &Finding) -> (std::ops::Range<usize>, usize) {
    let text = &finding.source.text;
    let lines = LineIndex::new(text);
    let first = lines.line(finding.source.range.start());
    let last = lines.line(finding.source.range.end()).min(first + MOST_LINES - 1);
    let start = lines.line_start(first).map_or(0, usize::from);
    (start..usize::from(lines.line_end(last)), first as usize + 1)
}

fn sum(report: &Report) -> String {
    let counted = |count: usize, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {many}")),
    };
    let found: Vec<String> = [
        counted(report.count(Severity::Error), "error", "errors"),
        counted(report.count(Severity::Warning), "warning", "warnings"),
        counted(report.count(Severity::Info), "remark", "remarks"),
        counted(report.count(Severity::Hint), "hint", "hints"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let found = if found.is_empty() { "Nothing found".to_owned() } else { found.join(", ") };
    let projects = counted(report.projects.len(), "project", "projects").unwrap_or("no project".to_owned());
    let files = counted(report.stats.files, "file", "files").unwrap_or("no files".to_owned());
    let fixed = match report.fixed.as_deref().map(<[_]>::len) {
        None => String::new(),
        Some(0) => "Nothing fixed. ".to_owned(),
        Some(count) => format!("{count} fixed. "),
    };
    format!("{fixed}{found} in {projects} ({files}, {} ms)", report.stats.elapsed_ms)
}

#[cfg(test)]
mod tests {
    use super::without_passwords;

    #[test]
    fn passwords_are_not_printed() {
        let text = "- project: https://me:pw@host/x\n- manifest: 's3://b/a@b'";
        assert_eq!(without_passwords(text), text.replace("me:pw", "*****"));
    }
}
