--- The life of the server: found, checked, started, restarted a few times, and what the user is told.
local restart = require('dbt_mesh.restart')
local M = {}

local NAME = 'dbt_mesh_ls'

--- Why there is no server, in a sentence; nil while nothing is wrong.
M.problem = nil
--- Buffers of the server that runs or ran last.
local buffers = {}
--- By number: clients that were asked to end.
local stopped = {}
--- What was said already: the same sentence is not repeated for every file.
local said = {}

---@param text string
---@param level integer? of vim.log.levels
function M.tell(text, level)
  vim.schedule(function()
    vim.notify('dbt mesh: ' .. text, level or vim.log.levels.INFO)
  end)
end

local function tell_once(text, level)
  if not said[text] then
    said[text] = true
    M.tell(text, level)
  end
end

--- The configuration that holds, however it came about.
function M.config()
  return vim.lsp.config and vim.lsp.config[NAME] or require('dbt_mesh').config
end

--- The client, if there is one; it may still be starting.
---@return vim.lsp.Client?
function M.client()
  for _, client in ipairs(vim.lsp.get_clients({ name = NAME })) do
    if not stopped[client.id] and not M.call(client, 'is_stopped') then
      return client
    end
  end
end

--- Calls a client's method: functions in 0.10, methods since.
function M.call(client, method, ...)
  if vim.fn.has('nvim-0.11') == 1 then
    return client[method](client, ...)
  end
  return client[method](...)
end

--- Asks the server; `done` gets the result. Tells what is wrong when there is no server or no answer.
---@param method string
---@param params table
---@param done fun(result: any)
---@param buffer integer?
function M.request(method, params, done, buffer)
  local client = M.client()
  if not client then
    return M.tell(M.why_not(), vim.log.levels.WARN)
  end
  M.call(client, 'request', method, params, function(error, result)
    if error then
      return M.tell(error.message, vim.log.levels.ERROR)
    end
    done(result)
    -- A number, not 0: Neovim 0.10 sends edits that are still held back only then.
  end, buffer or vim.api.nvim_get_current_buf())
end

--- Runs one of the server's commands.
function M.execute(command, arguments, done)
  M.request('workspace/executeCommand', { command = command, arguments = arguments }, done or function() end)
end

--- Why no server is there to be asked: a sentence that says what to do.
function M.why_not()
  if M.problem then
    return M.problem
  end
  local name = vim.api.nvim_buf_get_name(0)
  local here = name ~= '' and not name:find('^%a[%w.+-]*://') and name or vim.uv.cwd()
  if not require('dbt_mesh').root(here) then
    return ('no dbt project here: there is no dbt_project.yml in or above %s. Open a file of a dbt project.'):format(
      vim.fn.isdirectory(here) == 1 and here or vim.fs.dirname(here)
    )
  end
  return 'the server does not run. It starts with the first SQL, YAML, Markdown or Python file of a dbt project '
    .. "that is opened, once `require('dbt_mesh').setup()` was called; :checkhealth dbt_mesh tells more."
end

--- The program of a configuration's `cmd`; nil with the reason when it is not there.
---@return string? program
---@return string? problem
function M.program()
  local cmd = M.config().cmd
  if type(cmd) ~= 'table' then
    return nil
  end
  local name = vim.fn.expand(cmd[1])
  local found = vim.fn.exepath(name)
  if found ~= '' then
    return found
  end
  if name:find('[/\\]') then
    return nil,
      vim.uv.fs_stat(name) and ('%s may not be executed. Run `chmod +x` on it, or correct `cmd`.'):format(name)
        or ('`cmd` names %s, and there is no such program. Correct it, or leave `cmd` out to use the one on the PATH.'):format(name)
  end
  return nil,
    ('the program %s is not on the PATH. Install it with `pip install dbt-mesh-ls` or `cargo install --path server/lsp`, '
      .. "or name it: require('dbt_mesh').setup({ cmd = { '/path/to/dbt-mesh-ls', 'lsp' } })."):format(name)
end

--- A sentence when server and plugin do not belong together; both follow semantic versioning.
---@param server string
---@param plugin string
---@return string?
function M.mismatch(server, plugin)
  local ours, theirs = vim.version.parse(plugin), vim.version.parse(server)
  if not ours or not theirs then
    return nil
  end
  -- Before 1.0 a minor version may break.
  if ours.major == theirs.major and (ours.major > 0 or ours.minor == theirs.minor) then
    return nil
  end
  return ('dbt-mesh-ls is version %s, the plugin %s: parts of it may not work. Update the %s.'):format(
    server,
    plugin,
    vim.version.lt(theirs, ours) and 'server' or 'plugin'
  )
end

--- What `--version` says: `done` gets the version, or nil and the reason.
---@param done fun(version: string?, problem: string?)
---@param tries integer? how often it is asked
function M.version(done, tries)
  local program, problem = M.program()
  if not program then
    return done(nil, problem)
  end
  local function failed(why)
    done(nil, ('%s does not start: %s. Install it anew, or correct `cmd`.'):format(program, why))
  end
  local ok, error = pcall(vim.system, { program, '--version' }, { text = true, timeout = 10000 }, function(answer)
    vim.schedule(function()
      local version = (answer.stdout or ''):match('^dbt%-mesh%-ls (%S+)')
      if version then
        done(version)
      elseif answer.code == 0 and (answer.stdout or '') == '' and (tries or 3) > 1 then
        -- On a busy machine Neovim may hear of a program's end before it has read what the program said.
        M.version(done, (tries or 3) - 1)
      elseif answer.code == 0 then
        done(nil, ('%s is not dbt-mesh-ls. Correct `cmd`.'):format(program))
      else
        local why = vim.trim(answer.stderr or ''):match('[^\n]+')
        failed(why or (answer.signal ~= 0 and 'signal ' .. answer.signal or 'exit code ' .. answer.code))
      end
    end)
  end)
  if not ok then
    failed(tostring(error))
  end
end

--- Calls `start` when there is a server that can be used; else says why not, once.
function M.when_usable(start)
  if M.client() or type(M.config().cmd) ~= 'table' then
    return start()
  end
  M.version(function(version, problem)
    M.problem = problem
    if not version then
      return tell_once(problem, vim.log.levels.ERROR)
    end
    local mismatch = M.mismatch(version, require('dbt_mesh').version)
    if mismatch then
      tell_once(mismatch, vim.log.levels.WARN)
    end
    start()
  end)
end

--- For Neovim 0.10, which does not merge what it can do itself and what completion plugins add, as newer ones do.
local function capabilities(config)
  if vim.lsp.config then
    return config.capabilities
  end
  local all = vim.lsp.protocol.make_client_capabilities()
  local found, cmp = pcall(require, 'cmp_nvim_lsp')
  if found then
    all = vim.tbl_deep_extend('force', all, cmp.default_capabilities())
  end
  -- Asking for it would load it before its time.
  local blink = package.loaded['blink.cmp']
  if blink then
    all = vim.tbl_deep_extend('force', all, blink.get_lsp_capabilities({}, false))
  end
  return vim.tbl_deep_extend('force', all, config.capabilities or {})
end

--- Starts the server for a buffer, or attaches the one that runs.
function M.start(buffer)
  local config = M.config()
  config.root_dir(buffer, function(root)
    local start = vim.tbl_extend('force', config, { root_dir = root, capabilities = capabilities(config) })
    vim.lsp.start(start, { bufnr = buffer, reuse_client = config.reuse_client, silent = false })
  end)
end

--- Neovim 0.11 and newer passes over a program that is not there without a word.
local function tell_if_missing(buffer)
  if M.client() or vim.bo[buffer].buftype ~= '' or not require('dbt_mesh').root(buffer) then
    return
  end
  local _, problem = M.program()
  if problem then
    M.problem = problem
    tell_once(problem, vim.log.levels.ERROR)
  end
end

--- With the first file of a dbt project, and every later one.
function M.enable()
  local modern = vim.lsp.config and vim.lsp.enable
  local types = require('dbt_mesh').config.filetypes
  local on_buffer = modern and tell_if_missing
    or function(buffer)
      if vim.bo[buffer].buftype == '' then
        M.start(buffer)
      end
    end
  if modern then
    vim.lsp.config(NAME, require('dbt_mesh').config)
    vim.lsp.enable(NAME)
  end
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('dbt_mesh', { clear = true }),
    pattern = types,
    callback = function(event)
      on_buffer(event.buf)
    end,
  })
  -- What was opened before, on the command line or until a plugin manager came to this.
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.tbl_contains(types, vim.bo[buffer].filetype) then
      on_buffer(buffer)
    end
  end
end

function M.attached(client, buffer)
  buffers[buffer], M.problem = true, nil
  local options = require('dbt_mesh').options
  if options.completion and vim.lsp.completion then
    vim.lsp.completion.enable(true, client.id, buffer, { autotrigger = true })
  end
  if options.inlay_hints then
    vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
  end
  if options.codelens then
    if vim.lsp.codelens.enable then
      vim.lsp.codelens.enable(true, { bufnr = buffer })
    else
      vim.lsp.codelens.refresh({ bufnr = buffer })
      vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave' }, {
        group = vim.api.nvim_create_augroup('dbt_mesh_lenses_' .. buffer, { clear = true }),
        buffer = buffer,
        callback = function()
          vim.lsp.codelens.refresh({ bufnr = buffer })
        end,
      })
    end
  end
end

local function attach_again()
  for buffer in pairs(buffers) do
    if vim.api.nvim_buf_is_loaded(buffer) then
      M.start(buffer)
    else
      buffers[buffer] = nil
    end
  end
end

--- The server is gone: started again if it crashed, and not too often.
function M.exited(code, signal, id)
  -- SIGTERM is how Neovim and people end a process on purpose. One that was told to stop may be heard of after the next
  -- was started.
  local wanted = stopped[id] or vim.v.exiting ~= vim.NIL or (code == 0 and signal == 0) or signal == 15
  if wanted then
    return
  end
  local how = signal ~= 0 and ('signal ' .. signal) or ('exit code ' .. code)
  if restart.again(vim.uv.now()) then
    M.tell(('the server ended unexpectedly (%s), and is started again.'):format(how), vim.log.levels.WARN)
    -- Only once the client is forgotten is another one started.
    vim.defer_fn(attach_again, 100)
    return
  end
  M.problem = ('the server crashed %d times within minutes (%s) and is left alone now. :DbtMesh log shows what it said; '
    .. ':DbtMesh restart tries again.'):format(restart.AT_MOST + 1, how)
  M.tell(M.problem, vim.log.levels.ERROR)
end

--- Ends the server, waits for it, and starts it for the buffers it had; also after it was left alone.
function M.restart()
  restart.forget()
  said, M.problem = {}, nil
  local old = M.client()
  if vim.tbl_isempty(buffers) then
    buffers[vim.api.nvim_get_current_buf()] = true
  end
  if not old then
    return attach_again()
  end
  stopped[old.id] = true
  -- Or Neovim goes on to ask for hints and lenses, and shows that a server that is ending refuses.
  for _, buffer in ipairs(vim.tbl_keys(old.attached_buffers)) do
    vim.lsp.buf_detach_client(buffer, old.id)
  end
  M.call(old, 'stop')
  local waited = 0
  local function wait()
    if not vim.lsp.get_client_by_id(old.id) then
      return attach_again()
    end
    waited = waited + 50
    if waited == 3000 then
      M.call(old, 'stop', true)
    end
    vim.defer_fn(wait, 50)
  end
  wait()
end

return M
