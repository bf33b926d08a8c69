package whatsapp

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Meta sends the same value as a string here and as a number there, and adds and changes fields without a new version.
// The loose types take what they can and never fail, so that one odd field does not cost the messages beside it.

// fill decodes what fits. A field of an unexpected type stays zero.
func fill(raw []byte, into any) error {
	err := json.Unmarshal(raw, into)
	if _, mismatch := errors.AsType[*json.UnmarshalTypeError](err); mismatch {
		return nil
	}
	return err
}

// looseText takes a string, or a number or bool as its text. NUL is dropped: PostgreSQL cannot hold it.
type looseText string

func (t *looseText) UnmarshalJSON(raw []byte) error {
	var s string
	switch {
	case len(raw) > 0 && raw[0] == '"':
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil //nolint:nilerr // a value that cannot be read is a value that is not there
		}
	case len(raw) > 0 && (raw[0] == '{' || raw[0] == '[' || raw[0] == 'n'):
	default:
		s = string(raw)
	}
	*t = looseText(strings.ReplaceAll(s, "\x00", ""))
	return nil
}

// looseNumber takes a number, or a string that holds one.
type looseNumber float64

func (n *looseNumber) UnmarshalJSON(raw []byte) error {
	v, err := strconv.ParseFloat(string(bytes.Trim(raw, `" `)), 64)
	if err == nil && !math.IsInf(v, 0) && !math.IsNaN(v) {
		*n = looseNumber(v)
	}
	return nil
}

// looseBool takes true, "true" and 1.
type looseBool bool

func (b *looseBool) UnmarshalJSON(raw []byte) error {
	v, err := strconv.ParseBool(string(bytes.Trim(raw, `" `)))
	*b = looseBool(err == nil && v)
	return nil
}

// looseTime takes Unix time in seconds or milliseconds, as a string or a number. What is none is the zero time.
type looseTime struct{ time.Time }

// From this value on a timestamp counts milliseconds: as seconds it would lie in the year 5138.
const firstMilliseconds = 100_000_000_000

func (t *looseTime) UnmarshalJSON(raw []byte) error {
	var n looseNumber
	_ = n.UnmarshalJSON(raw)
	switch {
	case n <= 0 || n >= firstMilliseconds*1000:
	case n >= firstMilliseconds:
		t.Time = time.UnixMilli(int64(n)).UTC()
	default:
		t.Time = time.Unix(int64(n), 0).UTC()
	}
	return nil
}

// looseHash takes a SHA-256 in base64, as Meta sends it, or in hex, as some of its examples do. It is kept in hex.
type looseHash string

func (h *looseHash) UnmarshalJSON(raw []byte) error {
	var t looseText
	_ = t.UnmarshalJSON(raw)
	if sum, err := base64.StdEncoding.DecodeString(string(t)); err == nil && len(sum) == 32 {
		*h = looseHash(hex.EncodeToString(sum))
	} else {
		*h = looseHash(strings.ToLower(string(t)))
	}
	return nil
}

// maxName bounds names of people and files, in runes.
const maxName = 200

// oneLine makes a name that a stranger chose fit to be shown beside others: no line breaks, no control characters, no
// marks that turn the direction of the text after it.
func oneLine(t looseText) string {
	var out strings.Builder
	n := 0
	for _, r := range strings.TrimSpace(string(t)) {
		switch {
		case n == maxName:
			return out.String()
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			r = ' '
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			continue
		}
		out.WriteRune(r)
		n++
	}
	return out.String()
}

// digits keeps the digits of a number.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// looseStrings takes a list of what looseText takes, or one of it alone.
type looseStrings []string

func (l *looseStrings) UnmarshalJSON(raw []byte) error {
	var list []looseText
	if json.Unmarshal(raw, &list) != nil {
		var one looseText
		_ = one.UnmarshalJSON(raw)
		list = []looseText{one}
	}
	*l = nil
	for _, t := range list {
		*l = append(*l, string(t))
	}
	return nil
}
