"""Records tests/data/session.jsonl: what a real editor says while a person works, and what happens on disk meanwhile.

    python3 -m venv V && V/bin/pip install pynvim
    V/bin/python tests/scripts/record_session.py NVIM DBT_MESH_LS OUT

Neovim 0.11 or newer is driven through its own keyboard input, on a copy of tests/projects/hybrid in a git repository. Each
line of the record is a message of the client (`send`), a file that came or changed (`write`) or went (`remove`), or the
name of what the person does next (`step`). `$ROOT` stands for the folder. tests/e2e/recorded_session.rs replays it.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
QUIET = 0.8  # seconds without a message: the editor waits for a person


def read_frame(stream):
    length = None
    while True:
        line = stream.readline()
        if not line:
            return None
        line = line.strip()
        if not line:
            break
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return stream.read(length)


def proxy(log_path, server):
    """Stands between the editor and the server; writes down what the editor says."""
    child = subprocess.Popen([server, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def back():
        while chunk := os.read(child.stdout.fileno(), 65536):
            os.write(1, chunk)

    threading.Thread(target=back, daemon=True).start()
    with open(log_path, "a", encoding="utf-8") as log:
        while (body := read_frame(sys.stdin.buffer)) is not None:
            log.write(json.dumps({"send": json.loads(body)}, ensure_ascii=False) + "\n")
            log.flush()
            child.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            child.stdin.flush()
    child.stdin.close()
    child.wait()


class Recorder:
    def __init__(self, nvim, server, out):
        import pynvim

        self.out = out
        self.root = Path(tempfile.mkdtemp(prefix="session-")).resolve()
        self.log = self.root.parent / (self.root.name + ".jsonl")
        self.log.touch()
        shutil.copytree(REPO / "tests/projects/hybrid", self.root, dirs_exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "before")
        self.nvim = pynvim.attach("child", argv=[nvim, "--embed", "--clean", "--headless", "-n"])
        command = [sys.executable, str(Path(__file__).resolve()), "--proxy", str(self.log), server]
        self.nvim.exec_lua(
            """
            local cmd, root = ...
            vim.g.omni_sql_no_default_maps = 1
            vim.o.autoread = true
            vim.o.hidden = true
            vim.o.swapfile = false
            vim.o.autoindent = false
            vim.cmd('filetype plugin on')
            vim.cmd('cd ' .. root)
            vim.api.nvim_create_autocmd('FileType', { callback = function() vim.bo.indentexpr = '' vim.bo.autoindent = false end })
            vim.api.nvim_create_autocmd('LspAttach', { callback = function(args)
              vim.lsp.completion.enable(true, args.data.client_id, args.buf, { autotrigger = true })
            end })
            vim.lsp.config('dbt', { cmd = cmd, filetypes = { 'sql', 'yaml', 'markdown', 'python' }, root_dir = root })
            vim.lsp.enable('dbt')
            """,
            command,
            str(self.root),
        )
        self.files = self.tree()

    def git(self, *args):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "core.autocrlf=false"]
        subprocess.run(["git", "-C", str(self.root), *identity, *args], check=True)

    def tree(self):
        found = {}
        for path in self.root.rglob("*"):
            if path.is_file() and ".git" not in path.relative_to(self.root).parts:
                found[path.relative_to(self.root).as_posix()] = path.read_text(encoding="utf-8")
        return found

    def line(self, **what):
        with open(self.log, "a", encoding="utf-8") as log:
            log.write(json.dumps(what, ensure_ascii=False) + "\n")

    def rest(self):
        """Waits until the editor says nothing more."""
        size, since = -1, time.time()
        while time.time() - since < QUIET:
            now = self.log.stat().st_size
            if now != size:
                size, since = now, time.time()
            self.nvim.exec_lua("vim.wait(20)")

    def disk(self):
        """Writes down what changed on disk."""
        now = self.tree()
        for path in sorted(self.files.keys() - now.keys()):
            self.line(remove=path)
        for path, text in sorted(now.items()):
            if self.files.get(path) != text:
                self.line(write=path, text=text)
        self.files = now

    def step(self, name):
        self.rest()
        self.disk()
        self.line(step=name)
        print(name, file=sys.stderr)

    def keys(self, text, pause=0.01):
        """Typed like a person: a key at a time."""
        for key in text:
            self.nvim.input({"<": "<lt>", "\n": "<CR>"}.get(key, key))
            time.sleep(pause)

    def special(self, keys):
        self.nvim.input(keys)
        time.sleep(0.05)

    def edit(self, path):
        self.nvim.command(f"edit {path}")

    def run(self):
        self.step("open")
        self.edit("finance/models/reports/monthly_revenue.sql")
        self.rest()
        self.nvim.exec_lua("vim.lsp.buf.hover()")
        self.rest()

        self.step("type a model from nothing")
        self.edit("finance/models/reports/late_payers.sql")
        self.special("i")
        self.keys("with orders as (\n  select * from {{ ref('platform', 'fct_orders') }}\n)\n")
        self.keys("select orders.order_id, 🦀 from orders\n{% if is_incremental() %}where true{% endif %}")
        self.special("<Esc>")
        self.nvim.command("write")

        self.step("describe it in YAML")
        self.edit("finance/models/reports/_reports.yml")
        self.rest()
        self.special("G")
        self.special("o")
        self.keys("\nmodels:\n  - name: late_payers\n    description: \"{{ doc('nothing') }}\"\n    columns:\n")
        self.keys("      - name: order_id\n        data_tests:\n          - not_null\n          - uniq")
        self.special("<Esc>")
        self.nvim.command("write")

        self.step("rename a model everywhere")
        self.edit("finance/models/reports/late_payers.sql")
        self.rest()
        self.nvim.command("call search('fct_orders')")
        self.nvim.exec_lua("vim.lsp.buf.rename('fct_purchases')")
        self.rest()
        time.sleep(1)
        self.rest()
        self.nvim.command("wall")

        self.step("look around")
        for request in ["references()", "document_highlight()", "document_symbol()", "incoming_calls()"]:
            self.nvim.exec_lua(f"vim.lsp.buf.{request}")
            self.rest()
            self.nvim.command("cclose")
        self.nvim.exec_lua("vim.lsp.buf.code_action({ apply = false })")
        self.rest()
        self.special("<Esc><Esc>")

        self.step("undo and redo")
        self.edit("finance/models/reports/late_payers.sql")
        for _ in range(3):
            self.special("u")
        self.rest()
        self.special("<C-r>")
        self.special("<Esc>")
        self.rest()

        self.step("throw it all away")
        self.nvim.command("silent! bufdo edit!")
        self.git("checkout", "--quiet", "--", ".")
        self.git("clean", "--quiet", "--force", "-d")
        self.disk()
        self.nvim.command("checktime")

        self.step("switch the branch")
        self.git("checkout", "--quiet", "-b", "other")
        changed = self.root / "platform/models/marts/fct_orders.sql"
        changed.rename(self.root / "platform/models/marts/fct_sales.sql")
        marts = self.root / "platform/models/marts/_marts.yml"
        marts.write_text(marts.read_text().replace("name: fct_orders", "name: fct_sales"))
        (self.root / "finance/models/reports/by_region.sql").write_text(
            "select * from {{ ref('platform', 'fct_sales') }}\n"
        )
        self.disk()
        self.nvim.command("checktime")
        self.rest()
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "other")

        self.step("dbt deps")
        shutil.copytree(self.root / "utils_pkg", self.root / "finance/dbt_packages/utils_pkg")
        self.disk()
        self.edit("finance/models/reports/by_region.sql")
        self.rest()

        self.step("dbt build")
        target = self.root / "finance/target/compiled/finance/models"
        target.mkdir(parents=True)
        (target / "by_region.sql").write_text("select 1\n")
        self.disk()

        self.step("and back again")
        self.git("checkout", "--quiet", "--force", "main")
        self.disk()
        self.nvim.command("checktime")

        self.step("dbt clean")
        shutil.rmtree(self.root / "finance/dbt_packages", ignore_errors=True)
        shutil.rmtree(self.root / "finance/target", ignore_errors=True)
        self.disk()
        self.edit("finance/models/reports/monthly_revenue.sql")
        self.special("G")
        self.special("o")
        self.keys("-- {{ ref('platform', 'dim_customers', v=1) }}")
        self.special("<Esc>")
        self.step("end")

        root = str(self.root)
        text = self.log.read_text(encoding="utf-8").replace(root, "$ROOT")
        with open(self.out, "w", encoding="utf-8") as out:
            for line in text.splitlines():
                said = json.loads(line).get("send")
                # Answers to the server's requests are the replaying client's own.
                if said is not None and "method" not in said:
                    continue
                if said is not None and said["method"] == "initialize":
                    said["params"]["processId"] = None
                    line = json.dumps({"send": said}, ensure_ascii=False)
                out.write(line + "\n")
        self.nvim.close()


if __name__ == "__main__":
    if sys.argv[1] == "--proxy":
        proxy(*sys.argv[2:])
    else:
        Recorder(*sys.argv[1:]).run()
