-- What can go wrong, and the sentence that the user gets.
local h = dofile(vim.env.HELPER)
local server, mesh = require('dbt_mesh.server'), require('dbt_mesh')

--- A program that only says a version.
local function program(name, script)
  local path = vim.fn.tempname() .. name
  vim.fn.writefile(vim.split('#!/bin/sh\n' .. script, '\n'), path)
  vim.uv.fs_chmod(path, 493)
  return path
end

local function use(cmd)
  if vim.lsp.config then
    vim.lsp.config('dbt_mesh_ls', { cmd = cmd })
  end
  mesh.config.cmd = cmd
end

local function reopen(path)
  vim.cmd('silent! %bwipeout!')
  vim.cmd.edit(vim.fn.fnameescape(h.workspace .. '/' .. path))
end

mesh.setup({ cmd = { 'dbt-mesh-ls-that-is-nowhere', 'lsp' } })

h.test('missing: told once, with what to do', function()
  reopen('marketing/models/new_customers.sql')
  h.wait('a sentence', function()
    return h.told('dbt%-mesh%-ls%-that%-is%-nowhere is not on the PATH. Install it with `pip install dbt%-mesh%-ls`')
  end)
  vim.cmd.edit(vim.fn.fnameescape(h.workspace .. '/finance/models/ledger/fct_receivables.sql'))
  vim.wait(300)
  h.equal(h.count_told('is not on the PATH'), 1)
  h.equal(h.client(), nil)
end)

h.test('missing: commands and checkhealth say the same', function()
  vim.cmd('DbtMesh mesh')
  h.wait('a sentence', function()
    return h.told('is not on the PATH')
  end)
  vim.cmd('checkhealth dbt_mesh')
  assert(h.text():find('ERROR[^\n]+is not on the PATH'), h.text())
  vim.cmd('bwipeout!')
end)

h.test('a path that leads nowhere, and one that may not be executed', function()
  use({ h.workspace .. '/no/such/dbt-mesh-ls', 'lsp' })
  reopen('marketing/models/new_customers.sql')
  h.wait('a sentence', function()
    return h.told('names .*/no/such/dbt%-mesh%-ls, and there is no such program')
  end)
  use({ h.workspace .. '/marketing/dbt_project.yml', 'lsp' })
  reopen('marketing/models/new_customers.sql')
  h.wait('a sentence', function()
    return h.told('dbt_project.yml may not be executed. Run `chmod %+x`')
  end)
end)

h.test('another program of that name', function()
  use({ program('other', 'echo other 1.0'), 'lsp' })
  reopen('marketing/models/new_customers.sql')
  h.wait('a sentence', function()
    return h.told('is not dbt%-mesh%-ls. Correct `cmd`')
  end)
end)

h.test('a program that cannot run', function()
  use({ program('broken', 'echo "error while loading shared libraries: libx.so" >&2; exit 127'), 'lsp' })
  reopen('marketing/models/new_customers.sql')
  h.wait('a sentence', function()
    return h.told('does not start: error while loading shared libraries: libx.so. Install it anew')
  end)
end)

h.test('the wrong version works, with a warning', function()
  local path = program('newer', ('[ "$1" = --version ] && echo dbt-mesh-ls 9.0.0 && exit\nexec %s "$@"'):format(h.server))
  use({ path, 'lsp' })
  reopen('marketing/models/new_customers.sql')
  h.wait('a server', function()
    return h.client() and h.client().initialized
  end)
  local note = h.told('dbt%-mesh%-ls is version 9.0.0, the plugin 0.1.0: parts of it may not work. Update the plugin')
  h.equal(note.level, vim.log.levels.WARN)
  h.equal(server.mismatch('0.0.9', '0.1.0'):match('Update the %a+'), 'Update the server')
  h.equal(server.mismatch('0.1.7', '0.1.0'), nil)
  h.equal(server.mismatch('2.7.0', '2.1.0'), nil)
end)

h.test('upgraded: restart takes the new program', function()
  use({ h.server, 'lsp' })
  local old = h.client().id
  vim.cmd('DbtMesh restart')
  h.wait('another server', function()
    return h.client() and h.client().id ~= old and h.client().initialized
  end)
  vim.wait(200)
  h.equal(h.count_told('.'), 0)
end)

local function kill()
  local pid
  h.wait('a process', function()
    local client = h.client()
    if not client or not client.initialized or not vim.lsp.buf_is_attached(0, client.id) then
      return false
    end
    for _, child in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
      local info = vim.api.nvim_get_proc(child)
      if info and info.name:find('dbt%-mesh%-ls') then
        pid = child
      end
    end
    return pid ~= nil
  end)
  local id = h.client().id
  vim.uv.kill(pid, 'sigkill')
  h.wait('the client to notice', function()
    return vim.lsp.get_client_by_id(id) == nil
  end)
end

h.test('killed: started again three times, then left alone, with a sentence', function()
  reopen('marketing/models/new_customers.sql')
  for round = 1, 3 do
    kill()
    h.wait('what is told', function()
      return h.count_told('ended unexpectedly %(signal 9%), and is started again') == round
    end)
  end
  vim.api.nvim_buf_set_lines(0, -1, -1, false, { "-- {{ ref('platform', 'fct_oders') }}" })
  h.wait('findings from the new server', function()
    return vim.tbl_contains(h.codes(), 'unknown-model')
  end)
  kill()
  h.wait('the end', function()
    return h.told('crashed 4 times within minutes %(signal 9%) and is left alone now. :DbtMesh log')
  end)
  vim.wait(500)
  h.equal(h.client(), nil)
  vim.cmd('DbtMesh lineage')
  h.wait('the reason', function()
    return h.count_told('is left alone now') == 2
  end)
end)

h.test('killed too often: restart tries again', function()
  vim.cmd('DbtMesh restart')
  h.wait('a server', function()
    return h.client() and h.client().initialized
  end)
end)

h.test('ended on purpose: nothing is said', function()
  local client = h.client()
  server.call(client, 'stop')
  h.wait('the end', function()
    return vim.lsp.get_client_by_id(client.id) == nil
  end)
  vim.wait(300)
  h.equal(h.count_told('.'), 0)
  h.equal(h.client(), nil)
end)

h.test('no dbt project: no server, and a sentence for who asks', function()
  vim.cmd('silent! %bwipeout!')
  local path = vim.fn.tempname() .. '.sql'
  vim.fn.writefile({ 'select 1' }, path)
  vim.cmd.edit(path)
  vim.wait(300)
  h.equal(h.client(), nil)
  h.equal(h.count_told('.'), 0)
  vim.cmd('DbtMesh mesh')
  h.wait('a sentence', function()
    return h.told('no dbt project here: there is no dbt_project.yml in or above ')
  end)
end)

h.finish()
