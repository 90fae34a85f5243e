--- `:DbtMesh info`: what a bug report needs, in a buffer to copy from.
local server = require('dbt_mesh.server')
local treesitter = require('dbt_mesh.treesitter')
local views = require('dbt_mesh.view')
local M = {}

local function shown(value)
  return value == nil and 'none' or type(value) == 'string' and value or vim.inspect(value, { newline = ' ', indent = '' })
end

---@param done fun(lines: string[])
function M.lines(done)
  server.version(function(version, problem)
    local client = server.client()
    local buffer = vim.api.nvim_get_current_buf()
    local lines = {
      'Neovim: ' .. tostring(vim.version()),
      'plugin: ' .. require('dbt_mesh').version,
      'server: ' .. (version or problem),
      'program: ' .. shown(server.program()),
      'state: ' .. (client and 'runs' or server.why_not()),
      'file: ' .. vim.api.nvim_buf_get_name(buffer) .. ' (' .. vim.bo[buffer].filetype .. ')',
      'root: ' .. shown(require('dbt_mesh').root(buffer)),
      'parser: ' .. shown(treesitter.parser()),
      'settings: ' .. shown(server.config().settings),
    }
    if not client then
      return done(lines)
    end
    table.insert(lines, 'positions: ' .. client.offset_encoding)
    table.insert(lines, 'attached here: ' .. shown(vim.lsp.buf_is_attached(buffer, client.id)))
    server.request('dbt-mesh/mesh', vim.empty_dict(), function(mesh)
      for _, project in ipairs(mesh.projects) do
        table.insert(lines, ('project %s: %d models'):format(project.name, project.models))
        for _, upstream in ipairs(vim.tbl_filter(require('dbt_mesh.mesh').declared, project.upstreams)) do
          local problem_ = upstream.problem and upstream.problem ~= vim.NIL and ' (' .. upstream.problem .. ')' or ''
          table.insert(lines, ('  reads %s: %s%s'):format(upstream.name, upstream.state, problem_))
        end
      end
      done(lines)
    end)
  end)
end

function M.open()
  M.lines(function(lines)
    views.show(views.open('info', {}), vim.tbl_map(function(line)
      return { text = line }
    end, lines))
  end)
end

return M
