#!/usr/bin/env bash
# Lays the unmodified Hydrogen starter into a folder, with its dependencies: prepare.sh FOLDER
#
# The starter is third-party code and stays out of this repository; it ships inside the package of Hydrogen's commands.
set -euo pipefail
folder=$1
[[ ! -e $folder/app/package.json ]] || exit 0
mkdir -p "$folder"
cd "$folder"
npm pack --silent @shopify/cli-hydrogen@12.0.2 >/dev/null
tar xzf shopify-cli-hydrogen-*.tgz
cp -r package/dist/assets/hydrogen/starter app.part
rm -rf package shopify-cli-hydrogen-*.tgz
(cd app.part && npm install --no-audit --no-fund --loglevel=error)
mv app.part app
