// Package settings reads the files that tell the suite about a peer it does not
// start itself: vendor.yaml, by which a vendor at an address is tested, and
// partner.yaml, by which a partner's webhook endpoints are.
//
// Reading is strict: an unknown key, a wrong type or a value that makes no
// sense is an error that names line and column. For editors, docs/schema has
// the same as a JSON Schema, made from the types here and their comments by
// this package's tests.
//
//	v, err := settings.LoadVendor("vendor.yaml")
package settings
