"""Helix in a terminal of tmux: what a person would see on the screen."""

import os
import pathlib
import re
import shutil
import subprocess
import time

import sandbox

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


class Screen:
    """A tmux server of our own with one Helix in it."""

    count = 0

    def __init__(self, hx, home, path, file, cwd):
        # One that nobody before was asked to end.
        Screen.count += 1
        self.socket = str(home / f"tmux{Screen.count}")
        self.environment = environment(home, path)
        self.log = home / "cache/helix/helix.log"
        self.tmux("new-session", "-d", "-s", "hx", "-x", "130", "-y", "40", "-c", str(cwd),
                  f"{hx} -v {file}; echo ended $?; sleep 60")

    def tmux(self, *arguments):
        return subprocess.run(["tmux", "-S", self.socket, "-f", "/dev/null", *arguments], capture_output=True, text=True,
                              env={**os.environ, **self.environment})

    def text(self, *options):
        return self.tmux("capture-pane", "-p", *options, "-t", "hx").stdout

    def keys(self, *keys):
        for key in keys:
            self.tmux("send-keys", "-t", "hx", key)
            time.sleep(0.15)

    def type(self, text):
        # As a person does: Helix 25.01 tells servers of edits that come at once in any order.
        for character in text:
            self.tmux("send-keys", "-t", "hx", "-l", "--", character)
            time.sleep(0.04)

    def shows(self, pattern, seconds=30, *options):
        """Whether a pattern comes to stand on the screen."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if re.search(pattern, self.text(*options)):
                return True
            time.sleep(0.2)
        return False

    def check(self, name, pattern, *options):
        return sandbox.check(name, self.shows(pattern, 30, *options), self.text())

    def close(self):
        self.tmux("kill-server")


def environment(home, path):
    return {"HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_CACHE_HOME": str(home / "cache"),
            "PATH": path, "TERM": "xterm-256color", "COLORTERM": "truecolor", "SHELL": "/bin/sh", "LANG": "C.UTF-8"}


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
    screen = Screen(hx, home, path, file, mesh)
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
        screen = Screen(hx, home, path, file, mesh)
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

    screen = Screen(hx, home, os.environ["PATH"], file, mesh)
    try:
        found = screen.shows("dim_customers")
        time.sleep(1)
        log = screen.log.read_text() if screen.log.exists() else ""
        sandbox.check("helix: without the server the file opens, and the log says why", found and "dbt-mesh-ls" in log, log)
    finally:
        screen.close()

    # Killed: the editor stays, says so, and starts it again on request.
    screen = Screen(hx, home, path, file, mesh)
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
    screen = Screen(hx, home, path, nowhere / "loose.sql", nowhere)
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
