#!/bin/sh
# Builds tracker/web/static/app.css and copies htmx. Needs node and npm; the results are committed.
set -eu
cd "$(dirname "$0")"
static=../tracker/web/static
npm ci --no-audit --no-fund --silent --ignore-scripts
node_modules/.bin/sass --no-source-map --style=compressed --quiet-deps --load-path=node_modules app.scss "$static/app.css"
cp node_modules/htmx.org/dist/htmx.min.js "$static/htmx.min.js"
cp node_modules/htmx.org/LICENSE "$static/LICENSES/htmx.txt"
