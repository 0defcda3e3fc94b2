package program

// How rows travel, for collections of a test's own.
var (
	PackPatient = packPatient
	PackMedia   = packMedia
)

// Keys of the collections.
var (
	PatientKey = patientKey
	MediaKey   = mediaKey
)

// FewItems is how many items of additionalData are compared one by one.
const FewItems = fewItems
