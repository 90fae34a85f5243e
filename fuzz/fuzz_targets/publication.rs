#![no_main]
//! Any bytes are offered as a publication: no panic, both ways of reading agree, and what was read can be kept.

use libfuzzer_sys::fuzz_target;
use project::upstream::manifest::packed::{packed, unpack};
use project::upstream::publication::{read_from, read_slice};

fuzz_target!(|bytes: &[u8]| {
    let whole = read_slice(bytes);
    assert_eq!(whole.is_ok(), read_from(bytes).is_ok(), "reading at once and reading in pieces disagree");
    let Ok(publication) = whole else { return };
    for node in publication.nodes() {
        assert!(publication.node(node.unique_id()).is_some(), "a node is not found by its id");
    }
    let bytes = packed(&publication, "fuzz");
    let back = unpack(&bytes, "fuzz").expect("what was packed is unpacked");
    assert_eq!(packed(&back, "fuzz"), bytes);
});
