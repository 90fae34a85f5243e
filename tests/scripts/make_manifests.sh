#!/usr/bin/env bash
# Rebuilds every committed manifest.json and catalog.json of the sample projects with real dbt.
#
#   tests/scripts/make_manifests.sh [hybrid] [versions] [catalog]     (all, when none is named)
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

# one_version FILE DBT-VERSION BIN : the project manifests/src as this dbt can read it, parsed.
one_version() {
  local name=$1 version=$2 bin=$3 at=$scratch/versions/platform dir from
  rm -rf "$scratch/versions"
  mkdir -p "$scratch/versions"
  cp -r "$tests/projects/manifests/src" "$at"
  for dir in "$at"/models/since_* "$at"/models/until_*; do
    from=$(basename "$dir" | sed 's/^[a-z]*_//; s/_/./')
    case $(basename "$dir") in
      since_*) [ "$(printf '%s\n' "$from" "$version" | sort -V | head -1)" = "$from" ] || rm -r "$dir" ;;
      until_*) [ "$(printf '%s\n' "$from" "$version" | sort -V | tail -1)" = "$from" ] || rm -r "$dir" ;;
    esac
  done
  if [ "$version" = 1.5 ] || [ "$version" = 1.6 ]; then # as a config, access has no effect yet
    sed -i 's/^    config: {access: \(.*\), group: \(.*\)}/    access: \1\n    group: \2/' "$at"/models/since_1_5/properties.yml
  fi
  local write=()
  case $version in 1.3 | 1.4) write=(--write-manifest) ;; esac
  (cd "$at" && "$bin/dbt" parse "${write[@]}" --profiles-dir . >"$scratch/versions/log" 2>&1) || { cat "$scratch/versions/log"; return 1; }
  scrub "$at/target/manifest.json" "$scratch/versions"
  cp "$at/target/manifest.json" "$tests/projects/manifests/$name.json"
  echo "manifests/$name: $(wc -c <"$tests/projects/manifests/$name.json") bytes"
}

# dbt 1.3 needs Python 3.10 or older: name one in $PYTHON310.
versions() {
  local minor bin
  one_version v7-dbt1.3 1.3 "$(python=${PYTHON310:-python3.10} venv 1.3 'dbt-core==1.3.8' 'dbt-duckdb==1.3.4' 'setuptools<70' 'duckdb<1.4')"
  for minor in v8:1.4 v9:1.5 v10:1.6 v11:1.7 v12:1.8; do
    bin=$(venv "${minor#*:}" "dbt-core~=${minor#*:}.0" "dbt-duckdb~=${minor#*:}.0" 'setuptools<70' 'duckdb<1.4')
    one_version "${minor%:*}-dbt${minor#*:}" "${minor#*:}" "$bin"
  done
  # dbt 1.12 asks for a parser that is fetched while installing and is not needed: put it over 1.11.
  bin=$(venv 1.12-base dbt-core==1.11.16 dbt-duckdb==1.11.1 python-dotenv 'metricflow>=0.213,<1' 'click>=8.3')
  "$bin/pip" install -q --disable-pip-version-check --no-deps dbt-core==1.12.6
  one_version v12-dbt1.12 1.12 "$bin"
  one_version v12-dbt2.0 2.0 "$(venv v2 --only-binary=:all: --pre 'dbt-core==2.0.0a4')"
}

catalog() {
  local here=$scratch/catalog/warehouse to=$tests/projects/catalog/warehouse/target bin
  bin=$(mesh_dbt)
  fresh catalog
  rm -f "$here/warehouse.duckdb"
  (cd "$here" && "$bin/dbt" --quiet build --profiles-dir .. && "$bin/dbt" --quiet docs generate --profiles-dir ..)
  keep catalog warehouse
  "$python" "$tests/scripts/scrub_manifest.py" "$here/target/catalog.json" "$scratch/catalog" /srv/dbt
  cp "$here/target/catalog.json" "$to/catalog.json"
}

[ $# -gt 0 ] || set -- hybrid versions catalog
for part in "$@"; do "$part"; done
