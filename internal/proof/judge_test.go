//go:build unix

package proof //nolint:testpackage // the judge is inside

import (
	"strings"
	"testing"
	"time"

	"parley/internal/whatsapp/metasim"
)

// What a phone shows in these tests.
func asks(n string) metasim.Line {
	return metasim.Line{ID: "wamid.test." + n, From: metasim.FromCustomer, Text: "When? tag-test-" + n, At: start}
}

func says(text string, after time.Duration) metasim.Line {
	return metasim.Line{From: metasim.FromBusiness, Text: text, At: start.Add(after)}
}

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// A judge that sees nothing would make every line green: each way to break a promise must be seen.
func TestTheJudgeSeesWhatIsBroken(t *testing.T) {
	t.Parallel()
	kept := ledger{
		stored: map[string]place{"wamid.test.1": {"a", 1}, "wamid.test.2": {"a", 2}},
		talks:  map[string]*talk{"a": {}},
	}
	with := func(k talk) ledger { return ledger{stored: kept.stored, talks: map[string]*talk{"a": &k}} }
	for name, tc := range map[string]struct {
		lines  []metasim.Line
		ledger ledger
		want   string // "" is nothing
	}{
		"answered":                    {[]metasim.Line{asks("1"), says("tag-test-1", 1)}, kept, ""},
		"a burst with one answer":     {[]metasim.Line{asks("1"), asks("2"), says("tag-test-2", 1)}, kept, ""},
		"answered, in another order":  {[]metasim.Line{asks("2"), asks("1"), says("tag-test-2", 1)}, kept, ""},
		"answered by the documents":   {[]metasim.Line{asks("1"), says("At nine.", 1)}, kept, ""},
		"only the first was answered": {[]metasim.Line{asks("1"), asks("2"), says("tag-test-1", 1)}, kept, "1 left in silence"},
		"no answer":                   {[]metasim.Line{asks("1")}, kept, "1 left in silence"},
		"handed over":                 {[]metasim.Line{asks("1")}, with(talk{handedOver: true}), ""},
		"shown as failed":             {[]metasim.Line{asks("1")}, with(talk{failed: []int64{3}}), ""},
		"shown as unknown":            {[]metasim.Line{asks("1")}, with(talk{unknown: []int64{3}}), ""},
		"unknown was one before":      {[]metasim.Line{asks("2")}, with(talk{unknown: []int64{1}}), "1 left in silence"},
		"not stored":                  {[]metasim.Line{asks("1")}, ledger{talks: kept.talks}, "1 acknowledged and lost"},
		"answered and not stored":     {[]metasim.Line{asks("1"), says("Hm.", 1)}, ledger{talks: kept.talks}, "1 acknowledged and lost"},
		"the same answer twice":       {[]metasim.Line{asks("1"), says("tag-test-1", 1), says("tag-test-1", 2)}, kept, "1 doubled"},
		"two answers to one message":  {[]metasim.Line{asks("1"), says("tag-test-1", 1), says("At nine.", 2)}, kept, "1 doubled"},
		"never acknowledged":          {[]metasim.Line{asks("9")}, kept, "1 never acknowledged"},
		"nobody wrote":                {nil, kept, "nobody wrote anything"},
	} {
		acked := func(id string) time.Time {
			if strings.HasSuffix(id, ".9") {
				return time.Time{}
			}
			return start
		}
		got := strings.Join(judge([]metasim.Thread{{Lines: tc.lines}}, tc.ledger, acked, start).broken(), "; ")
		if got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestTimeInAFaultDoesNotCountAndTimeAfterItDoes(t *testing.T) {
	t.Parallel()
	acked := func(string) time.Time { return start }
	threads := []metasim.Thread{{Lines: []metasim.Line{asks("1"), says("tag-test-1", time.Minute)}}}
	for calm, want := range map[time.Duration]float64{0: 60, 50 * time.Second: 10, 2 * time.Minute: 0} {
		if got := judge(threads, ledger{}, acked, start.Add(calm)).Slowest; got != want {
			t.Errorf("a fault of %s: %v s, want %v", calm, got, want)
		}
	}
}

func TestARedLineIsCountedAndSaid(t *testing.T) {
	t.Parallel()
	rows := []Row{{Proof: "kill", Red: []string{"1 lost"}}, {Proof: "stop"}, {Proof: "disk", LeftOut: "no disk"}}
	table := Table(rows)
	if Red(rows) != 1 || !strings.Contains(table, "RED: 1 lost") || !strings.Contains(table, "left out: no disk") || rows[1].Verdict() != "green" {
		t.Errorf("%d red lines in\n%s", Red(rows), table)
	}
}

func TestOnlyProofsThatThereAreCanBeChosen(t *testing.T) {
	t.Parallel()
	if got, err := Choose([]string{"kill", "flood"}); err != nil || len(got) != 2 {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := Choose([]string{"kill", "earthquake"}); err == nil {
		t.Error("a proof that there is not was chosen")
	}
}
