package deviation

import (
	"strings"

	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"
)

// Edit changes one member of a JSON body. One that is not there stays away,
// but for a member that is put.
type Edit struct {
	Path string // gjson's
	Do   Change
	With string // JSON that is put, the path of the other member, or the text that is cut off
}

// Change is what an edit does to a member.
type Change uint8

// The changes.
const (
	Drop    Change = iota
	Put            // With, whatever was there
	Replace        // by With, where there is such a member
	Move           // to the path With
	Copy           // from the path With
	AsText         // the same value in quotes
	AsList         // the only one of a list
	Cut            // With from its beginning
	Raise          // to capitals
	Round          // a number of milliseconds to seconds
	Unsign         // a number that loses its sign
)

// edited is the body after the edits. A body that is no JSON stays what it is.
func edited(body []byte, edits []Edit) []byte {
	for _, e := range edits {
		if gjson.ValidBytes(body) {
			body = e.on(body)
		}
	}
	return body
}

func (e *Edit) on(body []byte) []byte {
	v := gjson.GetBytes(body, e.Path)
	if !v.Exists() && e.Do != Put && e.Do != Copy {
		return body
	}
	switch e.Do {
	case Drop:
		return drop(body, e.Path)
	case Put, Replace:
		return put(body, e.Path, e.With)
	case Move:
		return put(drop(body, e.Path), e.With, v.Raw)
	case Copy:
		if from := gjson.GetBytes(body, e.With); from.Exists() {
			return put(body, e.Path, from.Raw)
		}
		return body
	case AsText:
		if v.Type == gjson.String {
			return body
		}
		return put(body, e.Path, `"`+v.Raw+`"`)
	case AsList:
		return put(body, e.Path, "["+v.Raw+"]")
	case Cut:
		return put(body, e.Path, string(gjson.AppendJSONString(nil, strings.TrimPrefix(v.Str, e.With))))
	case Raise:
		return put(body, e.Path, string(gjson.AppendJSONString(nil, strings.ToUpper(v.Str))))
	case Round:
		return put(body, e.Path, strings.TrimSuffix(v.Raw, "000"))
	case Unsign:
		return put(body, e.Path, strings.TrimPrefix(v.Raw, "-"))
	}
	return body
}

// put and drop leave the body alone where a path leads nowhere.
func put(body []byte, path, raw string) []byte {
	if next, err := sjson.SetRawBytes(body, path, []byte(raw)); err == nil {
		return next
	}
	return body
}

func drop(body []byte, path string) []byte {
	if next, err := sjson.DeleteBytes(body, path); err == nil {
		return next
	}
	return body
}
