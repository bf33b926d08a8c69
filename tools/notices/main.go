// Command notices writes THIRD_PARTY_NOTICES.md: every Go module linked into the program on any platform it is built
// for, and every npm package that goes into the pages it serves, each with its licence as its authors wrote it. It
// fails on a licence that is not on its short list, so that none comes in unnoticed:
//
//	bin/tools/notices -out THIRD_PARTY_NOTICES.md
package main

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// component is one part that others made: a Go module or an npm package.
type component struct {
	name, version string
	licences      []string // short names, as SPDX has them
	texts         []string // licence and notice files as they are
}

func main() {
	out := flag.String("out", "THIRD_PARTY_NOTICES.md", "the file to write")
	program := flag.String("program", "./cmd/parley", "the Go package whose dependencies count")
	web := flag.String("web", "web", "the folder of the npm packages; \"\" for none")
	flag.Parse()
	if err := run(*out, *program, *web); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

func run(out, program, web string) error {
	modules, err := goModules(program)
	if err != nil {
		return err
	}
	var packages []component
	if web != "" {
		if packages, err = npmPackages(web); err != nil {
			return err
		}
	}
	if err := check(append(slices.Clone(modules), packages...)); err != nil {
		return err
	}
	return os.WriteFile(out, []byte(document(modules, packages)), 0o644)
}

// document is the same for the same components, whatever machine it is made on.
func document(modules, packages []component) string {
	var text strings.Builder
	text.WriteString("# Third-party notices\n\n" +
		"Parley is made with the work of others, under these licences. This file is written by `make gen`.\n")
	table(&text, "Go modules in the program", modules)
	table(&text, "npm packages in its pages", packages)
	text.WriteString("\n## The licences\n")
	licences(&text, append(slices.Clone(modules), packages...))
	return text.String()
}

func table(text *strings.Builder, title string, components []component) {
	fmt.Fprintf(text, "\n## %s\n\n| part | version | licence |\n| --- | --- | --- |\n", title)
	for _, c := range components {
		fmt.Fprintf(text, "| %s | %s | %s |\n", c.name, c.version, strings.Join(c.licences, ", "))
	}
}

// licences prints each text once, under the names of all that share it to the letter.
func licences(text *strings.Builder, components []component) {
	sharing := map[string][]string{}
	for _, c := range components {
		for _, t := range c.texts {
			if !slices.Contains(sharing[t], c.name) {
				sharing[t] = append(sharing[t], c.name)
			}
		}
	}
	texts := slices.SortedFunc(maps.Keys(sharing), func(a, b string) int {
		return cmp.Or(slices.Compare(sharing[a], sharing[b]), cmp.Compare(a, b))
	})
	for _, t := range texts {
		fmt.Fprintf(text, "\n### %s\n\n~~~~text\n%s\n~~~~\n", strings.Join(sharing[t], ", "), t)
	}
}

// clean makes a licence text the same wherever it was unpacked.
func clean(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t\f")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}
