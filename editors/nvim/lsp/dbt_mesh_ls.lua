--- For `vim.lsp.enable('dbt_mesh_ls')`, Neovim 0.11 and newer.
return require('dbt_mesh').config
