--- `:DbtMesh insert`: choose a public model of any project, and write the ref to it.
--- The choice is `vim.ui.select`, which telescope-ui-select, fzf-lua, snacks and mini.pick replace with theirs.
local server = require('dbt_mesh.server')
local M = {}

--- The text of a ref to a model, as it is written at the cursor.
---@param model { project: string, name: string, version: string? }
---@param from { project: string?, python: boolean, inside: boolean } where it is written; inside of `{{ }}`
---@return string
function M.ref(model, from)
  local args = { ("'%s'"):format(model.name) }
  if from.project ~= model.project then
    table.insert(args, 1, ("'%s'"):format(model.project))
  end
  if model.version then
    local plain = model.version:match('^%d+$') or model.version:match('^%d+%.%d+$')
    table.insert(args, (from.python and 'version=' or 'v=') .. (plain or ("'%s'"):format(model.version)))
  end
  local call = ('ref(%s)'):format(table.concat(args, ', '))
  if from.python then
    return 'dbt.' .. call
  end
  return from.inside and call or ('{{ %s }}'):format(call)
end

--- Whether the text before the cursor leaves a tag of Jinja open.
function M.inside(before)
  local opened = math.max(0, unpack(vim.tbl_map(function(tag)
    return vim.fn.strridx(before, tag) + 1
  end, { '{{', '{%' })))
  local closed = math.max(0, unpack(vim.tbl_map(function(tag)
    return vim.fn.strridx(before, tag) + 1
  end, { '}}', '%}' })))
  return opened > closed
end

--- The project that a file belongs to, by the names of the mesh.
local function project_of(mesh, path)
  local found, length
  for _, project in ipairs(mesh.projects) do
    local folder = project.uri ~= vim.NIL and vim.fs.dirname(vim.uri_to_fname(project.uri))
    if folder and vim.startswith(path, folder .. '/') and #folder > (length or 0) then
      found, length = project.name, #folder
    end
  end
  return found
end

--- Every public model that the projects of the workspace could read, by project and name.
---@param done fun(models: table[], mesh: table)
function M.models(done)
  server.request('dbt-mesh/mesh', vim.empty_dict(), function(mesh)
    local names = {}
    for _, project in ipairs(mesh.projects) do
      names[project.name] = true
      for _, upstream in ipairs(project.upstreams) do
        names[upstream.name] = true
      end
    end
    local models, left = {}, vim.tbl_count(names)
    if left == 0 then
      return done({}, mesh)
    end
    for name in pairs(names) do
      server.request('dbt-mesh/models', { project = name }, function(list)
        for _, model in ipairs(list or {}) do
          model.project = name
          for key, value in pairs(model) do
            model[key] = value ~= vim.NIL and value or nil
          end
          table.insert(models, model)
        end
        left = left - 1
        if left == 0 then
          table.sort(models, function(a, b)
            if a.project ~= b.project then
              return a.project < b.project
            end
            if a.name ~= b.name then
              return a.name < b.name
            end
            return (tonumber(a.version) or 0) > (tonumber(b.version) or 0)
          end)
          done(models, mesh)
        end
      end)
    end
  end)
end

--- `platform.orders v2 (latest): one row per order`
function M.label(model)
  local label = model.project .. '.' .. model.name
  if model.version then
    label = label .. ' v' .. model.version
    label = label .. (model.latest and ' (latest)' or model.prerelease and ' (prerelease)' or '')
  end
  local description = vim.trim(model.description or ''):match('[^\n]+')
  return description and label .. ': ' .. description or label
end

function M.insert()
  local buffer, window = vim.api.nvim_get_current_buf(), vim.api.nvim_get_current_win()
  -- As `p` does in normal mode; between two characters where text is typed.
  local after = vim.api.nvim_get_mode().mode == 'n'
  M.models(function(models, mesh)
    if #models == 0 then
      return server.tell('there are no public models to choose from; :DbtMesh mesh shows what was found.')
    end
    vim.ui.select(models, { prompt = 'Model to refer to', kind = 'dbt_mesh_model', format_item = M.label }, function(model)
      if not model or not vim.api.nvim_win_is_valid(window) or vim.api.nvim_win_get_buf(window) ~= buffer then
        return
      end
      local row, column = unpack(vim.api.nvim_win_get_cursor(window))
      local lines = vim.api.nvim_buf_get_lines(buffer, 0, row, false)
      lines[row] = lines[row]:sub(1, after and column + 1 or column)
      local before = table.concat(lines, '\n')
      local text = M.ref(model, {
        project = project_of(mesh, vim.api.nvim_buf_get_name(buffer)),
        python = vim.bo[buffer].filetype == 'python',
        inside = M.inside(before),
      })
      vim.api.nvim_win_call(window, function()
        vim.api.nvim_put({ text }, 'c', after, true)
      end)
    end)
  end)
end

return M
