--- `:checkhealth dbt_mesh`
local server = require('dbt_mesh.server')
local treesitter = require('dbt_mesh.treesitter')
local health = vim.health
local M = {}

--- Waits for a function that answers through a callback.
local function wait(ask, milliseconds)
  local answer
  ask(function(...)
    answer = { ... }
  end)
  vim.wait(milliseconds, function()
    return answer ~= nil
  end, 10)
  return unpack(answer or {})
end

local function neovim()
  health.start('Neovim')
  local version = tostring(vim.version())
  if vim.fn.has('nvim-0.10') == 1 then
    health.ok('version ' .. version)
  else
    health.error('version ' .. version .. ' is too old', 'Neovim 0.10 or newer is needed.')
  end
end

local function program()
  health.start('Server')
  local version, problem = wait(server.version, 10000)
  if not version then
    return health.error(problem or 'the server does not answer `--version`')
  end
  health.ok(('%s, version %s'):format(server.program(), version))
  local mismatch = server.mismatch(version, require('dbt_mesh').version)
  if mismatch then
    health.warn(mismatch)
  end
end

local function client()
  local running = server.client()
  if not running then
    -- Nothing is wrong with a session that has opened no file of a project yet.
    local report = server.problem and health.error or health.info
    return report(server.why_not())
  end
  health.ok('runs, for ' .. (running.config.root_dir or 'no folder'))
  local log = vim.lsp.log and vim.lsp.log.get_filename or vim.lsp.get_log_path
  health.info('log: ' .. log())
  local mesh = server.call(running, 'request_sync', 'dbt-mesh/mesh', vim.empty_dict(), 5000, 0)
  if not mesh or not mesh.result then
    return health.warn('the server does not tell of its projects', mesh and mesh.err and mesh.err.message)
  end
  health.start('Projects')
  if #mesh.result.projects == 0 then
    health.info('none was found in the workspace')
  end
  for _, project in ipairs(mesh.result.projects) do
    health.ok(('%s: %d models, %d of them public'):format(project.name, project.models, project.publicModels))
    for _, upstream in ipairs(vim.tbl_filter(require('dbt_mesh.mesh').declared, project.upstreams)) do
      local what = ('%s reads %s: %s'):format(project.name, upstream.name, upstream.state)
      if upstream.state == 'failed' or upstream.state == 'missing' or upstream.state == 'stale' then
        health.warn(what, upstream.problem ~= vim.NIL and upstream.problem or nil)
      else
        health.info(what)
      end
    end
  end
end

local function parser()
  health.start('Tree-sitter')
  local found, sources = treesitter.parser(), treesitter.sources()
  if not found then
    return health.warn('no parser for the Jinja of dbt: SQL keeps its usual colours', ':DbtMesh build makes it; a C compiler is needed.')
  end
  if not treesitter.available() then
    return health.error(found .. ' cannot be loaded', ':DbtMesh build makes it anew.')
  end
  health.ok('parser ' .. found)
  local built, written = vim.uv.fs_stat(found), sources and vim.uv.fs_stat(sources .. '/parser.c')
  if built and written and built.mtime.sec < written.mtime.sec then
    health.warn('the parser is older than its grammar', ':DbtMesh build makes it anew.')
  end
  for _, query in ipairs({ 'highlights', 'injections', 'folds', 'locals' }) do
    local ok, error = pcall(vim.treesitter.query.get, treesitter.LANGUAGE, query)
    if not ok then
      health.error(('the query %s does not fit the parser'):format(query), { tostring(error), ':DbtMesh build makes the parser anew.' })
    end
  end
  if #vim.api.nvim_get_runtime_file('parser/sql.*', false) == 0 then
    health.info('no parser for SQL: what is between the tags keeps Neovim\'s own colours')
  end
end

function M.check()
  neovim()
  program()
  client()
  parser()
end

return M
