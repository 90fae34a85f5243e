--- `:DbtMesh lineage`: parents and children of what the cursor is on, across projects, as a tree that opens on demand.
--- Made from the call hierarchy: parents are incoming calls, children outgoing ones.
local server = require('dbt_mesh.server')
local views = require('dbt_mesh.view')
local M = {}

local HELP = '<Tab> unfold · <CR> open · q close'

local SIDES = {
  { title = 'parents', method = 'callHierarchy/incomingCalls', end_ = 'from' },
  { title = 'children', method = 'callHierarchy/outgoingCalls', end_ = 'to' },
}

local draw

--- Asks for a node's neighbours, once.
local function unfold(state, node, side)
  if node.nodes then
    node.nodes = nil
    return draw(state)
  end
  server.request(side.method, { item = node.item }, function(calls)
    node.nodes = vim.tbl_map(function(call)
      return { item = call[side.end_] }
    end, calls or {})
    draw(state)
  end, state.origin)
end

local function add(state, lines, node, side, depth)
  local detail = node.item.detail and node.item.detail ~= vim.NIL and '  ' .. node.item.detail or ''
  local sign = node.nodes and (#node.nodes == 0 and '·' or '▾') or '▸'
  table.insert(lines, {
    text = ('%s%s %s%s'):format(('  '):rep(depth), sign, node.item.name, detail),
    open = function()
      views.jump(node.item.uri, node.item.selectionRange, state.encoding)
    end,
    toggle = function()
      unfold(state, node, side)
    end,
  })
  for _, child in ipairs(node.nodes or {}) do
    add(state, lines, child, side, depth + 1)
  end
end

function draw(state)
  local lines = {}
  for index, side in ipairs(SIDES) do
    local root = state.roots[index]
    local known = root.nodes and (' (%d)'):format(#root.nodes) or ''
    table.insert(lines, { text = side.title .. ' of ' .. root.item.name .. known, group = 'Title' })
    for _, node in ipairs(root.nodes or {}) do
      add(state, lines, node, side, 1)
    end
  end
  table.insert(lines, { text = '' })
  table.insert(lines, { text = HELP, group = 'Comment' })
  views.show(state.view, lines)
end

function M.open()
  local client = server.client()
  local encoding = client and client.offset_encoding or 'utf-16'
  local origin = vim.api.nvim_get_current_buf()
  local params = vim.lsp.util.make_position_params(0, encoding)
  server.request('textDocument/prepareCallHierarchy', params, function(items)
    local item = (items or {})[1]
    if not item then
      return server.tell('nothing here has a lineage: put the cursor on a ref, a model or its YAML entry.')
    end
    local state = { view = views.open('lineage', {}), origin = origin, encoding = encoding, roots = {} }
    for index, side in ipairs(SIDES) do
      state.roots[index] = { item = item }
      unfold(state, state.roots[index], side)
    end
  end)
end

--- What `vim.lsp.buf.incoming_calls()` and `outgoing_calls()` show. Neovim would show where the calls are, and takes
--- children to be in the file in front; the neighbours themselves are wanted.
---@param what 'parents'|'children'
function M.list(what, error, calls, context)
  if error then
    return server.tell(error.message, vim.log.levels.ERROR)
  end
  local of = context.params and context.params.item and context.params.item.name or 'this'
  if not calls or #calls == 0 then
    return server.tell(('%s has no %s.'):format(of, what))
  end
  local items = vim.tbl_map(function(call)
    local item = call.from or call.to
    local start = item.selectionRange.start
    local detail = item.detail and item.detail ~= vim.NIL and '  ' .. item.detail or ''
    return { filename = vim.uri_to_fname(item.uri), lnum = start.line + 1, col = start.character + 1, text = item.name .. detail }
  end, calls)
  vim.fn.setqflist({}, ' ', { title = what .. ' of ' .. of, items = items })
  vim.cmd('botright copen')
end

return M
