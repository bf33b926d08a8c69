package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// alsoShipped are packages that only the build asks for but that leave their own text in what it makes: the style
// sheets Tailwind writes, and the few lines Vite puts in front of the pages' code.
var alsoShipped = []string{"tailwindcss", "tw-animate-css", "vite"}

// npmPackages lists the packages a page may hold: what is not for development only, and alsoShipped.
func npmPackages(web string) ([]component, error) {
	text, err := os.ReadFile(filepath.Join(web, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct {
			Version              string
			Dev, DevOptional     bool
			Optional, Extraneous bool
		}
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		return nil, err
	}
	var packages []component
	for place, p := range lock.Packages {
		const folder = "node_modules/"
		at := strings.LastIndex(place, folder)
		if at < 0 {
			continue // the pages themselves
		}
		name := place[at+len(folder):]
		build := p.Dev || p.DevOptional || p.Optional || strings.HasPrefix(name, "@types/")
		if build && !slices.Contains(alsoShipped, name) {
			continue
		}
		c, err := npmPackage(filepath.Join(web, place), name, p.Version)
		if err != nil {
			return nil, err
		}
		packages = append(packages, c)
	}
	slices.SortFunc(packages, func(a, b component) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.version, b.version))
	})
	same := func(a, b component) bool { return a.name == b.name && a.version == b.version }
	return slices.CompactFunc(packages, same), nil
}

// npmPackage reads an installed package's licence files; many small ones only name their licence.
func npmPackage(dir, name, version string) (component, error) {
	text, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		return component{}, fmt.Errorf("%s is not installed; run npm ci in web/: %w", name, err)
	}
	var about struct {
		License any
		Author  any
	}
	if err := json.Unmarshal(text, &about); err != nil {
		return component{}, fmt.Errorf("%s: %w", name, err)
	}
	c := component{name: name, version: version}
	if c.texts, err = legalFiles(dir); err != nil {
		return component{}, err
	}
	for i, text := range c.texts {
		// Vite appends the licences of what it is bundled with; none of that reaches the pages.
		own, _, _ := strings.Cut(text, "\n# Licenses of bundled dependencies")
		c.texts[i] = clean(own)
	}
	if named, ok := about.License.(string); ok {
		c.licences = []string{named}
	} else {
		c.licences = licencesIn(c.texts)
	}
	return c, nil
}
