package mail

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"html"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
)

// plain is a letter for programs that show text.
func plain(l Letter) string {
	if l.Link == "" {
		return l.Text + "\n"
	}
	return l.Text + "\n\n" + l.Link + "\n"
}

// rich is a letter as a page. Everything in it is escaped, and only Link becomes a link: what somebody called themselves
// can lead nowhere.
func rich(l Letter) string {
	var b strings.Builder
	b.WriteString(`<!doctype html><html><body style="font:16px/1.5 sans-serif;color:#1a1d21;max-width:560px;margin:24px auto;padding:0 16px">`)
	for paragraph := range strings.SplitSeq(l.Text, "\n\n") {
		b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(paragraph), "\n", "<br>") + "</p>")
	}
	if l.Link != "" {
		link := html.EscapeString(l.Link)
		b.WriteString(`<p><a href="` + link + `" style="display:inline-block;padding:10px 16px;border-radius:8px;` +
			`background:#0b6e4f;color:#fff;text-decoration:none">` + html.EscapeString(l.Action) + `</a></p><p style="color:#5b6470">` + link + `</p>`)
	}
	b.WriteString("</body></html>\n")
	return b.String()
}

// written is a letter as SMTP carries it (RFC 5322): the text, and the page beside it.
func written(l Letter, from *mail.Address, now time.Time) ([]byte, error) {
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for _, p := range []struct{ kind, text string }{{"text/plain", plain(l)}, {"text/html", rich(l)}} {
		w, err := parts.CreatePart(textproto.MIMEHeader{
			"Content-Type": {p.kind + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"},
		})
		if err != nil {
			return nil, err
		}
		q := quotedprintable.NewWriter(w)
		if _, err := q.Write([]byte(p.text)); err != nil {
			return nil, err
		}
		if err := q.Close(); err != nil {
			return nil, err
		}
	}
	if err := parts.Close(); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	_, host, _ := strings.Cut(from.Address, "@")
	for _, h := range [][2]string{
		{"From", from.String()},
		{"To", (&mail.Address{Address: l.To}).String()},
		{"Subject", mime.QEncoding.Encode("utf-8", l.Subject)},
		{"Date", now.UTC().Format(time.RFC1123Z)},
		{"Message-ID", fmt.Sprintf("<%s@%s>", rand.Text(), host)},
		{"MIME-Version", "1.0"},
		{"Content-Type", "multipart/alternative; boundary=" + parts.Boundary()},
		{"Auto-Submitted", "auto-generated"},
	} {
		out.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	out.WriteString("\r\n")
	out.Write(body.Bytes())
	return out.Bytes(), nil
}
