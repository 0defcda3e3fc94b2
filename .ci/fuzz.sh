#!/usr/bin/env bash
# Runs every native fuzz target for FUZZTIME, one after the other; FUZZ names
# one of them. A finding lies in testdata/fuzz of its package: keep it there.
set -u -o pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
: "${FUZZTIME:=3s}" "${FUZZ:=}"

# Only the packages that have targets: asking go test builds a test binary.
packages=$(find . -name '.?*' -prune -o -name testdata -prune -o -name '*_test.go' -exec grep -l '^func Fuzz' {} + | sed 's,/[^/]*$,,' | sort -u)
if [ -z "$packages" ]; then
	echo "no fuzz targets"
	[ -z "$FUZZ" ]
	exit
fi
# shellcheck disable=SC2086 # no package path has a blank
listed=$(go test -list '^Fuzz' $packages) || { printf '%s\n' "$listed"; exit 1; }

log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM

once() { go test -run '^$' -fuzz "^$1\$" -fuzztime "$FUZZTIME" -fuzzminimizetime 10s "$2" </dev/null 2>&1 | tee "$log"; }

ran=0 failed=0
# go test prints the names of a package and then "ok <package> <time>".
while read -r target package; do
	[ -z "$FUZZ" ] || [ "$FUZZ" = "$target" ] || continue
	ran=$((ran + 1))
	echo "-- $target in $package"
	once "$target" "$package" && continue
	# The end of the time may cut an input in two, which go test reports as a
	# failure that has no input. A real one has: look again to know.
	if grep -q 'context deadline exceeded' "$log" && ! grep -q 'Failing input' "$log"; then
		echo "-- $target in $package, again: the time was up in the middle of an input"
		once "$target" "$package" && continue
	fi
	failed=$((failed + 1))
done < <(printf '%s\n' "$listed" | awk '$1 == "ok" { for (i = 0; i < n; i++) print names[i], $2; n = 0; next } /^Fuzz/ { names[n++] = $1 }')

if [ "$ran" -eq 0 ]; then
	echo "no fuzz target is called ${FUZZ:-anything: the list of go test was not understood}"
	exit 1
fi
echo "$ran fuzz targets, $failed failed"
[ "$failed" -eq 0 ]
