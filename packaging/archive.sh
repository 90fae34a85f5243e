#!/usr/bin/env bash
# A release archive: packaging/archive.sh PROGRAM TARGET OUT makes OUT/dbt-mesh-ls-TARGET.tar.gz (.zip for Windows) with
# the program, licences, shell completions and manual pages, and its SHA-256 beside it. The program has to run here.
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=$1
target=$2
out=$(mkdir -p "$3" && cd "$3" && pwd)

name=dbt-mesh-ls-$target
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage/$name"/{completions,man}
cp "$program" "$stage/$name/"
cp "$repo"/{README.md,CHANGELOG.md,LICENSE,LICENSE-MIT,LICENSE-APACHE} "$stage/$name/"
while read -r shell file; do
    "$program" completions "$shell" >"$stage/$name/completions/$file"
done <<'END'
bash dbt-mesh-ls.bash
elvish dbt-mesh-ls.elv
fish dbt-mesh-ls.fish
powershell _dbt-mesh-ls.ps1
zsh _dbt-mesh-ls
END
"$program" man >"$stage/$name/man/dbt-mesh-ls.1"
for command in $("$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' | grep -v '^help$'); do
    "$program" man "$command" >"$stage/$name/man/dbt-mesh-ls-$command.1"
done

cd "$stage"
case $target in
*windows*)
    archive=$name.zip
    if command -v 7z >/dev/null; then 7z a -bso0 "$out/$archive" "$name"; else zip -qr "$out/$archive" "$name"; fi
    ;;
*)
    archive=$name.tar.gz
    tar --sort=name --owner=0 --group=0 --numeric-owner -czf "$out/$archive" "$name" 2>/dev/null ||
        tar -czf "$out/$archive" "$name" # BSD's tar knows no order.
    ;;
esac
cd "$out"
if command -v sha256sum >/dev/null; then sha256sum "$archive"; else shasum -a 256 "$archive"; fi >"$archive.sha256"
