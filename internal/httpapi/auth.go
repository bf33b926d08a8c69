package httpapi

import (
	"context"
	"net/http"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/setup"
	"parley/internal/tenant"
)

// SessionUser is who is signed in.
type SessionUser struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Email    string `json:"email"`
	Language string `json:"language" doc:"That letters to them are written in; empty until they have told."`
}

// SessionTenant is a workspace of theirs.
type SessionTenant struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role string `json:"role" enum:"owner,admin,agent,viewer"`
}

// Me is who is signed in, where, and what they may do there.
type Me struct {
	User               SessionUser     `json:"user"`
	Tenant             SessionTenant   `json:"tenant"`
	Tenants            []SessionTenant `json:"tenants"`
	Permissions        []string        `json:"permissions"`
	MustChangePassword bool            `json:"mustChangePassword" doc:"A password of one's own must be chosen first."`
}

// Session is what signing in gives. The refresh token comes as a cookie beside it.
type Session struct {
	AccessToken        string          `json:"accessToken" doc:"Send it as bearer token."`
	ExpiresAt          time.Time       `json:"expiresAt" doc:"When the access token ends; refresh before."`
	MustChangePassword bool            `json:"mustChangePassword" doc:"A password of one's own must be chosen first."`
	User               SessionUser     `json:"user"`
	Tenant             SessionTenant   `json:"tenant"`
	Tenants            []SessionTenant `json:"tenants"`
	Permissions        []string        `json:"permissions"`
}

// AuthOptions say what the sign-in page offers.
type AuthOptions struct {
	Registration string `json:"registration" enum:"closed,invite,open"`
	Mail         bool   `json:"mail" doc:"Mails can be sent: a forgotten password is helped by one."`
}

// SignInBody is what one types to sign in.
type SignInBody struct {
	Email    string `json:"email" maxLength:"400"`
	Password string `json:"password" maxLength:"1024"`
}

// SwitchBody names the workspace to go on in.
type SwitchBody struct {
	TenantID string `json:"tenantId" maxLength:"64"`
}

// PasswordBody is what one types to change a password.
type PasswordBody struct {
	Current string `json:"current" maxLength:"1024"`
	New     string `json:"new" maxLength:"1024"`
}

// ForgotBody names the account one cannot get into.
type ForgotBody struct {
	Email string `json:"email" maxLength:"400"`
}

// ResetBody is a new password; the token stands in the link.
type ResetBody struct {
	Token    string `json:"token" maxLength:"200"`
	Password string `json:"password" maxLength:"1024"`
}

// RegisterBody is what one types to make an account.
type RegisterBody struct {
	Name      string `json:"name" maxLength:"400"`
	Email     string `json:"email" maxLength:"400"`
	Password  string `json:"password" maxLength:"1024"`
	Workspace string `json:"workspace" maxLength:"400"`
}

// SetupBody is what the first owner types; the token stands in the link.
type SetupBody struct {
	Token     string `json:"token" maxLength:"200"`
	Name      string `json:"name" maxLength:"400"`
	Email     string `json:"email" maxLength:"400"`
	Password  string `json:"password" maxLength:"1024"`
	Workspace string `json:"workspace" maxLength:"400"`
}

// with is the input of an operation that has nothing but a body.
type with[T any] struct{ Body T }

func (s *Server) authOperations() {
	const tag = "Sign-in"
	post := func(id, path, summary string) operation {
		return operation{
			id: id, method: http.MethodPost, path: path, summary: summary, tag: tag, permission: actor.Self, maxBody: 16 << 10,
		}
	}
	handlePublic(s, post("sign-in", "/api/auth/sign-in", "Sign in"), s.signIn)
	handlePublic(s, post("refresh", "/api/auth/refresh", "Get a new access token for the refresh cookie"), s.refresh)
	handlePublicNothing(s, post("sign-out", "/api/auth/sign-out", "Sign out"), s.signOut)
	handleNothing(s, post("sign-out-everywhere", "/api/auth/sign-out-everywhere", "Sign out on every device"), s.signOutEverywhere)
	handle(s, post("switch-tenant", "/api/auth/switch", "Go on in another workspace"), s.switchTenant)
	handleNothing(s, post("change-password", "/api/auth/password", "Change your password"), s.changePassword)
	handlePublic(s, post("register", "/api/auth/register", "Make an account and a workspace"), s.register)
	handlePublicNothing(s, post("forgot-password", "/api/auth/forgot", "Ask for a link to choose a new password"), s.forgot)
	handlePublicNothing(s, post("reset-password", "/api/auth/reset", "Choose a new password with such a link"), s.reset)
	handlePublic(s, operation{
		id: "auth-options", method: http.MethodGet, path: "/api/auth/options", tag: tag,
		summary: "May people register, and is there mail?",
	}, s.authOptions)
	handlePublic(s, post("set-up", "/api/setup", "Make the first owner with the one-time link"), s.setUp)
	handle(s, operation{
		id: "get-me", method: http.MethodGet, path: "/api/me", tag: tag,
		summary: "Who am I?", permission: actor.Self,
	}, s.getMe)
	handleNothing(s, operation{
		id: "set-language", method: http.MethodPut, path: "/api/me/language", tag: tag,
		summary: "Say in which language you read letters", permission: actor.Self,
	}, s.setLanguage)
}

func (s *Server) signIn(ctx context.Context, v *visit, in *with[SignInBody]) (Session, error) {
	given, err := s.Tenants.SignIn(ctx, in.Body.Email, in.Body.Password, v.Visit)
	return v.session(given, err)
}

func (s *Server) refresh(ctx context.Context, v *visit, _ *struct{}) (Session, error) {
	given, err := s.Tenants.Refresh(ctx, v.refresh, v.Visit)
	v.over(err)
	return v.session(given, err)
}

func (s *Server) signOut(ctx context.Context, v *visit, _ *struct{}) error {
	err := s.Tenants.SignOut(ctx, v.refresh, v.Visit)
	if err == nil && v.refresh != "" {
		v.keep("", 0)
	}
	return err
}

func (s *Server) signOutEverywhere(ctx context.Context, a actor.Actor, _ *struct{}) error {
	err := s.DB.InTx(ctx, a, func(tx *db.Tx) error { return s.Tenants.SignOutEverywhere(ctx, tx, a) })
	if v := visitOf(ctx); err == nil && v.refresh != "" {
		v.keep("", 0)
	}
	return err
}

func (s *Server) switchTenant(ctx context.Context, _ actor.Actor, in *with[SwitchBody]) (Session, error) {
	v := visitOf(ctx)
	given, err := s.Tenants.Switch(ctx, v.access, in.Body.TenantID, v.Visit)
	return v.session(given, err)
}

func (s *Server) changePassword(ctx context.Context, _ actor.Actor, in *with[PasswordBody]) error {
	v := visitOf(ctx)
	return s.Tenants.ChangePassword(ctx, v.access, in.Body.Current, in.Body.New, v.Visit)
}

func (s *Server) forgot(ctx context.Context, v *visit, in *with[ForgotBody]) error {
	return s.Tenants.Forgot(ctx, in.Body.Email, v.Visit)
}

func (s *Server) reset(ctx context.Context, v *visit, in *with[ResetBody]) error {
	return s.Tenants.Reset(ctx, in.Body.Token, in.Body.Password, v.Visit)
}

func (s *Server) register(ctx context.Context, v *visit, in *with[RegisterBody]) (Session, error) {
	given, err := s.Tenants.Register(ctx, tenant.Newcomer{
		Name: in.Body.Name, Email: in.Body.Email, Password: in.Body.Password, Workspace: in.Body.Workspace, Equip: s.Setup.Equip,
	}, v.Visit)
	return v.session(given, err)
}

func (s *Server) authOptions(context.Context, *visit, *struct{}) (AuthOptions, error) {
	return AuthOptions{Registration: string(s.Tenants.Registration()), Mail: s.Tenants.Mails()}, nil
}

func (s *Server) setUp(ctx context.Context, v *visit, in *with[SetupBody]) (Session, error) {
	given, err := s.Setup.Finish(ctx, setup.Owner{
		Token: in.Body.Token, Name: in.Body.Name, Email: in.Body.Email, Password: in.Body.Password, Workspace: in.Body.Workspace,
	}, v.Visit)
	return v.session(given, err)
}

func (s *Server) getMe(ctx context.Context, a actor.Actor, _ *struct{}) (Me, error) {
	me, err := s.Tenants.WhoAmI(ctx, a)
	return showMe(me), err
}

// session shows a session and keeps its refresh token in the browser.
func (v *visit) session(given tenant.Session, err error) (Session, error) {
	if err != nil {
		return Session{}, err
	}
	if given.RefreshToken != "" {
		v.keep(given.RefreshToken, given.RefreshLife)
	}
	me := showMe(given.Me)
	return Session{
		AccessToken: given.AccessToken, ExpiresAt: given.ExpiresAt, MustChangePassword: me.MustChangePassword,
		User: me.User, Tenant: me.Tenant, Tenants: me.Tenants, Permissions: me.Permissions,
	}, nil
}

func showMe(me tenant.Me) Me {
	out := Me{
		User:   SessionUser{ID: me.UserID, Name: me.Name, Email: me.Email, Language: me.Language},
		Tenant: showWorkspace(me.Tenant), Tenants: []SessionTenant{}, Permissions: []string{}, MustChangePassword: me.MustChange,
	}
	for _, t := range me.Tenants {
		out.Tenants = append(out.Tenants, showWorkspace(t))
	}
	for _, p := range me.Permissions {
		out.Permissions = append(out.Permissions, string(p))
	}
	return out
}

func showWorkspace(w tenant.Workspace) SessionTenant {
	return SessionTenant{ID: w.ID, Name: w.Name, Role: string(w.Role)}
}

// LanguageBody is the language somebody reads.
type LanguageBody struct {
	Language string `json:"language" minLength:"2" maxLength:"35" doc:"A language tag, such as en or es."`
}

func (s *Server) setLanguage(ctx context.Context, a actor.Actor, in *with[LanguageBody]) error {
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error { return s.Tenants.Speak(ctx, tx, a, in.Body.Language) })
}
