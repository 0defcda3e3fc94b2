// Package container holds the program as it is shipped, the image, to what it
// promises to those who start it: it serves on published ports, sends webhooks
// out of the container, keeps strangers from its control API, runs as nobody in
// particular and stops when it is told to.
//
// It has tests only. The image is built by .ci/image.sh, nothing is pulled, and
// without a Docker daemon the tests are skipped, except where PLACEBO_CI or CI
// say that nothing may be.
package container
