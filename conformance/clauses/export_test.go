package clauses

// Parse lets the tests read a file of their own.
var Parse = parse
