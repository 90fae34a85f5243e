"""The recipes of docs/editors.md, word for word, in their editors."""

import os
import re
import subprocess

import sandbox


def recipe(heading, language):
    """The first block of code below a heading."""
    text = (sandbox.REPO / "docs/editors.md").read_text()
    section = text[text.index(f"\n## {heading}\n"):]
    return re.search(rf"```{language}\n(.*?)```", section, re.DOTALL).group(1)


def environment(server, scratch, **more):
    home = scratch / "home"
    home.mkdir(exist_ok=True)
    return {"PATH": f"{server.parent}:{os.environ['PATH']}", "HOME": str(home), "TERM": "dumb", "LANG": "C.UTF-8", **more}


def nowhere(scratch):
    folder = scratch / "nowhere"
    folder.mkdir()
    (folder / "loose.sql").write_text("select * from {{ ref('nothing') }}\n")
    return folder


def emacs(server, editor, scratch):
    program = editor("trixie", "emacs")
    if program is None:
        return print("skipped: Emacs cannot be fetched")
    script = scratch / "test.el"
    tests = (sandbox.REPO / "tests/editors/emacs.el").read_text()
    script.write_text("(require 'eglot)\n" + recipe("Emacs", "elisp") + tests)
    mesh = sandbox.mesh(scratch / "mesh")
    done = subprocess.run([program, "-Q", "--batch", "-l", script], capture_output=True, text=True, timeout=180,
                          env=environment(server, scratch, WORKSPACE=str(mesh), NOWHERE=str(nowhere(scratch))))
    if not sandbox.said(done.stdout) or done.returncode != 0:
        sandbox.check("emacs: runs", False, f"exit code {done.returncode}\n{done.stderr[-2000:]}")


def vim(server, editor, scratch):
    program = editor("trixie", "vim")
    ale = program and program.parent.parent / "usr/share/vim-ale"
    if program is None or not ale.exists():
        return print("skipped: Vim with ALE cannot be fetched")
    script = scratch / "test.vim"
    tests = (sandbox.REPO / "tests/editors/vim.vim").read_text()
    script.write_text(f"set runtimepath^={ale}\nruntime plugin/ale.vim\n" + recipe("Vim", "vim") + tests)
    mesh, out = sandbox.mesh(scratch / "mesh"), scratch / "out"
    try:
        subprocess.run([program, "-N", "-u", script, "-es"], stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
                       env=environment(server, scratch, WORKSPACE=str(mesh), OUT=str(out)), cwd=mesh)
    except subprocess.TimeoutExpired:
        pass
    if not out.exists() or not sandbox.said(out.read_text() + "\n"):
        sandbox.check("vim: runs", False, out.read_text() if out.exists() else "it said nothing")
