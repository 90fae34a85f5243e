"""What the tests of the editors share: workspaces to work in, and what is said of each check."""

import pathlib
import shutil
import subprocess

REPO = pathlib.Path(__file__).resolve().parents[2]
results = []


def check(name, condition, detail=""):
    """Notes and prints one result."""
    results.append(bool(condition))
    print(("ok      " if condition else "FAILED  ") + name + ("" if condition else f"\n{detail}"), flush=True)
    return bool(condition)


def said(output):
    """Takes over lines `ok      …` and `FAILED  …` of another program."""
    print(output, end="", flush=True)
    lines = output.splitlines()
    results.extend(line.startswith("ok ") for line in lines if line.startswith(("ok ", "FAILED ")))
    return any(line.startswith("ok ") for line in lines)


def mesh(folder):
    """The sample mesh as a repository of its own, and a project `alone` whose upstream is only a manifest."""
    folder = pathlib.Path(folder)
    shutil.copytree(REPO / "tests/projects/hybrid", folder)
    subprocess.run(["git", "init", "-q", folder], check=True)
    alone = folder / "alone"
    (alone / "models").mkdir(parents=True)
    (alone / "dbt_project.yml").write_text("name: alone\nversion: '1.0'\nprofile: larkfield\n")
    (alone / "dependencies.yml").write_text("projects:\n  - name: warehouse\n")
    (alone / "dbt_mesh.yml").write_text("upstreams:\n  - manifest: upstream/manifest.json\n")
    (alone / "models/report.sql").write_text("select * from {{ ref('warehouse', 'fct_payments') }}\n")
    (alone / "upstream").mkdir()
    manifest = (folder / "platform/target/manifest.json").read_text()
    # A project that is nowhere in the workspace.
    (alone / "upstream/manifest.json").write_text(manifest.replace("platform", "warehouse"))
    return folder


def chain(folder, projects):
    """As many projects, each of which reads a public model of the one before."""
    folder = pathlib.Path(folder)
    for n in range(1, projects + 1):
        models = folder / f"p{n}/models"
        models.mkdir(parents=True)
        (models.parent / "dbt_project.yml").write_text(f"name: p{n}\nversion: '1.0'\nprofile: larkfield\n")
        before = f"{{{{ ref('p{n - 1}', 'm{n - 1}') }}}}" if n > 1 else "somewhere"
        (models / f"m{n}.sql").write_text(f"select * from {before}\n")
        (models / "models.yml").write_text(f"models:\n  - name: m{n}\n    access: public\n")
        if n > 1:
            (models.parent / "dependencies.yml").write_text(f"projects:\n  - name: p{n - 1}\n")
    subprocess.run(["git", "init", "-q", folder], check=True)
    return folder
