"""Makes a manifest.json or catalog.json fit to be committed: no trace of the machine or the run, and no dbt internals.

Usage: scrub_manifest.py MANIFEST ROOT NEUTRAL_ROOT

Every path below ROOT becomes one below NEUTRAL_ROOT. Run ids, user ids, environment and times become
constants. Of dbt's own macros only those named in a `depends_on` stay, without their SQL; the docs page
that dbt adds goes. Everything else, and the order of all keys, is left as dbt wrote it.
"""

import json
import sys

TIME = "2026-01-15T06:00:00.000000Z"
RUN_ID = "00000000-0000-0000-0000-000000000000"
METADATA = {
    "generated_at": TIME,
    "run_started_at": TIME,
    "invocation_started_at": TIME,
    "invocation_id": RUN_ID,
    "run_id": RUN_ID,
    "user_id": None,
    "send_anonymous_usage_stats": False,
    "env": {},
}
TIMES = {"created_at": 1768456800.0}


def without_machine(value, root, neutral):
    """The value with `root` replaced in every string and run-dependent numbers made constant."""
    if isinstance(value, str):
        return value.replace(root, neutral)
    if isinstance(value, list):
        return [without_machine(item, root, neutral) for item in value]
    if isinstance(value, dict):
        return {
            key: TIMES[key] if key in TIMES and item is not None else without_machine(item, root, neutral)
            for key, item in value.items()
        }
    return value


def used_macros(manifest):
    """Unique ids of the macros that any entry of the manifest depends on."""
    used = set()
    entries = []
    for key in ("nodes", "sources", "macros", "exposures", "metrics", "semantic_models", "functions"):
        entries.extend((manifest.get(key) or {}).values())
    for disabled in (manifest.get("disabled") or {}).values():
        entries.extend(disabled)
    for entry in entries:
        if not entry["unique_id"].startswith(("macro.dbt.", "macro.dbt_duckdb.")):
            used.update((entry.get("depends_on") or {}).get("macros") or [])
    return used


def scrub(manifest, root, neutral):
    """The manifest as it is committed."""
    for key, value in METADATA.items():
        if key in manifest["metadata"]:
            manifest["metadata"][key] = value
    if "macros" not in manifest:  # a catalog
        return without_machine(manifest, root, neutral)
    for node in manifest["nodes"].values():
        # A node that a plugin injected has no file: dbt hashes the node itself, times included.
        if node.get("original_file_path") == "":
            node["checksum"]["checksum"] = "0" * 64
    used = used_macros(manifest)
    macros = {}
    for unique_id, macro in manifest["macros"].items():
        if macro["package_name"] in ("dbt", "dbt_duckdb"):
            if unique_id not in used:
                continue
            macro["macro_sql"] = ""
            if "root_path" in macro:  # dbt 1.3
                macro["root_path"] = "/usr/lib/python3/site-packages/dbt/include"
            macro["depends_on"] = {"macros": []}
        macros[unique_id] = macro
    manifest["macros"] = macros
    manifest["docs"] = {k: v for k, v in manifest["docs"].items() if v["package_name"] != "dbt"}
    return without_machine(manifest, root, neutral)


def main():
    path, root, neutral = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        manifest = json.load(file)
    text = json.dumps(scrub(manifest, root, neutral), ensure_ascii=False, separators=(",", ":"))
    with open(path, "w", encoding="utf-8") as file:
        file.write(text + "\n")


if __name__ == "__main__":
    main()
