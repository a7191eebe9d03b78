#!/bin/sh
# Run by Helm after `helm plugin install` and `helm plugin update`. Helm shows what it prints.
set -eu
if ! command -v node >/dev/null 2>&1; then
  echo "hookorder runs on Node 20 or later, and there is no node on PATH." >&2
  echo "Install Node, or install the package with an executable of its own: docs/install.md, \"Without Node\"." >&2
  exit 1
fi
exec node "$(dirname -- "$0")/plugin-install.mjs" "$@"
