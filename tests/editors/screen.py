"""An editor in a terminal of tmux: what a person would see on the screen."""

import os
import pathlib
import re
import subprocess
import time

import sandbox


class Screen:
    """A tmux server of our own with one editor in it."""

    count = 0

    def __init__(self, command, home, path, cwd, size=(130, 40)):
        # One that nobody before was asked to end.
        Screen.count += 1
        self.socket = str(home / f"tmux{Screen.count}")
        self.environment = environment(home, path)
        self.tmux("new-session", "-d", "-s", "editor", "-x", str(size[0]), "-y", str(size[1]), "-c", str(cwd),
                  f"{command}; echo ended $?; sleep 60")

    def tmux(self, *arguments):
        return subprocess.run(["tmux", "-S", self.socket, "-f", "/dev/null", *arguments], capture_output=True, text=True,
                              env={**os.environ, **self.environment})

    def text(self, *options):
        return self.tmux("capture-pane", "-p", *options, "-t", "editor").stdout

    def keys(self, *keys):
        for key in keys:
            self.tmux("send-keys", "-t", "editor", key)
            time.sleep(0.15)

    def type(self, text):
        # As a person does: Helix 25.01 tells servers of edits that come at once in any order.
        for character in text:
            self.tmux("send-keys", "-t", "editor", "-l", "--", character)
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

    def processes(self):
        """The editor and whatever it has started, by number."""
        found, look = [], [int(pid) for pid in self.tmux("list-panes", "-t", "editor", "-F", "#{pane_pid}").stdout.split()]
        while look:
            found.append(look.pop())
            for task in pathlib.Path(f"/proc/{found[-1]}/task").glob("*/children"):
                try:
                    look += [int(child) for child in task.read_text().split()]
                except OSError:
                    pass  # It has ended meanwhile.
        return found

    def close(self):
        """Ends the editor, and waits until it has written what it writes then."""
        left = self.processes()
        self.tmux("kill-server")
        end = time.monotonic() + 5
        while any(runs(pid) for pid in left) and time.monotonic() < end:
            time.sleep(0.05)


def runs(pid):
    """Whether a process is there, and not only what nobody has asked about since it ended."""
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except OSError:
        return False


def environment(home, path):
    return {"HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_DATA_HOME": str(home / "data"), "XDG_STATE_HOME": str(home / "state"), "PATH": path, "TERM": "xterm-256color",
            "COLORTERM": "truecolor", "SHELL": "/bin/sh", "LANG": "C.UTF-8"}
