package phone

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
)

// How much of a body is read, in bytes.
const (
	formLimit      = 64 << 10
	signatureLimit = 1 << 20 // a drawing comes along as text
	uploadLimit    = mostFiles*program.MaxMedia + 1<<20
	mostFiles      = 4 // two insurances, two sides each
	mostParts      = 64
)

// What can be wrong with a body as such.
var (
	errTooMuch   = errors.New("the body is larger than is read")
	errBroken    = errors.New("the body broke off or is no form")
	errOtherKind = errors.New("the body is of another kind than a form")
)

// form reads a form of at most limit bytes. A body of no stated kind is taken
// for one: an empty form may come without.
func form(c *door.Call, limit int64) (url.Values, error) {
	if kind := c.Request.Header.Get("Content-Type"); kind != "" {
		if kind, _, err := mime.ParseMediaType(kind); err != nil || kind != "application/x-www-form-urlencoded" {
			return nil, errOtherKind
		}
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, limit))
	if err != nil {
		return nil, broken(err)
	}
	c.Body = body // for the journal
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, errBroken
	}
	return values, nil
}

// drain reads a body that nobody wants: a browser that is cut short while it
// sends shows an error of its own, not the answer.
func drain(c *door.Call) {
	_, _ = io.Copy(io.Discard, http.MaxBytesReader(c.Writer, c.Request.Body, uploadLimit))
}

// broken says what stopped the reading of a body.
func broken(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return errTooMuch
	}
	return errBroken
}

// turnedAway answers a body that could not be read.
func (p *Phone) turnedAway(err error) door.Answer {
	switch err {
	case errTooMuch:
		return p.refuse(door.BodyTooLarge)
	case errOtherKind:
		return p.plain(http.StatusUnsupportedMediaType, "This is not a form",
			"Please use the form on the page to send your answers.")
	}
	return p.refuse(door.BodyBroken)
}

// upload is a form with files.
type upload struct {
	files  []file
	values url.Values
}

// file is one file that was chosen. Of one that is too large only so much is
// kept that this can be told.
type file struct {
	name    string // of the input
	content []byte
}

func (f file) tooLarge() bool { return len(f.content) > program.MaxMedia }

// receive reads a form with or without files. Memory is bounded by uploadLimit,
// whatever comes.
func receive(c *door.Call) (upload, error) {
	kind, params, err := mime.ParseMediaType(c.Request.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		values, err := form(c, formLimit)
		return upload{values: values}, err
	}
	if params["boundary"] == "" {
		return upload{}, errBroken
	}
	u := upload{values: url.Values{}}
	parts := multipart.NewReader(http.MaxBytesReader(c.Writer, c.Request.Body, uploadLimit), params["boundary"])
	for range mostParts {
		part, err := parts.NextPart()
		if err == io.EOF { // as it is: wrapped, it stands for a body that broke off
			return u, nil
		}
		if err != nil {
			return upload{}, broken(err)
		}
		if err := u.take(part); err != nil {
			return upload{}, err
		}
	}
	return upload{}, errBroken
}

// take reads one part to its end.
func (u *upload) take(part *multipart.Part) error {
	name, isFile := part.FormName(), part.FileName() != ""
	if _, isUse := program.ParseUse(name); isUse {
		isFile = true
	}
	limit := int64(formLimit)
	if isFile {
		limit = program.MaxMedia
	}
	content, err := io.ReadAll(io.LimitReader(part, limit+1))
	if err == nil {
		// The page can say that the file is too large only after all of it was
		// read: a browser that is cut short shows its own error.
		_, err = io.Copy(io.Discard, part)
	}
	switch {
	case err != nil:
		return broken(err)
	case isFile && part.FileName() == "" && len(content) == 0: // nothing was chosen
	case isFile:
		u.files = append(u.files, file{name, content})
	case int64(len(content)) > limit:
		return errTooMuch
	default:
		u.values.Add(name, string(content))
	}
	return nil
}
