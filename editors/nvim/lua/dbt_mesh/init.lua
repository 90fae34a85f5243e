--- dbt-mesh-ls in Neovim 0.10 and newer: `require('dbt_mesh').setup()`. See `:help dbt_mesh`.
local M = {}

--- The version of the server that this plugin was made with.
M.version = '0.1.0'

--- The root of the mesh that a file belongs to: the repository around its project, else the project.
--- nil for files of no dbt project.
---@param path string|integer a path or buffer number
---@return string?
function M.root(path)
  local project = vim.fs.root(path, 'dbt_project.yml')
  return project and (vim.fs.root(project, '.git') or project)
end

--- Options of the plugin itself; everything else that `setup` is given is merged into `M.config`.
M.options = {
  --- Whether SQL files of dbt projects are coloured by the dbt_jinja parser, where it is built.
  treesitter = true,
  --- Whether Neovim's own completion comes by itself (0.11 and newer); for those without nvim-cmp or blink.
  completion = false,
  --- Whether lenses with references and consumers are shown.
  codelens = false,
  --- Whether hints such as the version that an unpinned ref means are shown.
  inlay_hints = false,
}

--- The configuration, in the form of `vim.lsp.Config`.
M.config = {
  name = 'dbt_mesh_ls',
  cmd = { 'dbt-mesh-ls', 'lsp' },
  -- The server goes by paths; these are the names that people give to such files.
  filetypes = { 'sql', 'dbt', 'jinja', 'jinja.sql', 'sql.jinja', 'yaml', 'yaml.dbt', 'markdown', 'python' },
  --- Called for each buffer of these types; without a call of `on_dir` the server is not started.
  root_dir = function(buffer, on_dir)
    local root = M.root(buffer)
    if root then
      require('dbt_mesh.server').when_usable(function()
        if vim.api.nvim_buf_is_valid(buffer) then
          on_dir(root)
        end
      end)
    end
  end,
  --- One server for every project: it finds the project of any file that is opened.
  reuse_client = function(client, config)
    return client.name == config.name
  end,
  settings = { ['dbt-mesh'] = vim.empty_dict() },
  --- What Neovim cannot do by itself and this plugin adds; what it can do comes on top.
  capabilities = {
    workspace = { textDocumentContent = { dynamicRegistration = false } },
    experimental = { meshChanged = true, commands = { commands = { 'dbt-mesh.showReferences' } } },
  },
  handlers = {
    ['workspace/textDocumentContent/refresh'] = function(_, params)
      require('dbt_mesh.documents').refresh(params and params.uri)
      return vim.NIL
    end,
    ['window/showDocument'] = function(_, params, context)
      if params.external then
        vim.ui.open(params.uri)
      else
        local client = vim.lsp.get_client_by_id(context.client_id)
        require('dbt_mesh.view').go(params.uri, params.selection, client and client.offset_encoding)
      end
      return { success = true }
    end,
    ['callHierarchy/incomingCalls'] = function(...)
      require('dbt_mesh.lineage').list('parents', ...)
    end,
    ['callHierarchy/outgoingCalls'] = function(...)
      require('dbt_mesh.lineage').list('children', ...)
    end,
    ['dbt-mesh/meshChanged'] = function()
      require('dbt_mesh.mesh').refresh()
    end,
  },
  on_attach = function(client, buffer)
    require('dbt_mesh.server').attached(client, buffer)
  end,
  on_exit = function(code, signal, id)
    require('dbt_mesh.server').exited(code, signal, id)
  end,
}

--- Starts the server with the first file of a dbt project.
---@param options table? options of the plugin (see `M.options`) and of the server's configuration
function M.setup(options)
  local config = vim.deepcopy(options or {})
  for name, default in pairs(M.options) do
    if config[name] ~= nil then
      vim.validate({ [name] = { config[name], type(default) } })
      M.options[name], config[name] = config[name], nil
    end
  end
  M.config = vim.tbl_deep_extend('force', M.config, config)
  require('dbt_mesh.server').enable()
  require('dbt_mesh.treesitter').enable()
end

return M
