// Command docs checks what the documentation points at: every relative link leads to a file that is there, every Go
// file named by its path is there (from the root or from internal/), every test named in docs/promises.md and
// docs/security.md exists, and no requirement stands in docs/security.md twice. Run it at the root of the project.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	link     = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	goFile   = regexp.MustCompile("`([\\w/]+/\\w+\\.go)`")
	goTest   = regexp.MustCompile("`((?:Test|Fuzz)\\w+)`")
	declared = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	numbered = regexp.MustCompile(`(?m)^\| (\d+\.\d+\.\d+) \|`)
)

func main() {
	if err := check("."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(root string) error {
	pages, tests, err := read(root)
	if err != nil {
		return err
	}
	var wrong error
	for page, text := range pages {
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			target, _, _ := strings.Cut(found[1], "#")
			outside := strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:")
			if target != "" && !outside && !exists(filepath.Dir(page), target) {
				wrong = errors.Join(wrong, fmt.Errorf("%s: the link to %s leads nowhere", page, target))
			}
		}
		for _, found := range goFile.FindAllStringSubmatch(text, -1) {
			if !exists(root, found[1]) && !exists(root, "internal", found[1]) {
				wrong = errors.Join(wrong, fmt.Errorf("%s: there is no file %s", page, found[1]))
			}
		}
		if name := filepath.Base(page); name != "promises.md" && name != "security.md" {
			continue
		}
		seen := map[string]bool{}
		for _, found := range numbered.FindAllStringSubmatch(text, -1) {
			if seen[found[1]] {
				wrong = errors.Join(wrong, fmt.Errorf("%s: %s stands there twice", page, found[1]))
			}
			seen[found[1]] = true
		}
		for _, found := range goTest.FindAllStringSubmatch(text, -1) {
			if !tests[found[1]] {
				wrong = errors.Join(wrong, fmt.Errorf("%s: there is no test %s", page, found[1]))
			}
		}
	}
	return wrong
}

func exists(path ...string) bool {
	_, err := os.Stat(filepath.Join(path...))
	return err == nil
}

// read collects the pages of the documentation and the names of all Go tests.
func read(root string) (pages map[string]string, tests map[string]bool, err error) {
	pages, tests = map[string]string{}, map[string]bool{}
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		if err != nil {
			return err
		}
		if entry.IsDir() && (name == "node_modules" || name == ".git" || name == "data" || name == "bin") {
			return filepath.SkipDir
		}
		page := strings.HasSuffix(name, ".md") && name != "THIRD_PARTY_NOTICES.md"
		if !page && !strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if page {
			pages[path] = string(text)
			return err
		}
		for _, found := range declared.FindAllStringSubmatch(string(text), -1) {
			tests[found[1]] = true
		}
		return err
	})
	return pages, tests, err
}
