#![no_main]
//! Any bytes are offered as facts from the cache: no panic, whatever they claim. The checksum is made right, as damage
//! that it does not notice would have to make it.

use libfuzzer_sys::fuzz_target;
use project::upstream::manifest::packed::{packed, unpack};
use project::upstream::manifest::read_slice;

fuzz_target!(|bytes: &[u8]| {
    let _ = unpack(bytes, "fuzz");
    // A good head and the fuzzer's facts behind it.
    let good = packed(&read_slice(b"{\"metadata\": {}, \"nodes\": {}}").expect("a manifest"), "fuzz");
    let label = good.windows(4).position(|word| word == b"fuzz").expect("the source is in the label") + 4;
    let mut forged = good[..label].to_vec();
    forged.extend_from_slice(bytes);
    let sum = crc32fast::hash(&forged[16..]);
    forged[12..16].copy_from_slice(&sum.to_le_bytes());
    let Some(manifest) = unpack(&forged, "fuzz") else { return };
    for node in manifest.nodes().chain(manifest.disabled()).take(1000) {
        let _ =
            (node.unique_id(), node.name(), node.columns().count(), node.tests().count(), node.is_latest());
        let _ =
            (node.depends_on().count(), node.tags().count(), manifest.by_name(node.package(), node.name()));
        let _ = manifest.index_of(node.unique_id());
    }
    let _ = (manifest.packages().count(), manifest.groups().count(), manifest.macros().count());
    let _ = manifest.resources().map(|one| one.depends_on().len()).sum::<usize>();
});
