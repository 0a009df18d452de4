// Package console carries the built web app and serves it.
package console

import (
	"embed"
	"io/fs"
	"net/http"
)

// The app is built into web/dist/app. A checkout has only the notice there, so
// that the program builds without npm and says what is missing.
//
//go:embed all:web/dist
var dist embed.FS

// Handler serves the console: pages, scripts, styles. It is meant for "/" of the
// origin that also answers the API.
func Handler() http.Handler {
	files, err := fs.Sub(dist, "web/dist")
	if err != nil { // the name is fixed at compile time
		panic(err)
	}
	return newSite(files)
}
