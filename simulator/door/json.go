package door

// TooDeep tells whether the brackets of a JSON text nest deeper than levels;
// brackets inside strings do not count. It is asked before anything validates
// or parses the text, which would recurse.
func TooDeep(b []byte, levels int) bool {
	depth, inText := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case inText:
			if c == '\\' {
				i++
			} else if c == '"' {
				inText = false
			}
		case c == '"':
			inText = true
		case c == '{' || c == '[':
			if depth++; depth > levels {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}
