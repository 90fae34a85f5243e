use std::fs;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, unbounded};

use super::*;
use crate::paths::relative;

const SECOND: Duration = Duration::from_secs(1);
/// Machines are busy at times; what must be quick is measured.
const PATIENCE: Duration = Duration::from_secs(10);

/// A watched folder with one project `p`, an outside folder `up`, and what the watcher says.
struct World {
    dir: tempfile::TempDir,
    events: Receiver<WatchEvent>,
    watcher: Watcher,
    seen: Vec<String>,
    /// How long each expectation took to come true.
    waited: Vec<Duration>,
}

impl World {
    fn new(files: &[&str], mode: WatchMode, recursive: bool) -> World {
        let dir = tempfile::tempdir().unwrap();
        let (sender, events) = unbounded();
        let watcher = Watcher::start_with(mode, recursive, sender).unwrap();
        let world = World { dir, events, watcher, seen: Vec::new(), waited: Vec::new() };
        for file in files {
            world.write(file, "old");
        }
        world
    }

    fn watch(&mut self, plan: WatchPlan) {
        self.watcher.set(plan);
        let event = self.events.recv_timeout(PATIENCE).unwrap();
        assert_eq!(event, WatchEvent::Rescan(RescanReason::Armed));
    }

    fn watch_project(&mut self) {
        let mut plan = WatchPlan { folders: vec![self.dir.path().to_path_buf()], ..WatchPlan::default() };
        plan.add_project(&self.at("p"), "target", "dbt_packages");
        plan.files.push(self.at("up/target/manifest.json"));
        self.watch(plan);
    }

    fn at(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Waits until all of `expected` (`+` created, `~` changed, `-` removed) was reported, for a while.
    #[track_caller]
    fn expect(&mut self, expected: &[&str]) {
        let start = Instant::now();
        let deadline = start + PATIENCE;
        self.seen.clear();
        while !expected.iter().all(|wanted| self.seen.iter().any(|seen| seen == wanted)) {
            match self.events.recv_deadline(deadline) {
                Ok(WatchEvent::Changed(changes)) => {
                    for change in changes {
                        let sign = match change.kind {
                            ChangeKind::Created => '+',
                            ChangeKind::Changed => '~',
                            ChangeKind::Removed => '-',
                        };
                        let path = relative(self.dir.path(), &change.path).unwrap();
                        self.seen.push(format!("{sign}{path}"));
                    }
                }
                Ok(other) => self.seen.push(format!("{other:?}")),
                Err(_) => panic!("expected {expected:?}, saw {:?}", self.seen),
            }
        }
        self.waited.push(start.elapsed());
    }

    /// Waits for exactly `expected`: a later marker shows that nothing else was on its way.
    #[track_caller]
    fn expect_only(&mut self, expected: &[&str]) {
        self.expect(expected);
        let mut seen = std::mem::take(&mut self.seen);
        self.write("p/marker.yml", &format!("{:?}", Instant::now()));
        self.expect(&[]);
        let marker = |seen: &str| seen.ends_with("p/marker.yml");
        let deadline = Instant::now() + PATIENCE;
        while !self.seen.iter().any(|seen| marker(seen)) && Instant::now() < deadline {
            seen.append(&mut self.seen);
            if let Ok(WatchEvent::Changed(changes)) = self.events.recv_deadline(deadline) {
                let path = |change: &Change| relative(self.dir.path(), &change.path).unwrap();
                self.seen.extend(changes.iter().map(path));
            }
        }
        seen.extend(self.seen.iter().filter(|seen| !marker(seen)).cloned());
        assert_eq!(seen, expected);
    }
}

/// Each way of watching this platform has; Linux can also play a natively recursive one.
const WAYS: [(WatchMode, bool); 3] =
    [(WatchMode::Native, NATIVE), (WatchMode::Native, true), (WatchMode::Poll, NATIVE)];
const NATIVE: bool = dirs::NATIVELY_RECURSIVE;

#[test]
fn files_and_folders_come_and_go() {
    for (mode, recursive) in WAYS {
        let files =
            ["p/dbt_project.yml", "p/models/a.sql", "p/models/staging/b.sql", "p/web/node_modules/x.md"];
        let mut world = World::new(&files, mode, recursive);
        world.watch_project();

        world.write("p/models/a.sql", "new text");
        world.expect_only(&["~p/models/a.sql"]);

        world.write("p/models/marts/deep/c.sql", "");
        world.expect(&["+p/models/marts/deep/c.sql"]);
        world.write("p/models/marts/deep/c.sql", "more");
        world.expect_only(&["~p/models/marts/deep/c.sql"]);

        fs::rename(world.at("p/models/staging"), world.at("p/models/base")).unwrap();
        world.expect(&["-p/models/staging", "+p/models/base/b.sql"]);
        world.write("p/models/base/b.sql", "renamed and watched");
        world.expect_only(&["~p/models/base/b.sql"]);

        fs::remove_file(world.at("p/models/a.sql")).unwrap();
        fs::remove_dir_all(world.at("p/models/marts")).unwrap();
        world.expect_only(&["-p/models/a.sql", "-p/models/marts"]);
    }
}

#[test]
fn what_nobody_reads_is_not_reported() {
    for (mode, recursive) in WAYS {
        let files = [
            "p/dbt_project.yml",
            "p/models/a.sql",
            "p/target/run/x.sql",
            "p/.git/HEAD",
            "p/node_modules/m/a.md",
        ];
        let mut world = World::new(&files, mode, recursive);
        world.write("p/.venv/pyvenv.cfg", "");
        world.watch_project();
        for unread in [
            "p/target/run/x.sql",
            "p/target/compiled/p/models/a.sql",
            "p/target/run_results.json",
            "p/.git/config.yml",
            "p/node_modules/m/b.md",
            "p/logs/dbt.log",
            "p/venv2/pyvenv.cfg",
            "p/venv2/lib/a.py",
            "up/dbt.yml",
        ] {
            world.write(unread, "new text");
        }
        fs::read(world.at("p/models/a.sql")).unwrap();
        world.expect_only(&[]);
    }
}

#[test]
fn a_rewritten_manifest_is_reported_within_a_second() {
    for (mode, recursive) in WAYS {
        let files = ["p/dbt_project.yml", "p/target/manifest.json", "up/target/manifest.json"];
        let mut world = World::new(&files, mode, recursive);
        world.watch_project();
        for target in ["p/target", "up/target"] {
            let manifest = format!("{target}/manifest.json");
            let (created, changed, removed) =
                (format!("+{manifest}"), format!("~{manifest}"), format!("-{manifest}"));

            world.write(&manifest, "written in place");
            world.expect(&[&changed]);

            let draft = world.at(&format!("{target}/manifest.json.tmp"));
            fs::write(&draft, "put in its place by renaming").unwrap();
            fs::rename(&draft, world.at(&manifest)).unwrap();
            world.expect(&[&changed]);

            fs::remove_dir_all(world.at(target)).unwrap();
            world.expect(&[&removed]);
            world.write(&manifest, "created again");
            world.expect(&[&created]);
            world.write(&manifest, "and still watched");
            world.expect(&[&changed]);

            fs::remove_dir_all(world.at(target)).unwrap();
            world.write(&manifest, "removed and created at once");
            world.expect(&[&changed]);
            world.write(&manifest, "and watched even then");
            world.expect(&[&changed]);

            fs::rename(world.at(target), world.at("aside")).unwrap();
            world.write(&manifest, "its folder was moved away and made anew");
            world.expect(&[&changed]);
            world.write("aside/manifest.json", "not watched any more");
            world.write(&manifest, "watched in the new folder");
            world.expect_only(&[&changed]);
            fs::remove_dir_all(world.at("aside")).unwrap();
        }
        world.waited.sort();
        let usual = world.waited[world.waited.len() / 2];
        assert!(usual < SECOND, "{mode:?}: {:?}", world.waited);
    }
}

#[test]
fn a_manifest_of_a_project_that_comes_and_goes_as_a_whole() {
    let mut world = World::new(&["p/dbt_project.yml"], WatchMode::Native, NATIVE);
    world.watch_project();
    world.write("up/target/manifest.json", "the whole upstream is new");
    world.expect(&["+up/target/manifest.json"]);
    fs::rename(world.at("up"), world.at("down")).unwrap();
    world.expect(&["-up/target/manifest.json"]);
    fs::rename(world.at("down"), world.at("up")).unwrap();
    world.expect(&["+up/target/manifest.json"]);
    fs::remove_dir_all(world.at("p")).unwrap();
    world.expect(&["-p"]);
    world.write("p/models/a.sql", "");
    world.expect(&["+p/models/a.sql"]);
}

#[test]
fn a_storm_is_no_hail_of_batches() {
    let files: Vec<String> =
        (0..3000).map(|n| format!("p/dbt_packages/pkg{}/m{}/{n}.sql", n % 7, n % 90)).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let mut world = World::new(&files, WatchMode::Native, NATIVE);
    world.write("p/models/a.sql", "");
    world.watch_project();
    fs::remove_dir_all(world.at("p/dbt_packages")).unwrap();
    world.expect_only(&["-p/dbt_packages"]);
    for file in &files {
        world.write(file, "");
    }
    let mut missing: std::collections::BTreeSet<PathBuf> = files.iter().map(|file| world.at(file)).collect();
    let mut batches = 0;
    while !missing.is_empty() {
        match world.events.recv_timeout(PATIENCE).unwrap() {
            WatchEvent::Changed(changes) => changes.iter().for_each(|change| {
                missing.remove(&change.path);
            }),
            other => panic!("{other:?}"),
        }
        batches += 1;
    }
    // One, unless writing the files took this machine seconds.
    assert!(batches <= 4, "{batches}");
}

#[test]
fn a_replaced_folder_is_removed_before_its_new_files() {
    let mut world =
        World::new(&["p/models/staging/a.sql", "p/models/staging/b.sql"], WatchMode::Native, NATIVE);
    world.watch_project();
    fs::rename(world.at("p/models/staging"), world.at("aside")).unwrap();
    world.write("p/models/staging/b.sql", "another");
    world.expect(&["-p/models/staging", "+p/models/staging/b.sql"]);
    assert_eq!(world.seen, ["-p/models/staging", "+p/models/staging/b.sql"]);
}

#[test]
#[cfg(unix)]
fn a_linked_package_is_reported_under_both_names() {
    use std::os::unix::fs::symlink;
    for (mode, recursive) in WAYS {
        let mut world =
            World::new(&["p/dbt_packages/x", "utils/macros/m.sql", "p/models/a.sql"], mode, recursive);
        symlink("../../utils", world.at("p/dbt_packages/utils")).unwrap();
        symlink("..", world.at("p/models/up")).unwrap();
        symlink("loop", world.at("p/models/loop")).unwrap();
        let mut plan = WatchPlan::default();
        plan.add_project(&world.at("p"), "target", "dbt_packages");
        plan.add_project(&world.at("utils"), "target", "dbt_packages");
        world.watch(plan);
        world.write("utils/macros/m.sql", "new text");
        world.expect(&["~p/dbt_packages/utils/macros/m.sql", "~utils/macros/m.sql"]);
        fs::remove_file(world.at("p/dbt_packages/utils")).unwrap();
        world.expect(&["-p/dbt_packages/utils"]);
        world.write("utils/macros/m.sql", "newer text");
        world.expect_only(&["~utils/macros/m.sql"]);
    }
}

#[test]
fn a_new_project_in_a_workspace_folder_is_reported() {
    let mut world = World::new(&["p/dbt_project.yml"], WatchMode::Native, NATIVE);
    world.watch_project();
    fs::create_dir(world.at("q")).unwrap();
    std::thread::sleep(Duration::from_millis(50));
    world.write("q/dbt_project.yml", "name: q");
    world.expect_only(&["+q/dbt_project.yml"]);
}

#[test]
fn a_plan_can_be_replaced() {
    for (mode, recursive) in WAYS {
        let mut world = World::new(&["p/models/a.sql", "q/models/b.sql"], mode, recursive);
        let folders = vec![world.dir.path().to_path_buf(), world.at("p"), world.at("q")];
        world.watch(WatchPlan { folders, ..WatchPlan::default() });
        let mut plan = WatchPlan::default();
        plan.add_project(&world.at("q"), "target", "dbt_packages");
        world.watch(plan.clone());
        world.write("q/models/b.sql", "new text");
        world.expect(&["~q/models/b.sql"]);
        plan.trees.clear();
        plan.add_project(&world.at("p"), "target", "dbt_packages");
        world.watch(plan.clone());
        // The same plan again is no news.
        world.watcher.set(plan);
        world.write("q/models/b.sql", "not watched any more");
        world.write("p/models/a.sql", "new text");
        world.expect_only(&["~p/models/a.sql"]);
    }
}

#[test]
fn the_thread_ends_with_its_watcher() {
    let World { events, watcher, .. } = World::new(&[], WatchMode::Native, NATIVE);
    drop(watcher);
    assert_eq!(events.recv_timeout(PATIENCE), Err(crossbeam_channel::RecvTimeoutError::Disconnected));
}

#[test]
fn a_folder_that_goes_while_a_plan_is_set_is_reported() {
    for (mode, recursive) in WAYS {
        let mut world = World::new(&["p/dbt_project.yml"], mode, recursive);
        world.watch_project();
        for n in 0..5 {
            for file in 0..100 {
                world.write(&format!("p/models/x{n}/m_{file}.sql"), "new");
            }
            world.expect(&[&format!("+p/models/x{n}/m_99.sql")]);
            fs::remove_dir_all(world.at(&format!("p/models/x{n}"))).unwrap();
            let mut plan = WatchPlan::default();
            plan.add_project(&world.at("p"), "target", "dbt_packages");
            world.watcher.set(plan);
            world.expect(&[&format!("-p/models/x{n}")]);
        }
    }
}

#[test]
fn a_file_somebody_else_saw_is_missed_when_it_goes_between_two_looks() {
    let mut world = World::new(&["p/dbt_project.yml", "p/models/a.sql"], WatchMode::Poll, NATIVE);
    world.watch_project();
    let told = ["p/models/b.sql", "p/models/a.sql", "p/models/notes.txt"].map(|path| world.at(path));
    world.watcher.told(&told);
    world.expect_only(&["-p/models/b.sql"]);
}
