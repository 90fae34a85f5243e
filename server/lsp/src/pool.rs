//! Threads that run jobs on snapshots. Knows nothing of what the jobs do.

use crossbeam_channel::Sender;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

type Job = Box<dyn FnOnce() + Send>;

/// A fixed number of threads behind one first-in-first-out queue. They end with the process.
#[derive(Debug)]
pub struct Pool {
    jobs: Sender<Job>,
}

impl Pool {
    /// Starts `threads` threads called `name`.
    pub fn new(name: &str, threads: usize) -> Pool {
        let (jobs, queue) = crossbeam_channel::unbounded::<Job>();
        for number in 0..threads.max(1) {
            let queue = queue.clone();
            let started = thread::Builder::new().name(format!("{name}-{number}")).spawn(move || {
                for job in queue {
                    // A job answers for its own panics; this keeps the thread alive whatever happens.
                    if catch_unwind(AssertUnwindSafe(job)).is_err() {
                        tracing::error!("a job panicked");
                    }
                }
            });
            if let Err(error) = started {
                tracing::error!(%error, "cannot start a thread");
            }
        }
        Pool { jobs }
    }

    /// Queues `job`.
    pub fn spawn(&self, job: impl FnOnce() + Send + 'static) {
        if self.jobs.send(Box::new(job)).is_err() {
            tracing::error!("no thread is left to run a job");
        }
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
            background: Pool::new("background", processors.saturating_sub(1).clamp(1, 4)),
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
}
