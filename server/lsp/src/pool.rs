//! Threads that run jobs on snapshots. Knows nothing of what the jobs do.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

type Job = Box<dyn FnOnce() + Send>;

/// What may wait does so while something urgent is under way, but not longer than this.
const PATIENCE: Duration = Duration::from_millis(4);

/// A fixed number of threads behind a queue in which urgent jobs come first. They end with the process.
#[derive(Debug)]
pub struct Pool {
    queue: Arc<Queue>,
}

#[derive(Default)]
struct Queue {
    jobs: Mutex<Jobs>,
    changed: Condvar,
}

#[derive(Default)]
struct Jobs {
    urgent: VecDeque<Job>,
    /// With when each was queued.
    patient: VecDeque<(Instant, Job)>,
    /// Urgent jobs that run at this moment.
    running: usize,
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Queue")
    }
}

impl Pool {
    /// Starts `threads` threads called `name`.
    pub fn new(name: &str, threads: usize) -> Pool {
        Pool::start(name, threads, || {})
    }

    /// The same, with threads that give way to all others: with as many threads as processors at work, a request would
    /// else wait for its slice of time behind diagnostics that nobody waits for.
    pub fn in_background(name: &str, threads: usize) -> Pool {
        Pool::start(name, threads, loader::give_way)
    }

    fn start(name: &str, threads: usize, first: fn()) -> Pool {
        let queue: Arc<Queue> = Arc::default();
        for number in 0..threads.max(1) {
            let queue = Arc::clone(&queue);
            let started = thread::Builder::new().name(format!("{name}-{number}")).spawn(move || {
                first();
                queue.work();
            });
            if let Err(error) = started {
                tracing::error!(%error, "cannot start a thread");
            }
        }
        Pool { queue }
    }

    /// Queues `job` before all that may wait.
    pub fn spawn(&self, job: impl FnOnce() + Send + 'static) {
        self.queue.lock().urgent.push_back(Box::new(job));
        self.queue.changed.notify_one();
    }

    /// Queues `job`, which waits a little for what is urgent.
    pub fn spawn_patient(&self, job: impl FnOnce() + Send + 'static) {
        self.queue.lock().patient.push_back((Instant::now(), Box::new(job)));
        self.queue.changed.notify_one();
    }
}

impl Queue {
    /// A job never runs under the lock, so nothing is half done after a panic.
    fn lock(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        let mut jobs = self.lock();
        loop {
            if let Some(job) = jobs.urgent.pop_front() {
                jobs.running += 1;
                drop(jobs);
                run(job);
                jobs = self.lock();
                jobs.running -= 1;
                if jobs.running == 0 && !jobs.patient.is_empty() {
                    self.changed.notify_one();
                }
                continue;
            }
            let waited = jobs.patient.front().map(|(since, _)| since.elapsed());
            match waited {
                Some(waited) if jobs.running == 0 || waited >= PATIENCE => {
                    let job = jobs.patient.pop_front();
                    drop(jobs);
                    if let Some((_, job)) = job {
                        run(job);
                    }
                    jobs = self.lock();
                }
                Some(waited) => {
                    let left = PATIENCE.saturating_sub(waited);
                    let woken = self.changed.wait_timeout(jobs, left);
                    jobs = woken.unwrap_or_else(PoisonError::into_inner).0;
                }
                None => jobs = self.changed.wait(jobs).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// A job answers for its own panics; this keeps the thread alive whatever happens.
fn run(job: Job) {
    if catch_unwind(AssertUnwindSafe(job)).is_err() {
        tracing::error!("a job panicked");
    }
}

/// The two lanes of the server.
#[derive(Debug)]
pub struct Pools {
    /// What a person waits for: requests, diagnostics of the document being typed in.
    pub interactive: Pool,
    /// What may come later: diagnostics of the other open documents.
    pub background: Pool,
}

impl Pools {
    /// Two interactive threads; one background thread less than the machine has processors.
    pub fn new() -> Pools {
        let processors = thread::available_parallelism().map_or(2, usize::from);
        Pools {
            interactive: Pool::new("interactive", 2),
            background: Pool::in_background("background", processors.saturating_sub(1).clamp(1, 4)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pool;

    #[test]
    fn a_panicking_job_does_not_take_its_thread_along() {
        let pool = Pool::new("test", 1);
        pool.spawn(|| panic!("on purpose"));
        let (done, result) = crossbeam_channel::bounded(1);
        pool.spawn(move || done.send(7).unwrap());
        assert_eq!(result.recv(), Ok(7));
    }

    #[test]
    fn what_is_urgent_overtakes_what_may_wait() {
        let pool = Pool::new("test", 1);
        let (go, wait) = crossbeam_channel::bounded::<()>(0);
        pool.spawn(move || wait.recv().unwrap());
        let (done, order) = crossbeam_channel::unbounded();
        for name in ["patient", "urgent"] {
            let done = done.clone();
            let job = move || done.send(name).unwrap();
            if name == "urgent" { pool.spawn(job) } else { pool.spawn_patient(job) }
        }
        go.send(()).unwrap();
        assert_eq!((order.recv(), order.recv()), (Ok("urgent"), Ok("patient")));
    }

    #[test]
    fn what_may_wait_does_not_wait_for_ever() {
        let pool = Pool::new("test", 2);
        let (go, wait) = crossbeam_channel::bounded::<()>(0);
        pool.spawn(move || wait.recv().unwrap());
        let (done, result) = crossbeam_channel::bounded(1);
        pool.spawn_patient(move || done.send(7).unwrap());
        // The urgent job still runs.
        assert_eq!(result.recv(), Ok(7));
        go.send(()).unwrap();
    }
}
