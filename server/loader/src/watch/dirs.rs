//! Which folders are watched, under which spellings, and by which means.
//!
//! A folder reached by several paths (a link to a local package) is watched once and reported under each.
//! Linux gives a notification handle per folder; macOS and Windows watch whole trees by themselves.

use std::collections::BTreeMap;
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};

use notify::{ErrorKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use rustc_hash::FxHashMap;

use super::poll::Snapshot;
use crate::walk::FileKind;

/// The system watches everything below a folder by itself.
pub(super) const NATIVELY_RECURSIVE: bool = cfg!(any(target_os = "macos", windows));

/// What of a folder's content is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Files of a known kind, and everything below.
    Deep,
    /// A `dbt_project.yml`, also in new folders directly in it.
    Workspace,
    /// A `dbt_project.yml`.
    Candidate,
    /// Only the files watched one by one.
    Shallow,
}

/// How a folder was come upon: below a watched one, or as a start of its own (a root, or behind a link).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    Below,
    Anew,
}

struct Entry {
    real: PathBuf,
    role: Role,
    generation: u32,
}

pub(super) struct Dirs {
    /// By spelled path; ordered, so that what lies below a folder follows it.
    entries: BTreeMap<PathBuf, Entry>,
    /// By real path: its spellings. The first one is what the system was given.
    spellings: FxHashMap<PathBuf, Vec<PathBuf>>,
    system: Option<RecommendedWatcher>,
    recursive: bool,
    /// Folders the system does not watch, with their last known content.
    polled: BTreeMap<PathBuf, Snapshot>,
    generation: u32,
    /// Why polling had to help out, until told.
    trouble: Option<String>,
}

/// One folder seen under more paths than this is a maze of links.
const MAX_SPELLINGS: usize = 8;

impl Dirs {
    /// Watches by `system`, or by polling without one.
    pub(super) fn new(system: Option<RecommendedWatcher>, recursive: bool) -> Dirs {
        Dirs {
            entries: BTreeMap::new(),
            spellings: FxHashMap::default(),
            system,
            recursive,
            polled: BTreeMap::new(),
            generation: 0,
            trouble: None,
        }
    }

    pub(super) fn role(&self, path: &Path) -> Option<Role> {
        self.entries.get(path).map(|entry| entry.role)
    }

    pub(super) fn real(&self, path: &Path) -> Option<&Path> {
        self.entries.get(path).map(|entry| entry.real.as_path())
    }

    /// Whether a link at `place` to `real` leads to a folder that `place` lies in, by whatever spelling.
    pub(super) fn is_loop(&self, place: &Path, real: &Path) -> bool {
        let around = place.ancestors().skip(1).map_while(|dir| self.entries.get(dir));
        around.into_iter().any(|entry| entry.real.starts_with(real))
            || self.spellings.get(real).is_some_and(|known| known.len() >= MAX_SPELLINGS)
    }

    /// Begins a new plan: what is not added again until [`Dirs::end_plan`] is no longer watched.
    pub(super) fn begin_plan(&mut self) {
        self.generation += 1;
    }

    /// Folders of the plan before that were not added again because they are gone: whatever the system still has
    /// to say about them will not be understood.
    pub(super) fn vanished(&self) -> Vec<PathBuf> {
        let old = self.entries.iter().filter(|(_, entry)| entry.generation != self.generation);
        let deep = old.filter(|(path, entry)| entry.role == Role::Deep && !path.is_dir());
        deep.map(|(path, _)| path.clone()).collect()
    }

    pub(super) fn end_plan(&mut self) {
        let old = self.entries.iter().filter(|(_, entry)| entry.generation != self.generation);
        let old: Vec<PathBuf> = old.map(|(path, _)| path.clone()).collect();
        for path in old {
            self.remove(&path);
        }
    }

    /// Watches a folder. Within one plan the first role stands, except that deep wins. True if it is new.
    pub(super) fn add(&mut self, path: &Path, real: &Path, role: Role, reached: Reached) -> bool {
        if let Some(entry) = self.entries.get_mut(path) {
            let must_widen = self.recursive && role == Role::Deep && entry.role != Role::Deep;
            if entry.real == real && !must_widen {
                if entry.generation != self.generation || role == Role::Deep {
                    entry.role = role;
                }
                entry.generation = self.generation;
                return false;
            }
            self.remove(path);
        }
        let spellings = self.spellings.entry(real.to_path_buf()).or_default();
        spellings.push(path.to_path_buf());
        let is_first = spellings.len() == 1;
        let entry = Entry { real: real.to_path_buf(), role, generation: self.generation };
        self.entries.insert(path.to_path_buf(), entry);
        if is_first && !(self.recursive && self.system.is_some() && reached == Reached::Below) {
            self.arm(path, role);
        }
        true
    }

    /// No longer watches a folder and those below it.
    pub(super) fn remove_under(&mut self, path: &Path) {
        let below = self.entries.range::<Path, _>((Bound::Included(path), Bound::Unbounded));
        let below: Vec<PathBuf> =
            below.map(|(path, _)| path).take_while(|below| below.starts_with(path)).cloned().collect();
        for path in below.iter().rev() {
            self.remove(path);
        }
    }

    fn remove(&mut self, path: &Path) {
        let Some(entry) = self.entries.remove(path) else { return };
        let Some(spellings) = self.spellings.get_mut(&entry.real) else { return };
        let was_first = spellings.first().is_some_and(|first| first == path);
        spellings.retain(|spelling| spelling != path);
        let next = spellings.first().cloned();
        if next.is_none() {
            self.spellings.remove(&entry.real);
        }
        if !was_first {
            return;
        }
        if self.polled.remove(path).is_none()
            && let Some(system) = &mut self.system
        {
            // It is often gone already.
            let _ = system.unwatch(path);
        }
        if let Some(next) = next
            && next.is_dir()
        {
            self.arm(&next, entry.role);
        }
    }

    fn arm(&mut self, path: &Path, role: Role) {
        if let Some(system) = &mut self.system {
            let mode = match self.recursive && role == Role::Deep {
                true => RecursiveMode::Recursive,
                false => RecursiveMode::NonRecursive,
            };
            match system.watch(path, mode) {
                Ok(()) => return,
                Err(error) => {
                    if let Some(message) = exhausted(&error) {
                        self.trouble.get_or_insert(message);
                    } else if !path.is_dir() {
                        // Gone again; it will be looked for.
                        return;
                    }
                }
            }
        }
        self.polled.insert(path.to_path_buf(), Snapshot::of(path));
    }

    /// The spellings of a watched folder, given any of them or its real path, with what to report.
    pub(super) fn spellings(&self, path: &Path) -> Vec<(PathBuf, Role)> {
        let real = self.entries.get(path).map_or(path, |entry| &entry.real);
        let spellings = self.spellings.get(real).map(Vec::as_slice).unwrap_or_default();
        spellings.iter().filter_map(|spelling| Some((spelling.clone(), self.role(spelling)?))).collect()
    }

    pub(super) fn has_polled(&self) -> bool {
        !self.polled.is_empty()
    }

    /// Looks at the polled folders and gives the paths that changed in them.
    pub(super) fn poll(&mut self) -> Vec<(PathBuf, super::batch::What)> {
        let mut changes = Vec::new();
        for (dir, before) in &mut self.polled {
            let now = Snapshot::of(dir);
            changes.extend(before.until(&now).into_iter().map(|(name, what)| (dir.join(name), what)));
            *before = now;
        }
        changes
    }

    /// Somebody else saw this file change. What comes and goes between two looks would else never have been there.
    pub(super) fn told(&mut self, path: &Path) {
        let (Some(dir), Some(name)) = (path.parent(), path.file_name()) else { return };
        if let Some(snapshot) = self.polled.get_mut(dir)
            && FileKind::of(&name.to_string_lossy()).is_some()
            && !path.is_dir()
        {
            snapshot.expect(name);
        }
    }

    /// What the user should know about polling, once.
    pub(super) fn take_trouble(&mut self) -> Option<String> {
        self.trouble.take()
    }
}

/// The message for an error that says the system has no notifications left.
pub(super) fn exhausted(error: &notify::Error) -> Option<String> {
    let (what, remedy) = match &error.kind {
        ErrorKind::MaxFilesWatch => ("watched folders", "fs.inotify.max_user_watches"),
        // EMFILE and ENFILE; Rust has no portable name for them.
        ErrorKind::Io(error) if is_out_of_handles(error) => ("watchers", "fs.inotify.max_user_instances"),
        _ => return None,
    };
    Some(format!(
        "The system's limit of {what} is reached: changes made outside the editor are looked for every two \
         seconds instead. Raising {remedy} (sysctl) helps."
    ))
}

fn is_out_of_handles(error: &io::Error) -> bool {
    cfg!(unix) && matches!(error.raw_os_error(), Some(23 | 24))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn an_exhausted_system_is_told_from_other_trouble() {
        let of = |kind| exhausted(&notify::Error::new(kind)).unwrap_or_default();
        let os = |code| ErrorKind::Io(io::Error::from_raw_os_error(code));
        assert!(of(ErrorKind::MaxFilesWatch).contains("fs.inotify.max_user_watches"));
        assert!(of(os(24)).contains("fs.inotify.max_user_instances"));
        assert_eq!(of(os(2)), "");
        assert_eq!(of(ErrorKind::PathNotFound), "");
    }
}
