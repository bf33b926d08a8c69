package intake

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"log/slog"
	"net/http"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/whatsapp"
)

// ServeHTTP answers Meta at /webhooks/whatsapp and /webhooks/whatsapp/{key}: the handshake (GET) and deliveries (POST).
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	conn, err := s.connection(r.Context(), r.PathValue("key"))
	switch {
	case errs.Is(err, errs.NotFound):
		s.Counted.Refused.Add(1)
		refuse(w, http.StatusUnauthorized, "No app is connected here.")
	case err != nil:
		s.Counted.Failed.Add(1)
		s.Log.ErrorContext(r.Context(), "webhook connection not read", slog.Any("error", err))
		refuse(w, http.StatusServiceUnavailable, "Try again.")
	case r.Method == http.MethodGet:
		s.shakeHands(w, r, conn)
	default:
		began := s.DB.Now()
		s.deliver(w, r, conn)
		if s.o.Took != nil {
			s.o.Took(s.DB.Now().Sub(began))
		}
	}
}

// shakeHands proves to Meta that the path is ours: the right verify token gets its challenge back, unchanged.
func (s *Service) shakeHands(w http.ResponseWriter, r *http.Request, conn channel.Connection) {
	q := r.URL.Query()
	challenge := q.Get("hub.challenge")
	known := conn.VerifyToken != "" && subtle.ConstantTimeCompare([]byte(q.Get("hub.verify_token")), []byte(conn.VerifyToken)) == 1
	if q.Get("hub.mode") != "subscribe" || !known || !echoable(challenge) {
		refuse(w, http.StatusForbidden, "The verify token is not the one set here.")
		return
	}
	s.shookHands(r.Context(), conn)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, challenge) //nolint:gosec // text/plain, printable, and only for who knows the token
}

// shookHands notes the handshake with an address of a tenant's own, for the owner to see. Meta gets its answer all the same.
func (s *Service) shookHands(ctx context.Context, conn channel.Connection) {
	if conn.TenantID == "" {
		return
	}
	a := actor.ForSystem(conn.TenantID)
	err := s.DB.InTx(ctx, a, func(tx *db.Tx) error { return channel.ShookHands(ctx, tx, a, conn.ID) })
	if err != nil {
		s.Log.WarnContext(ctx, "handshake not noted", slog.String("tenant", conn.TenantID), slog.Any("error", err))
	}
}

// echoable keeps foreign input that we send back short and printable.
func echoable(challenge string) bool {
	if challenge == "" || len(challenge) > maxChallenge {
		return false
	}
	for i := range len(challenge) {
		if challenge[i] < 0x21 || challenge[i] > 0x7e {
			return false
		}
	}
	return true
}

// deliver reads the body under its budgets, checks the signature over the raw bytes, and only then looks inside.
func (s *Service) deliver(w http.ResponseWriter, r *http.Request, conn channel.Connection) {
	arriving := s.bodies.arriving(http.MaxBytesReader(w, r.Body, maxBody))
	defer arriving.release()
	body, err := io.ReadAll(arriving)
	if errors.Is(err, errBusy) {
		s.Counted.Busy.Add(1)
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusServiceUnavailable, "Too much is arriving at once. Try again.")
		return
	}
	if err != nil {
		status := http.StatusBadRequest
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			status = http.StatusRequestEntityTooLarge
		}
		s.Counted.Refused.Add(1)
		refuse(w, status, "The body could not be read, or is larger than 4 MiB.")
		return
	}
	if len(conn.Secret) == 0 || !whatsapp.Verify(conn.Secret, body, r.Header.Get("X-Hub-Signature-256")) {
		s.Counted.Refused.Add(1)
		s.Log.WarnContext(r.Context(), "webhook refused: its signature is missing or wrong", slog.String("connection", conn.ID))
		refuse(w, http.StatusUnauthorized, "The signature is missing or wrong.")
		return
	}
	if err := s.Take(r.Context(), conn, body); err != nil {
		s.Counted.Failed.Add(1)
		s.Log.ErrorContext(r.Context(), "webhook not stored", slog.Any("error", err))
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusServiceUnavailable, "Could not be stored. Try again.")
		return
	}
	s.Counted.Accepted.Add(1)
	w.WriteHeader(http.StatusOK)
}

func refuse(w http.ResponseWriter, status int, why string) { http.Error(w, why, status) }
