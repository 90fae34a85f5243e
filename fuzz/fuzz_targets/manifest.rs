#![no_main]
//! Any bytes are offered as a manifest: no panic, and both ways of reading come to the same verdict.

use libfuzzer_sys::fuzz_target;
use project::upstream::manifest::{read_from, read_slice};

fuzz_target!(|bytes: &[u8]| {
    let whole = read_slice(bytes).is_ok();
    let streamed = read_from(bytes).is_ok();
    assert_eq!(whole, streamed, "reading at once and reading in pieces disagree");
});
