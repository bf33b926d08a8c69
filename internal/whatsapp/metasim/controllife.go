package metasim

import (
	"encoding/json"
	"net/http"
	"time"
)

// lifeCommand is what a customer does beyond writing.
type lifeCommand struct {
	PhoneNumberID string   `json:"phoneNumberId"`
	Customer      Customer `json:"customer"`
	To            Customer `json:"to"`
	Message       string   `json:"message"` // the wamid it is about
	Text          string   `json:"text"`
	Emoji         string   `json:"emoji"`
	Kind          string   `json:"kind"`
	MIME          string   `json:"mime"`
	Filename      string   `json:"filename"`
	Caption       string   `json:"caption"`
	Voice         bool     `json:"voice"`
	Data          []byte   `json:"data"`
	Lines         []struct {
		ID     string    `json:"id"`
		From   string    `json:"from"`
		Type   string    `json:"type"`
		Text   string    `json:"text"`
		Status string    `json:"status"`
		At     time.Time `json:"at"`
	} `json:"lines"`
	Field string          `json:"field"`
	Value json.RawMessage `json:"value"`
}

type madeID struct {
	ID string `json:"id"`
}

// controlLife registers the commands of a customer's life beyond writing, and of the business's own phone.
func (s *Sim) controlLife(mux *http.ServeMux) {
	for name, do := range map[string]func(r *http.Request, in lifeCommand) (id string, err error){
		"attach": func(r *http.Request, in lifeCommand) (string, error) {
			return s.Attach(r.Context(), in.PhoneNumberID, in.Customer, Attachment{
				Kind: in.Kind, MIME: in.MIME, Filename: in.Filename, Caption: in.Caption, Voice: in.Voice, Data: in.Data,
			})
		},
		"edit": func(r *http.Request, in lifeCommand) (string, error) {
			return s.Edit(r.Context(), in.PhoneNumberID, in.Customer, in.Message, in.Text)
		},
		"revoke": func(r *http.Request, in lifeCommand) (string, error) {
			return s.Revoke(r.Context(), in.PhoneNumberID, in.Customer, in.Message)
		},
		"react": func(r *http.Request, in lifeCommand) (string, error) {
			return s.React(r.Context(), in.PhoneNumberID, in.Customer, in.Message, in.Emoji)
		},
		"number": func(r *http.Request, in lifeCommand) (string, error) {
			return s.ChangeNumber(r.Context(), in.PhoneNumberID, in.Customer, in.To)
		},
		"echo": func(r *http.Request, in lifeCommand) (string, error) {
			return s.Echo(r.Context(), in.PhoneNumberID, in.Customer, in.Text)
		},
		"history": func(r *http.Request, in lifeCommand) (string, error) {
			var lines []PastLine
			for _, l := range in.Lines {
				lines = append(lines, PastLine(l))
			}
			return "", s.History(r.Context(), in.PhoneNumberID, in.Customer, lines...)
		},
		"tell": func(r *http.Request, in lifeCommand) (string, error) {
			return "", s.Tell(r.Context(), in.PhoneNumberID, in.Field, in.Value)
		},
	} {
		mux.HandleFunc("POST /_sim/"+name, command(func(r *http.Request, in lifeCommand) (any, error) {
			id, err := do(r, in)
			return madeID{id}, err
		}))
	}
}
