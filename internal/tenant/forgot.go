package tenant

import (
	"context"
	"slices"
	"time"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/job"
)

// forReset lets a user choose a new password.
const (
	forReset  Purpose = "reset"
	resetLife         = time.Hour
)

// forgotten is an address somebody typed who cannot get in.
type forgotten struct {
	Email string `json:"email"`
}

// forgotArgs name an address that is to be looked for.
type forgotArgs struct {
	ID string `json:"id"`
}

// Kind names the job.
func (forgotArgs) Kind() string { return "tenant.forgot" }

// Forgot has a link mailed to an address, if it has an account. Whether it has one is looked up later, by the job: until
// the answer, the same is done for every address, in the same time. Without mail nothing is done.
func (s *Service) Forgot(ctx context.Context, email string, v Visit) error {
	email, err := checkEmail(email)
	if err != nil {
		return err
	}
	if err := s.take("forgot:address:"+network(v.Address), perForgetful); err != nil {
		return err
	}
	if err := s.take("forgot:account:"+s.emailHash(email), perForgotten); err != nil {
		return err
	}
	if !s.Mails() {
		return nil
	}
	return s.DB.InTx(ctx, actor.ForSystem(""), func(tx *db.Tx) error {
		id := tx.NewID()
		if err := s.keepLetter(ctx, tx, id, forgotten{email}, tx.Now().Add(resetLife)); err != nil {
			return err
		}
		_, err := s.Jobs.Insert(ctx, tx, forgotArgs{ID: id}, job.Opts{})
		return err
	})
}

// answerForgotten makes the link of an address that has an account, and has it mailed.
func (s *Service) answerForgotten(ctx context.Context, args forgotArgs) error {
	var f forgotten
	there, err := s.openLetter(ctx, args.ID, &f)
	if err != nil || !there {
		return err
	}
	nobody := actor.ForSystem("")
	userID, err := readUserByEmail(ctx, s.DB.As(nobody), s.emailHash(f.Email))
	if err != nil {
		return err
	}
	locale, err := readLocale(ctx, s.DB.As(actor.ForUser("", userID, "", nil)), userID)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, nobody, func(tx *db.Tx) error {
		n, err := deleteLetter(ctx, tx, args.ID)
		if err != nil || n == 0 || userID == "" {
			return err
		}
		token, err := s.newLink(ctx, tx, forReset, oneTime{userID: userID}, resetLife)
		if err != nil {
			return err
		}
		l := wordsFor(locale).reset
		return s.post(ctx, tx, l.letter(f.Email, s.link(resetPath, token)), tx.Now().Add(resetLife))
	})
}

// MakeResetLink makes a link with which a member chooses a new password, for where there is no mail. It is given once.
// Nobody makes one for themselves, an admin none for an owner, and nobody one for who also works elsewhere: the link opens
// the account, not only the place in this workspace.
func (s *Service) MakeResetLink(ctx context.Context, tx *db.Tx, a actor.Actor, userID string) (link string, err error) {
	before, err := s.touchMember(ctx, tx, a, userID, Viewer)
	if err != nil {
		return "", err
	}
	if userID == a.UserID() {
		return "", errs.New(errs.Conflict, "Change your own password in your account.")
	}
	ids, err := readMemberships(ctx, tx, userID)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(ids, func(id string) bool { return id != a.Tenant() }) {
		return "", errs.New(errs.Conflict,
			"This person is a member of other workspaces too, so only they can ask for a new password themselves.")
	}
	if err := voidResetLinks(ctx, tx, userID); err != nil {
		return "", err
	}
	token, err := s.newLink(ctx, tx, forReset, oneTime{userID: userID, tenantID: a.Tenant()}, resetLife)
	if err != nil {
		return "", err
	}
	return resetPath + "#" + token, audit.Record(ctx, tx, a, audit.Entry{
		Action: "member.reset_link_made", TargetKind: "user", TargetID: userID, After: before,
	})
}

// Reset sets the password of whose link it is, and ends all their sessions.
func (s *Service) Reset(ctx context.Context, token, password string, v Visit) error {
	if err := s.AllowNewcomer(v.Address); err != nil {
		return err
	}
	hash := s.oneTimeHash(forReset, token)
	t, err := readToken(ctx, s.DB.As(actor.ForSystem("")), hash, s.DB.Now())
	if err != nil {
		return err
	}
	if t.userID == "" {
		return badResetLink()
	}
	u, err := readUser(ctx, s.DB.As(actor.ForUser("", t.userID, "", nil)), t.userID)
	if err != nil {
		return err
	}
	if err := checkPassword("password", password, u.name, u.email); err != nil {
		return err
	}
	hashed, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	tenantID, err := s.first(ctx, t.userID, v.Host)
	if err != nil {
		return err
	}
	a := actor.ForUser(tenantID, t.userID, v.Address, nil)
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error { return s.reset(ctx, tx, a, hash, hashed) })
}

func (s *Service) reset(ctx context.Context, tx *db.Tx, a actor.Actor, hash, hashed string) error {
	n, err := useToken(ctx, tx, hash)
	if err != nil {
		return err
	}
	if n == 0 {
		return badResetLink()
	}
	if err := setPassword(ctx, tx, a.UserID(), hashed); err != nil {
		return err
	}
	if err := voidResetLinks(ctx, tx, a.UserID()); err != nil {
		return err
	}
	if err := revokeSessions(ctx, tx, a.UserID(), ""); err != nil {
		return err
	}
	s.forgetUser(tx, a.UserID())
	s.hangUp(tx, a.UserID())
	if a.Tenant() == "" {
		return nil // of no workspace, so of no log
	}
	return audit.Record(ctx, tx, a, audit.Entry{Action: "user.password_reset", TargetKind: "user", TargetID: a.UserID()})
}

func badResetLink() error {
	return errs.New(errs.Forbidden, "This link does not work: it was used already, or it is older than one hour. Ask for a new one.")
}
