//! `public-without-latest-version`: a new version would change every unpinned `ref()` at once (spec §5).

use text::TextEdit;

use super::PublicModel;
use crate::diagnostics::wording;
use crate::{Diagnostic, Fix, Severity, SourceChange};

pub(in crate::diagnostics) const CODE: &str = "public-without-latest-version";

pub(super) fn check(model: &PublicModel<'_>, out: &mut Vec<Diagnostic>) {
    let Some(entry) = model.entry.filter(|entry| entry.is_versioned()) else { return };
    if entry.settings.top("latest_version").is_some() {
        return;
    }
    let message = format!(
        "the public model '{}' has no latest_version: the next version would change what every unpinned ref means",
        model.name
    );
    out.push(Diagnostic::new(CODE, entry.name_range, Severity::Warning, message).fix(fix(model)));
}

/// Writes what holds today on a line of its own below the name.
fn fix(model: &PublicModel<'_>) -> Option<Fix> {
    let (cx, entry) = (model.cx, model.entry?);
    let family = cx.analysis.mesh.family(cx.package, model.name)?;
    let version = &family.latest_member()?.version;
    let code = if version.is_str { format!("'{}'", version.text) } else { wording::version(&version.text) };
    let text = cx.analysis.text(cx.file)?;
    let (start, end) = (usize::from(entry.name_range.start()), usize::from(entry.name_range.end()));
    let line = text.get(..start)?.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let before = text.get(line..start)?;
    // Only where `name:` stands alone on its line, behind the dash of its entry or not.
    let key = before.trim_start_matches([' ', '-']);
    if key.trim_end_matches(['\'', '"']).trim_end() != "name:" {
        return None;
    }
    let rest = text.get(end..)?;
    let break_at = rest.find(['\n', '\r'])?;
    let behind = rest[..break_at].trim_start_matches(['\'', '"']).trim();
    if !behind.is_empty() && !behind.starts_with('#') {
        return None;
    }
    let line_break = if rest[break_at..].starts_with("\r\n") { "\r\n" } else { "\n" };
    let indent = " ".repeat(before.len() - key.len());
    let insert = format!("{line_break}{indent}latest_version: {code}");
    let at = text::size(end + break_at);
    let change = SourceChange {
        edits: vec![(cx.file, vec![TextEdit::insert(at, insert)])],
        ..SourceChange::default()
    };
    Some(Fix { title: format!("Add 'latest_version: {code}', as it is today"), preferred: true, change })
}
