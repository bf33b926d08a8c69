package mail

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/mail"
	"strings"
)

// sendGridURL is SendGrid's API.
const sendGridURL = "https://api.sendgrid.com"

// sendGrid sends by SendGrid's API.
type sendGrid struct {
	url, key string
	from     *mail.Address
	http     *http.Client
}

func newSendGrid(o Options, from *mail.Address) *sendGrid {
	s := &sendGrid{url: sendGridURL, key: o.SendGridKey, from: from, http: &http.Client{
		Timeout: patience, // and the key goes nowhere else
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}}
	if o.SendGridURL != "" {
		s.url = strings.TrimSuffix(o.SendGridURL, "/")
	}
	return s
}

// sendGridMail is a letter as the API wants it.
type sendGridMail struct {
	Personalizations []sendGridTo      `json:"personalizations"`
	From             sendGridAddress   `json:"from"`
	Subject          string            `json:"subject"`
	Content          []sendGridContent `json:"content"`
	Tracking         sendGridTracking  `json:"tracking_settings"`
}

type sendGridTo struct {
	To []sendGridAddress `json:"to"`
}

type sendGridAddress struct {
	Email string `json:"email"`
	Name  string `json:"name,omitempty"`
}

type sendGridContent struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// sendGridTracking keeps one-time links what they are: a link that is counted goes through somebody else's computer.
type sendGridTracking struct {
	Click struct {
		Enable     bool `json:"enable"`
		EnableText bool `json:"enable_text"`
	} `json:"click_tracking"`
}

// Send sends a letter.
func (s *sendGrid) Send(ctx context.Context, l Letter) error {
	l, err := checked(l)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(sendGridMail{
		Personalizations: []sendGridTo{{To: []sendGridAddress{{Email: l.To}}}},
		From:             sendGridAddress{Email: s.from.Address, Name: s.from.Name},
		Subject:          l.Subject,
		Content:          []sendGridContent{{"text/plain", plain(l)}, {"text/html", rich(l)}},
	})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/v3/mail/send", bytes.NewReader(raw))
	if err != nil {
		return unreachable()
	}
	r.Header.Set("Authorization", "Bearer "+s.key)
	r.Header.Set("Content-Type", "application/json")
	answer, err := s.http.Do(r)
	if err != nil {
		return unreachable()
	}
	defer func() { _ = answer.Body.Close() }()
	switch code := answer.StatusCode; code {
	case http.StatusOK, http.StatusAccepted:
		return nil
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		return refused(code)
	default:
		return later(code)
	}
}
