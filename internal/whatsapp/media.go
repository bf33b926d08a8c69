package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
)

// FileInfo is what Graph says about a file of WhatsApp's.
type FileInfo struct {
	URL    string // for five minutes, and only with the token
	MIME   string // as the sender's phone says it
	SHA256 string // hex
	Size   int64  // bytes; 0 when it was not said
}

// ErrGone says that an address of a file has expired: ask for a new one.
var ErrGone = errors.New("the address of the file has expired")

// ErrFileTooLarge says that a file has more bytes than are taken.
var ErrFileTooLarge = errors.New("the file is too large")

// errElsewhere is an address that is not WhatsApp's: the token does not go there.
var errElsewhere = errors.New("the address of the file is not WhatsApp's")

// File asks where a file is.
func (c *Client) File(ctx context.Context, by Credentials, id string) (FileInfo, error) {
	var got struct {
		URL    looseText   `json:"url"`
		MIME   looseText   `json:"mime_type"`
		SHA256 looseHash   `json:"sha256"`
		Size   looseNumber `json:"file_size"` // a string in Meta's pages, a number in its answers
	}
	err := c.call(ctx, call{
		method: http.MethodGet, token: by.Token, id: id, query: url.Values{"phone_number_id": {by.PhoneNumberID}}, into: &got,
	})
	if err != nil {
		return FileInfo{}, err
	}
	return FileInfo{URL: string(got.URL), MIME: string(got.MIME), SHA256: string(got.SHA256), Size: int64(got.Size)}, nil
}

// Download writes a file to w, at most most bytes. The address came in from outside and the token goes with the request,
// so it must be one of WhatsApp's hosts, or the very host Graph is reached at; redirects are not followed. After an error
// w may hold a part. ErrGone and ErrFileTooLarge tell themselves; a *GraphError is a refusal.
func (c *Client) Download(ctx context.Context, by Credentials, address string, w io.Writer, most int64) error {
	if !c.isOurs(address) {
		return errElsewhere
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return &callError{cause: bare(err)}
	}
	req.Header.Set("Authorization", "Bearer "+by.Token)
	req.Header.Set("User-Agent", "parley") // without one the download is refused
	res, err := c.files.Do(req)
	if err != nil {
		return &callError{cause: bare(err)}
	}
	defer func() { _ = res.Body.Close() }()
	switch {
	case res.StatusCode == http.StatusNotFound, res.StatusCode == http.StatusGone:
		return ErrGone
	case res.StatusCode != http.StatusOK:
		raw, _ := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
		return refusal(res, raw, by.Token)
	case res.ContentLength > most:
		return ErrFileTooLarge
	}
	n, err := io.Copy(w, io.LimitReader(res.Body, most+1))
	switch {
	case err != nil:
		return &callError{cause: bare(err)}
	case n > most:
		return ErrFileTooLarge
	}
	return nil
}

// isOurs reports whether the token may go to an address.
func (c *Client) isOurs(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	if base, err := url.Parse(c.base); err == nil && u.Scheme == base.Scheme && u.Host == base.Host {
		return true
	}
	host := strings.ToLower(u.Hostname())
	known := host == "lookaside.fbsbx.com" || strings.HasSuffix(host, ".fbcdn.net") || strings.HasSuffix(host, ".whatsapp.net")
	return u.Scheme == "https" && (u.Port() == "" || u.Port() == "443") && known && net.ParseIP(host) == nil
}

// Upload brings a file to WhatsApp and gives its id there, good for 30 days from this number. It does not reach anybody
// before a message names it, so it may be tried again after any error.
func (c *Client) Upload(ctx context.Context, by Credentials, mime, filename string, file io.Reader) (id string, err error) {
	pipe, into := io.Pipe()
	form := multipart.NewWriter(into)
	written := make(chan error, 1)
	go func() {
		err := writeForm(form, mime, filename, file)
		_ = into.CloseWithError(err)
		written <- err
	}()
	id, err = c.upload(ctx, by, form.FormDataContentType(), pipe)
	_ = pipe.CloseWithError(errUploadEnded) // lets the writer go when not all was read
	if broken := <-written; err != nil && broken != nil && !errors.Is(broken, errUploadEnded) {
		return "", fmt.Errorf("read the file to upload: %w", broken)
	}
	return id, err
}

var errUploadEnded = errors.New("the upload has ended")

func writeForm(form *multipart.Writer, mime, filename string, file io.Reader) error {
	for _, field := range [][2]string{{"messaging_product", "whatsapp"}, {"type", mime}} {
		if err := form.WriteField(field[0], field[1]); err != nil {
			return err
		}
	}
	// CreateFormFile says application/octet-stream, which WhatsApp refuses.
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition("file", filename)}, "Content-Type": {mime},
	})
	if err != nil {
		return err
	}
	if _, err := io.Copy(part, file); err != nil {
		return err
	}
	return form.Close()
}

func (c *Client) upload(ctx context.Context, by Credentials, kind string, form io.Reader) (string, error) {
	if err := (call{id: by.PhoneNumberID, token: by.Token}).check(); err != nil {
		return "", err
	}
	address := c.base + url.PathEscape(by.PhoneNumberID) + "/media"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, form)
	if err != nil {
		return "", &callError{cause: bare(err)}
	}
	req.Header.Set("Authorization", "Bearer "+by.Token)
	req.Header.Set("User-Agent", "parley")
	req.Header.Set("Content-Type", kind)
	res, err := c.files.Do(req)
	if err != nil {
		return "", &callError{cause: bare(err)}
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if res.StatusCode != http.StatusOK {
		return "", refusal(res, raw, by.Token)
	}
	var got struct {
		ID looseText `json:"id"`
	}
	if err == nil {
		err = fill(raw, &got)
	}
	if err != nil || got.ID == "" {
		return "", &callError{cause: errors.New("the Graph API took a file without naming it")}
	}
	return string(got.ID), nil
}
