package httpapi

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// apiConfig describes the API itself. huma's own pages are off: they load scripts from elsewhere.
func apiConfig(version string) huma.Config {
	c := huma.DefaultConfig("Parley", version)
	c.Info.Description = "The API of a Parley installation. Sign in for an access token and send it as a bearer token. " +
		"Errors are problem details (RFC 9457); times are RFC 3339; lists are keyset pages: pass next as after."
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil // no $schema in every answer
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", BearerFormat: "JWT"},
	}
	return c
}

func (s *Server) openAPI(w http.ResponseWriter, _ *http.Request) {
	doc, err := s.OpenAPI()
	if err != nil {
		writeProblem(w, http.StatusInternalServerError, "The document could not be written.")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(doc)
}

// docs is a readable page of the operations, made from the document and nothing from elsewhere.
func (s *Server) docs(w http.ResponseWriter, _ *http.Request) {
	var page bytes.Buffer
	page.WriteString(docsHead)
	doc := s.api.OpenAPI()
	tags := map[string][]*huma.Operation{}
	var order []string
	paths := make([]string, 0, len(doc.Paths))
	for p := range doc.Paths {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	for _, p := range paths {
		item := doc.Paths[p]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			if !slices.Contains(order, op.Tags[0]) {
				order = append(order, op.Tags[0])
			}
			tags[op.Tags[0]] = append(tags[op.Tags[0]], op)
		}
	}
	for _, tag := range order {
		fmt.Fprintf(&page, "<h2>%s</h2>\n", html.EscapeString(tag))
		for _, op := range tags[tag] {
			writeOperation(&page, op)
		}
	}
	page.WriteString("</main></html>")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(page.Bytes())
}

func writeOperation(page *bytes.Buffer, op *huma.Operation) {
	fmt.Fprintf(page, "<section id=%q><h3><code>%s %s</code></h3><p>%s</p>", op.OperationID, op.Method,
		html.EscapeString(op.Path), html.EscapeString(op.Summary))
	if p, ok := op.Metadata["permission"].(string); ok {
		fmt.Fprintf(page, "<p>Needs <code>%s</code>.</p>", html.EscapeString(p))
	}
	if len(op.Parameters) > 0 {
		page.WriteString("<ul>")
		for _, p := range op.Parameters {
			fmt.Fprintf(page, "<li><code>%s</code> (%s) %s</li>", html.EscapeString(p.Name), p.In, html.EscapeString(p.Description))
		}
		page.WriteString("</ul>")
	}
	if op.RequestBody != nil {
		writeSchema(page, "Body", op.RequestBody.Content["application/json"])
	}
	codes := make([]string, 0, len(op.Responses))
	for code := range op.Responses {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	for _, code := range codes {
		if strings.HasPrefix(code, "2") {
			writeSchema(page, "Answers "+code, op.Responses[code].Content["application/json"])
		}
	}
	page.WriteString("</section>\n")
}

func writeSchema(page *bytes.Buffer, title string, m *huma.MediaType) {
	if m == nil || m.Schema == nil {
		return
	}
	raw, err := m.Schema.MarshalJSON()
	if err != nil {
		return
	}
	fmt.Fprintf(page, "<details><summary>%s</summary><pre>%s</pre></details>",
		html.EscapeString(title), html.EscapeString(string(raw)))
}

const docsHead = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Parley API</title><style>
:root{color-scheme:light dark;font:14px/1.5 system-ui,sans-serif}main{max-width:52rem;margin:2rem auto;padding:0 1rem}
h2{margin-top:2.5rem}h3{margin-bottom:.2rem}section{border-top:1px solid #8883;padding:.3rem 0}p{margin:.2rem 0}
pre{overflow:auto;white-space:pre-wrap;background:#8881;padding:.5rem;border-radius:6px}</style>
<main><h1>Parley API</h1><p>The whole document for tools: <a href="/api/openapi.json">openapi.json</a>.</p>
`
