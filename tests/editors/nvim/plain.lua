-- Without the plugin's set-up: the snippets of the documentation, word for word.
local h = dofile(vim.env.HELPER)

--- The code block below a line of the plugin's README.
local function snippet(heading)
  local text = table.concat(vim.fn.readfile(vim.env.PLUGIN .. '/README.md'), '\n')
  local from = assert(text:find(heading, 1, true), heading)
  return (assert(text:match('```lua\n(.-)```', from), heading))
end

-- The program is found by its name, as users have it.
vim.env.PATH = vim.fs.dirname(h.server) .. ':' .. vim.env.PATH
vim.opt.runtimepath:remove(vim.env.PLUGIN)

local modern = vim.lsp.config ~= nil
h.test(modern and 'Neovim 0.11: vim.lsp.config alone' or 'Neovim 0.10: vim.lsp.start alone', function()
  assert(load(snippet(modern and '## With nvim-lspconfig' or '## Neovim 0.10 without the plugin')))()
  vim.cmd.edit(h.workspace .. '/marketing/models/int_attributed_orders.sql')
  h.wait('a server', function()
    local client = vim.lsp.get_clients({ bufnr = 0 })[1]
    return client and client.initialized
  end)
  h.cursor('fct_orders')
  -- Asked until the projects are read.
  h.wait('the definition', function()
    pcall(h.definition)
    vim.wait(200)
    return vim.api.nvim_buf_get_name(0):find('platform/models/marts/fct_orders.sql$')
  end)
end)

h.finish()
