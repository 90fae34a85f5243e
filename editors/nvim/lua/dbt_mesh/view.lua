--- A read-only buffer whose lines are things: what the lists of this plugin are made of.
local M = {}

---@class dbt_mesh.Line
---@field text string
---@field group string? highlight group of the whole line
---@field open fun()? what <CR> does
---@field toggle fun()? what <Tab> does

---@class dbt_mesh.View
---@field buffer integer
---@field lines dbt_mesh.Line[]

local namespace = vim.api.nvim_create_namespace('dbt_mesh')

--- The buffer of this name, in a split below unless it is on show.
---@param name string
---@param keys table<string, fun()> keys beside <CR>, <Tab> and q
---@return dbt_mesh.View
function M.open(name, keys)
  local full = 'dbt-mesh-view://' .. name
  local buffer = vim.fn.bufnr('^' .. full .. '$')
  if buffer == -1 then
    buffer = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(buffer, full)
    vim.bo[buffer].bufhidden, vim.bo[buffer].filetype, vim.bo[buffer].modifiable = 'hide', 'dbt_mesh', false
  end
  local window = vim.fn.bufwinid(buffer)
  if window == -1 then
    vim.cmd('botright 15split')
    window = vim.api.nvim_get_current_win()
    vim.api.nvim_win_set_buf(window, buffer)
    vim.wo[window].number, vim.wo[window].relativenumber, vim.wo[window].wrap = false, false, false
    vim.wo[window].cursorline, vim.wo[window].winfixheight = true, true
  else
    vim.api.nvim_set_current_win(window)
  end
  local view = { buffer = buffer, lines = {} }
  local function on_line(what)
    return function()
      local line = view.lines[vim.api.nvim_win_get_cursor(0)[1]]
      if line and line[what] then
        line[what]()
      end
    end
  end
  local all = vim.tbl_extend('keep', keys, {
    ['<CR>'] = on_line('open'),
    ['<Tab>'] = on_line('toggle'),
    q = function()
      pcall(vim.api.nvim_win_close, vim.fn.bufwinid(buffer), false)
    end,
  })
  for key, action in pairs(all) do
    vim.keymap.set('n', key, action, { buffer = buffer, nowait = true })
  end
  return view
end

--- Puts lines in place of the old ones; the cursor stays on its line.
---@param view dbt_mesh.View
---@param lines dbt_mesh.Line[]
function M.show(view, lines)
  if not vim.api.nvim_buf_is_valid(view.buffer) then
    return
  end
  view.lines = lines
  local texts = vim.tbl_map(function(line)
    return (line.text:gsub('%s*[\r\n]+%s*', ' '))
  end, lines)
  vim.bo[view.buffer].modifiable = true
  vim.api.nvim_buf_set_lines(view.buffer, 0, -1, false, texts)
  vim.bo[view.buffer].modifiable = false
  vim.api.nvim_buf_clear_namespace(view.buffer, namespace, 0, -1)
  for at, line in ipairs(lines) do
    if line.group then
      vim.api.nvim_buf_set_extmark(view.buffer, namespace, at - 1, 0, { end_row = at, hl_group = line.group })
    end
  end
end

--- Opens a place in this window. Neovim's own function wants a word below the cursor, and fails without.
---@param uri string
---@param range table? of the protocol, in columns of `encoding`
---@param encoding string?
function M.go(uri, range, encoding)
  local start = { line = 0, character = 0 }
  local location = { uri = uri, range = range or { start = start, ['end'] = start } }
  vim.cmd("normal! m'")
  local buffer = vim.uri_to_bufnr(uri)
  vim.bo[buffer].buflisted = true
  vim.api.nvim_win_set_buf(0, buffer)
  local item = vim.lsp.util.locations_to_items({ location }, encoding or 'utf-8')[1]
  if item then
    local last = vim.api.nvim_buf_line_count(buffer)
    vim.api.nvim_win_set_cursor(0, { math.min(item.lnum, last), item.col - 1 })
    vim.cmd('normal! zv')
  end
end

--- The same in the window that was used before the view.
function M.jump(uri, range, encoding)
  vim.cmd('wincmd p')
  M.go(uri, range, encoding)
end

return M
