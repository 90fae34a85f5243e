//! What `impact` prints for people, for pull requests and for GitHub.

use super::{Impact, Project, Reader, Told};
use std::io::{self, Write};

/// How many consumers are named for each change.
const NAMED: usize = 20;

/// For people.
pub fn text(out: &mut impl Write, impact: &Impact) -> io::Result<()> {
    if impact.projects.is_empty() {
        return writeln!(out, "Nothing that others use has changed since {}.", impact.base);
    }
    for project in &impact.projects {
        writeln!(out, "{}: {}", project.name, counted(project))?;
        for change in &project.changes {
            let mark = if change.breaking { "breaking" } else { "safe    " };
            writeln!(out, "  {mark}  {}: {}", change.model, change.change)?;
            for reader in change.consumers.iter().take(NAMED) {
                writeln!(out, "            {}", place(reader))?;
            }
            if let Some(more) = more(change) {
                writeln!(out, "            {more}")?;
            }
        }
    }
    Ok(())
}

/// For the description of a pull request.
pub fn markdown(out: &mut impl Write, impact: &Impact) -> io::Result<()> {
    if impact.projects.is_empty() {
        return writeln!(out, "Nothing that other projects use has changed since `{}`.", impact.base);
    }
    for project in &impact.projects {
        writeln!(out, "### {}: {}\n", project.name, counted(project))?;
        writeln!(out, "| | model | change | used by |\n|---|---|---|---|")?;
        for change in &project.changes {
            let mark = if change.breaking { "**breaking**" } else { "safe" };
            let mut readers: Vec<String> =
                change.consumers.iter().take(NAMED).map(|reader| format!("`{}`", place(reader))).collect();
            readers.extend(more(change));
            writeln!(
                out,
                "| {mark} | `{}` | {} | {} |",
                change.model,
                change.change.replace('|', "\\|"),
                readers.join("<br>")
            )?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Annotations: an error for each breaking change that someone is known to feel, a warning for other breaking
/// ones, a notice for the rest.
pub fn github(out: &mut impl Write, impact: &Impact) -> io::Result<()> {
    let escape = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| escape(text).replace(':', "%3A").replace(',', "%2C");
    for change in impact.projects.iter().flat_map(|project| &project.changes) {
        let kind = match (change.breaking, change.consumers.is_empty()) {
            (true, false) => "error",
            (true, true) => "warning",
            _ => "notice",
        };
        let mut message = format!("{}: {}", change.model, change.change);
        for reader in change.consumers.iter().take(NAMED) {
            message.push_str(&format!("\n{}", place(reader)));
        }
        writeln!(out, "::{kind} file={},title=mesh impact::{}", property(&change.file), escape(&message))?;
    }
    Ok(())
}

fn counted(project: &Project) -> String {
    let breaking = project.changes.iter().filter(|change| change.breaking).count();
    let safe = project.changes.len() - breaking;
    let s = |n: usize| if n == 1 { "" } else { "s" };
    match (breaking, safe) {
        (0, safe) => format!("{safe} change{}, none breaking", s(safe)),
        (breaking, 0) => format!("{breaking} breaking change{}", s(breaking)),
        (breaking, safe) => format!("{breaking} breaking change{}, {safe} safe", s(breaking)),
    }
}

fn place(reader: &Reader) -> String {
    let node = reader.unique_id.as_deref().unwrap_or(&reader.project);
    match (&reader.file, reader.line) {
        (Some(file), Some(line)) => {
            format!("{file}:{line} {node}{}", if reader.names_column { " names it" } else { "" })
        }
        _ => format!("{node} (as its manifest says)"),
    }
}

fn more(change: &Told) -> Option<String> {
    let more = change.consumers.len().checked_sub(NAMED).filter(|more| *more > 0)?;
    Some(format!("and {more} more"))
}
