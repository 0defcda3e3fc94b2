#!/usr/bin/env bash
# Builds the image placebo:dev from nothing but a static binary and this
# machine's CA certificates. The build context is .build/image, not the
# repository.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
umask 022 # the image's user is not the owner of its files

context=.build/image
root=$context/root
certificates=/etc/ssl/certs/ca-certificates.crt
version=$(git describe --tags --always --dirty 2>/dev/null || echo dev)

rm -rf "$context"
mkdir -p "$root/etc/ssl/certs"
CGO_ENABLED=0 GOOS=linux go build -trimpath -ldflags "-s -w -X main.version=$version" -o "$root/placebo" ./cmd/placebo
if [ -r "$certificates" ]; then
	install -m 644 "$certificates" "$root$certificates"
else
	echo "no $certificates on this machine: the image will trust no certificate, so it cannot deliver webhooks over https" >&2
fi
docker build -t placebo:dev -f Dockerfile "$context"
echo "placebo:dev is version $version"
