#!/usr/bin/env bash
# What action.yml runs. Inputs come as INPUT_…; annotations go to standard output, a summary to GITHUB_STEP_SUMMARY.
# Exit code 1 when something at error level, or breaking, was found; 2 when it could not run.
set -euo pipefail

fail() {
    printf '::error title=dbt-mesh-ls::%s\n' "$1"
    exit 2
}

program=${INPUT_PROGRAM:-}
if [ -z "$program" ]; then
    # An environment of its own: the runner's Python may not be written to.
    environment=${RUNNER_TEMP:?}/dbt-mesh-ls
    python=$(command -v python3 || command -v python) || fail "Python is needed to install dbt-mesh-ls: add actions/setup-python."
    "$python" -m venv "$environment"
    scripts=$environment/bin
    [ -d "$scripts" ] || scripts=$environment/Scripts
    "$scripts/python" -m pip install --quiet --disable-pip-version-check "dbt-mesh-ls${INPUT_VERSION:+==$INPUT_VERSION}" ||
        fail "dbt-mesh-ls ${INPUT_VERSION:-} could not be installed from PyPI."
    program=$scripts/dbt-mesh-ls
fi
"$program" --version || fail "$program does not run."

# One on each line; empty lines count for nothing.
lines() {
    local line
    while IFS= read -r line; do
        [ -z "$line" ] || printf '%s\0' "$line"
    done <<<"$1"
}
paths=()
while IFS= read -r -d '' path; do paths+=("$path"); done < <(lines "${INPUT_PATH:-.}")
more=()
while IFS= read -r -d '' argument; do more+=("$argument"); done < <(lines "${INPUT_ARGUMENTS:-}")

base=${INPUT_BASE:-}
case ${INPUT_COMMAND:-check} in
check)
    command=(check --min-severity "${INPUT_MIN_SEVERITY:-warning}")
    [ "${INPUT_READINESS:-false}" != true ] || command+=(--readiness)
    [ "${INPUT_OFFLINE:-false}" != true ] || command+=(--offline)
    ;;
impact)
    if [ -z "$base" ]; then
        [ -n "${GITHUB_BASE_REF:-}" ] ||
            fail "impact compares with the branch that a pull request goes to; elsewhere the input base has to name a commit."
        base=origin/$GITHUB_BASE_REF
        # Checkouts are shallow: the target's newest commit may not be there.
        git rev-parse --quiet --verify "$base^{commit}" >/dev/null ||
            git fetch --quiet --depth=1 origin "+refs/heads/$GITHUB_BASE_REF:refs/remotes/$base" ||
            fail "the branch $GITHUB_BASE_REF could not be fetched; give actions/checkout fetch-depth: 0."
    fi
    command=(impact --base "$base")
    ;;
*)
    fail "the input command is check or impact, not ${INPUT_COMMAND}."
    ;;
esac

code=0
"$program" "${command[@]}" --format github "${more[@]}" "${paths[@]}" || code=$?
if [ "${command[0]}" = impact ] && [ "$code" -le 1 ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    "$program" "${command[@]}" --format markdown "${more[@]}" "${paths[@]}" >>"$GITHUB_STEP_SUMMARY" || true
fi
[ -z "${GITHUB_OUTPUT:-}" ] || printf 'result=%s\n' "$([ "$code" -eq 0 ] && echo passed || echo failed)" >>"$GITHUB_OUTPUT"
exit "$code"
