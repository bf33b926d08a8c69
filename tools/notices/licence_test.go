package main

import (
	"slices"
	"strings"
	"testing"
)

func TestLicencesAreToldByTheirText(t *testing.T) {
	t.Parallel()
	const bsd2 = "Redistribution and use in source…\n2. Redistributions in binary form must\n   reproduce"
	const bsd3 = bsd2 + " this.\nNeither the name of X nor the names of its contributors may be used to endorse"
	cases := map[string]struct {
		text string
		want []string
	}{
		"MIT":    {"Permission is hereby granted, free of charge, to any\nperson obtaining a copy", []string{"MIT"}},
		"BSD-2":  {bsd2, []string{"BSD-2-Clause"}},
		"BSD-3":  {bsd3, []string{"BSD-3-Clause"}},
		"Apache": {"Apache License\n   Version 2.0, January 2004", []string{"Apache-2.0"}},
		"MPL":    {"Mozilla Public License Version 2.0 … the GNU General Public License", []string{"MPL-2.0"}},
		"AGPL":   {"GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3", []string{"AGPL"}},
		"GPL":    {"GNU GENERAL PUBLIC LICENSE\nVersion 2, June 1991", []string{"GPL"}},
		"none":   {"All rights reserved.", nil},
	}
	for name, c := range cases {
		if got := classify(c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s: classified as %v, want %v", name, got, c.want)
		}
	}
}

func TestOnlyListedLicencesPass(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]bool{
		"MIT": true, "(MPL-2.0 OR Apache-2.0)": true, "GPL-2.0-only OR MIT": true, "MIT AND ISC": true,
		"GPL-3.0-only": false, "MIT AND GPL-3.0-only": false, "AGPL": false, "LGPL": false, "SEE LICENSE IN x": false,
	} {
		if got := acceptable(expression); got != want {
			t.Errorf("%q: acceptable is %v", expression, got)
		}
	}
}

func TestAForbiddenOrMissingLicenceStopsTheRun(t *testing.T) {
	t.Parallel()
	good := component{name: "good", version: "1", licences: []string{"MIT"}}
	if err := check([]component{good}); err != nil {
		t.Errorf("MIT was refused: %v", err)
	}
	viral := component{name: "viral", version: "2", licences: []string{"AGPL"}}
	err := check([]component{good, viral, {name: "nameless", version: "3"}})
	if err == nil || !strings.Contains(err.Error(), "viral") || !strings.Contains(err.Error(), "nameless") {
		t.Errorf("want both named, got: %v", err)
	}
}

func TestOneTextIsPrintedOnceUnderAllItsNames(t *testing.T) {
	t.Parallel()
	same := clean("The text \r\nof both\n\n")
	text := document([]component{
		{name: "a", version: "v1", licences: []string{"MIT"}, texts: []string{same}},
		{name: "b", version: "v2", licences: []string{"MIT"}, texts: []string{clean("The text\nof both")}},
	}, nil)
	if strings.Count(text, "The text\nof both") != 1 || !strings.Contains(text, "### a, b") {
		t.Errorf("the shared text is not under both names once:\n%s", text)
	}
}
