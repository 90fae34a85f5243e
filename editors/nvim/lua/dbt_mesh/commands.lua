--- The subcommands of `:DbtMesh`.
local server = require('dbt_mesh.server')
local M = {}

---@type table<string, { help: string, run: fun(arguments: string[]), complete: (fun(): string[])? }>
M.all = {
  mesh = {
    help = 'projects, their upstreams, and who reads them',
    run = function()
      require('dbt_mesh.mesh').open()
    end,
  },
  lineage = {
    help = 'parents and children of what the cursor is on',
    run = function()
      require('dbt_mesh.lineage').open()
    end,
  },
  insert = {
    help = 'choose a public model of any project and write the ref to it',
    run = function()
      require('dbt_mesh.refs').insert()
    end,
  },
  upstream = {
    help = 'the page on an upstream',
    run = function(arguments)
      local function show(name)
        if name then
          require('dbt_mesh.mesh').upstream(name)
        end
      end
      if arguments[1] then
        return show(arguments[1])
      end
      if not server.client() then
        return server.tell(server.why_not(), vim.log.levels.WARN)
      end
      local names = require('dbt_mesh.mesh').upstream_names()
      if #names == 0 then
        return server.tell('no project here has an upstream.')
      end
      vim.ui.select(names, { prompt = 'Upstream', kind = 'dbt_mesh_upstream' }, show)
    end,
    complete = function()
      return require('dbt_mesh.mesh').upstream_names()
    end,
  },
  refresh = {
    help = 'fetch manifests of upstreams again: those named, or all',
    run = function(arguments)
      server.execute('dbt-mesh.refreshUpstreams', arguments)
    end,
    complete = function()
      return require('dbt_mesh.mesh').upstream_names()
    end,
  },
  trust = {
    help = 'let the configuration of this workspace name hosts to fetch manifests from',
    run = function()
      server.execute('dbt-mesh.trustWorkspace', {}, function()
        server.tell('the workspace is trusted: what its configuration names is fetched.')
      end)
    end,
  },
  restart = {
    help = 'end the server and start it anew, also after it was left alone',
    run = function()
      server.restart()
    end,
  },
  info = {
    help = 'what a bug report needs',
    run = function()
      require('dbt_mesh.info').open()
    end,
  },
  log = {
    help = "Neovim's log of language servers, with what the server said",
    run = function()
      local path = vim.lsp.log and vim.lsp.log.get_filename or vim.lsp.get_log_path
      vim.cmd.tabedit(vim.fn.fnameescape(path()))
    end,
  },
  build = {
    help = 'build the tree-sitter parser',
    run = function()
      local ok, message = require('dbt_mesh.treesitter').build()
      server.tell(message, not ok and vim.log.levels.ERROR or nil)
      for _, buffer in ipairs(ok and vim.api.nvim_list_bufs() or {}) do
        if vim.api.nvim_buf_is_loaded(buffer) and vim.bo[buffer].filetype == 'sql' then
          require('dbt_mesh.treesitter').start(buffer)
        end
      end
    end,
  },
}

local function names()
  local all = vim.tbl_keys(M.all)
  table.sort(all)
  return all
end

---@param arguments string[]
function M.run(arguments)
  local name = table.remove(arguments, 1)
  local command = M.all[name or '']
  if command then
    return command.run(arguments)
  end
  local lines = vim.tbl_map(function(known)
    return ('  :DbtMesh %-9s %s'):format(known, M.all[known].help)
  end, names())
  local what = name and ('there is no :DbtMesh %s. There are'):format(name) or 'what can be asked for:'
  server.tell(what .. '\n' .. table.concat(lines, '\n'), name and vim.log.levels.ERROR or nil)
end

---@param line string the command line so far
---@param lead string the word that is being completed
---@return string[]
function M.complete(lead, line)
  local words = vim.split(vim.trim(line:gsub('^%s*%S*DbtMesh!?', '')), '%s+', { trimempty = true })
  local choices
  if #words == 0 or #words == 1 and lead ~= '' then
    choices = names()
  else
    local command = M.all[words[1]]
    choices = command and command.complete and command.complete() or {}
  end
  return vim.tbl_filter(function(choice)
    return vim.startswith(choice, lead)
  end, choices)
end

return M
