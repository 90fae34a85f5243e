#!/usr/bin/env python3
"""What the real dbt-loom resolves, we resolve, and what it refuses, we refuse: `tests/remote/loom.py BINARY VENV`.

VENV is made with dbt-loom from PyPI when it is not there. Every node of every manifest is asked for by every spelling of
`ref` (with and without its project, with every version, and a few wrong ones) under several configurations, from an
ungrouped model and from one in a group. Exit code 1 when one answer differs, 0 with a message when PyPI is out of reach."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

BINARY, VENV = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).absolute()
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = ["dbt-core==1.11.16", "dbt-duckdb==1.11.1", "dbt-loom==0.9.6"]

CONFIGURATIONS = {
    "two upstreams, one of which was a consumer of the other": """manifests:
  - {name: platform, type: file, config: {path: "${UP}/platform/target/manifest.json"}}
  - {name: sales, type: file, config: {path: $UP/sales/target/manifest.json}, excluded_packages: [platform]}
""",
    "another name than the project's, only some packages": """manifests:
  - {name: the_platform, type: file, config: {path: "file://$UP/platform/target/manifest.json"}, included_packages: [platform]}
  - {name: gone, type: file, config: {path: $UP/no.json}, optional: true}
""",
    "a chain: the further one only through the nearer one's copies": """manifests:
  - {name: finance, type: file, config: {path: $UP/finance/target/manifest.json}}
""",
}

DRIVER = r'''
import copy, json, pathlib, sys
from dbt.cli.main import dbtRunner
from dbt.artifacts.resources import RefArgs
from dbt.parser import manifest as parser

runner = dbtRunner()
done = runner.invoke(["parse", "--quiet", "--no-partial-parse"])
if not done.success:
    sys.exit(f"dbt parse failed: {done.exception}")
manifest = done.result
nodes = {node.name: node for node in manifest.nodes.values() if node.package_name == "probe"}
answers = []
for caller, package, name, version in json.loads(pathlib.Path("questions.json").read_text()):
    node = copy.copy(nodes[caller])
    node.refs = [RefArgs(name=name, package=package, version=version)]
    node.depends_on = copy.deepcopy(node.depends_on)
    node.depends_on.nodes = []
    try:
        parser._process_refs(manifest, "probe", node, {})
        answers.append(["ok", node.depends_on.nodes[0] if node.depends_on.nodes else None])
    except Exception as error:
        answers.append(["no", " ".join(str(error).split())])
pathlib.Path("answers.json").write_text(json.dumps(answers))
'''


def installed():
    python = VENV / "bin" / "python"
    if (VENV / "bin" / "dbt").exists():
        return python
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    done = subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES],
                          capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stderr[-400:])
        return None
    return python


def questions(upstreams):
    """(package, name, version) of all that could be meant, and of some that nobody means."""
    asked = {(None, "no_such_model", None), ("platform", "no_such_model", None), ("no_such_project", "fct_orders", None),
             ("the_platform", "fct_orders", None), ("probe", "fct_orders", None)}
    for path in sorted(upstreams.glob("*/target/manifest.json")):
        for node in json.loads(path.read_text())["nodes"].values():
            if node["resource_type"] not in ("model", "seed", "snapshot", "analysis", "operation"):
                continue
            for package in (None, node["package_name"]):
                asked.add((package, node["name"], None))
                if node.get("version") is not None:
                    asked |= {(package, node["name"], node["version"]), (package, node["name"], 77)}
                else:
                    asked.add((package, node["name"], 1))
        for disabled in json.loads(path.read_text())["disabled"].values():
            asked |= {(package, disabled[0]["name"], None) for package in (None, disabled[0]["package_name"])}
    return sorted(asked, key=str)


def written(package, name, version):
    parts = [f"'{package}'"] if package else []
    parts.append(f"'{name}'")
    parts += [f"v={version!r}"] if version is not None else []
    return f"{{{{ ref({', '.join(parts)}) }}}}"


def project(folder, config, asked):
    """One project for dbt with two callers; another for us with a model for each question."""
    for which in ("theirs", "ours"):
        models = folder / which / "models"
        models.mkdir(parents=True)
        (folder / which / "dbt_project.yml").write_text("name: probe\nversion: '1.0'\nprofile: probe\n")
        (folder / which / "dbt_loom.config.yml").write_text(config)
        (folder / which / "profiles.yml").write_text("probe: {target: dev, outputs: {dev: {type: duckdb, path: ':memory:'}}}\n")
    callers = ["ungrouped", "grouped"]
    theirs = "groups: [{name: finance, owner: {name: F}}]\nmodels:\n  - {name: grouped, config: {group: finance}}\n"
    (folder / "theirs" / "models" / "models.yml").write_text(theirs)
    for caller in callers:
        (folder / "theirs" / "models" / f"{caller}.sql").write_text("select 1 as id\n")
    every = [(caller, *question) for caller in callers for question in asked]
    (folder / "theirs" / "questions.json").write_text(json.dumps(every))
    grouped = []
    for number, (caller, *question) in enumerate(every):
        name = f"question_{number:05}"
        (folder / "ours" / "models" / f"{name}.sql").write_text(f"select * from {written(*question)}\n")
        if caller == "grouped":
            grouped.append(f"  - {{name: {name}, config: {{group: finance}}}}\n")
    (folder / "ours" / "models" / "models.yml").write_text("groups: [{name: finance, owner: {name: F}}]\nmodels:\n" + "".join(grouped))
    return every


def ours(folder, every):
    environment = {**os.environ, "HOME": str(folder / "home")}
    ask = lambda *arguments: json.loads(
        subprocess.run([BINARY, *arguments, "--format", "json"], cwd=folder / "ours", env=environment, capture_output=True,
                       text=True).stdout)
    errors, edges = {}, {}
    for one in ask("check")["diagnostics"]:
        if one["severity"] == "error":
            errors.setdefault(pathlib.Path(one["file"]).stem, []).append(f"{one['code']}: {one['message']}")
    for source, target in ask("graph")["edges"]:
        edges[target.split(".")[-1]] = source
    names = [f"question_{number:05}" for number in range(len(every))]
    return [["no", errors[name][0]] if name in errors else ["ok", edges.get(name)] for name in names]


def main():
    python = installed()
    if python is None:
        return print("skipped: PyPI is out of reach")
    here = pathlib.Path(tempfile.mkdtemp(prefix="dbt-mesh-loom-"))
    differences, compared, resolved = 0, 0, 0
    try:
        upstreams = here / "up"
        shutil.copytree(REPOSITORY / "tests" / "projects" / "hybrid", upstreams)
        os.environ["UP"] = str(upstreams)
        asked = questions(upstreams)
        for number, (title, config) in enumerate(CONFIGURATIONS.items()):
            folder = here / str(number)
            every = project(folder, config, asked)
            (folder / "theirs" / "driver.py").write_text(DRIVER)
            done = subprocess.run([python, "driver.py"], cwd=folder / "theirs", capture_output=True, text=True,
                                  env={**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"})
            if done.returncode != 0:
                sys.exit(f"{title}: {done.stdout}{done.stderr}")
            theirs = json.loads((folder / "theirs" / "answers.json").read_text())
            for question, their, our in zip(every, theirs, ours(folder, every), strict=True):
                compared += 1
                resolved += their[0] == "ok"
                if their[0] != our[0] or their[0] == "ok" and their[1] != our[1]:
                    differences += 1
                    print(f"DIFFERS under \"{title}\", {question[0]}: {written(*question[1:])}\n  dbt-loom: {their}\n  we:       {our}")
    finally:
        shutil.rmtree(here, ignore_errors=True)
    print(f"{compared} questions, {resolved} of which dbt-loom resolves; {differences} answers differ")
    sys.exit(1 if differences else 0)


main()
