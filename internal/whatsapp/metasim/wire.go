package metasim

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// Wire writes JSON in the form in which Meta sends and signs it: compact ASCII, with \u and lower-case hex for what is
// none, and / < % @ escaped too.
func Wire(body []byte) ([]byte, error) {
	var tight bytes.Buffer
	if err := json.Compact(&tight, body); err != nil {
		return nil, err
	}
	in := tight.Bytes()
	out := make([]byte, 0, len(in)+len(in)/4)
	for i := 0; i < len(in); {
		switch b := in[i]; {
		case b == '\\':
			out = append(out, b, in[i+1])
			i += 2
		case b == '/':
			out = append(out, `\/`...)
			i++
		case b == '<':
			out = append(out, `\u003C`...)
			i++
		case b == '%' || b == '@':
			out = fmt.Appendf(out, `\u%04x`, b)
			i++
		case b < utf8.RuneSelf:
			out = append(out, b)
			i++
		default:
			r, size := utf8.DecodeRune(in[i:])
			for _, unit := range utf16.AppendRune(nil, r) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
			i += size
		}
	}
	return out, nil
}

// encode is JSON without escapes that are not needed, for Wire to put in its own.
func encode(v any) json.RawMessage {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return json.RawMessage(`null`)
	}
	return bytes.TrimSpace(out.Bytes())
}

// wamid makes a message's id in Meta's form: the customer's number and some hex, in base64. The lock is held.
func (s *Sim) wamid(c Customer) string {
	return s.newWamid(c, 0x11, 18)
}

// inboundWamid is the id of what a customer writes, which differs in length.
func (s *Sim) inboundWamid(c Customer) string { return s.newWamid(c, 0x12, 20) }

func (s *Sim) newWamid(c Customer, kind byte, digits int) string {
	who := c.Key()
	if len(who) > 60 {
		who = who[:60]
	}
	raw := append([]byte{0x1c, 0x18, byte(len(who))}, who...)
	raw = append(raw, 0x15, 0x02, 0x00, kind, 0x18, byte(digits))
	hex := fmt.Sprintf("%016X%016X", s.rand.Uint64(), s.rand.Uint64())
	raw = append(append(raw, hex[:digits]...), 0)
	return "wamid." + base64.StdEncoding.EncodeToString(raw)
}
