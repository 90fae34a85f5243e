//! Trying again: what may pass is tried three times, with growing pauses that differ between machines.

use std::hash::{BuildHasher, RandomState};
use std::thread;
use std::time::{Duration, Instant};

use super::draft::Watch;
use super::error::{FetchError, FetchFault};

const ATTEMPTS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(400);
/// A server that wants us to wait longer than this is asked at the next refresh.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// Runs `attempt` until it works, or fails for good.
pub(super) fn with_retries<T>(
    watch: &Watch,
    mut attempt: impl FnMut() -> Result<T, FetchError>,
) -> Result<T, FetchError> {
    for number in 0.. {
        watch.check()?;
        let error = match attempt() {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let pause = error.retry_after.unwrap_or_else(|| jittered(FIRST_PAUSE * 4u32.pow(number)));
        if error.kind != FetchFault::Passing || number + 1 >= ATTEMPTS || pause > LONGEST_PAUSE {
            return Err(error);
        }
        rest(watch, pause)?;
    }
    Err(FetchError::cancelled())
}

/// Sleeps, unless it is stopped.
pub(super) fn rest(watch: &Watch, pause: Duration) -> Result<(), FetchError> {
    let until = Instant::now() + pause;
    while let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        watch.check()?;
        thread::sleep(left.min(Duration::from_millis(50)));
    }
    watch.check()
}

/// Between half and all of a pause: servers that failed together come back one by one.
fn jittered(pause: Duration) -> Duration {
    let random = RandomState::new().hash_one(0) % 1000;
    pause / 2 + pause / 2 * random as u32 / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passing_faults_are_tried_again_and_lasting_ones_not() {
        let count = |error: fn() -> FetchError| {
            let mut count = 0;
            let result: Result<(), _> = with_retries(&Watch::default(), || {
                count += 1;
                if count == 2 && error().kind == FetchFault::Passing { Ok(()) } else { Err(error()) }
            });
            (count, result.is_ok())
        };
        assert_eq!(count(|| FetchError::passing("busy")), (2, true));
        assert_eq!(count(|| FetchError::lasting("gone")), (1, false));
        let wait =
            || FetchError { retry_after: Some(Duration::from_secs(99)), ..FetchError::passing("busy") };
        assert_eq!(count(wait), (1, false));
    }

    #[test]
    fn a_stop_ends_the_pause() {
        let watch = Watch::default();
        watch.stop();
        let mut asked = false;
        let result: Result<(), _> = with_retries(&watch, || {
            asked = true;
            Ok(())
        });
        assert_eq!(result.unwrap_err().kind, FetchFault::Cancelled);
        assert!(!asked);
    }
}
