#!/usr/bin/env bash
# All checks of the repository: lint, tests, a short fuzz. Uses what the machine
# has and says what it leaves out; with PLACEBO_CI=1 it leaves nothing out.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

say() { printf '== %s\n' "$*"; }
fail() { say "FAILED: $*"; exit 1; }

command -v go >/dev/null || fail "the go command is not on PATH"

first_of() { local name; for name; do command -v "$name" && return; done; return 1; }
docker_answers() {
	command -v docker >/dev/null || return 1
	if command -v timeout >/dev/null; then timeout 20 docker version; else docker version; fi >/dev/null 2>&1 </dev/null
}

used=() skipped=()
flags=(-timeout 280s)
read -r cc _ <<<"$(go env CC)"
if [ "$(go env CGO_ENABLED)" = 1 ] && command -v "$cc" >/dev/null; then
	used+=("race detector"); flags+=(-race)
else
	skipped+=("race detector (needs a C compiler: $cc)")
fi
if docker_answers; then used+=(Docker); else skipped+=("Docker (docker version does not answer)"); fi
if first_of chromium chromium-browser google-chrome >/dev/null; then used+=(Chromium); else skipped+=("Chromium (not on PATH)"); fi

list() { local IFS=,; printf '%s' "${*:-nothing}" | sed 's/,/, /g'; }
uses=$(list ${used[@]+"${used[@]}"})
skips=$(list ${skipped[@]+"${skipped[@]}"})
say "with: $uses"
say "without: $skips"

if [ "${PLACEBO_CI:-}" = 1 ]; then
	[ ${#skipped[@]} -eq 0 ] || fail "PLACEBO_CI=1 demands everything, and this machine lacks: $skips"
	flags+=(-count=1)
else
	# A cached result may be that of a test which skipped itself for want of a tool
	# that is here now; the go command cannot know.
	mkdir -p .build
	[ "$(cat .build/tools 2>/dev/null)" = "$uses" ] || flags+=(-count=1)
	rm -f .build/tools
fi

SECONDS=0
say "lint"
"${MAKE:-make}" --no-print-directory lint || fail "lint"

say "go vet and go test in examples/partner, a module of its own"
# Without cgo, as its image is built, and so without the race detector: SQLite is
# large, and is compiled once for both.
(cd examples/partner && export CGO_ENABLED=0 && go vet ./... && go test -timeout 120s ./...) </dev/null || fail "the example"

say "go test ${flags[*]} ./..."
go test "${flags[@]}" ./... </dev/null || fail "tests"
[ "${PLACEBO_CI:-}" = 1 ] || printf '%s\n' "$uses" >.build/tools

# Every deviation against its own clause's scenarios, and whole profiles against
# targets, by a build without the race detector: what it would find, the same
# scenarios have shown above.
say "the suite on trial, and whole profiles"
go test -count=1 -timeout 200s -run 'Deviation|KillMatrix|Profile|Passes' ./conformance/target/inprocess ./conformance/target/url </dev/null ||
	fail "the suite on trial; see make prove"

say "fuzz, ${FUZZTIME:=3s} each"
FUZZTIME=$FUZZTIME .ci/fuzz.sh || fail "fuzz"

say "skipped: $skips; all passed ($SECONDS s; with: $uses)"
