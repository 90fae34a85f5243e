--- How often a server that has crashed is started again.
local M = {}

M.AT_MOST = 3
M.WITHIN_MS = 3 * 60 * 1000

local crashes = {}

--- Notes a crash; whether the server is to be started again. `now` in milliseconds.
---@param now number
---@return boolean
function M.again(now)
  crashes = vim.tbl_filter(function(crash)
    return now - crash < M.WITHIN_MS
  end, crashes)
  table.insert(crashes, now)
  return #crashes <= M.AT_MOST
end

--- The user wants to try again.
function M.forget()
  crashes = {}
end

return M
