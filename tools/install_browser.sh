#!/bin/sh
# A browser for the tests: Debian's Chromium where it is or can be installed, else Playwright's own.
# Without one the browser tests are skipped by name (and fail under CI).
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium libatomic1 fonts-noto-cjk && exit 0
fi
.venv/bin/python -m playwright install chromium || echo "No browser could be installed: the browser tests will be skipped."
