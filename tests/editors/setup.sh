#!/usr/bin/env bash
# Editors of a newer Debian, unpacked beside the machine's libraries: tests/editors/setup.sh DEST SUITE PACKAGE…
# Nothing is installed but patchelf. Makes DEST/bin/nvim, hx, emacs and vim, as far as their packages were asked for.
# The mirror is the machine's own.
set -euo pipefail
dest=$(mkdir -p "$1" && cd "$1" && pwd)
suite=$2
shift 2
state=$dest/.apt
mkdir -p "$state"/{lists/partial,cache/archives/partial,etc/sources.list.d,etc/preferences.d,etc/apt.conf.d,etc/trusted.gpg.d}
: >"$state/status"

mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/*.sources 2>/dev/null | grep -v security | head -n 1 || true)
[ -n "$mirror" ] || mirror=$(awk '$1 == "deb" && $2 !~ /security/ {for (i = 2; i <= NF; i++) if ($i ~ /:\/\//) {print $i; exit}}' \
    /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true)
[ -n "$mirror" ] || { echo "no Debian mirror is configured" >&2; exit 1; }
printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' \
    "${mirror%% *}" "$suite" >"$state/etc/sources.list.d/newer.sources"

apt() {
    # An empty list of what is installed, so that each editor comes with its own libc.
    apt-get -o Dir::Etc="$state/etc" -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$state/etc/sources.list.d" \
        -o Dir::State::Lists="$state/lists" -o Dir::Cache="$state/cache" -o Dir::State::Status="$state/status" \
        -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false -o APT::Sandbox::User=root \
        -o Acquire::http::Timeout=30 -o Acquire::Retries=1 "$@"
}
apt update -qq
apt install -y -qq --no-install-recommends --download-only "$@" >/dev/null

mkdir -p "$dest"/usr/{lib,bin,lib64,sbin} "$dest/bin"
for name in lib lib64 sbin; do [ -e "$dest/$name" ] || ln -s "usr/$name" "$dest/$name"; done
for package in "$state"/cache/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar x -C "$dest" --keep-directory-symlink \
        --exclude='./usr/share/doc' --exclude='./usr/share/locale' --exclude='./usr/share/man'
done
rm -rf "$state"

libraries=$(dirname "$(find "$dest/usr/lib" -name 'ld-linux-*.so*' -o -name 'ld-*.so' | head -n 1)")
loader=$(find "$libraries" -maxdepth 1 -name 'ld-linux-*.so*' | head -n 1)
# An rpath and not LD_LIBRARY_PATH: what the editor starts runs with the machine's own libraries.
adopt() { patchelf --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "$1"; }
wrap() {
    printf '#!/bin/sh\n%s exec %s "$@"\n' "$2" "$3" >"$dest/bin/$1"
    chmod +x "$dest/bin/$1"
}
if [ -e "$dest/usr/bin/nvim" ]; then
    adopt "$dest/usr/bin/nvim"
    wrap nvim "VIMRUNTIME=$dest/usr/share/nvim/runtime" "$dest/usr/bin/nvim"
    "$dest/bin/nvim" --version | head -n 1
fi
if [ -e "$dest/usr/lib/hx/hx" ]; then
    adopt "$dest/usr/lib/hx/hx"
    wrap hx "HELIX_RUNTIME=$dest/usr/lib/hx/runtime" "$dest/usr/lib/hx/hx"
    "$dest/bin/hx" --version
fi
if [ -e "$dest/usr/bin/emacs-nox" ]; then
    adopt "$dest/usr/bin/emacs-nox"
    version=$(basename "$(find "$dest/usr/share/emacs" -maxdepth 1 -name '[0-9]*' | head -n 1)")
    lisp=$(find "$dest/usr/share/emacs/$version/lisp" -type d | tr '\n' ':')
    share=$dest/usr/share/emacs/$version
    dump=$(find "$dest/usr" -name '*.pdmp' | head -n 1)
    wrap emacs "EMACSLOADPATH=$lisp EMACSDATA=$share/etc EMACSDOC=$share/etc" "$dest/usr/bin/emacs-nox --dump-file=$dump"
    "$dest/bin/emacs" --version | head -n 1
fi
if [ -e "$dest/usr/bin/vim.basic" ]; then
    adopt "$dest/usr/bin/vim.basic"
    wrap vim "VIMRUNTIME=$(echo "$dest"/usr/share/vim/vim[0-9]*)" "$dest/usr/bin/vim.basic"
    "$dest/bin/vim" --version | head -n 1
fi
