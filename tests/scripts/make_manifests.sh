#!/usr/bin/env bash
# Rebuilds every committed manifest.json of the sample projects with real dbt.
#
#   tests/scripts/make_manifests.sh [hybrid] [broken] [versions]     (all, when none is named)
#
# Virtual environments and copies of the projects go to $SCRATCH (a new temporary directory when unset;
# set it to keep the environments between runs). $PYTHON is the interpreter to use (python3).
set -euo pipefail

tests=$(cd "$(dirname "$0")/.." && pwd)
scratch=${SCRATCH:-$(mktemp -d)}
python=${PYTHON:-python3}
export DBT_SEND_ANONYMOUS_USAGE_STATS=false DO_NOT_TRACK=1
export PYTHONHASHSEED=0  # else the order of some lists changes from run to run
mkdir -p "$scratch"

# venv NAME PIP-ARGUMENT… : prints the bin directory of an environment with these packages.
venv() {
  local dir=$scratch/venv-$1
  shift
  if [ ! -e "$dir/done" ]; then
    "$python" -m venv "$dir"
    "$dir/bin/pip" install -q --disable-pip-version-check "$@" >&2
    touch "$dir/done"
  fi
  echo "$dir/bin"
}

# scrub MANIFEST ROOT
scrub() { "$python" "$tests/scripts/scrub_manifest.py" "$1" "$2" /srv/dbt; }

# parse BIN PROJECT-DIR : dbt-loom looks for its configuration in the current directory.
parse() { (cd "$2" && "$1/dbt" --quiet parse --no-partial-parse --profiles-dir ..); }

mesh_dbt() { venv mesh dbt-core==1.11.16 dbt-duckdb==1.11.1 dbt-loom==0.9.6; }

# fresh NAME : a new copy of a sample in the scratch directory, without what dbt made before.
fresh() {
  rm -rf "$scratch/$1"
  cp -r "$tests/projects/$1" "$scratch/$1"
  rm -rf "$scratch/$1"/*/target "$scratch/$1"/*/dbt_packages
}

# keep NAME PROJECT : scrubs the manifest and puts it in the repository.
keep() {
  local to=$tests/projects/$1/$2/target
  scrub "$scratch/$1/$2/target/manifest.json" "$scratch/$1"
  mkdir -p "$to"
  cp "$scratch/$1/$2/target/manifest.json" "$to/manifest.json"
  echo "$1/$2: $(wc -c <"$to/manifest.json") bytes"
}

# install_utils NAME PROJECT : `dbt deps`, with the link it makes for a local package turned into a copy.
install_utils() {
  local at=$scratch/$1/$2
  (cd "$at" && "$(mesh_dbt)/dbt" --quiet deps --profiles-dir ..)
  rm -rf "$at/dbt_packages/utils_pkg"
  cp -r "$scratch/$1/utils_pkg" "$at/dbt_packages/utils_pkg"
  rm -rf "$tests/projects/$1/$2/dbt_packages"
  cp -r "$at/dbt_packages" "$at/package-lock.yml" "$tests/projects/$1/$2/"
}

hybrid() {
  local bin here=$scratch/hybrid
  bin=$(mesh_dbt)
  fresh hybrid
  install_utils hybrid platform
  parse "$bin" "$here/platform"
  parse "$bin" "$here/finance"
  # marketing is fed by the checkout beside it; dbt needs dbt-loom for that, with the same settings as finance.
  DBT_LOOM_CONFIG=$here/finance/dbt_loom.config.yml parse "$bin" "$here/marketing"

  # sales and logistics read each other's manifest. To begin, a copy of sales in which the model that
  # reads from logistics has nothing in it supplies the manifest of sales; then each is parsed in full.
  cp -r "$here/sales" "$here/sales-first"
  sed -i '/name: logistics/,$d' "$here/sales-first/dbt_loom.config.yml"
  echo 'select 1 as id' >"$here/sales-first/models/delivery_promises.sql"
  parse "$bin" "$here/sales-first"
  mv "$here/sales-first/target" "$here/sales/target"
  rm -rf "$here/sales-first"
  parse "$bin" "$here/logistics"
  parse "$bin" "$here/sales"
  parse "$bin" "$here/logistics"

  for project in platform finance marketing sales logistics; do keep hybrid "$project"; done
}

for part in "${@:-hybrid}"; do "$part"; done
