--- The tree-sitter parser `dbt_jinja`: built from the C that comes with this plugin, and used for SQL of dbt projects.
local M = {}

M.LANGUAGE = 'dbt_jinja'

local plugin = vim.fs.dirname(vim.fs.dirname(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))))

--- The folder of the grammar's generated C: inside the plugin when it was packaged alone, else beside it in the repository.
---@return string?
function M.sources()
  for _, folder in ipairs({ '/grammar/src', '/../../grammars/tree-sitter-dbt-jinja/src' }) do
    if vim.uv.fs_stat(plugin .. folder .. '/parser.c') then
      return vim.fs.normalize(vim.uv.fs_realpath(plugin .. folder))
    end
  end
end

--- Where the parser is built to: a folder of the user's that is on the runtime path.
function M.target()
  return vim.fs.normalize(vim.fn.stdpath('data') .. '/site/parser/' .. M.LANGUAGE .. '.so')
end

--- The parser that Neovim would load, wherever it is from.
---@return string?
function M.parser()
  return vim.api.nvim_get_runtime_file('parser/' .. M.LANGUAGE .. '.*', false)[1]
end

function M.available()
  return M.parser() ~= nil and (pcall(vim.treesitter.language.add, M.LANGUAGE))
end

--- Compiles the parser with the first C compiler that is there.
---@return boolean ok
---@return string message
function M.build()
  local sources = M.sources()
  if not sources then
    return false, 'the grammar is not beside the plugin: install the whole repository, or its release archive for Neovim.'
  end
  local target = M.target()
  vim.fn.mkdir(vim.fs.dirname(target), 'p')
  local arguments = { '-shared', '-fPIC', '-O2', '-I', sources, '-o', target .. '.new' }
  vim.list_extend(arguments, { sources .. '/parser.c', sources .. '/scanner.c' })
  for _, compiler in ipairs({ vim.env.CC or '', 'cc', 'gcc', 'clang', 'zig' }) do
    if vim.fn.executable(compiler) == 1 then
      local command = vim.list_extend(compiler == 'zig' and { 'zig', 'cc' } or { compiler }, arguments)
      local answer = vim.system(command, { text = true }):wait()
      if answer.code ~= 0 then
        return false, ('%s could not build the parser: %s'):format(compiler, vim.trim(answer.stderr or ''))
      end
      -- Moved into place: a parser that is in use must not be written over.
      local ok, error = vim.uv.fs_rename(target .. '.new', target)
      -- Folders that were not there when Neovim started are looked for again.
      vim.o.runtimepath = vim.o.runtimepath
      return ok ~= nil, ok and 'built ' .. target or error
    end
  end
  return false, 'there is no C compiler: install gcc or clang, or set CC.'
end

--- Colours a buffer, if it is SQL of a dbt project and the parser is there.
---@return boolean
function M.start(buffer)
  if vim.bo[buffer].buftype ~= '' or not require('dbt_mesh').root(buffer) or not M.available() then
    return false
  end
  if not pcall(vim.treesitter.start, buffer, M.LANGUAGE) then
    return false
  end
  -- Without a parser for SQL, what is between the tags keeps Neovim's own colours.
  if not pcall(vim.treesitter.language.add, 'sql') or #vim.api.nvim_get_runtime_file('parser/sql.*', false) == 0 then
    vim.bo[buffer].syntax = 'sql'
  end
  return true
end

--- Registers the grammar with nvim-treesitter, so that `:TSInstall dbt_jinja` builds it.
function M.register()
  local ok, parsers = pcall(require, 'nvim-treesitter.parsers')
  local sources = M.sources()
  if not ok or not sources then
    return false
  end
  local folder = vim.fs.dirname(sources)
  if parsers.get_parser_configs then
    -- Its branch `master`.
    parsers.get_parser_configs()[M.LANGUAGE] = {
      install_info = { url = folder, files = { 'src/parser.c', 'src/scanner.c' } },
      filetype = 'dbt',
    }
  else
    -- Its branch `main`.
    parsers[M.LANGUAGE] = { install_info = { path = folder } }
  end
  return true
end

--- The branch `master` of nvim-treesitter asks nobody, so it is told as soon as it is there.
local function register_with_master()
  if package.loaded['nvim-treesitter.configs'] or #vim.api.nvim_get_runtime_file('lua/nvim-treesitter/configs.lua', false) > 0 then
    M.register()
  end
end

function M.enable()
  local group = vim.api.nvim_create_augroup('dbt_mesh_treesitter', { clear = true })
  if not require('dbt_mesh').options.treesitter then
    return
  end
  vim.treesitter.language.register(M.LANGUAGE, { 'dbt' })
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = { 'sql', 'dbt', 'jinja', 'jinja.sql', 'sql.jinja' },
    callback = function(event)
      -- After all others: whoever starts a parser for every file, as users of nvim-treesitter do, means the one of SQL.
      vim.schedule(function()
        register_with_master()
        if vim.api.nvim_buf_is_valid(event.buf) and vim.bo[event.buf].filetype == event.match then
          M.start(event.buf)
        end
      end)
    end,
  })
  register_with_master()
  vim.api.nvim_create_autocmd('User', { group = group, pattern = 'TSUpdate', callback = M.register })
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.bo[buffer].filetype:find('sql') then
      M.start(buffer)
    end
  end
end

return M
