//! How often each method was asked, and how long its answers took: for bug reports. Counts, no contents.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What is known of one method.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timing {
    /// Answers, errors included.
    pub count: u64,
    /// Answers that were errors.
    pub errors: u64,
    /// All of them together.
    pub total: Duration,
    /// The longest.
    pub longest: Duration,
}

static TIMINGS: Mutex<BTreeMap<&'static str, Timing>> = Mutex::new(BTreeMap::new());

/// An answer was given, from the arrival of the request on.
pub fn note(method: &'static str, took: Duration, is_error: bool) {
    let mut timings = TIMINGS.lock().unwrap_or_else(PoisonError::into_inner);
    let of = timings.entry(method).or_default();
    of.count += 1;
    of.errors += u64::from(is_error);
    of.total += took;
    of.longest = of.longest.max(took);
}

/// What was noted so far, by method.
pub fn all() -> Vec<(&'static str, Timing)> {
    let timings = TIMINGS.lock().unwrap_or_else(PoisonError::into_inner);
    timings.iter().map(|(method, timing)| (*method, *timing)).collect()
}
