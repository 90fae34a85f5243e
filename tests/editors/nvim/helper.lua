-- What the tests of the Neovim plugin share: run by `nvim -u NONE -l SPEC`, see ../run.py.
local M = {}

local failed = 0
local current
M.notes = {}

-- What the user is told.
vim.notify = function(text, level)
  table.insert(M.notes, { text = text, level = level or vim.log.levels.INFO })
end

M.server = assert(vim.env.DBT_MESH_LS, 'DBT_MESH_LS names the server')
M.workspace = assert(vim.env.WORKSPACE, 'WORKSPACE is the folder to work in')

vim.opt.runtimepath:prepend(assert(vim.env.PLUGIN, 'PLUGIN is the folder of the plugin'))
vim.cmd('filetype plugin on')
vim.cmd('runtime! plugin/dbt_mesh.lua')
vim.o.swapfile = false
vim.o.hidden = true
-- Neovim looks for its Python when the first .py file is opened, for seconds.
vim.g.loaded_python3_provider = 0

function M.test(name, body)
  M.notes = {}
  current = name
  local ok, error = xpcall(body, debug.traceback)
  failed = failed + (ok and 0 or 1)
  if not ok then
    -- What comes next is not to suffer from what is left.
    pcall(vim.cmd, 'silent! edit!')
  end
  io.stdout:write((ok and 'ok      ' or 'FAILED  ') .. name .. (ok and '' or '\n' .. error) .. '\n')
end

function M.finish()
  vim.cmd(failed == 0 and 'qall!' or failed .. 'cquit!')
end

function M.wait(what, condition, milliseconds)
  local deadline = vim.uv.now() + (milliseconds or 30000)
  -- In pieces: writing a file (as a rename does) may interrupt a wait.
  while vim.uv.now() < deadline do
    if vim.wait(500, function()
      return condition() and true or false
    end, 20) then
      return
    end
  end
  error(('%s: waited in vain for %s; told: %s'):format(current, what, vim.inspect(M.notes)))
end

function M.equal(actual, expected)
  assert(vim.deep_equal(actual, expected), ('got\n%s\nexpected\n%s'):format(vim.inspect(actual), vim.inspect(expected)))
end

function M.told(pattern)
  for _, note in ipairs(M.notes) do
    if note.text:find(pattern) then
      return note
    end
  end
end

function M.count_told(pattern)
  return #vim.tbl_filter(function(note)
    return note.text:find(pattern) ~= nil
  end, M.notes)
end

function M.client()
  return require('dbt_mesh.server').client()
end

--- Opens a file of the workspace and waits until the server knows it.
function M.open(path)
  local full = M.workspace .. '/' .. path
  if vim.api.nvim_buf_get_name(0) ~= full then
    vim.cmd.edit(vim.fn.fnameescape(full))
  end
  M.wait('a server for ' .. path, function()
    local client = M.client()
    return client and client.initialized and vim.lsp.buf_is_attached(0, client.id)
  end)
  -- Reading the projects is over when names have an answer.
  M.wait('the projects to be read', function()
    local answer = M.ask('dbt-mesh/mesh', vim.empty_dict())
    return answer and #answer.projects > 0
  end)
end

function M.ask(method, params)
  local client = assert(M.client(), 'no server')
  local answer = require('dbt_mesh.server').call(client, 'request_sync', method, params, 20000, vim.api.nvim_get_current_buf())
  assert(answer, method .. ' was not answered')
  assert(not answer.err, answer.err and answer.err.message)
  return answer.result
end

--- Puts the cursor on the end of the first match of a plain text, or before it.
function M.cursor(text, before)
  for row, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local from, to = line:find(text, 1, true)
    if from then
      return vim.api.nvim_win_set_cursor(0, { row, before and from - 1 or to - 1 })
    end
  end
  error(('%q is not in the buffer'):format(text))
end

--- Goes to the definition, as `ctrl-]` does.
function M.definition()
  vim.api.nvim_feedkeys(vim.keycode('<C-]>'), 'xt', false)
end

function M.position()
  return vim.lsp.util.make_position_params(0, M.client().offset_encoding)
end

function M.lines(buffer)
  return vim.api.nvim_buf_get_lines(buffer or 0, 0, -1, false)
end

function M.text(buffer)
  return table.concat(M.lines(buffer), '\n')
end

function M.codes()
  local codes = vim.tbl_map(function(diagnostic)
    return diagnostic.code
  end, vim.diagnostic.get(0))
  table.sort(codes)
  return codes
end

return M
