--- `:DbtMesh mesh`: each project with its upstreams, how they are, and who reads it.
local server = require('dbt_mesh.server')
local views = require('dbt_mesh.view')
local M = {}

local current

local HELP = '<CR> open · r fetch upstreams again · q close'

local function count(n, word)
  return ('%d %s%s'):format(n, word, n == 1 and '' or 's')
end

--- JSON's null.
local function known(value)
  return value ~= vim.NIL and value or nil
end

--- Whether a file of the project names the upstream: others are merely there.
function M.declared(upstream)
  return upstream.declared
end

--- `platform  ready · 8 public models · 3 days old · ../platform/target/manifest.json`
local function describe(upstream)
  local parts = { upstream.state, count(upstream.publicModels, 'public model') }
  if known(upstream.ageDays) then
    table.insert(parts, count(upstream.ageDays, 'day') .. ' old')
  end
  local source = known(upstream.source)
  -- A path as short as it can be from here; an address as it is.
  local place = source and not source:find('^%a[%w+.-]+:') and vim.fn.fnamemodify(source, ':~:.') or source
  table.insert(parts, known(upstream.problem) or place)
  return ('  reads %-18s %s'):format(upstream.name, table.concat(parts, ' · '))
end

---@param mesh table answer of dbt-mesh/mesh
---@return dbt_mesh.Line[]
function M.lines(mesh)
  local lines = {}
  for _, project in ipairs(mesh.projects) do
    table.insert(lines, {
      text = ('%s  %s, %d of them public'):format(project.name, count(project.models, 'model'), project.publicModels),
      group = 'Title',
      open = known(project.uri) and function()
        views.jump(project.uri)
      end,
    })
    local others = {}
    for _, upstream in ipairs(project.upstreams) do
      table.insert(upstream.declared and {} or others, upstream.name)
    end
    for _, upstream in ipairs(vim.tbl_filter(M.declared, project.upstreams)) do
      local well = vim.tbl_contains({ 'live', 'ready', 'loading' }, upstream.state)
      table.insert(lines, {
        text = describe(upstream),
        group = not well and 'DiagnosticWarn' or nil,
        open = function()
          M.upstream(upstream.name)
        end,
      })
    end
    if #others > 0 then
      table.insert(lines, { text = '  could read ' .. table.concat(others, ', '), group = 'Comment' })
    end
    if #project.consumers > 0 then
      table.insert(lines, { text = '  read by ' .. table.concat(project.consumers, ', '), group = 'Comment' })
    end
  end
  if #lines == 0 then
    table.insert(lines, { text = 'No dbt project was found in the workspace.' })
  end
  table.insert(lines, { text = '' })
  table.insert(lines, { text = HELP, group = 'Comment' })
  return lines
end

--- Asks again, if the view is there; without a word when there is no answer, for nobody asked for one.
function M.refresh()
  local client = current and vim.api.nvim_buf_is_valid(current.buffer) and server.client()
  if client then
    server.call(client, 'request', 'dbt-mesh/mesh', vim.empty_dict(), function(_, mesh)
      if mesh then
        views.show(current, M.lines(mesh))
      end
    end, current.buffer)
  end
end

function M.open()
  server.request('dbt-mesh/mesh', vim.empty_dict(), function(mesh)
    current = views.open('mesh', {
      r = function()
        server.execute('dbt-mesh.refreshUpstreams', {})
      end,
    })
    views.show(current, M.lines(mesh))
  end)
end

--- The page on an upstream: where it comes from, how old it is, what it offers.
---@param name string
function M.upstream(name)
  -- The server asks for the page to be opened.
  server.execute('dbt-mesh.showUpstream', { name })
end

--- Names of all upstreams, for completion: waits for the server, not long.
---@return string[]
function M.upstream_names()
  local client = server.client()
  local answer = client and server.call(client, 'request_sync', 'dbt-mesh/mesh', vim.empty_dict(), 1000, 0)
  local names = {}
  for _, project in ipairs(answer and answer.result and answer.result.projects or {}) do
    for _, upstream in ipairs(project.upstreams) do
      names[upstream.name] = true
    end
  end
  names = vim.tbl_keys(names)
  table.sort(names)
  return names
end

return M
