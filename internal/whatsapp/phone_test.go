package whatsapp_test

import (
	"slices"
	"testing"

	"parley/internal/whatsapp"
)

func TestMatchKey(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ number, key, why string }{
		{"551187654321", "5511987654321", "Brazilian mobile without its 9"},
		{"5511987654321", "5511987654321", "with it"},
		{"+55 (11) 98765-4321", "5511987654321", "as people write it"},
		{"551166554433", "5511966554433", "6 is a mobile"},
		{"551132654321", "551132654321", "a landline is left alone"},
		{"551152654321", "551152654321", "so is 5"},
		{"55119876543", "55119876543", "too short to be one"},
		{"5215512345678", "525512345678", "Mexican with the 1"},
		{"525512345678", "525512345678", "without it"},
		{"5491123456789", "541123456789", "Argentine with the 9"},
		{"541123456789", "541123456789", "without it"},
		{"447700900123", "447700900123", "everybody else"},
		{"+44 7700 900123", "447700900123", "with a plus"},
		{"00447700900123", "447700900123", "with a leading 00"},
		{"12025550143", "12025550143", "North America"},
		{"", "", "nothing"},
	} {
		got := whatsapp.MatchKey(tc.number)
		if got != tc.key {
			t.Errorf("%s: %s gives %s", tc.why, tc.number, got)
		}
		if again := whatsapp.MatchKey(got); again != got {
			t.Errorf("%s: the key of the key is %s", tc.why, again)
		}
	}
}

func TestAliases(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		number string
		want   []string
	}{
		{"551187654321", []string{"5511987654321"}},
		{"5511987654321", []string{"551187654321"}},
		{"551132654321", nil},
		{"5511932654321", nil},
		{"525512345678", []string{"5215512345678"}},
		{"5215512345678", []string{"525512345678"}},
		{"5491123456789", []string{"541123456789"}},
		{"541123456789", nil},
		{"447700900123", nil},
		{"", nil},
	} {
		got := whatsapp.Aliases(tc.number)
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v", tc.number, got)
		}
		for _, alias := range got {
			if whatsapp.MatchKey(alias) != whatsapp.MatchKey(tc.number) {
				t.Errorf("%s and its alias %s do not match", tc.number, alias)
			}
		}
	}
}

func TestShortForm(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"5491123456789": "541123456789", "+521 55 1234 5678": "525512345678", "541123456789": "",
		"5511987654321": "", "447700900123": "",
	} {
		got, ok := whatsapp.ShortForm(number)
		if got != want || ok != (want != "") {
			t.Errorf("%s: %q, %t", number, got, ok)
		}
	}
}
