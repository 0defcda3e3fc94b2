// Package container starts a peer in a container, so that it can be tried like
// any other at an address:
//
//	v, err := container.Vendor(ctx, container.Spec{Image: "registry/vendor:1.2", Port: 8080}, settings, runID, seed)
//	defer v.Close()
//
// The peer reaches the suite under host.docker.internal. What it printed is kept
// as evidence. Whether the cleaner of testcontainers runs, and at which address
// published ports are, its environment variables say.
//
// The package's tests hold the program as it is shipped, the image, to what it
// promises to those who start it: it serves on published ports, sends webhooks
// out of the container, keeps strangers from its control API, runs as nobody in
// particular and stops when it is told to. The image is built by .ci/image.sh,
// nothing is pulled, and without a Docker daemon the tests are skipped, except
// where PLACEBO_CI or CI say that nothing may be.
package container
