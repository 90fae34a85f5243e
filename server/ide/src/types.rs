//! The plain data that questions are answered with.

use project::FileId;
use smol_str::SmolStr;
use text::{TextEdit, TextRange, TextSize};

/// The request was overtaken by an edit or cancelled by the client: no answer is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

/// An answer, unless the question was cancelled.
pub type Cancellable<T> = Result<T, Cancelled>;

/// A byte offset in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilePos {
    /// The file.
    pub file: FileId,
    /// Byte offset in its current text.
    pub offset: TextSize,
}

/// A byte range in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileRange {
    /// The file.
    pub file: FileId,
    /// Byte range in its current text.
    pub range: TextRange,
}

/// Where to go for a name.
#[derive(Debug, Clone, PartialEq)]
pub struct NavTarget {
    /// What kind of thing it is and its name, for clients that list several targets.
    pub label: String,
    /// The place.
    pub place: Place,
}

/// A place to go to.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// In a file of the workspace (or of an upstream's checkout).
    File {
        /// The file.
        file: FileId,
        /// The whole thing: a YAML entry, a macro with its body, a whole file (empty range at 0).
        full: TextRange,
        /// Its name inside `full`.
        focus: TextRange,
    },
    /// A node that only an upstream's manifest knows: shown as a read-only document.
    Upstream {
        /// The upstream project's name.
        project: SmolStr,
        /// As dbt writes it: `model.platform.orders.v2`.
        unique_id: SmolStr,
    },
    /// A file outside any project, e.g. the manifest itself; absolute path.
    Path(std::path::PathBuf),
}

/// The answer to "what goes where the cursor leads".
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// The name under the cursor.
    pub origin: TextRange,
    /// Most specific first.
    pub targets: Vec<NavTarget>,
}

/// What to show beside a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// The name it explains.
    pub range: TextRange,
    /// Markdown (CommonMark with tables).
    pub markdown: String,
}

/// Proposals at a place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Completions {
    /// Best first, at most [`MAX_COMPLETIONS`].
    pub items: Vec<Completion>,
    /// More would match: ask again after the next key.
    pub incomplete: bool,
}

/// How many proposals are sent at once, as gopls and clangd do: nobody reads more, and the client asks again after the next
/// letter.
pub const MAX_COMPLETIONS: usize = 100;

/// One proposal.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// What the list shows.
    pub label: String,
    /// Shown dimmed behind the label: `v2 (latest)`.
    pub label_detail: Option<String>,
    /// Shown right of the label: `model · platform`.
    pub label_description: Option<String>,
    /// One line of description.
    pub detail: Option<String>,
    /// What kind of thing it is.
    pub kind: CompletionKind,
    /// Replaces this range …
    pub replace: TextRange,
    /// … by this text.
    pub insert: String,
    /// `insert` is an LSP snippet (`$0`, `${1:x}`); [`Completion::plain`] serves clients without them.
    pub plain: Option<String>,
    /// What typed text is matched against; the label when `None`.
    pub filter: Option<String>,
    /// Changes elsewhere: in this file, or another one (declare a project in dependencies.yml).
    pub additional: SourceChange,
    /// Marked as deprecated.
    pub deprecated: bool,
    /// What [`crate::completion_docs`] needs for the documentation.
    pub docs: Option<DocsKey>,
}

/// What a proposal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum CompletionKind {
    Project,
    Package,
    Model,
    Seed,
    Snapshot,
    Source,
    Table,
    Version,
    Macro,
    Doc,
    Group,
    Key,
    Value,
    Keyword,
    Variable,
    Function,
    Column,
    Test,
    Metric,
    SemanticModel,
    Exposure,
    Snippet,
}

/// Names a thing whose documentation is fetched later: stateless between requests.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DocsKey {
    /// Root directory of the package that asks (projects differ in what they see).
    pub from: String,
    /// As dbt writes it, e.g. `model.platform.orders.v2`; `project.<name>` for projects.
    pub unique_id: SmolStr,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Legal, but surprising.
    Hint,
    /// Worth knowing.
    Info,
    /// dbt warns, or fails later than at parse, or another engine refuses it.
    Warning,
    /// dbt refuses to parse the project.
    Error,
}

/// One finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// Stable kebab-case code; `docs/diagnostics/<code>.md` explains it.
    pub code: &'static str,
    /// Where, in bytes of the current text.
    pub range: TextRange,
    /// After the user's `rules:`.
    pub severity: Severity,
    /// One or two sentences: what is wrong and the way out.
    pub message: String,
    /// Other places that explain it.
    pub related: Vec<(Place, String)>,
    /// Editors show such code struck through or faded.
    pub tag: Option<Tag>,
    /// Changes that resolve it.
    pub fixes: Vec<Fix>,
    /// The event that dbt v1 warns with; a project may make it an error (`warn_error_options`).
    pub event: Option<&'static str>,
}

/// How editors draw the code itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tag {
    /// Has no effect.
    Unused,
    /// Refers to something deprecated.
    Deprecated,
}

/// A change that resolves a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// An imperative sentence: `Declare project 'platform' in dependencies.yml`.
    pub title: String,
    /// Certain enough to be applied without looking.
    pub preferred: bool,
    /// What it changes.
    pub change: SourceChange,
}

/// Edits over several files, and files to make.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourceChange {
    /// Ranges refer to each file's current text.
    pub edits: Vec<(FileId, Vec<TextEdit>)>,
    /// New files: absolute path with `/`, and text.
    pub create: Vec<(String, String)>,
    /// Files that get another path: from and to, absolute with `/`. Done after the edits.
    pub moves: Vec<(String, String)>,
    /// Files that go: absolute paths with `/`. Done last.
    pub delete: Vec<String>,
    /// What people should know before they agree: a sentence.
    pub caution: Option<String>,
}

impl SourceChange {
    /// One replacement in one file.
    pub fn edit(file: FileId, range: TextRange, new_text: impl Into<String>) -> SourceChange {
        SourceChange {
            edits: vec![(file, vec![TextEdit::replace(range, new_text)])],
            ..SourceChange::default()
        }
    }
}

impl Diagnostic {
    /// A finding without anything beside its message.
    pub fn new(
        code: &'static str,
        range: TextRange,
        severity: Severity,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic {
            code,
            range,
            severity,
            message: message.into(),
            related: Vec::new(),
            tag: None,
            fixes: Vec::new(),
            event: None,
        }
    }

    /// Names the event that dbt v1 warns with.
    #[must_use]
    pub fn event(mut self, event: &'static str) -> Diagnostic {
        self.event = Some(event);
        self
    }

    /// Adds a change that resolves it.
    #[must_use]
    pub fn fix(mut self, fix: impl IntoIterator<Item = Fix>) -> Diagnostic {
        self.fixes.extend(fix);
        self
    }

    /// Adds another place that explains it.
    #[must_use]
    pub fn related(mut self, place: Option<Place>, what: impl Into<String>) -> Diagnostic {
        self.related.extend(place.map(|place| (place, what.into())));
        self
    }

    /// Sets how editors draw the code.
    #[must_use]
    pub fn tag(mut self, tag: Tag) -> Diagnostic {
        self.tag = Some(tag);
        self
    }
}
