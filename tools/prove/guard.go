package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// guard is a test that watches over something.
type guard struct{ kind, place, name string }

func (g guard) String() string { return g.kind + " " + g.place + " " + g.name }

type verdict string

const (
	green     verdict = "it passed"
	red       verdict = "it failed"
	notBuilt  verdict = "the code did not build, which proves nothing"
	notThere  verdict = "there is no such test"
	otherwise verdict = "something else failed"
)

type finding struct {
	verdict verdict
	output  string
}

// parseGuard reads "go ./internal/seal TestName" or "web src/features/inbox/thread.test.tsx the name of the test".
func parseGuard(text string) (guard, error) {
	fields := strings.SplitN(text, " ", 3)
	if len(fields) != 3 || (fields[0] != "go" && fields[0] != "web") {
		return guard{}, fmt.Errorf("%q is neither `go PACKAGE TEST` nor `web FILE NAME`", text)
	}
	return guard{fields[0], fields[1], fields[2]}, nil
}

func (g guard) run(copied string) finding {
	if g.kind == "web" {
		return g.runWeb(copied)
	}
	return g.runGo(copied)
}

// runGo runs one test; a failure counts only when it is that test that failed.
func (g guard) runGo(copied string) finding {
	out, failed := goTest(copied, g.place, "^"+g.name+"$")
	return g.judge(out, failed)
}

// goTest runs the tests of a package whose names match.
func goTest(copied, place, names string) (output string, failed bool) {
	cmd := exec.Command("go", "test", "-count=1", "-timeout=300s", "-v", "-run", names, place)
	cmd.Dir = copied
	out, err := cmd.CombinedOutput()
	return string(out), err != nil
}

// judge says what the output of a run that this test was part of tells of it.
func (g guard) judge(text string, failed bool) finding {
	switch {
	case strings.Contains(text, "--- PASS: "+g.name+" ("):
		return finding{green, text}
	case strings.Contains(text, "--- FAIL: "+g.name), failed && strings.Contains(text, "panic: test timed out"):
		return finding{red, text}
	case strings.Contains(text, "[build failed]"), strings.Contains(text, "[setup failed]"):
		return finding{notBuilt, text}
	case failed && strings.Contains(text, "=== RUN   "+g.name) && strings.Contains(text, "panic: "):
		return finding{red, text}
	case failed:
		return finding{otherwise, text}
	default:
		return finding{notThere, text}
	}
}

// runWeb runs one vitest test by its full name.
func (g guard) runWeb(copied string) finding {
	cmd := exec.Command("npx", "--no-install", "vitest", "run", "--reporter=verbose", g.place,
		"-t", "^"+regexp.QuoteMeta(g.name)+"$")
	cmd.Dir = filepath.Join(copied, "web")
	out, err := cmd.CombinedOutput()
	text := string(out)
	failed, passed := regexp.MustCompile(`\d+ failed`), regexp.MustCompile(`Tests\s.*\d+ passed`)
	switch {
	case err != nil && failed.MatchString(text) && strings.Contains(text, g.place):
		return finding{red, text}
	case err != nil:
		return finding{otherwise, text}
	case !passed.MatchString(text):
		return finding{notThere, text}
	default:
		return finding{green, text}
	}
}
