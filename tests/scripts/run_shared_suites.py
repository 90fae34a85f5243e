"""Compares `dbt-mesh-ls check` with what real dbt said about whole projects, by category.

Usage: run_shared_suites.py BINARY SUITE… [--list] [--all] [--keep DIR]

A SUITE is told by its content: dbt's own functional tests as project states, meshes with one thing broken, or
executed cases (`tests/data/dbt-outcomes.jsonl`, or the file it was made from); `.gz` or plain. dbt and we
agree on a project when both, or neither, find an error in it. Of an error that dbt pins on certain files, one
of ours must be in one of them.

--list      names every project we disagree on, with our findings and dbt's message
--all       counts also what dbt was given more for than its files (packages of others, command line variables)
--keep DIR  writes the projects there and leaves them, to look into
"""

import argparse
import collections
import concurrent.futures
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import convert_cases

LOOM_MANIFEST = convert_cases.DATA / "loom-platform-manifest.json"


class Case:
    """One project state, or mesh of them, with dbt's verdict."""

    def __init__(self, name, suite, category, files, error, **more):
        self.name, self.suite, self.category = name, suite, category
        self.files = files  # path to text
        self.error = error  # whether dbt refuses it
        self.flavor = more.get("flavor", "1")
        self.env = more.get("env") or {}
        self.vars = more.get("vars")  # of the command line, as YAML
        self.where = more.get("where") or []  # files one of which must have an error; any when empty
        self.project = more.get("project")  # only findings of this project count; all when None
        self.message = more.get("message") or ""


def project_name(files):
    """The name in dbt_project.yml, where it is written plainly."""
    match = re.search(r"^name:\s*['\"]?(\w+)['\"]?\s*$", files.get("dbt_project.yml", ""), re.MULTILINE)
    return match and match[1]


def dbt_suite(row, everything):
    """A state of dbt's own functional tests."""
    if not everything and (row["needs_extras"] or row["env_dependent"] or row["cli_vars"]):
        return
    yield Case(
        row["name"], "dbt suite", row["category"], row["files"], row["expect"] == "error",
        env=row["env"], vars=row["cli_vars"], where=row["diagnostic_files"], project=project_name(row["files"]), message=row["message"],
    )  # fmt: skip


def mutation(row, _):
    """A mesh; dbt-loom was the judge, so its configuration stands in the root project. Packages are empty."""
    files = {}
    for project, texts in row["projects"].items():
        files.update({f"{project}/{path}": text for path, text in texts.items()})
        for package in row["needs_packages"].get(project) or {}:
            files[f"{project}/dbt_packages/{package}/dbt_project.yml"] = f"name: {package}\nversion: 1.0.0\n"
    entries = [
        {"name": up, "type": "file", "config": {"path": f"../{up}/target/manifest.json"}} for up in row["upstream"]
    ]
    loom = f"{row['root_project']}/dbt_loom.config.yml"
    files.setdefault(loom, json.dumps({"manifests": entries}))
    yield Case(
        row["name"], "mutations", row["name"].split("::")[1], files, row["expect"] == "error",
        where=[row["error_project"] + "/"] if row["error_project"] else [], message=row["message"],
    )  # fmt: skip


def outcome(row, _):
    """An executed case, once for each engine that gave a verdict on its topic."""
    if "v1_12_6" in row:
        row = convert_cases.convert(row)
    files = dict(row["files"])
    if row["id"].startswith("loom/"):
        files["upstream/platform/manifest.json"] = LOOM_MANIFEST.read_text(encoding="utf-8")
    inside = "" if row["issue2"] else " (outside)"
    more = {"env": row.get("env"), "project": project_name(files)}
    for engine in ("v1", "v2"):
        if row.get(engine) in (None, "panic") or f"not_{engine}" in row:
            continue
        yield Case(
            row["id"], f"outcomes {engine}{inside}", row["topic"], files, row[engine] == "error",
            flavor=engine[1:], message=row.get(f"{engine}_message") or " ".join(row.get("v2_codes", [])), **more,
        )  # fmt: skip


def load(path, everything):
    """The cases of one file."""
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            kind = mutation if "root_project" in row else dbt_suite if "diagnostic_files" in row else outcome
            yield from kind(row, everything)


def write(case, directory):
    """Puts the files of a case on the disk."""
    for path, text in case.files.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")


def check(binary, case, directory):
    """Runs the check: the errors that count, and what went wrong with the run itself, if anything did."""
    command = [binary, "check", ".", "--format", "json", "--dbt", case.flavor]
    if case.vars is not None:
        command += ["--vars", case.vars]
    env = {k: v for k, v in os.environ.items() if not k.startswith("DBT_")} | case.env
    try:
        run = subprocess.run(command, cwd=directory, env=env, capture_output=True, timeout=60)
        report = json.loads(run.stdout)
    except subprocess.TimeoutExpired:
        return [], "took more than 60 s"
    except ValueError:
        text = run.stderr.decode(errors="replace").strip()[-300:]
        return [], f"exit {run.returncode} without JSON: {text}"
    errors = [found for found in report["diagnostics"] if found["severity"] == "error"]
    if run.returncode != (1 if errors else 0):
        return errors, f"exit {run.returncode} with {len(errors)} errors"
    if case.project:
        errors = [found for found in errors if found.get("project") in (case.project, None)]
    return errors, None


def judge(case, errors, trouble):
    """`agree`, `false alarm`, `miss`, `elsewhere` (an error, but in other files than dbt's) or `broken`."""
    if trouble:
        return "broken"
    if not case.error:
        return "false alarm" if errors else "agree"
    if not errors:
        return "miss"
    right = not case.where or any(
        found["file"] == file or (file.endswith("/") and found["file"].startswith(file))
        for found in errors
        for file in case.where
    )
    return "agree" if right else "elsewhere"


def report(results, listed):
    """Prints a table for each suite, and the disagreements."""
    kinds = ["agree", "false alarm", "miss", "elsewhere", "broken"]
    tables = collections.defaultdict(lambda: collections.defaultdict(collections.Counter))
    for case, verdict, _, _ in results:
        tables[case.suite][case.category][verdict] += 1
    for suite, rows in sorted(tables.items()):
        total = sum(rows.values(), collections.Counter())
        print(f"\n{suite}: {total['agree']} of {total.total()} agree")
        print(f"  {'':<16}" + "".join(f"{kind:>13}" for kind in kinds))
        for category, counts in [*sorted(rows.items()), ("all", total)]:
            print(f"  {category:<16}" + "".join(f"{counts[kind] or '.':>13}" for kind in kinds))
    for case, verdict, errors, trouble in results if listed else []:
        if verdict != "agree":
            print(f"\n{verdict}: {case.name} [{case.suite}, {case.category}]")
            if trouble:
                print(f"  {trouble}")
            for found in errors[:5]:
                print(f"  we: {found['file']}:{found['line']} {found['code']}: {found['message'][:160]}")
            if case.message:
                print("  dbt: " + " ".join(case.message.split())[:240])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("suites", nargs="+")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()

    cases = [case for suite in options.suites for case in load(suite, options.all)]
    root = options.keep or pathlib.Path(tempfile.mkdtemp(prefix="suites-"))

    def one(numbered):
        number, case = numbered
        directory = root / f"{number:04}-{re.sub(r'[^a-z0-9]+', '-', case.name.lower())[-60:]}"
        shutil.rmtree(directory, ignore_errors=True)
        write(case, directory)
        errors, trouble = check(options.binary, case, directory)
        if not options.keep:
            shutil.rmtree(directory)
        return case, judge(case, errors, trouble), errors, trouble

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(one, enumerate(cases)))
    report(results, options.list)
    if not options.keep:
        shutil.rmtree(root)
    sys.exit(any(verdict == "broken" for _, verdict, _, _ in results))


if __name__ == "__main__":
    main()
