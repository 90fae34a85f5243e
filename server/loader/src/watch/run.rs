//! The watching thread: takes plans and the system's notifications, gives batches of changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind, RenameMode};
use rustc_hash::{FxHashMap, FxHashSet};

use super::batch::{Batch, What};
use super::dirs::{Dirs, Reached, Role, exhausted};
use super::{Change, ChangeKind, RescanReason, WatchEvent, WatchMode, WatchPlan};
use crate::discover::PROJECT_FILE;
use crate::paths::canonical;
use crate::read::{Stamp, stamp};
use crate::walk::FileKind;

/// How often the single files are looked at, whatever the system says: they may lie on a network file system, or
/// in a folder that is replaced as a whole. A change must be known within a second.
const FILES_EVERY: Duration = Duration::from_millis(600);
/// How often polled folders are looked at. Our tests cannot wait that long.
const FOLDERS_EVERY: Duration = Duration::from_millis(if cfg!(test) { 200 } else { 2000 });
/// Notifications handled before time is looked at again.
const AT_ONCE: usize = 1000;

/// What reaches the thread.
pub(super) enum Input {
    Plan(WatchPlan),
    System(notify::Result<notify::Event>),
    Told(Vec<PathBuf>),
    Stop,
}

struct Gone;

pub(super) fn run(
    mode: WatchMode,
    recursive: bool,
    from_system: Sender<Input>,
    inputs: &Receiver<Input>,
    events: Sender<WatchEvent>,
) {
    let system = match mode {
        WatchMode::Poll => None,
        WatchMode::Native => {
            let handler = move |event: notify::Result<notify::Event>| {
                // Reading a file notifies too, and we read a lot.
                if !event.as_ref().is_ok_and(is_reading) {
                    let _ = from_system.send(Input::System(event));
                }
            };
            match notify::recommended_watcher(handler) {
                Ok(system) => Some(system),
                Err(error) => {
                    let message = exhausted(&error).unwrap_or_else(|| {
                        format!("Changes made outside the editor are looked for every two seconds: {error}.")
                    });
                    if events.send(WatchEvent::Notice(message)).is_err() {
                        return;
                    }
                    None
                }
            }
        }
    };
    let mut thread = Thread {
        events,
        dirs: Dirs::new(system, recursive),
        plan: WatchPlan::default(),
        skipped: FxHashSet::default(),
        files: FxHashMap::default(),
        batch: Batch::default(),
        told: false,
        files_seen: Instant::now(),
        folders_seen: Instant::now(),
    };
    while thread.turn(inputs).is_ok() {}
}

/// Opening and closing without writing.
fn is_reading(event: &notify::Event) -> bool {
    matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write))
        && !event.need_rescan()
}

struct Thread {
    events: Sender<WatchEvent>,
    dirs: Dirs,
    plan: WatchPlan,
    /// Folders no tree enters.
    skipped: FxHashSet<PathBuf>,
    /// The single files, as last reported.
    files: FxHashMap<PathBuf, Option<Stamp>>,
    batch: Batch,
    /// The user was told about polling.
    told: bool,
    files_seen: Instant,
    folders_seen: Instant,
}

impl Thread {
    /// Waits for something to do, and does it. `Err` ends the thread.
    fn turn(&mut self, inputs: &Receiver<Input>) -> Result<(), Gone> {
        let next = [self.batch.due(), self.files_due(), self.folders_due()].into_iter().flatten().min();
        let first = match next {
            None => inputs.recv().map_err(|_| Gone)?,
            Some(next) => match inputs.recv_deadline(next) {
                Ok(input) => input,
                Err(RecvTimeoutError::Timeout) => return self.work(),
                Err(RecvTimeoutError::Disconnected) => return Err(Gone),
            },
        };
        for input in std::iter::once(first).chain(inputs.try_iter().take(AT_ONCE)) {
            match input {
                Input::Plan(plan) => self.set(plan)?,
                Input::System(Ok(event)) => self.notified(&event)?,
                Input::System(Err(error)) => {
                    if let Some(message) = exhausted(&error) {
                        self.tell(message)?;
                    }
                }
                Input::Told(paths) => paths.iter().for_each(|path| self.dirs.told(path)),
                Input::Stop => return Err(Gone),
            }
        }
        self.work()
    }

    /// Does what is due.
    fn work(&mut self) -> Result<(), Gone> {
        let now = Instant::now();
        if self.files_due().is_some_and(|due| due <= now) {
            self.files_seen = now;
            self.look_for_missing();
            for (path, known) in &self.files {
                if stamp(path) != *known {
                    self.batch.add(path.clone(), What::Touched, now);
                }
            }
        }
        if self.folders_due().is_some_and(|due| due <= now) {
            for (path, what) in self.dirs.poll() {
                self.happened(&path, what);
            }
            // Counted from the end, so that slow disks are not looked at all the time.
            self.folders_seen = Instant::now();
        }
        if let Some(message) = self.dirs.take_trouble() {
            self.tell(message)?;
        }
        if self.batch.is_flooded() {
            self.batch.take();
            self.rescan()?;
        }
        if self.batch.due().is_some_and(|due| due <= Instant::now()) {
            self.flush()?;
        }
        Ok(())
    }

    fn files_due(&self) -> Option<Instant> {
        let missing = self.plan.trees.iter().any(|tree| self.dirs.role(&tree.root) != Some(Role::Deep));
        (missing || !self.files.is_empty()).then(|| self.files_seen + FILES_EVERY)
    }

    fn folders_due(&self) -> Option<Instant> {
        self.dirs.has_polled().then(|| self.folders_seen + FOLDERS_EVERY)
    }

    fn set(&mut self, plan: WatchPlan) -> Result<(), Gone> {
        let mut files = FxHashMap::default();
        for path in &plan.files {
            let known = self.files.get(path).copied().unwrap_or_else(|| stamp(path));
            files.insert(path.clone(), known);
        }
        self.files = files;
        self.skipped = plan.trees.iter().flat_map(|tree| tree.skipped.iter().cloned()).collect();
        self.plan = plan;
        self.dirs.begin_plan();
        let any_new = self.arm_all();
        self.end_plan();
        if let Some(message) = self.dirs.take_trouble() {
            self.tell(message)?;
        }
        if any_new { self.send(WatchEvent::Rescan(RescanReason::Armed)) } else { Ok(()) }
    }

    fn end_plan(&mut self) {
        for dir in self.dirs.vanished() {
            self.batch.add(dir, What::Removed, Instant::now());
        }
        self.dirs.end_plan();
    }

    /// Watches everything of the plan that is there. True if any folder is new.
    fn arm_all(&mut self) -> bool {
        let mut any_new = false;
        let roots: Vec<PathBuf> = self.plan.trees.iter().map(|tree| tree.root.clone()).collect();
        for root in roots {
            any_new |= self.grow(&root, Reached::Anew, &mut Vec::new());
        }
        let parents = self.files.keys().filter_map(|file| file.parent()).map(|dir| (dir, Role::Shallow));
        let folders = self.plan.folders.iter().map(|folder| (folder.as_path(), Role::Workspace));
        // The richer role first: within one plan the first stands.
        for (dir, role) in folders.chain(parents) {
            if self.dirs.role(dir) != Some(Role::Deep) && dir.is_dir() {
                any_new |= self.dirs.add(dir, &canonical(dir), role, self.reached(dir));
            }
        }
        any_new
    }

    /// Watches what has come into being of what was missing.
    fn look_for_missing(&mut self) {
        let roots = self
            .plan
            .trees
            .iter()
            .map(|tree| &tree.root)
            .filter(|root| self.dirs.role(root) != Some(Role::Deep));
        let roots: Vec<PathBuf> = roots.filter(|root| root.is_dir()).cloned().collect();
        for root in roots {
            self.grow_reporting(&root, Reached::Anew);
        }
        for file in self.files.keys() {
            let Some(dir) = file.parent() else { continue };
            if self.dirs.role(dir).is_none() && dir.is_dir() {
                let reached = self.reached(dir);
                self.dirs.add(dir, &canonical(dir), Role::Shallow, reached);
            }
        }
    }

    /// A target folder lies in its project, where a recursive watch covers it already.
    fn reached(&self, dir: &Path) -> Reached {
        match dir.parent().and_then(|parent| self.dirs.role(parent)) {
            Some(Role::Deep) => Reached::Below,
            _ => Reached::Anew,
        }
    }

    /// Watches a folder of a tree and everything below, and collects the files there. True if any folder is new.
    fn grow(&mut self, start: &Path, reached: Reached, files: &mut Vec<PathBuf>) -> bool {
        let mut any_new = false;
        let mut stack = vec![(start.to_path_buf(), canonical(start), reached)];
        while let Some((dir, real, reached)) = stack.pop() {
            if !dir.is_dir() {
                continue;
            }
            // Watched before it is listed, so that nothing slips in between.
            any_new |= self.dirs.add(&dir, &real, Role::Deep, reached);
            let Ok(entries) = fs::read_dir(&dir) else { continue };
            let (files_before, stack_before) = (files.len(), stack.len());
            for entry in entries.flatten() {
                let name = entry.file_name();
                let Ok(mut kind) = entry.file_type() else { continue };
                let path = dir.join(&name);
                let is_link = kind.is_symlink();
                if is_link {
                    let Ok(target) = fs::metadata(&path) else { continue };
                    kind = target.file_type();
                }
                if kind.is_dir() {
                    if !self.enters(&path) {
                        continue;
                    }
                    let (real, reached) = match is_link {
                        true => (canonical(&path), Reached::Anew),
                        false => (real.join(&name), Reached::Below),
                    };
                    if !(is_link && self.dirs.is_loop(&path, &real)) {
                        stack.push((path, real, reached));
                    }
                } else if name == "pyvenv.cfg" && self.plan.trees.iter().all(|tree| tree.root != dir) {
                    files.truncate(files_before);
                    stack.truncate(stack_before);
                    self.dirs.remove_under(&dir);
                    break;
                } else if FileKind::of(&name.to_string_lossy()).is_some() {
                    files.push(path);
                }
            }
        }
        any_new
    }

    fn grow_reporting(&mut self, start: &Path, reached: Reached) {
        let mut files = Vec::new();
        self.grow(start, reached, &mut files);
        let now = Instant::now();
        for file in files {
            self.batch.add(file, What::Created, now);
        }
    }

    /// Whether trees go on into this folder.
    fn enters(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_ours = !matches!(&*name, ".git" | "node_modules" | "site-packages" | "__pycache__");
        // Tools keep their hidden folders beside dbt_project.yml; deeper ones are the project's own.
        let is_tool =
            || name.starts_with('.') && self.plan.trees.iter().any(|tree| path.parent() == Some(&tree.root));
        is_ours && !self.skipped.contains(path) && !is_tool()
    }

    fn notified(&mut self, event: &notify::Event) -> Result<(), Gone> {
        if event.need_rescan() {
            return self.rescan();
        }
        let what = match event.kind {
            EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(RenameMode::To)) => What::Created,
            EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From)) => What::Removed,
            // Both halves come by themselves.
            EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => return Ok(()),
            // macOS does not say which half it is.
            EventKind::Modify(ModifyKind::Name(_)) => {
                for path in &event.paths {
                    let what = if path.symlink_metadata().is_ok() { What::Created } else { What::Removed };
                    self.happened(path, what);
                }
                return Ok(());
            }
            EventKind::Modify(_) | EventKind::Access(_) | EventKind::Any => What::Touched,
            EventKind::Other => return Ok(()),
        };
        for path in &event.paths {
            self.happened(path, what);
        }
        Ok(())
    }

    /// Takes note of one change, under each spelling of the path.
    fn happened(&mut self, path: &Path, what: What) {
        let watched = if what == What::Removed { self.dirs.spellings(path) } else { Vec::new() };
        if let (Some(parent), Some(name)) = (path.parent(), path.file_name()) {
            for (dir, role) in self.dirs.spellings(parent) {
                self.entry_happened(dir.join(name), role, what);
            }
        }
        for (dir, role) in watched {
            // A removed link does not take the folder behind it along.
            if dir == path || !dir.is_dir() {
                self.lost(&dir, role);
            }
        }
    }

    /// A change of something in a watched folder of this role.
    fn entry_happened(&mut self, path: PathBuf, role: Role, what: What) {
        let now = Instant::now();
        if self.files.contains_key(&path) {
            return self.batch.add(path, what, now);
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_reported = match role {
            Role::Deep => FileKind::of(&name).is_some(),
            Role::Workspace | Role::Candidate => name == PROJECT_FILE,
            Role::Shallow => false,
        };
        if what == What::Created && path.is_dir() {
            self.appeared(&path, role);
        } else if name == "pyvenv.cfg" && role == Role::Deep && what != What::Removed {
            self.is_environment(path.parent().unwrap_or(&path));
        } else if is_reported && self.dirs.role(&path).is_none() {
            self.batch.add(path, what, now);
        }
    }

    /// A watched folder turns out to be a virtual environment.
    fn is_environment(&mut self, dir: &Path) {
        if self.plan.trees.iter().all(|tree| tree.root != dir) {
            self.dirs.remove_under(dir);
            self.batch.forget_under(dir);
        }
    }

    /// A folder appeared in a watched one of this role.
    fn appeared(&mut self, dir: &Path, parent: Role) {
        match parent {
            Role::Deep if self.enters(dir) => {
                let real = canonical(dir);
                let is_link = self.dirs.real(dir.parent().unwrap_or(dir)).is_none_or(|parent| {
                    Some(parent) != real.parent() || real.file_name() != dir.file_name()
                });
                if !(is_link && self.dirs.is_loop(dir, &real)) {
                    self.grow_reporting(dir, if is_link { Reached::Anew } else { Reached::Below });
                }
            }
            Role::Workspace if self.dirs.role(dir).is_none() => {
                self.dirs.add(dir, &canonical(dir), Role::Candidate, Reached::Anew);
                let project = dir.join(PROJECT_FILE);
                if project.is_file() {
                    self.batch.add(project, What::Created, Instant::now());
                }
            }
            _ => {}
        }
        self.look_for_missing();
        let now = Instant::now();
        let inside = self.files.keys().filter(|file| file.starts_with(dir) && file.is_file());
        let inside: Vec<PathBuf> = inside.cloned().collect();
        for file in inside {
            self.batch.add(file, What::Created, now);
        }
    }

    /// A watched folder is gone, or its path now leads to another one.
    fn lost(&mut self, dir: &Path, role: Role) {
        self.dirs.remove_under(dir);
        let now = Instant::now();
        if role == Role::Deep {
            self.batch.add(dir.to_path_buf(), What::Removed, now);
        }
        let inside: Vec<PathBuf> = self.files.keys().filter(|file| file.starts_with(dir)).cloned().collect();
        for file in inside {
            self.batch.add(file, What::Touched, now);
        }
        if dir.is_dir() {
            match dir.parent().and_then(|parent| self.dirs.role(parent)) {
                Some(parent) => self.appeared(dir, parent),
                None => self.look_for_missing(),
            }
        }
    }

    fn rescan(&mut self) -> Result<(), Gone> {
        // Folders may have come unseen.
        self.dirs.begin_plan();
        self.arm_all();
        self.end_plan();
        self.send(WatchEvent::Rescan(RescanReason::Overflow))
    }

    /// Sends the batch, with what each path is now.
    fn flush(&mut self) -> Result<(), Gone> {
        let mut changes: Vec<Change> = Vec::new();
        let mut gone_dir: Option<PathBuf> = None;
        for (path, what) in self.batch.take() {
            let now = stamp(&path);
            let mut is_new = what == What::Created;
            if let Some(known) = self.files.get_mut(&path) {
                is_new = known.is_none();
                if known.is_none() && now.is_none() {
                    continue;
                }
                *known = now;
            }
            let kind = match now {
                Some(_) if is_new => ChangeKind::Created,
                Some(_) => ChangeKind::Changed,
                None => ChangeKind::Removed,
            };
            // A folder in the place of another: what was in the old one is gone, its own files follow.
            if kind == ChangeKind::Removed && !path.is_dir() {
                if gone_dir.as_ref().is_some_and(|dir| path.starts_with(dir)) {
                    continue;
                }
                gone_dir = Some(path.clone());
            }
            changes.push(Change { path, kind });
        }
        if changes.is_empty() { Ok(()) } else { self.send(WatchEvent::Changed(changes)) }
    }

    fn tell(&mut self, message: String) -> Result<(), Gone> {
        if std::mem::replace(&mut self.told, true) { Ok(()) } else { self.send(WatchEvent::Notice(message)) }
    }

    fn send(&self, event: WatchEvent) -> Result<(), Gone> {
        self.events.send(event).map_err(|_| Gone)
    }
}
