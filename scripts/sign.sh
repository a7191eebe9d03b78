#!/bin/sh
# Signs the packages in a folder for `helm plugin install`, with a key of gpg: scripts/sign.sh FOLDER KEY [OPTIONS OF GPG…]
# Needs nothing of this repository but this file, so that nothing else runs beside the key.
set -eu
folder=$1 key=$2
shift 2
for text in "$folder"/*.tgz.unsigned; do
  gpg --batch --yes "$@" --local-user "$key" --digest-algo SHA512 --clearsign --output "${text%.unsigned}.prov" "$text"
  rm "$text"
done
