--- Models of upstreams that have no checkout: read-only documents at `dbt-mesh://`, which the server writes.
local server = require('dbt_mesh.server')
local M = {}

local function show(buffer, text)
  if not vim.api.nvim_buf_is_valid(buffer) then
    return
  end
  local lines = vim.split(text, '\n')
  if lines[#lines] == '' then
    table.remove(lines)
  end
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].modified = false
end

--- Fills the buffer of such a document. It waits for the answer: whoever jumps there sets the cursor next.
function M.read(buffer)
  local bo = vim.bo[buffer]
  bo.buftype, bo.swapfile, bo.undolevels = 'nofile', false, -1
  local uri = vim.api.nvim_buf_get_name(buffer)
  local client = server.client()
  if not client then
    show(buffer, '`' .. uri .. '`\n\n' .. server.why_not())
  else
    local answer = server.call(client, 'request_sync', 'workspace/textDocumentContent', { uri = uri }, 5000, buffer)
    if answer and answer.result then
      show(buffer, answer.result.text)
    else
      local why = answer and answer.err and answer.err.message or 'the server did not answer within 5 seconds'
      show(buffer, '`' .. uri .. '`\n\n' .. why .. '. `:edit` tries again.')
    end
  end
  bo.filetype = 'markdown'
end

--- A new manifest has changed what the server would write.
---@param uri string? one document, or all
function M.refresh(uri)
  local client = server.client()
  for _, buffer in ipairs(client and vim.api.nvim_list_bufs() or {}) do
    local name = vim.api.nvim_buf_get_name(buffer)
    if vim.api.nvim_buf_is_loaded(buffer) and (name == uri or uri == nil and vim.startswith(name, 'dbt-mesh://')) then
      server.call(client, 'request', 'workspace/textDocumentContent', { uri = name }, function(_, result)
        if result then
          show(buffer, result.text)
        end
      end, buffer)
    end
  end
end

return M
