package fake

import (
	"strings"
	"unicode/utf8"
)

// folds gives the ASCII spelling of the accented letters common in names; at
// even places the letters, after each its spelling.
var folds = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ä", "a", "ã", "a", "å", "a", "ā", "a", "ą", "a", "ă", "a",
	"Á", "A", "À", "A", "Â", "A", "Ä", "A", "Ã", "A", "Å", "A", "Ā", "A", "Ą", "A", "Ă", "A",
	"ç", "c", "ć", "c", "č", "c", "Ç", "C", "Ć", "C", "Č", "C", "ď", "d", "đ", "d", "Đ", "D",
	"é", "e", "è", "e", "ê", "e", "ë", "e", "ē", "e", "ę", "e", "ě", "e",
	"É", "E", "È", "E", "Ê", "E", "Ë", "E", "Ē", "E", "Ę", "E", "Ě", "E",
	"ğ", "g", "Ğ", "G", "í", "i", "ì", "i", "î", "i", "ï", "i", "ī", "i", "ı", "i",
	"Í", "I", "Ì", "I", "Î", "I", "Ï", "I", "Ī", "I", "İ", "I", "ł", "l", "Ł", "L",
	"ñ", "n", "ń", "n", "ň", "n", "Ñ", "N", "Ń", "N", "Ň", "N",
	"ó", "o", "ò", "o", "ô", "o", "ö", "o", "õ", "o", "ø", "o", "ō", "o", "ő", "o",
	"Ó", "O", "Ò", "O", "Ô", "O", "Ö", "O", "Õ", "O", "Ø", "O", "Ō", "O", "Ő", "O",
	"ř", "r", "Ř", "R", "ś", "s", "š", "s", "ş", "s", "ș", "s", "Ś", "S", "Š", "S", "Ş", "S", "Ș", "S",
	"ť", "t", "ț", "t", "Ť", "T", "Ț", "T", "ú", "u", "ù", "u", "û", "u", "ü", "u", "ū", "u", "ů", "u", "ű", "u",
	"Ú", "U", "Ù", "U", "Û", "U", "Ü", "U", "Ū", "U", "Ů", "U", "Ű", "U",
	"ý", "y", "ÿ", "y", "Ý", "Y", "ź", "z", "ż", "z", "ž", "z", "Ź", "Z", "Ż", "Z", "Ž", "Z",
	"ß", "ss", "æ", "ae", "Æ", "AE", "œ", "oe", "Œ", "OE", "þ", "th", "Þ", "Th",
	"‘", "'", "’", "'", "–", "-", "—", "-", "\u00a0", " ",
)

// cut returns at most the first n runes of s.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// printable spells s in printable ASCII: accents go, control characters become
// spaces and whatever else has no spelling becomes a question mark.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ' || r == 0x7f:
			return ' '
		case r >= utf8.RuneSelf:
			return '?'
		}
		return r
	}, folds.Replace(s))
}

// mailPart keeps what of s may stand unquoted in a mail: a-z and 0-9.
func mailPart(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, strings.ToLower(folds.Replace(s)))
}
