-- A workspace that may not be written: everything that reads works, and what writes says why not.
local h = dofile(vim.env.HELPER)
require('dbt_mesh').setup({ cmd = { h.server, 'lsp' } })

h.test('read-only: findings, definition, upstream documents', function()
  assert(not vim.uv.fs_access(h.workspace .. '/alone/models/report.sql', 'W'), 'the workspace can be written')
  h.open('alone/models/report.sql')
  vim.bo.readonly = false
  vim.api.nvim_buf_set_lines(0, -1, -1, false, { "-- {{ ref('warehouse', 'fct_oders') }}" })
  h.wait('a finding', function()
    return vim.tbl_contains(h.codes(), 'unknown-model')
  end)
  h.cursor('fct_payments')
  h.definition()
  h.wait('the document', function()
    return h.text():find('fct_payments', 1, true) and vim.api.nvim_buf_get_name(0):find('^dbt%-mesh://')
  end)
  h.equal(h.count_told('.'), 0)
end)

h.test('read-only: a rename changes buffers and says what cannot be written', function()
  h.open('marketing/models/int_attributed_orders.sql')
  h.cursor('fct_orders')
  vim.lsp.buf.rename('orders_renamed')
  h.wait('the new name or the reason', function()
    return h.text():find('orders_renamed', 1, true) or h.count_told('.') > 0
  end)
  assert(vim.uv.fs_stat(h.workspace .. '/platform/models/marts/fct_orders.sql'), 'a file was moved')
end)

h.finish()
