-- The plugin at work on the sample mesh.
local h = dofile(vim.env.HELPER)

local build_ok, build_message = require('dbt_mesh.treesitter').build()
require('dbt_mesh').setup({ cmd = { h.server, 'lsp' }, inlay_hints = true, codelens = true })

h.test('the parser is built from the C that comes with the plugin', function()
  assert(build_ok, build_message)
  assert(require('dbt_mesh.treesitter').available())
end)

h.test('attach: with the repository around the project as root', function()
  h.open('marketing/models/new_customers.sql')
  h.equal(h.client().config.root_dir, h.workspace)
  h.equal(vim.bo.filetype, 'sql')
end)

h.test('one server for every project', function()
  local first = h.client().id
  h.open('platform/models/marts/fct_orders.sql')
  h.equal(h.client().id, first)
  h.equal(#vim.lsp.get_clients({ name = 'dbt_mesh_ls' }), 1)
end)

h.test('diagnostics: of unsaved text, gone when corrected', function()
  h.open('marketing/models/new_customers.sql')
  vim.wait(300)
  h.equal(vim.tbl_filter(function(diagnostic)
    return diagnostic.severity == vim.diagnostic.severity.ERROR
  end, vim.diagnostic.get(0)), {})
  vim.api.nvim_buf_set_lines(0, -1, -1, false, { "-- {{ ref('platform', 'fct_oders') }}" })
  h.wait('a finding', function()
    return vim.tbl_contains(h.codes(), 'unknown-model')
  end)
  assert(vim.diagnostic.get(0)[1].message:find('fct_orders'), vim.inspect(vim.diagnostic.get(0)))
  vim.cmd('undo')
  h.wait('no finding', function()
    return not vim.tbl_contains(h.codes(), 'unknown-model')
  end)
end)

h.test('completion: upstream models inside of a ref, by omnifunc', function()
  h.open('marketing/models/new_customers.sql')
  h.equal(vim.bo.omnifunc, 'v:lua.vim.lsp.omnifunc')
  vim.api.nvim_buf_set_lines(0, -1, -1, false, { "-- {{ ref('platform', '" })
  vim.api.nvim_win_set_cursor(0, { vim.api.nvim_buf_line_count(0), 0 })
  vim.cmd('normal! $')
  local params = h.position()
  -- Behind the character, where one types.
  params.position.character = params.position.character + 1
  local result = h.ask('textDocument/completion', params)
  local details = {}
  for _, item in ipairs(result.items) do
    details[item.label] = item.detail
  end
  assert((details.fct_orders or ''):find('public · group core', 1, true), vim.inspect(details))
  assert((details.order_margins or ''):find('not allowed: private', 1, true), vim.inspect(details))
  vim.cmd('undo')
end)

h.test('definition: into the project next door', function()
  h.open('marketing/models/int_attributed_orders.sql')
  h.cursor('fct_orders')
  h.definition()
  h.wait('the other file', function()
    return vim.api.nvim_buf_get_name(0):find('platform/models/marts/fct_orders.sql$')
  end)
end)

h.test('hover: description and columns', function()
  h.open('marketing/models/int_attributed_orders.sql')
  h.cursor('fct_orders')
  local text = h.ask('textDocument/hover', h.position()).contents.value
  assert(text:find('fct_orders') and text:find('platform'), text)
end)

h.test('rename: across two projects', function()
  h.open('platform/models/marts/fct_orders.sql')
  local other = vim.fn.bufadd(h.workspace .. '/marketing/models/int_attributed_orders.sql')
  vim.fn.bufload(other)
  assert(h.text(other):find("'fct_orders'", 1, true))
  h.open('marketing/models/int_attributed_orders.sql')
  h.cursor('fct_orders')
  vim.lsp.buf.rename('orders_renamed')
  h.wait('the new name here', function()
    return h.text(other):find("'orders_renamed'", 1, true)
  end)
  h.wait('the file to be renamed', function()
    return vim.uv.fs_stat(h.workspace .. '/platform/models/marts/orders_renamed.sql')
  end)
  local yaml = vim.fn.bufadd(h.workspace .. '/platform/models/marts/_marts.yml')
  assert(h.text(yaml):find('name: orders_renamed', 1, true), 'the YAML entry has the old name')
  vim.cmd('silent wall')
end)

h.test('insert: the ref to a model that is chosen, versions and all', function()
  h.open('marketing/models/new_customers.sql')
  vim.api.nvim_buf_set_lines(0, -1, -1, false, { '-- ' })
  vim.api.nvim_win_set_cursor(0, { vim.api.nvim_buf_line_count(0), 0 })
  vim.cmd('normal! $')
  local offered
  local select = vim.ui.select
  vim.ui.select = function(items, options, choose)
    offered = vim.tbl_map(options.format_item, items)
    for _, item in ipairs(items) do
      if item.project == 'platform' and item.name == 'dim_customers' and item.version == '2' then
        return choose(item)
      end
    end
    choose(nil)
  end
  vim.cmd('DbtMesh insert')
  h.wait('the ref', function()
    return h.text():find("{{ ref('platform', 'dim_customers', v=2) }}", 1, true)
  end)
  vim.ui.select = select
  assert(vim.iter(offered):any(function(label)
    return label:find('platform.dim_customers v2 (latest)', 1, true) ~= nil
  end), vim.inspect(offered))
  vim.cmd('undo')
end)

h.test('what is written depends on where', function()
  local refs = require('dbt_mesh.refs')
  local model = { project = 'platform', name = 'orders', version = '2' }
  h.equal(refs.ref(model, { project = 'platform', python = false, inside = true }), "ref('orders', v=2)")
  h.equal(refs.ref(model, { python = true, inside = false }), "dbt.ref('platform', 'orders', version=2)")
  h.equal(refs.ref({ project = 'p', name = 'o', version = 'new' }, { inside = false }), "{{ ref('p', 'o', v='new') }}")
  h.equal(refs.inside("select {{ x }} {% set a = "), true)
  h.equal(refs.inside("select {{ x }} from "), false)
end)

h.test('mesh: projects, upstreams and readers', function()
  h.open('marketing/models/new_customers.sql')
  vim.cmd('DbtMesh mesh')
  h.wait('the list', function()
    return vim.bo.filetype == 'dbt_mesh'
  end)
  local text = h.text()
  assert(text:find('marketing  5 models, 1 of them public', 1, true), text)
  assert(text:find('reads platform +live · %d+ public models · platform\n'), text)
  assert(text:find('read by finance, logistics, marketing, sales', 1, true), text)
  h.cursor('marketing  5')
  vim.api.nvim_feedkeys(vim.keycode('<CR>'), 'xt', false)
  h.wait('the project file', function()
    return vim.api.nvim_buf_get_name(0):find('marketing/dbt_project.yml$')
  end)
end)

h.test('lineage: parents and children across projects, by the call hierarchy', function()
  h.open('platform/models/marts/dim_customers_v2.sql')
  vim.cmd('DbtMesh lineage')
  h.wait('the tree', function()
    -- Two requests, answered in any order.
    return vim.bo.filetype == 'dbt_mesh'
      and h.text():find('parents of [^\n]+ %(%d+%)')
      and h.text():find('children of [^\n]+ %(%d+%)')
  end)
  local text = h.text()
  assert(text:find('parents of dim_customers', 1, true), text)
  assert(text:find('stg_shop__customers', 1, true), text)
  assert(text:find('marketing', 1, true), text)
  h.cursor('stg_shop__customers')
  vim.api.nvim_feedkeys(vim.keycode('<Tab>'), 'xt', false)
  h.wait('what is behind it', function()
    return #h.lines() > #vim.split(text, '\n')
  end)
  h.cursor('stg_shop__customers')
  vim.api.nvim_feedkeys(vim.keycode('<CR>'), 'xt', false)
  h.wait('the parent', function()
    return vim.api.nvim_buf_get_name(0):find('stg_shop__customers.sql$')
  end)
end)

h.test("lineage: Neovim's own lists lead to the neighbours", function()
  h.open('platform/models/marts/dim_customers_v2.sql')
  for what, expected in pairs({ parents = 'stg_shop__customers.sql', children = 'marketing/models/new_customers.sql' }) do
    vim.lsp.buf[what == 'parents' and 'incoming_calls' or 'outgoing_calls']()
    h.wait(what, function()
      return vim.fn.getqflist({ title = 0 }).title:find(what .. ' of dim_customers', 1, true)
    end)
    local files = vim.tbl_map(function(item)
      return vim.api.nvim_buf_get_name(item.bufnr) .. ':' .. item.lnum
    end, vim.fn.getqflist())
    assert(table.concat(files, '\n'):find(expected, 1, true), vim.inspect(files))
    -- What stands in YAML is found at its entry.
    for _, file in ipairs(files) do
      assert(not file:find('%.yml:1$'), vim.inspect(files))
    end
    vim.cmd('cclose')
  end
end)

h.test('upstream models without a checkout: a read-only document', function()
  h.open('alone/models/report.sql')
  h.cursor('fct_payments')
  h.definition()
  h.wait('the document', function()
    return vim.api.nvim_buf_get_name(0):find('^dbt%-mesh://upstream/')
  end)
  assert(h.text():find('fct_payments', 1, true), h.text())
  h.equal({ vim.bo.modifiable, vim.bo.filetype, vim.bo.buftype }, { false, 'markdown', 'nofile' })
end)

h.test('upstream: its page', function()
  h.open('alone/models/report.sql')
  vim.cmd('DbtMesh upstream warehouse')
  h.wait('the page', function()
    return h.text():find('warehouse', 1, true) and vim.bo.filetype == 'markdown'
  end)
  h.equal(h.count_told('.'), 0)
end)

h.test('refresh: nothing to complain about', function()
  h.open('alone/models/report.sql')
  vim.cmd('DbtMesh refresh')
  vim.cmd('DbtMesh refresh warehouse')
  vim.wait(300)
  h.equal(h.count_told('.'), 0)
end)

h.test('the command line is completed', function()
  h.equal(vim.fn.getcompletion('DbtMesh re', 'cmdline'), { 'refresh', 'restart' })
  assert(vim.tbl_contains(vim.fn.getcompletion('DbtMesh upstream ', 'cmdline'), 'platform'))
  vim.cmd('DbtMesh nonsense')
  h.wait('a sentence', function()
    return h.told('there is no :DbtMesh nonsense')
  end)
end)

h.test('info: what a bug report needs', function()
  h.open('marketing/models/new_customers.sql')
  vim.cmd('DbtMesh info')
  h.wait('the list', function()
    return h.text():find('attached here: true', 1, true)
  end)
  assert(h.text():find('server: ' .. require('dbt_mesh').version, 1, true), h.text())
end)

h.test('lenses and hints are asked for', function()
  h.open('platform/models/marts/dim_customers_v2.sql')
  local lenses = h.ask('textDocument/codeLens', { textDocument = vim.lsp.util.make_text_document_params() })
  assert(#lenses > 0)
  local resolved = h.ask('codeLens/resolve', lenses[1])
  assert(resolved.command.title:find('reference'), vim.inspect(resolved))
  if resolved.command.command == 'dbt-mesh.showReferences' then
    vim.lsp.commands['dbt-mesh.showReferences'](resolved.command, { client_id = h.client().id })
    assert(#vim.fn.getqflist() > 0)
    vim.cmd('cclose')
  else
    error('the server does not know that this client shows references: ' .. vim.inspect(resolved.command))
  end
end)

h.test('highlight captures', function()
  h.open('marketing/models/new_customers.sql')
  vim.api.nvim_buf_set_lines(0, 0, -1, false, {
    "{% set country = 'DE' %}",
    "{# a comment #}",
    "select * from {{ ref('platform', 'fct_orders', v=2) }}",
    "{% if is_incremental() %}where x{% endif %}",
  })
  local parser = vim.treesitter.get_parser(0, 'dbt_jinja')
  parser:parse(true)
  local function captures(text, offset)
    for row, line in ipairs(h.lines()) do
      local from = line:find(text, 1, true)
      if from then
        local found = vim.treesitter.get_captures_at_pos(0, row - 1, from - 1 + (offset or 0))
        return vim.tbl_map(function(capture)
          return capture.lang == 'dbt_jinja' and capture.capture or nil
        end, found)
      end
    end
  end
  local function has(text, capture)
    assert(vim.tbl_contains(captures(text), capture), ('%s: %s'):format(text, vim.inspect(captures(text))))
  end
  has('set country', 'keyword')
  has('country', 'variable')
  has("'DE'", 'string')
  has('{# a', 'comment')
  has('{{ ref', 'punctuation.special')
  has("ref('", 'function.builtin')
  has('v=2', 'variable.parameter')
  has('2)', 'number')
  has('if is_', 'keyword.conditional')
  has('is_incremental', 'function.builtin')
  h.equal(captures('where'), {})
  -- Coloured in the window, not only by hand; SQL keeps its own colours.
  assert(vim.treesitter.highlighter.active[vim.api.nvim_get_current_buf()])
  h.equal(vim.bo.syntax, 'sql')
  vim.cmd('edit!')
end)

h.test('checkhealth without errors', function()
  h.open('marketing/models/new_customers.sql')
  vim.cmd('checkhealth dbt_mesh')
  local text = h.text()
  assert(text:find('dbt_mesh:', 1, true), text)
  assert(not text:find('ERROR') and not text:find('WARNING'), text)
  for _, expected in ipairs({ 'version ' .. require('dbt_mesh').version, 'runs, for', 'marketing reads platform: live', 'parser ' }) do
    assert(text:find(expected, 1, true), expected .. '\n' .. text)
  end
  vim.cmd('bwipeout!')
end)

h.test('the help has its tags', function()
  vim.cmd('helptags ' .. vim.fn.fnameescape(vim.env.PLUGIN .. '/doc'))
  for _, tag in ipairs({ 'dbt_mesh', ':DbtMesh', 'dbt_mesh-lspconfig' }) do
    vim.cmd('help ' .. tag)
    assert(vim.api.nvim_buf_get_name(0):find('dbt_mesh.txt$'), tag)
    vim.cmd('helpclose')
  end
end)

h.test('restart: a new process, attached to the same files', function()
  h.open('marketing/models/new_customers.sql')
  local old = h.client().id
  vim.cmd('DbtMesh restart')
  h.wait('another server', function()
    local client = h.client()
    return client and client.id ~= old and client.initialized and vim.lsp.buf_is_attached(0, client.id)
  end)
  assert(h.count_told('.') == 0, vim.inspect(h.notes))
end)

h.finish()
