// Package web holds Parley's pages as they were built into web/dist; httpapi serves them.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files are the built pages, with index.html at the root. Before `npm run build` there are none, only a .keep that
// lets the program compile.
func Files() fs.FS {
	pages, err := fs.Sub(dist, "dist")
	if err != nil { // only a path that is not valid can do this, and "dist" is
		return dist
	}
	return pages
}
