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
    renames(hx, home, path, sandbox.mesh(here / "mesh2"))
    many(hx, home, path, sandbox.chain(here / "chain", 30))
    fails(hx, home, path, mesh, server, here)
    readonly(hx, home, path, sandbox.mesh(here / "mesh3"))


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


def rename(screen, name):
    """The model of the ref in int_attributed_orders.sql, from any project."""
    screen.shows("fct_orders")
    screen.type("/fct_orders")
    screen.keys("Enter")
    end = time.monotonic() + 30
    # Refused until the projects are read.
    while time.monotonic() < end:
        screen.type(" r")
        if screen.shows("rename-to:", 2):
            break
    screen.keys("C-u")
    screen.type(name)
    screen.keys("Enter")
    return screen.shows(f"'platform', '{name}'")


def renames(hx, home, path, mesh):
    screen = opened(hx, home, path, mesh / "marketing/models/int_attributed_orders.sql", mesh)
    try:
        sandbox.check("helix: a rename is asked for", rename(screen, "orders_renamed"), screen.text())
        screen.type(":wa")
        screen.keys("Enter")
        screen.shows("written")
        files = [mesh / "platform/models/marts/orders_renamed.sql", mesh / "platform/models/marts/_marts.yml",
                 mesh / "finance/models/ledger/int_open_items.sql"]
        end = time.monotonic() + 10
        while "orders_renamed" not in read(files[2]) and time.monotonic() < end:
            time.sleep(0.1)
        renamed = files[0].exists() and all("orders_renamed" in read(file) for file in files[1:])
        sandbox.check("helix: and reaches the other projects, the model's file and its entry", renamed, screen.text())
    finally:
        screen.close()


def many(hx, home, path, chain):
    screen = opened(hx, home, path, chain / "p30/models/m30.sql", chain)
    try:
        screen.shows("m29")
        screen.keys("Space")
        screen.type("S")
        screen.type("m2")
        # Every one of the thirty is known: these are the eleven with a 2 in front, and m12.
        screen.check("helix: 30 projects, and names of all", r"12/12[\s\S]*p29/models/m29.sql")
        screen.keys("Escape")
        sandbox.check("helix: 30 projects, and nothing is claimed", not re.search("● |unknown|no model", screen.text()), screen.text())
    finally:
        screen.close()


def readonly(hx, home, path, mesh):
    """As somebody to whom nothing in the workspace belongs."""
    command = f"{hx} -v {mesh / 'marketing/models/int_attributed_orders.sql'}"
    if os.getuid() == 0:
        if not shutil.which("setpriv"):
            return print("skipped: Helix in a read-only workspace, for want of setpriv")
        for folder in (home.parent.parent, home.parent, home.parent.parent / "bin"):
            folder.chmod(0o755)
        subprocess.run(["chown", "-R", "65534:65534", home], check=True)
        command = f"setpriv --reuid=65534 --regid=65534 --clear-groups {command}"
    subprocess.run(["chmod", "-R", "a+rX,a-w", mesh], check=True)
    screen = Screen(command, home, path, mesh)
    try:
        sandbox.check("helix: a read-only workspace is understood", rename(screen, "orders_renamed"), screen.text())
        screen.type(":w")
        screen.keys("Enter")
        screen.check("helix: and that it cannot be written is said", "(?i)read.only|permission denied")
        sandbox.check("helix: nothing in it is changed", (mesh / "platform/models/marts/fct_orders.sql").exists(), screen.text())
    finally:
        screen.close()
        subprocess.run(["chmod", "-R", "u+w", mesh], check=True)


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

    other = here / "other"
    other.mkdir()
    (other / "dbt-mesh-ls").write_text("#!/bin/sh\necho another program\n")
    (other / "dbt-mesh-ls").chmod(0o755)
    screen = opened(hx, home, f"{other}:{os.environ['PATH']}", file, mesh)
    try:
        screen.check("helix: another program of that name is reported", "Language server exited")
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
    def name(pid):
        comm = pathlib.Path(f"/proc/{pid}/comm")
        return comm.read_text().strip() if comm.exists() else ""

    return [pid for pid in screen.processes() if name(pid).startswith("dbt-mesh-ls")]
