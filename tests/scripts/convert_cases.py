"""Turns executed dbt cases into `tests/data/`: one short JSON object a line, with dbt's verdicts and a topic.

Usage: convert_cases.py DBT-OUTCOMES.jsonl [PLATFORM-MANIFEST.json]

The first file holds, for each input project, every run of dbt-core 1.12.6 on it and the `parse` of dbt-core
2.0.0-alpha.4. The second is the upstream manifest that the cases of group `loom/` name. What the fields of
the result mean is told in tests/data/README.md.
"""

import json
import pathlib
import re
import sys

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
OUTSIDE = "the issue that brought these cases names neither this topic nor a finding for it"

# The first pattern that matches the id decides: topic, then why the case is outside the issue, if it is.
TOPICS = [
    (r"ref/dup_", "duplicate", OUTSIDE),
    (r"ref/snapshot_yaml_badrelation", "snapshot", "`relation: nope` is no reference at all; " + OUTSIDE),
    (r"ref/(ref_version|rv_|ref_seed_with_version|py_model_ref_version)", "version", None),
    (r"ref/(ref_disabled|generic_test_on_disabled)", "disabled", None),
    (r"ref/", "ref", None),
    (r"yaml/acc_", "access", None),
    (r"yaml/grp_", "group", None),
    (r"yaml/ver_", "version", None),
    (r"yaml/dep_", "deprecation", None),
    (r"yaml/con_", "contract", OUTSIDE),
    (r"proj/deps_(packages|both)|proj/pkgs_", "package", None),
    (r"proj/deps_", "dependencies", None),
    (r"proj/prj_", "project", OUTSIDE),
    (r"(misc|pkg)/(test_)?src_|pkg/pk_source", "source", None),
    (r"misc/mac_|pkg/(gt_|pk_macro)", "macro", OUTSIDE),
    (r"misc/(sql_function|fn_)", "function", OUTSIDE),
    (r"misc/sql_", "jinja", OUTSIDE),
    (r"misc/doc_|pkg/pk_doc", "doc", OUTSIDE),
    (r"misc/yml_(exposure)", "exposure", OUTSIDE),
    (r"misc/yml_|pkg/pk_yaml", "yaml", OUTSIDE),
    (r"(misc|pkg)/ut_", "unit_test", OUTSIDE),
    (r"misc/(sm|me|sq)_", "semantic", OUTSIDE),
    (r"misc/snap_", "snapshot", OUTSIDE),
    (r"misc/microbatch", "config", OUTSIDE),
    (r"misc/(hidden_files|dbtignore)", "discovery", None),
    (r"pkg/con_", "contract", OUTSIDE),
    (r"pkg/(ver_enabled|ver_all_disabled)", "disabled", None),
    (r"pkg/(ver_|unpinned|pk_version)", "version", None),
    (r"pkg/pk_(restrict|priv|test_on)", "access", None),
    (r"pkg/pk_same_name_alias", "duplicate", OUTSIDE),
    (r"pkg/", "ref", None),
    (r"loom/metric_cross", "loom", "metric() is not named in the issue that brought these cases"),
    (r"loom/", "loom", None),
]

# Cases whose mistake stands in a definition, not in a reference to it.
DEFINITIONS = (
    r"yaml/(acc_(invalid|uppercase|project_level_invalid|public_ephemeral|on_seed)"
    r"|grp_(unknown|no_owner|owner_|no_name|dup)"
    r"|ver_(latest_str_vs_int|dup|no_v|defined_in|latest_version_only|versions_|v_null|nonlatest|patch_suffix"
    r"|latest_is_zero))|misc/src_(tables_strings|space)"
)

# Verdicts of one engine that come from something else than the topic.
OFF = "dbt v1 stops at `name: off` in the sources, a boolean in YAML 1.1"
NOT_V1 = {
    "misc/src_ok": OFF,
    "misc/src_unknown_source": OFF,
    "misc/src_unknown_table": OFF,
    "misc/src_disabled": OFF,
}
NOT_V2 = {
    "yaml/acc_private_toplevel_keys": "dbt v2 refuses the keys `access` and `group` at the top level (dbt1060)",
    "yaml/acc_on_seed": "dbt v2 refuses the config `access` on a seed (dbt1060)",
    "misc/src_space": "dbt v2 refuses spaces in the name of a source (dbt1159)",
}


def topic_of(case):
    """Topic and reason for being outside, by the id."""
    for pattern, topic, reason in TOPICS:
        if re.match(pattern, case):
            return topic, reason
    raise SystemExit(f"{case}: no topic; add one to TOPICS")


def about(case, topic):
    """Where the mistake of a case stands, if there is one."""
    if re.match(DEFINITIONS, case):
        return "definition"
    if topic in ("dependencies", "package"):
        return "dependencies"
    if case.startswith("loom/cfg_"):
        return "loom config"
    return "reference"


def installed(files):
    """The files plus what `dbt deps` installs: a copy of each local package of the project."""
    spec = files.get("packages.yml", "") + "\n" + files.get("dependencies.yml", "")
    copies = {}
    for folder in re.findall(r"local:\s*['\"]?([\w./-]+)", spec):
        project = files.get(f"{folder}/dbt_project.yml", "")
        name = re.search(r"^name:\s*['\"]?(\w+)", project, re.MULTILINE)
        for path, text in files.items():
            if name and path.startswith(folder + "/"):
                copies[f"dbt_packages/{name[1]}/{path[len(folder) + 1:]}"] = text
    return {**files, **copies}


def v1_fields(runs):
    """Verdict of dbt v1 on loading the project, what it said, and the first later stage that failed."""
    loading = [run for run in runs if run["cmd"] in ("parse", "deps")]
    later = [run for run in runs if run["cmd"] not in ("parse", "deps")]
    # A compile is only recorded alone when it went well: then so did its parse.
    judged = loading or [run for run in runs if run["success"]]
    failed = next((run for run in judged if not run["success"]), None)
    warnings = list(dict.fromkeys(w["event"] for run in judged for w in run["warnings"]))
    fields = {"v1": "error" if failed else "warning" if warnings else "ok"}
    if failed:
        fields["v1_stage"] = failed["cmd"]
        fields["v1_error_type"] = failed["error_type"]
        fields["v1_message"] = failed["error"][:300]
    if warnings:
        fields["v1_warnings"] = warnings
    broke = next((run for run in later if not run["success"]), None)
    if broke and not failed:
        fields["v1_compile"] = broke["cmd"]
    return fields


def v2_verdict(run):
    """Verdict of dbt v2 and the codes it gave."""
    if run["rc"] == 2:
        return "panic", []
    codes = [match[0] for d in run["diagnostics"] if (match := re.search(r"dbt\d{4}", d["message"]))]
    verdict = "error" if run["rc"] else "warning" if run["diagnostics"] else "ok"
    return verdict, list(dict.fromkeys(codes))


def convert(row):
    """One line of the result."""
    case, files = row["id"], row["files"]
    topic, reason = topic_of(case)
    runs = row["v1_12_6"]
    out = {"id": case, "topic": topic, "about": about(case, topic), "issue2": reason is None}
    if reason:
        out["reason"] = reason
    if case in NOT_V1:
        out["not_v1"] = NOT_V1[case]
    if case in NOT_V2:
        out["not_v2"] = NOT_V2[case]
    if runs[0]["cmd"] == "deps" and runs[0]["success"]:
        files = installed(files)
    out["files"] = files
    if "env" in row:
        out["env"] = {key: "upstream/platform" if value == "…" else value for key, value in row["env"].items()}
    out.update(v1_fields(runs))
    if "v2_core_alpha4" in row:
        out["v2"], codes = v2_verdict(row["v2_core_alpha4"])
        if codes:
            out["v2_codes"] = codes
    if "v2_fusion_preview196" in row:
        out["v2_fusion"] = v2_verdict(row["v2_fusion_preview196"])[0]
    return out


def slim(manifest):
    """The manifest without SQL, macros and docs."""
    for key in ("macros", "docs", "selectors"):
        manifest[key] = {}
    entries = list(manifest["nodes"].values())
    entries.extend(entry for group in manifest["disabled"].values() for entry in group)
    for node in entries:
        for key in ("compiled_code", "extra_ctes", "unrendered_config", "unrendered_config_call_dict"):
            node.pop(key, None)
        node["depends_on"]["macros"] = []
    metadata = manifest["metadata"]
    metadata.update(invocation_id="00000000-0000-0000-0000-000000000000", user_id=None, env={})
    return manifest


def main():
    DATA.mkdir(exist_ok=True)
    with open(sys.argv[1], encoding="utf-8") as source:
        rows = [convert(json.loads(line)) for line in source]
    with open(DATA / "dbt-outcomes.jsonl", "w", encoding="utf-8") as target:
        for row in rows:
            target.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
    if len(sys.argv) > 2:
        manifest = slim(json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8")))
        text = json.dumps(manifest, ensure_ascii=False, separators=(",", ":"))
        (DATA / "loom-platform-manifest.json").write_text(text + "\n", encoding="utf-8")
    print(f"{len(rows)} cases, {sum(row['issue2'] for row in rows)} inside the issue")


if __name__ == "__main__":
    main()
