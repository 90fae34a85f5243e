-- An init.lua as people have it who use other plugins; WITH says which one. See ../beside.py.
vim.o.swapfile = false
vim.o.shortmess = vim.o.shortmess .. 'I'
local with = vim.env.WITH

if with == 'nvim-cmp' then
  local cmp = require('cmp')
  cmp.setup({
    mapping = cmp.mapping.preset.insert({ ['<CR>'] = cmp.mapping.confirm({ select = true }) }),
    sources = { { name = 'nvim_lsp' } },
  })
elseif with == 'blink.cmp' then
  require('blink.cmp').setup({
    -- Its matcher in Rust would be downloaded.
    fuzzy = { implementation = 'lua' },
    keymap = { preset = 'enter' },
    completion = { documentation = { auto_show = true, auto_show_delay_ms = 0 } },
    sources = { default = { 'lsp' } },
  })
elseif with == 'telescope.nvim' then
  require('telescope').setup({ defaults = { layout_strategy = 'vertical', layout_config = { height = 0.99, width = 0.99 } } })
elseif with == 'fzf-lua' then
  require('fzf-lua').setup({ winopts = { fullscreen = true, preview = { layout = 'vertical' } } })
  require('fzf-lua').register_ui_select()
elseif with == 'nvim-treesitter-main' then
  vim.api.nvim_create_autocmd('User', {
    pattern = 'TSUpdate',
    callback = function()
      -- From the folder in place of a download.
      require('nvim-treesitter.parsers').sql.install_info = { path = vim.env.PLUGINS .. '/tree-sitter-sql-main' }
    end,
  })
elseif with == 'nvim-treesitter-master' then
  require('nvim-treesitter.configs').setup({ highlight = { enable = true }, indent = { enable = true } })
  require('nvim-treesitter.parsers').get_parser_configs().sql.install_info.url = vim.env.PLUGINS .. '/tree-sitter-sql-master'
end

require('dbt_mesh').setup()

if with == 'nvim-treesitter-main' then
  -- Behind our own set-up, where it would win if we did not see to it.
  vim.api.nvim_create_autocmd('FileType', {
    callback = function()
      pcall(vim.treesitter.start)
    end,
  })
end
