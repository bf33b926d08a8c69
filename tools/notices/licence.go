package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// allowed are the licences we may link and ship under our own. None of them asks that our source be given away;
// MPL-2.0 asks it for changes to its own files, which we do not make.
var allowed = []string{
	"MIT", "MIT-0", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "MPL-2.0", "Unlicense", "CC0-1.0",
	"BlueOak-1.0.0", "Zlib", "blessing",
}

// check refuses a component without a licence, or with one that is not allowed.
func check(components []component) error {
	var refused error
	for _, c := range components {
		if len(c.licences) == 0 {
			refused = errors.Join(refused, fmt.Errorf("%s %s: no licence found", c.name, c.version))
		}
		for _, licence := range c.licences {
			if !acceptable(licence) {
				refused = errors.Join(refused, fmt.Errorf("%s %s: %s is not on the list of licences we take",
					c.name, c.version, licence))
			}
		}
	}
	return refused
}

// acceptable reads SPDX expressions as far as packages use them: "A", "(A OR B)", "A AND B".
func acceptable(expression string) bool {
	expression = strings.Trim(expression, "() ")
	if parts := strings.Split(expression, " OR "); len(parts) > 1 {
		return slices.ContainsFunc(parts, acceptable)
	}
	for part := range strings.SplitSeq(expression, " AND ") {
		if !slices.Contains(allowed, strings.Trim(part, "() ")) {
			return false
		}
	}
	return true
}

// fileName matches the files in which authors put licences and notices.
var fileName = regexp.MustCompile(`(?i)^(licen[cs]e|copying|copyright|notice|patents|unlicense)([-._].*)?$`)

// sourceFile matches names that only look like it.
var sourceFile = regexp.MustCompile(`(?i)\.(go|js|mjs|cjs|ts|json|sh|tmpl)$`)

// legalFiles reads a folder's licence and notice files, in the order of their names.
func legalFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, entry := range entries {
		if entry.IsDir() || !fileName.MatchString(entry.Name()) || sourceFile.MatchString(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		texts = append(texts, clean(string(text)))
	}
	return texts, nil
}

// signs tell a licence by words that stand in it and in no other. MPL comes before the GNU licences, which it names.
var signs = []struct {
	licence string
	words   *regexp.Regexp
}{
	{"MPL-2.0", sign(`Mozilla Public License,? (Version|v\.?) ?2\.0`)},
	{"AGPL", sign(`GNU AFFERO GENERAL PUBLIC LICENSE`)},
	{"LGPL", sign(`GNU LESSER GENERAL PUBLIC LICENSE|GNU LIBRARY GENERAL PUBLIC LICENSE`)},
	{"GPL", sign(`GNU GENERAL PUBLIC LICENSE`)},
	{"SSPL", sign(`Server Side Public License`)},
	{"BUSL", sign(`Business Source License`)},
	{"Elastic", sign(`Elastic License`)},
	{"Apache-2.0", sign(`Apache License,? Version 2\.0`)},
	{"BSD-3-Clause", sign(`Neither the names? of .{1,200}may be used to endorse|contributors may be used to endorse`)},
	{"BSD-2-Clause", sign(`Redistributions in binary form must reproduce`)},
	{"MIT", sign(`Permission is hereby granted, free of charge, to any person obtaining a copy`)},
	{"ISC", sign(`Permission to use, copy, modify, and(/or)? distribute this software`)},
	{"CC0-1.0", sign(`CC0 1\.0 Universal`)},
	{"Unlicense", sign(`This is free and unencumbered software released into the public domain`)},
	{"blessing", sign(`The author disclaims copyright to this source code`)},
}

func sign(words string) *regexp.Regexp {
	return regexp.MustCompile(`(?is)` + strings.ReplaceAll(words, " ", `\s+`))
}

// classify names the licences in a text. Several may stand in one file, except that a BSD-3 text holds BSD-2's words
// and MPL's names the GNU licences.
func classify(text string) []string {
	var found []string
	for _, s := range signs {
		switch {
		case !s.words.MatchString(text):
		case s.licence == "BSD-2-Clause" && slices.Contains(found, "BSD-3-Clause"):
		case slices.Contains(found, "MPL-2.0") && strings.HasSuffix(s.licence, "GPL"):
		default:
			found = append(found, s.licence)
		}
	}
	return found
}
