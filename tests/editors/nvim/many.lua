-- 30 projects of one repository, each a consumer of the one before, opened one after the other.
local h = dofile(vim.env.HELPER)
require('dbt_mesh').setup({ cmd = { h.server, 'lsp' } })

h.test('30 projects: one server, and each is known', function()
  for n = 1, 30 do
    vim.cmd.edit(('%s/p%d/models/m%d.sql'):format(h.workspace, n, n))
  end
  h.wait('the projects', function()
    local client = h.client()
    if not client or not client.initialized then
      return false
    end
    return #h.ask('dbt-mesh/mesh', vim.empty_dict()).projects == 30
  end)
  h.equal(#vim.lsp.get_clients({ name = 'dbt_mesh_ls' }), 1)
  h.wait('every buffer', function()
    return vim.tbl_count(h.client().attached_buffers) == 30
  end)
  h.equal(vim.diagnostic.get(nil, { severity = vim.diagnostic.severity.ERROR }), {})
end)

h.test('30 projects: definition goes from the last to the one before', function()
  h.cursor('m29')
  h.definition()
  h.wait('the other project', function()
    return vim.api.nvim_buf_get_name(0):find('/p29/models/m29.sql$')
  end)
  h.equal(h.count_told('.'), 0)
end)

h.finish()
