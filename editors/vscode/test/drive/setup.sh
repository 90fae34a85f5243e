#!/usr/bin/env bash
# setup.sh DIR: code-server, the real VS Code workbench and extension host, from npm alone. Its own install steps
# download from elsewhere; these do not. Needs Node 20, make, a C++ compiler, Python 3 and ripgrep.
set -euo pipefail
dir=$1
version=4.100.3
[ -x "$dir/node_modules/.bin/code-server" ] && [ -e "$dir/ready" ] && exit 0
mkdir -p "$dir"
cd "$dir"
[ -f package.json ] || npm init -y >/dev/null
npm install --ignore-scripts --no-progress --no-audit --no-fund "code-server@$version"
npm_config_yes=true npm rebuild argon2 --build-from-source
cd node_modules/code-server/lib/vscode
npm install --ignore-scripts --no-progress --no-audit --no-fund --omit=dev
npm_config_yes=true npm rebuild @vscode/spdlog node-pty native-watchdog @parcel/watcher @vscode/deviceid
mkdir -p node_modules/@vscode/ripgrep/bin
ln -sf "$(command -v rg)" node_modules/@vscode/ripgrep/bin/rg
rm -rf node_modules.asar
ln -s node_modules node_modules.asar
(cd extensions && npm install --ignore-scripts --no-progress --no-audit --no-fund --omit=dev)
touch "$dir/ready"
