"""The Neovim plugin beside others that people have, each in a terminal: completion, pickers, nvim-treesitter.

They come from GitHub and are not fetched here: DBT_MESH_NVIM_PLUGINS names a folder that holds them, each by its name
(nvim-cmp, cmp-nvim-lsp, blink.cmp, telescope.nvim, plenary.nvim, fzf-lua; nvim-treesitter-main and nvim-treesitter-master, its
two branches, with tree-sitter-sql-main and -master as they want it). What is not there is skipped, and said so."""

import os
import pathlib
import re
import shutil
import subprocess

import sandbox
from screen import Screen, environment

INIT = pathlib.Path(__file__).resolve().parent / "nvim/beside.lua"
FILE = "marketing/models/int_attributed_orders.sql"
OLDEST, NEWEST = "trixie", "sid"


class Beside:
    """Neovim with some plugins as packages of a user, on a mesh of its own."""

    def __init__(self, nvim, server, scratch, folder, plugins):
        self.nvim, self.folder, self.name = nvim, folder, plugins[0]
        self.home = scratch / f"home-{self.name}"
        packages = self.home / "data/nvim/site/pack/beside/start"
        packages.mkdir(parents=True)
        (self.home / "config/nvim").mkdir(parents=True)
        shutil.copy(INIT, self.home / "config/nvim/init.lua")
        for plugin in plugins:
            (packages / plugin).symlink_to(folder / plugin)
        # A copy with the grammar beside it: nvim-treesitter leaves what it builds there.
        for part in ("editors/nvim", "grammars/tree-sitter-dbt-jinja"):
            shutil.copytree(sandbox.REPO / part, self.home / "repository" / part)
        (packages / "dbt-mesh").symlink_to(self.home / "repository/editors/nvim")
        self.mesh = sandbox.mesh(self.home / "mesh")
        self.path = f"{server.parent}:{os.environ['PATH']}"

    def command(self, *arguments):
        return ["env", f"WITH={self.name}", f"PLUGINS={self.folder}", self.nvim, *arguments]

    def open(self, file=FILE):
        command = " ".join(str(part) for part in self.command(self.mesh / file))
        screen = Screen(command, self.home, self.path, self.mesh, size=(150, 45))
        screen.shows("select")
        return screen

    def lua(self, code):
        """What a headless Neovim with the same plugins says."""
        done = subprocess.run(self.command("--headless", "-c", f"lua {code}", "-c", "qall!"), cwd=self.mesh, text=True,
                              env=environment(self.home, self.path), capture_output=True, timeout=300)
        return done.stdout + done.stderr


def run(server, editor, scratch):
    folder = os.environ.get("DBT_MESH_NVIM_PLUGINS")
    if not folder:
        return print("skipped: Neovim beside other plugins: DBT_MESH_NVIM_PLUGINS names no folder with them")
    if not shutil.which("tmux"):
        return print("skipped: Neovim beside other plugins, for want of tmux")
    folder = pathlib.Path(folder).resolve()
    for suites, needs, programs, section in (
        ((OLDEST, NEWEST), ("nvim-cmp", "cmp-nvim-lsp"), (), completion),
        ((OLDEST, NEWEST), ("blink.cmp",), (), completion),
        ((NEWEST,), ("telescope.nvim", "plenary.nvim"), (), telescope),
        ((OLDEST, NEWEST), ("fzf-lua",), ("fzf",), fzf),
        ((NEWEST,), ("nvim-treesitter-main", "tree-sitter-sql-main"), ("tree-sitter", "cc"), treesitter),
        ((OLDEST,), ("nvim-treesitter-master", "tree-sitter-sql-master"), ("cc",), treesitter),
    ):
        missing = [need for need in needs if not (folder / need).is_dir()]
        missing += [program for program in programs if not shutil.which(program)]
        for suite in suites:
            nvim = editor(suite, "nvim")
            if missing or nvim is None:
                print(f"skipped: Neovim beside {needs[0]}: there is no {', '.join(missing) or f'Neovim of {suite}'}")
                continue
            here = scratch / suite
            here.mkdir(exist_ok=True)
            beside = Beside(nvim, server, here, folder, needs if section is not treesitter else needs[:1])
            section(beside, f"beside {needs[0]}, Neovim of {suite}")
    vim_lsp(server, editor, scratch, folder)


def vim_lsp(server, editor, scratch, folder):
    """The recipe for Vim with this plugin, as docs/editors.md has it."""
    vim = editor(OLDEST, "vim")
    if vim is None or not (folder / "vim-lsp").is_dir():
        return print("skipped: Vim with vim-lsp: there is no Vim or no vim-lsp")
    home = scratch / "home-vim-lsp"
    home.mkdir()
    text = (sandbox.REPO / "docs/editors.md").read_text()
    root = re.search(r"^function! DbtMeshRoot.*?^endfunction", text, re.M | re.S)[0]
    recipe = re.search(r"^With \[vim-lsp\].*?^```vim\n(.*?)^```", text, re.M | re.S)[1]
    (home / "vimrc").write_text(f"set nocompatible noswapfile\nset rtp^={folder / 'vim-lsp'}\nfiletype plugin on\n{root}\n{recipe}")
    mesh = sandbox.mesh(home / "mesh")
    screen = Screen(f"{vim} -u {home / 'vimrc'} {mesh / FILE}", home, f"{server.parent}:{os.environ['PATH']}", mesh, size=(150, 45))
    try:
        screen.shows("select")
        screen.type("Go-- {{ ref('platform', 'fct_oders') }}")
        screen.keys("Escape")
        screen.check("vim-lsp: findings of unsaved text", "no model, seed or snapshot 'fct_oders'")
        screen.type("Go-- {{ ref('platform', '")
        screen.keys("C-x", "C-o")
        # From the workspace, not from beside it: its root is the repository.
        screen.check("vim-lsp: completion inside of a ref", r"fct_payments +class[\s\S]*live from a checkout")
        screen.keys("Escape")
        screen.type("/fct_orders")
        screen.keys("Enter")
        screen.type(":LspRename")
        screen.keys("Enter", "C-u")
        screen.type("orders_renamed")
        screen.keys("Enter")
        screen.check("vim-lsp: a rename that it cannot do is told", "its files get other names, which this editor cannot do")
    finally:
        screen.close()


def completion(beside, title):
    screen = beside.open()
    try:
        screen.keys("G", "o")
        screen.type("-- {{ ref('platform', '")
        screen.check(f"{title}: upstream models, and where they are from", r"fct_payments\s+(Class )?model · platform")
        screen.check(f"{title}: the version that is the newest", r"dim_customers +(Class +)?v2")
        screen.type("dim_cu")
        screen.check(f"{title}: what is typed chooses", r"dim_customers[^\n]*\n(?![^\n]*fct_payments)")
        screen.keys("Enter")
        screen.check(f"{title}: what is chosen is written", r"-- \{\{ ref\('platform', 'dim_customers'")
    finally:
        screen.close()


def picker(beside, name, command, *patterns, keys=()):
    """A list of what the server knows of the model below the cursor."""
    screen = beside.open()
    try:
        screen.type("/fct_orders")
        screen.keys("Enter")
        screen.type(":lua vim.wait(20000, function() local c = vim.lsp.get_clients({ bufnr = 0 })[1] return c and c.initialized end)")
        screen.keys("Enter")
        screen.type(f":{command}")
        screen.keys("Enter")
        for key in keys:
            screen.type(key)
        shown = all(screen.shows(pattern) for pattern in patterns)
        sandbox.check(name, shown, screen.text())
        return screen
    except BaseException:
        screen.close()
        raise


def telescope(beside, title):
    for name, command, patterns, keys in (
        ("references across projects", "Telescope lsp_references",
         (r"finance/models/ledger/int_open_items.sql:2", r"platform/models/marts/_marts.yml:4"), ()),
        ("names of all projects", "Telescope lsp_dynamic_workspace_symbols", (r"orders_wide in platform",), ("orders_w",)),
        ("parents, as incoming calls", "Telescope lsp_incoming_calls", (r"int_order_totals.sql", "stg_shop__orders.sql"), ()),
        ("children, as outgoing calls", "Telescope lsp_outgoing_calls", (r"late_orders.sql", r"finance/models/reports/_reports.yml"), ()),
    ):
        picker(beside, f"{title}: {name}", command, *patterns, keys=keys).close()


def fzf(beside, title):
    for name, command, patterns, keys in (
        ("references across projects", "FzfLua lsp_references",
         (r"finance/models/ledger/int_open_items.sql:2", r"platform/models/marts/_marts.yml:4"), ()),
        ("names of all projects", "FzfLua lsp_live_workspace_symbols", (r"orders_wide\s+platform/models",), ("orders_w",)),
        ("parents, as incoming calls", "FzfLua lsp_incoming_calls", (r"int_order_totals.sql", "stg_shop__orders.sql"), ()),
        ("the model to refer to is chosen in its list", "DbtMesh insert", (r"1/\d+ [^\n]*\n[^\n]*platform.dim_customers v1",),
         ("platform.dim_customers v1",)),
    ):
        screen = picker(beside, f"{title}: {name}", command, *patterns, keys=keys)
        try:
            if command == "DbtMesh insert":
                screen.keys("Enter")
                screen.check(f"{title}: and written", r"'platform', 'dim_customers', v=1")
        finally:
            screen.close()


def treesitter(beside, title):
    new = beside.name.endswith("-main")
    said = beside.lua("print(require('nvim-treesitter').install({ 'sql', 'dbt_jinja' }):wait(300000))" if new else
                      "vim.cmd('TSInstallSync! sql dbt_jinja')")
    parsers = beside.lua("for _, name in ipairs({ 'sql', 'dbt_jinja' }) do print(#vim.api.nvim_get_runtime_file('parser/' .. name "
                         ".. '.so', true), pcall(vim.treesitter.language.add, name)) end")
    sandbox.check(f"{title}: installs the grammar from the plugin's folder", parsers.count("1 true") == 2, said + parsers)
    # The tags by our parser, what is between them by that of SQL, whoever else started a parser for the file.
    look = (
        "vim.cmd.edit(vim.fn.fnameescape([[FILE]])) vim.wait(500) local b = vim.api.nvim_get_current_buf() "
        "local h = vim.treesitter.highlighter.active[b] print('by', h and h.tree:lang()) vim.treesitter.get_parser(b, 'dbt_jinja'):parse(true) "
        "for _, at in ipairs({ { 0, 0 }, { 2, 8 }, { 2, 20 } }) do for _, c in ipairs(vim.treesitter.get_captures_at_pos(b, at[1], at[2])) do "
        "print(at[1] .. ':' .. at[2], c.lang, c.capture) end end"
    ).replace("FILE", str(beside.mesh / FILE))
    said = beside.lua(look)
    sandbox.check(f"{title}: the file is coloured by dbt_jinja", "by dbt_jinja" in said, said)
    sandbox.check(f"{title}: SQL between the tags by sql", "0:0 sql keyword" in said, said)
    sandbox.check(f"{title}: and Jinja by nothing else", "2:8 dbt_jinja function.builtin" in said and "2:20 dbt_jinja string" in said
                  and "2:8 sql" not in said, said)
