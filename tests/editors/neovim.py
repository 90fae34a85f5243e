"""The Neovim plugin, headless, in the oldest Neovim it works in and in the newest; the specs are in nvim/."""

import os
import pathlib
import shutil
import subprocess

import sandbox

SPECS = pathlib.Path(__file__).resolve().parent / "nvim"


def spec(nvim, server, name, workspace, scratch, owner=None):
    home = scratch / f"home-{name}"
    home.mkdir()
    if owner is not None:
        os.chown(home, owner, owner)
    # `-u NONE` would leave the user's folders on the runtime path, and `--clean` takes the parser's away.
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(home), "TERM": "dumb", **folders, "DBT_MESH_LS": str(server),
        "WORKSPACE": str(workspace), "PLUGIN": str(scratch / "plugin/editors/nvim"), "HELPER": str(SPECS / "helper.lua"),
    }
    # Somebody else, where only root could be kept from writing.
    command = () if owner is None else ("setpriv", f"--reuid={owner}", f"--regid={owner}", "--clear-groups")
    try:
        done = subprocess.run([*command, nvim, "-u", "NONE", "--headless", "-l", SPECS / f"{name}.lua"],
                              env=environment, cwd=workspace, capture_output=True, text=True, timeout=180)
    except subprocess.TimeoutExpired as error:
        return sandbox.check(f"{name} ends", False, error)
    if done.returncode != 0 or not sandbox.said(done.stdout):
        sandbox.said(done.stdout) if done.returncode else None
        sandbox.check(f"{name} runs", False, f"exit code {done.returncode}\n{done.stderr[-3000:]}")


def run(server, editor, scratch):
    for suite in ("trixie", "sid"):
        nvim = editor(suite, "nvim")
        if nvim is None:
            print(f"skipped: Neovim of {suite} cannot be fetched")
            continue
        print(f"        {subprocess.run([nvim, '--version'], capture_output=True, text=True).stdout.splitlines()[0]}")
        here = scratch / suite
        here.mkdir()
        # The plugin as people get it; a copy, for the tests write its help tags.
        for part in ("editors/nvim", "grammars/tree-sitter-dbt-jinja/src"):
            shutil.copytree(sandbox.REPO / part, here / "plugin" / part)
        spec(nvim, server, "features", sandbox.mesh(here / "mesh"), here)
        spec(nvim, server, "failures", sandbox.mesh(here / "mesh2"), here)
        spec(nvim, server, "plain", sandbox.mesh(here / "mesh3"), here)
        spec(nvim, server, "many", sandbox.chain(here / "chain", 30), here)
        readonly(nvim, server, here)


def readonly(nvim, server, here):
    """As somebody to whom nothing in the workspace belongs."""
    workspace = sandbox.mesh(here / "mesh4")
    owner = None
    if os.getuid() == 0:
        if not shutil.which("setpriv"):
            return print("skipped: read-only workspace, for want of setpriv")
        owner = 65534
        for folder in (here.parent, here, here.parent / "bin"):
            folder.chmod(0o755)
    subprocess.run(["chmod", "-R", "a+rX,a-w", workspace], check=True)
    spec(nvim, server, "readonly", workspace, here, owner)
    subprocess.run(["chmod", "-R", "u+w", workspace], check=True)
