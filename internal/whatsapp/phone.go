package whatsapp

import "strings"

// Brazil, Mexico and Argentina spell mobile numbers in two ways, and WhatsApp's id of a person often is not the
// spelling people write. A number is stored and replied to exactly as it was received; the functions here are only
// for finding out whether two spellings are one person.

// MatchKey is the comparing form of a number: digits without a leading 00, a Brazilian mobile with its 9, a Mexican
// without the 1 and an Argentine without the 9 after the country code. Two numbers with one key may still be two
// people, so a key that fits several decides nothing. Never send to it.
func MatchKey(number string) string {
	d := strings.TrimPrefix(digits(number), "00")
	switch {
	case len(d) == 12 && strings.HasPrefix(d, "55") && brazilianMobile(d[4]):
		return d[:4] + "9" + d[4:]
	case len(d) == 13 && strings.HasPrefix(d, "521"):
		return "52" + d[3:]
	case len(d) == 13 && strings.HasPrefix(d, "549"):
		return "54" + d[3:]
	}
	return d
}

// brazilianMobile tells by the first digit of a subscriber's eight: 2 to 5 is a landline, and a 9 put before it would
// make it somebody else's number.
func brazilianMobile(first byte) bool { return first >= '6' && first <= '9' }

// Aliases are the other spellings that surely mean the same line. An Argentine 54 number gets no 549 alias: it may be
// a landline.
func Aliases(number string) []string {
	d := strings.TrimPrefix(digits(number), "00")
	switch {
	case len(d) == 12 && strings.HasPrefix(d, "55") && brazilianMobile(d[4]):
		return []string{d[:4] + "9" + d[4:]}
	case len(d) == 13 && strings.HasPrefix(d, "55") && d[4] == '9' && brazilianMobile(d[5]):
		return []string{d[:4] + d[5:]}
	case len(d) == 12 && strings.HasPrefix(d, "52"):
		return []string{"521" + d[2:]}
	case len(d) == 13 && strings.HasPrefix(d, "521"):
		return []string{"52" + d[3:]}
	case len(d) == 13 && strings.HasPrefix(d, "549"):
		return []string{"54" + d[3:]}
	}
	return nil
}

// ShortForm is the spelling to try once when a test number refuses a Mexican or Argentine recipient as not allowed
// (131030): its list of recipients holds the number without the mobile digit. ok is false for every other number.
func ShortForm(number string) (short string, ok bool) {
	d := strings.TrimPrefix(digits(number), "00")
	if len(d) == 13 && (strings.HasPrefix(d, "521") || strings.HasPrefix(d, "549")) {
		return d[:2] + d[3:], true
	}
	return "", false
}
