// Package inbox keeps the texts that went between a vendor's programs and
// phones, as the phones would show them. Nothing leaves the process: this is
// the whole of the telephone network.
//
// Sending is part of the update that causes it, so a refused call has sent
// nothing.
package inbox
