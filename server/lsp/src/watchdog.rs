//! Notices when the main loop is slow or stuck: a loop that hangs makes every request hang.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A turn longer than this is worth a line in the log.
const SLOW: Duration = Duration::from_millis(50);
/// A turn longer than this is a hang.
const STUCK: Duration = Duration::from_secs(5);

/// Measures the turns of the main loop; the thread beside it reports a turn that does not end.
#[derive(Debug)]
pub struct Watchdog {
    epoch: Instant,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// Milliseconds after the epoch, plus one; 0 between turns.
    armed: AtomicU64,
    doing: Mutex<&'static str>,
}

impl Watchdog {
    /// Starts watching.
    pub fn start() -> Watchdog {
        let epoch = Instant::now();
        let shared = Arc::new(Shared::default());
        let seen = Arc::clone(&shared);
        let started = thread::Builder::new().name("watchdog".into()).spawn(move || {
            let mut reported = 0;
            loop {
                thread::sleep(Duration::from_secs(1));
                let armed = seen.armed.load(Ordering::Acquire);
                let since = Duration::from_millis(armed.saturating_sub(1));
                if armed != 0 && armed != reported && epoch.elapsed() > since + STUCK {
                    reported = armed;
                    let doing = seen.doing.lock().map_or("?", |doing| *doing);
                    tracing::error!(doing, "the main loop has been stuck for {} s", STUCK.as_secs());
                }
            }
        });
        if let Err(error) = started {
            tracing::error!(%error, "cannot start the watchdog");
        }
        Watchdog { epoch, shared }
    }

    /// Runs one step of the main loop; `doing` names it in the log.
    pub fn turn<T>(&self, doing: &'static str, step: impl FnOnce() -> T) -> T {
        let before = Instant::now();
        if let Ok(mut now) = self.shared.doing.lock() {
            *now = doing;
        }
        let since_epoch = before.duration_since(self.epoch).as_millis() as u64;
        self.shared.armed.store(since_epoch + 1, Ordering::Release);
        let result = step();
        self.shared.armed.store(0, Ordering::Release);
        let took = before.elapsed();
        if took > SLOW {
            tracing::warn!(doing, ms = took.as_millis() as u64, "slow turn of the main loop");
        }
        result
    }
}
