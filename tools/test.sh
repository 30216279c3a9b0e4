#!/bin/sh
# Every check and every test; stops at the first that fails.
set -eu
echo "== lint";      "$BIN/ruff" check .
echo "== format";    "$BIN/ruff" format --check .
echo "== types";     "$BIN/mypy"
echo "== templates"; "$BIN/djlint" finportal/templates --lint --quiet
echo "== tests";     "$BIN/python" -m pytest -q -n "${TEST_PROCESSES:-auto}" --dist loadfile
