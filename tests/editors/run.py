#!/usr/bin/env python3
"""The server in real editors: `tests/editors/run.py SERVER TOOLS [neovim|beside|helix|emacs|vim]`.

TOOLS keeps the editors, which `setup.sh` puts there from Debian; what cannot be had is skipped, and said so.
Exit code 1 when anything failed."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import sandbox

SERVER = pathlib.Path(sys.argv[1]).resolve()
TOOLS = pathlib.Path(sys.argv[2]).absolute()
ONLY = sys.argv[3:]
HERE = pathlib.Path(__file__).resolve().parent
# Newer Debian: the oldest Neovim that the plugin works in, and the newest there is.
SUITES = {"trixie": ["neovim", "hx", "emacs-nox", "vim", "vim-ale"], "sid": ["neovim", "hx"]}


unreachable = set()


def editor(suite, name):
    """An editor's program, fetched if it is not there; None where Debian is out of reach."""
    folder = TOOLS / suite
    if suite not in unreachable and not (folder / "complete").exists():
        command = ["bash", HERE / "setup.sh", folder, suite, *SUITES[suite]]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=300)
            why = None if done.returncode == 0 else (done.stderr.strip().splitlines() or ["setup.sh failed"])[-1]
        except subprocess.TimeoutExpired:
            why = "it takes more than five minutes"
        if why:
            print(f"skipped: the editors of Debian {suite} cannot be fetched: {why}", flush=True)
            unreachable.add(suite)
        else:
            (folder / "complete").touch()
    program = folder / "bin" / name
    return program if suite not in unreachable and program.exists() else None


def sections():
    import beside
    import helix
    import neovim
    import recipes

    return {"neovim": neovim.run, "beside": beside.run, "helix": helix.run, "emacs": recipes.emacs, "vim": recipes.vim}


def main():
    for name, section in sections().items():
        if ONLY and name not in ONLY:
            continue
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="dbt-mesh-editors-") as scratch:
            # The path that programs see, not one with links in it.
            scratch = pathlib.Path(os.path.realpath(scratch))
            # A copy in a folder of its own: it goes on the PATH, and a build may replace the original.
            (scratch / "bin").mkdir()
            section(pathlib.Path(shutil.copy(SERVER, scratch / "bin/dbt-mesh-ls")), editor, scratch)
        print(f"        {name}: {time.monotonic() - began:.0f} s", flush=True)
    failed = sandbox.results.count(False)
    print(f"{len(sandbox.results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
