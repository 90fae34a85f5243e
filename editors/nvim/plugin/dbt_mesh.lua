-- Commands, file types and read-only documents of dbt-mesh-ls; nothing is loaded before it is used.
if vim.g.loaded_dbt_mesh then
  return
end
vim.g.loaded_dbt_mesh = true

vim.api.nvim_create_user_command('DbtMesh', function(command)
  require('dbt_mesh.commands').run(command.fargs)
end, {
  nargs = '*',
  desc = 'dbt mesh: mesh, lineage, insert, upstream, refresh, restart, info, log, build, trust',
  complete = function(lead, line)
    return require('dbt_mesh.commands').complete(lead, line)
  end,
})

vim.api.nvim_create_autocmd('BufReadCmd', {
  group = vim.api.nvim_create_augroup('dbt_mesh_documents', { clear = true }),
  pattern = 'dbt-mesh://*',
  callback = function(event)
    require('dbt_mesh.documents').read(event.buf)
  end,
})

-- What the lens "5 references" runs.
vim.lsp.commands['dbt-mesh.showReferences'] = function(command, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  local locations = command.arguments and command.arguments[3] or {}
  local items = vim.lsp.util.locations_to_items(locations, client and client.offset_encoding or 'utf-16')
  vim.fn.setqflist({}, ' ', { title = command.title, items = items })
  vim.cmd('botright copen')
end

vim.filetype.add({
  filename = { ['.dbtignore'] = 'gitignore' },
  pattern = {
    -- Neovim takes some SQL for another language by its text; in a dbt project it is SQL with Jinja.
    ['.*%.sql'] = {
      function(path)
        return vim.fs.root(path, 'dbt_project.yml') and (vim.g.filetype_sql or 'sql') or nil
      end,
      { priority = 10 },
    },
  },
})
