#!/usr/bin/env bash
# The Neovim plugin as an archive that needs nothing of this repository: packaging/nvim.sh OUT makes
# OUT/dbt-mesh-nvim.tar.gz, with the C of the grammar inside.
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$(mkdir -p "$1" && cd "$1" && pwd)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp -r "$repo/editors/nvim" "$stage/dbt-mesh-nvim"
mkdir -p "$stage/dbt-mesh-nvim/grammar"
cp -r "$repo/grammars/tree-sitter-dbt-jinja/src" "$stage/dbt-mesh-nvim/grammar/src"
cp "$repo"/{LICENSE,LICENSE-MIT,LICENSE-APACHE} "$stage/dbt-mesh-nvim/"
tar -C "$stage" -czf "$out/dbt-mesh-nvim.tar.gz" dbt-mesh-nvim
