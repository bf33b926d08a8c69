package intake

import (
	"crypto/subtle"
	"errors"
	"io"
	"log/slog"
	"net/http"

	"golang.org/x/sync/semaphore"

	"parley/internal/channel"
	"parley/internal/errs"
	"parley/internal/whatsapp"
)

// ServeHTTP answers Meta at /webhooks/whatsapp and /webhooks/whatsapp/{key}: the handshake (GET) and deliveries (POST).
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	conn, err := s.connection(r.Context(), r.PathValue("key"))
	switch {
	case errs.Is(err, errs.NotFound):
		refuse(w, http.StatusUnauthorized, "No app is connected here.")
	case err != nil:
		s.Log.ErrorContext(r.Context(), "webhook connection not read", slog.Any("error", err))
		refuse(w, http.StatusServiceUnavailable, "Try again.")
	case r.Method == http.MethodGet:
		shakeHands(w, r, conn)
	default:
		s.deliver(w, r, conn)
	}
}

// shakeHands proves to Meta that the path is ours: the right verify token gets its challenge back, unchanged.
func shakeHands(w http.ResponseWriter, r *http.Request, conn channel.Connection) {
	q := r.URL.Query()
	challenge := q.Get("hub.challenge")
	known := conn.VerifyToken != "" && subtle.ConstantTimeCompare([]byte(q.Get("hub.verify_token")), []byte(conn.VerifyToken)) == 1
	if q.Get("hub.mode") != "subscribe" || !known || !echoable(challenge) {
		refuse(w, http.StatusForbidden, "The verify token is not the one set here.")
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, challenge) //nolint:gosec // text/plain, printable, and only for who knows the token
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
	arriving := &metered{from: http.MaxBytesReader(w, r.Body, maxBody), budget: s.bytes}
	defer arriving.release()
	body, err := io.ReadAll(arriving)
	if errors.Is(err, errBusy) {
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
		s.Log.ErrorContext(r.Context(), "webhook not stored", slog.Any("error", err))
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusServiceUnavailable, "Could not be stored. Try again.")
		return
	}
	s.Counted.Accepted.Add(1)
	w.WriteHeader(http.StatusOK)
}

// errBusy says that the budget of bytes in flight is used up.
var errBusy = errors.New("too many bytes in flight")

// metered counts what has arrived of a body against the budget of all. What was only announced does not count: a few
// slow connections would keep everybody else out.
type metered struct {
	from   io.Reader
	budget *semaphore.Weighted
	held   int64
}

// Read takes what it gives from the budget.
func (m *metered) Read(p []byte) (int, error) {
	n, err := m.from.Read(p)
	if !m.budget.TryAcquire(int64(n)) {
		return 0, errBusy
	}
	m.held += int64(n)
	return n, err
}

func (m *metered) release() { m.budget.Release(m.held) }

func refuse(w http.ResponseWriter, status int, why string) { http.Error(w, why, status) }
