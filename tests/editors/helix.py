"""Helix in a terminal of tmux: what a person would see on the screen."""

import os
import pathlib
import re
import shutil
import subprocess
import time

import sandbox
from screen import Screen, environment

CONFIG = """
theme = "default"
[editor]
end-of-line-diagnostics = "hint"
idle-timeout = 50
completion-timeout = 5
[editor.inline-diagnostics]
cursor-line = "hint"
other-lines = "hint"
"""


def opened(hx, home, path, file, cwd):
    return Screen(f"{hx} -v {file}", home, path, cwd)


def log(home):
    file = home / "cache/helix/helix.log"
    return file.read_text() if file.exists() else ""


def set_up(home):
    """As README.md says."""
    config = home / "config/helix"
    (config / "runtime/queries").mkdir(parents=True)
    (config / "runtime/grammars").mkdir()
    (config / "config.toml").write_text(CONFIG)
    shutil.copytree(sandbox.REPO / "editors/helix/queries/dbt-sql", config / "runtime/queries/dbt-sql")
    languages = (sandbox.REPO / "editors/helix/languages.toml").read_text()
    languages = languages.replace("/path/to/dbt-mesh-ls", str(sandbox.REPO))
    # Helix brings sources of two hundred grammars: none of them is wanted here.
    return 'use-grammars = { only = ["dbt_jinja"] }\n' + languages


def run(server, editor, scratch):
    if not shutil.which("tmux"):
        return print("skipped: Helix, for want of tmux")
    for suite in ("trixie", "sid"):
        hx = editor(suite, "hx")
        if hx is None:
            print(f"skipped: Helix of {suite} cannot be fetched")
            continue
        print("        " + subprocess.run([hx, "--version"], capture_output=True, text=True).stdout.strip())
        here = scratch / suite
        here.mkdir()
        version(hx, server, here, newest=suite == "sid")


def version(hx, server, here, newest):
    home = here / "home"
    languages = set_up(home)
    mesh = sandbox.mesh(here / "mesh")
    (home / "config/helix/languages.toml").write_text(languages)
    path = f"{server.parent}:{os.environ['PATH']}"

    built = subprocess.run([hx, "--grammar", "build"], env=environment(home, path), capture_output=True, text=True)
    sandbox.check("helix: the grammar is built", (home / "config/helix/runtime/grammars/dbt_jinja.so").exists(),
                  built.stdout + built.stderr)
    health(hx, home, path)
    works(hx, home, path, mesh, newest)
    fails(hx, home, path, mesh, server, here)


def health(hx, home, path):
    def ask(path):
        asked = subprocess.run([hx, "--health", "dbt-sql"], env=environment(home, path), capture_output=True, text=True)
        return asked.stdout + asked.stderr

    said = re.sub(r"\x1b\[[0-9;]*m", "", ask(path))
    clean = "✘" not in said and all(
        re.search(line, said) for line in (r"dbt-mesh-ls: \S", r"parser: ✓", r"Highlight queries: ✓",
                                           r"Textobject queries: ✓", r"Indent queries: ✓"))
    sandbox.check("helix: hx --health dbt-sql is clean", clean, said)
    missing = re.sub(r"\x1b\[[0-9;]*m", "", ask(os.environ["PATH"]))
    sandbox.check("helix: hx --health names a server that is not there",
                  re.search(r"✘ dbt-mesh-ls.*'dbt-mesh-ls' not found", missing), missing)


def works(hx, home, path, mesh, newest):
    file = mesh / "marketing/models/new_customers.sql"
    screen = opened(hx, home, path, file, mesh)
    try:
        if not sandbox.check("helix: the file is shown", screen.shows("dim_customers"), screen.text()):
            return
        # A colour of its own for the name of the function and the string. Before 25.07 the first pattern wins: the
        # name is a variable there.
        function = r"\x1b\[[0-9;]*mref\x1b\[[0-9;]*m\(" if newest else ""
        screen.check("helix: Jinja is coloured", function + r"\x1b\[[0-9;]*m'platform'\x1b", "-e")
        screen.keys("g", "e", "o")
        screen.type("-- {{ ref('platform', 'fct_oders') }}")
        screen.check("helix: diagnostics are drawn", "fct_oders.*\n?.*(no model|not|unknown|did you mean)")
        screen.keys("Escape", "u", "g", "e", "o")
        screen.type("-- {{ ref('platform', '")
        screen.keys("C-x")
        screen.check("helix: completion offers upstream models", r"fct_orders[^\n]*")
        screen.keys("Escape", "Escape", "u")
        # Definition, into the project next door.
        screen.type("/dim_customers")
        screen.keys("Enter", "g", "d")
        screen.check("helix: definition leads to the project next door", r"platform/models/marts/dim_customers_v2.sql")
    finally:
        screen.close()
    objects(hx, home, path, mesh, newest)


def objects(hx, home, path, mesh, newest):
    """Text objects: what is left after they are deleted."""
    file = mesh / "marketing/objects.sql"
    text = "a {# note #} b\n{% macro one(a) %}\n{% if a %}x{% endif %}\n{% endmacro %}\n{{ two(first, second) }}\n"
    for keys, find, left in (
        ("mac", "note", text.replace("{# note #}", "", 1)),
        ("mia", "second", text.replace("second", "", 1)),
        ("maf", "if a", text.replace(text[text.index("{% macro"):text.index("\n{{ two")], "", 1)),
    ):
        file.write_text(text)
        screen = opened(hx, home, path, file, mesh)
        try:
            screen.shows("macro one")
            screen.type("/" + find)
            screen.keys("Enter", r"\;", *keys, "d")
            screen.type(":w")
            screen.keys("Enter")
            end = time.monotonic() + 10
            while read(file) in (text, "") and time.monotonic() < end:
                time.sleep(0.1)
            sandbox.check(f"helix: text object {keys}", read(file) == left, read(file))
        finally:
            screen.close()


def read(file):
    """Helix writes by putting a new file in place of the old one."""
    return file.read_text() if file.exists() else ""


def fails(hx, home, path, mesh, server, here):
    """What is said when the server is not there, ends, or has nothing to do."""
    file = mesh / "marketing/models/new_customers.sql"

    screen = opened(hx, home, os.environ["PATH"], file, mesh)
    try:
        found = screen.shows("dim_customers")
        time.sleep(1)
        sandbox.check("helix: without the server the file opens, and the log says why", found and "dbt-mesh-ls" in log(home), log(home))
    finally:
        screen.close()

    # Killed: the editor stays, says so, and starts it again on request.
    screen = opened(hx, home, path, file, mesh)
    try:
        screen.shows("dim_customers")
        end = time.monotonic() + 20
        children = []
        while not children and time.monotonic() < end:
            children = servers_below(screen)
            time.sleep(0.2)
        time.sleep(1)
        for child in children:
            os.kill(child, 9)
        sandbox.check("helix: the server can be killed", children, screen.text())
        screen.check("helix: a server that was killed is reported", "(?i)language server exited|exited|server.*(ended|closed)")
        screen.type(":lsp-restart")
        screen.keys("Enter")
        screen.keys("g", "e", "o")
        screen.type("-- {{ ref('platform', 'fct_oders') }}")
        screen.check("helix: :lsp-restart brings it back", "fct_oders.*\n?.*(no model|not|unknown|did you mean)")
    finally:
        screen.close()

    nowhere = here / "nowhere"
    nowhere.mkdir()
    (nowhere / "loose.sql").write_text("select * from {{ ref('nothing') }}\n")
    screen = opened(hx, home, path, nowhere / "loose.sql", nowhere)
    try:
        found = screen.shows("nothing")
        time.sleep(1.5)
        sandbox.check("helix: outside of a project nothing is claimed", found and not re.search("unknown|no model", screen.text()),
                      screen.text())
    finally:
        screen.close()


def servers_below(screen):
    """Processes of the server that Helix has started."""
    top = screen.tmux("list-panes", "-t", "hx", "-F", "#{pane_pid}").stdout.split()
    found, look = [], [int(pid) for pid in top]
    while look:
        pid = look.pop()
        for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
            look += [int(child) for child in task.read_text().split()]
        try:
            name = pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
        except OSError:
            continue
        if name.startswith("dbt-mesh-ls"):
            found.append(pid)
    return found
