// Command prove shows that tests guard what they say they guard. Each patch in tools/breaks breaks one thing on
// purpose and names the tests that must notice; prove applies the patches one at a time to a copy of the work tree
// and wants those tests to fail, after it has seen them pass on the untouched copy.
//
// A patch is what `git diff` prints, under a heading of its own:
//
//	Break: a sealed text opens under another purpose
//	Red: go ./internal/seal TestSealedTextOpensOnlyWhereItBelongs
//	Quick: yes
//
// Red may be given several times; each must fail. `go PACKAGE TEST` runs on TEST_DATABASES (both when it is not set),
// `web FILE NAME` is a vitest test by file and full name. Quick marks those that CI runs every time.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	quick := flag.Bool("quick", false, "only the patches marked quick")
	keep := flag.Bool("keep", false, "leave the copy of the work tree behind to look at")
	flag.Parse()
	if err := run(*quick, *keep, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "prove:", err)
		os.Exit(1)
	}
}

func run(quick, keep bool, names []string) error {
	breaks, err := readBreaks("tools/breaks", quick, names)
	if err != nil {
		return err
	}
	if len(breaks) == 0 {
		return errors.New("no patches to try")
	}
	copied, err := os.MkdirTemp("", "parley-prove-")
	if err != nil {
		return err
	}
	if !keep {
		defer os.RemoveAll(copied)
	}
	if err := copyTree(copied); err != nil {
		return err
	}
	if err := allGreen(copied, breaks); err != nil {
		return err
	}
	return tryAll(copied, breaks)
}

// allGreen runs every named test once on the untouched copy, those of a package together: a test that fails anyway
// proves nothing.
func allGreen(copied string, breaks []brk) error {
	seen, rooms, web := map[guard]bool{}, map[string][]guard{}, []guard{}
	for _, b := range breaks {
		for _, g := range b.guards {
			switch {
			case seen[g]:
			case g.kind == "go":
				rooms[g.place] = append(rooms[g.place], g)
			default:
				web = append(web, g)
			}
			seen[g] = true
		}
	}
	var failed error
	want := func(g guard, found finding) {
		if found.verdict != green {
			failed = errors.Join(failed, fmt.Errorf("%s is not green to begin with (%s)\n%s", g, found.verdict, found.output))
		}
	}
	for place, guards := range rooms {
		names := make([]string, len(guards))
		for i, g := range guards {
			names[i] = g.name
		}
		out, red := goTest(copied, place, "^("+strings.Join(names, "|")+")$")
		for _, g := range guards {
			want(g, g.judge(out, red))
		}
	}
	for _, g := range web {
		want(g, g.run(copied))
	}
	return failed
}

// tryAll applies each patch, wants red, and takes the patch away again.
func tryAll(copied string, breaks []brk) error {
	missed := 0
	for _, b := range breaks {
		start := time.Now()
		err := try(copied, b)
		word := "noticed"
		if err != nil {
			missed++
			word = "MISSED "
		}
		fmt.Printf("%s  %-46s %5.1f s  %s\n", word, filepath.Base(b.file), time.Since(start).Seconds(), b.what)
		if err != nil {
			fmt.Println(err)
		}
	}
	fmt.Printf("%d passed, %d failed\n", len(breaks)-missed, missed)
	if missed > 0 {
		return fmt.Errorf("%d of %d breaks went unnoticed or could not be tried", missed, len(breaks))
	}
	return nil
}

func try(copied string, b brk) error {
	if err := b.apply(copied, false); err != nil {
		return fmt.Errorf("the patch does not apply any more; make it again: %w", err)
	}
	var missed error
	for _, g := range b.guards {
		if found := g.run(copied); found.verdict != red {
			missed = errors.Join(missed, fmt.Errorf("%s: %s\n%s", g, found.verdict, found.output))
		}
	}
	return errors.Join(missed, b.apply(copied, true))
}
