package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// platforms are those the program is built for; a module may be linked on one of them only.
var platforms = []string{"linux/amd64", "linux/arm64", "darwin/arm64", "windows/amd64"}

// listed is what `go list -json` says of a package, as far as it matters here.
type listed struct {
	Dir      string
	Standard bool
	Module   *struct {
		Path, Version, Dir string
		Main               bool
	}
}

// goModules lists the modules whose packages are linked into the program, and Go's own library.
func goModules(program string) ([]component, error) {
	modules := map[string]*component{}
	seen := map[string]bool{} // folders whose licence files are read
	for _, platform := range platforms {
		packages, err := listPackages(program, platform)
		if err != nil {
			return nil, err
		}
		for _, p := range packages {
			if p.Standard || p.Module == nil || p.Module.Main {
				continue
			}
			m := modules[p.Module.Path]
			if m == nil {
				m = &component{name: p.Module.Path, version: p.Module.Version}
				modules[p.Module.Path] = m
			}
			if err := m.readUpTo(p.Dir, p.Module.Dir, seen); err != nil {
				return nil, err
			}
		}
	}
	library, err := goLibrary()
	if err != nil {
		return nil, err
	}
	all := []component{library}
	for _, m := range modules {
		slices.Sort(m.texts)
		m.texts = slices.Compact(m.texts)
		m.licences = licencesIn(m.texts)
		all = append(all, *m)
	}
	slices.SortFunc(all, func(a, b component) int { return cmp.Compare(a.name, b.name) })
	return all, nil
}

// listPackages asks go what the program is made of on a platform, without C as we build it.
func listPackages(program, platform string) ([]listed, error) {
	system, machine, _ := strings.Cut(platform, "/")
	cmd := exec.Command("go", "list", "-deps", "-json=Dir,Standard,Module", program)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+machine)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list for %s: %w\n%s", platform, err, complaint.String())
	}
	var packages []listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
}

// readUpTo reads the licence files of a package's folder and of those above it, up to the module's: code taken in
// from elsewhere carries its licence beside it.
func (c *component) readUpTo(dir, top string, seen map[string]bool) error {
	for strings.HasPrefix(dir, top) && !seen[dir] {
		seen[dir] = true
		texts, err := legalFiles(dir)
		if err != nil {
			return err
		}
		c.texts = append(c.texts, texts...)
		dir = filepath.Dir(dir)
	}
	return nil
}

// goLibrary is Go's standard library; its version is that of whoever builds, so none is named.
func goLibrary() (component, error) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return component{}, err
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "LICENSE"))
	if err != nil {
		return component{}, err
	}
	texts := []string{clean(string(text))}
	return component{name: "Go standard library", licences: licencesIn(texts), texts: texts}, nil
}

func licencesIn(texts []string) []string {
	found := map[string]bool{}
	for _, text := range texts {
		for _, licence := range classify(text) {
			found[licence] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}
