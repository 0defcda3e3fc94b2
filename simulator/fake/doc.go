// Package fake makes the people and pictures of one sandbox: invented adults
// with an address, a mail, a phone and an insurance, the card that goes with
// the insurance, and a signature.
//
//	maker := fake.New(seed)
//	maya := maker.Named("Maya", "", subject, today)
//	front := fake.Card(maya.CardHolder(), fake.Front) // PNG
//
// Every field is a draw of its own (see package chance), so a field added later
// changes no other, and nothing depends on the order of the calls.
//
// Nothing here can reach anybody: mails end in example.com, phones are in the
// ranges kept for fiction or in a country code nobody has, carriers do not
// exist and member ids are of no insurer. City, state and zip are real and
// belong together, because clients check that.
//
// It keeps no list of who was made. Two subjects may get the same name, mail or
// phone; whoever needs them to differ asks again with another subject, or for
// phones another ordinal.
package fake
