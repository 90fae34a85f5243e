--- dbt-mesh-ls in Neovim 0.10 and newer: `require('dbt_mesh').setup()`.
local M = {}

--- The root of the mesh that a file belongs to: the repository around its project, else the project.
--- nil for files of no dbt project.
---@param path string|integer a path or buffer number
---@return string?
function M.root(path)
  local project = vim.fs.root(path, 'dbt_project.yml')
  return project and (vim.fs.root(project, '.git') or project)
end

M.config = {
  name = 'dbt_mesh_ls',
  cmd = { 'dbt-mesh-ls', 'lsp' },
  filetypes = { 'sql', 'yaml', 'markdown', 'python' },
  root_markers = { 'dbt_project.yml' },
  --- Neovim 0.11 and newer: without a call of `on_dir` the server is not started.
  root_dir = function(buffer, on_dir)
    local root = M.root(buffer)
    if root then
      on_dir(root)
    end
  end,
  --- One server for every project: it finds the project of any file that is opened.
  reuse_client = function(client, config)
    return client.name == config.name
  end,
  settings = { ['dbt-mesh'] = vim.empty_dict() },
}

--- Starts the server with the first file of a dbt project. `options` are merged into `M.config`.
---@param options table?
function M.setup(options)
  local config = vim.tbl_deep_extend('force', M.config, options or {})
  if vim.lsp.config and vim.lsp.enable then
    vim.lsp.config('dbt_mesh_ls', config)
    vim.lsp.enable('dbt_mesh_ls')
    return
  end
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('dbt_mesh', { clear = true }),
    pattern = config.filetypes,
    callback = function(event)
      config.root_dir(event.buf, function(root)
        local start = vim.tbl_extend('force', config, { root_dir = root })
        vim.lsp.start(start, { bufnr = event.buf, reuse_client = config.reuse_client })
      end)
    end,
  })
end

return M
