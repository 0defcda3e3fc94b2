package fake

import "strings"

// The two values of Person.Gender.
const (
	Male   = "male"
	Female = "female"
)

// feminine endings and the common names that do not follow them. Policy: a
// guess that is right for most names of gofakeit, whose list does not tell; it
// spares every reader of a sandbox a "Deborah, male".
var (
	feminineEndings  = []string{"a", "ah", "e", "i", "y", "beth", "lyn", "lynn", "een", "ann", "ryn"}
	masculineDespite = set(`Abe Ali Andre Andy Anthony Antone Antwone Archie Arne Aubrey Barney Barry Benny Billy
		Bobby Bradley Brady Bruce Charley Charlie Christy Claude Clay Clyde Coby Cody Colby Corey Cory Curtis Dale Dane Danny
		Dante Darby Davis Dave Dee Denis Dennis Devante Dewayne Dewey Dominique Donny Doyle Duane Dwayne Earle Eddie Eli
		Elijah Ellis Emery Emile Ernie Eugene Ezra Francis Freddie Freddy Garry Gary Gene George Geoffrey Gregory
		Guy Harry Harvey Harris Henri Henry Hershey Ike Isaiah Izaiah Jake Jamie Jay Jeffery Jeffrey Jeremiah
		Jeremy Jerry Jesse Jessie Jimmy Joe Joey Johnny Jonah Jorge Jose Joshua Josiah Josue Judah Kelby Kenny Kobe Kyle
		Lane Lance Larry Lee Lenny Leroy Leslie Lewis Lonny Lonnie Louie Louis Luca Luke Lyle Mateo
		Micah Mickey Mike Monte Monty Morris Murray Nate Nehemiah Nicky Noah Obie Orie Otis Percy Pete Pierce Pierre
		Randy Ray Reggie Reilly Ricky Roy Rory Rudy Rusty Sammy Scotty Shane Sidney Sonny Stanley Steve Teddy Terry
		Timmy Timothy Toby Tommy Tony Travis Tre Trey Troy Ty Tyree Vance Vicente Wade Wallace Wayne Wesley Wiley
		Willie Zachariah Zachary Zachery Zackary Zackery Zane`)
	feminineDespite = set(`Allison Alison Ashton Carol Caryn Eleanor Esther Gladys Hazel Heather Helen Isabel Jennifer
		Jill Joan Karen Kathryn Kim Madison Margaret Marian Marion Megan Meghan Mabel Muriel Pearl Rachael Rachel
		Rosalind Rosemary Ruth Sharon Shannon Susan Taryn Vivian Yasmin Ariel Autumn April June Jewel Lois Doris Ruby`)
)

func set(words string) map[string]bool {
	in := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		in[strings.ToLower(word)] = true
	}
	return in
}

// genderOf guesses the gender that goes with a first name.
func genderOf(first string) string {
	first = strings.ToLower(first)
	if feminineDespite[first] {
		return Female
	}
	if masculineDespite[first] {
		return Male
	}
	for _, ending := range feminineEndings {
		if strings.HasSuffix(first, ending) {
			return Female
		}
	}
	return Male
}
