package setup_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/setup"
	"parley/internal/tenant"
)

func TestTheSettingsPasswordSignsTheFirstOwnerIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p, r := h.started(adminPassword)
		given, err := h.signIn(p, password)
		h.must(err)
		if given.Tenant.ID != r.TenantID || given.Tenant.Role != tenant.Owner || given.MustChange {
			t.Errorf("the session is %+v", given)
		}
		if !strings.Contains(said(r), address) || strings.Contains(said(r), password) || strings.Contains(said(r), "Change it soon") {
			t.Errorf("said: %s", said(r))
		}
		if _, err := setup.KeptLink(h.dir); !errs.Is(err, errs.NotFound) {
			t.Errorf("there is a link: %v", err)
		}
		again, r2 := h.started(func(o *setup.Options) { o.AdminPassword = "another password later" })
		if _, err := h.signIn(again, password); err != nil || r2.TenantID != r.TenantID || h.owners() != 1 {
			t.Errorf("the second start changed the owner: %v", err)
		}
	})
}

func TestAnEasySettingsPasswordIsTakenWithAWord(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p, r := h.started(func(o *setup.Options) { o.AdminPassword = "admin" })
		_, err := h.signIn(p, "admin")
		h.must(err)
		if !strings.Contains(said(r), "Change it soon") {
			t.Errorf("said: %s", said(r))
		}
	})
}

func TestOnATerminalAPasswordIsShownOnceAndMustBeChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p, r := h.started(terminal)
		shown := regexp.MustCompile(`[a-z2-7]{5}(-[a-z2-7]{5}){3}`).FindString(said(r))
		if shown == "" || !strings.Contains(said(r), email) || !strings.Contains(said(r), address) {
			t.Fatalf("said: %s", said(r))
		}
		given, err := h.signIn(p, shown)
		h.must(err)
		if !given.MustChange {
			t.Error("the shown password may be kept")
		}
		if _, again := h.started(terminal); strings.Contains(said(again), shown) || strings.Contains(said(again), email) {
			t.Errorf("said again: %s", said(again))
		}
	})
}

func TestWithoutATerminalALinkWorksOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p, r := h.started()
		if strings.Contains(said(r), "#") || !strings.Contains(said(r), "parley setup") {
			t.Errorf("said: %s", said(r))
		}
		link, err := setup.KeptLink(h.dir)
		h.must(err)
		info, err := os.Stat(filepath.Join(h.dir, "first-sign-in"))
		h.must(err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("the link may be read by others: %v", info.Mode())
		}
		token, is := strings.CutPrefix(link, address+"/setup#")
		if !is {
			t.Fatalf("the link is %s", link)
		}
		if h.count("", `SELECT count(*) FROM one_time_tokens WHERE token_hash = $1`, token) != 0 {
			t.Error("the token itself is stored")
		}
		if _, _ = h.started(); mustLink(t, h) != link { // a restart keeps the link
			t.Error("a restart made another link")
		}
		owner := setup.Owner{Token: token, Name: "Ada", Email: "Ada@Acme.example", Password: password, Workspace: "Acme"}
		visit := tenant.Visit{Address: "192.0.2.1"}
		for field, change := range map[string]func(*setup.Owner){
			"password":  func(o *setup.Owner) { o.Password = "1234567890" },
			"workspace": func(o *setup.Owner) { o.Workspace = " " },
			"email":     func(o *setup.Owner) { o.Email = "ada" },
		} {
			bad := owner
			change(&bad)
			_, err := p.Finish(t.Context(), bad, visit)
			h.wants(errs.Invalid, err)
			if errs.FieldOf(err) != field {
				t.Errorf("%v is about %q", err, errs.FieldOf(err))
			}
		}
		given, err := p.Finish(t.Context(), owner, visit)
		h.must(err)
		if given.Tenant != (tenant.Workspace{ID: r.TenantID, Name: "Acme", Role: tenant.Owner}) || given.Email != "ada@acme.example" {
			t.Errorf("the session is %+v", given)
		}
		_, err = p.Finish(t.Context(), owner, visit)
		h.wants(errs.Forbidden, err)
		if _, err := setup.KeptLink(h.dir); !errs.Is(err, errs.NotFound) {
			t.Errorf("the used link is kept: %v", err)
		}
		_, err = p.NewLink(t.Context())
		h.wants(errs.Conflict, err)
		if _, again := h.started(terminal, adminPassword); h.owners() != 1 || !strings.Contains(said(again), "Open ") {
			t.Errorf("a later start made another owner: %s", said(again))
		}
	})
}

func mustLink(t *testing.T, h *house) string {
	t.Helper()
	link, err := setup.KeptLink(h.dir)
	h.must(err)
	return link
}

func TestNobodySetsUpWithoutTheToken(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p, _ := h.started()
		finish := func(token string) error {
			_, err := p.Finish(t.Context(), setup.Owner{Token: token, Name: "Eve", Email: "eve@evil.example", Password: password, Workspace: "Eve"},
				tenant.Visit{Address: "203.0.113.9"})
			return err
		}
		before := p.tenants.Hashed()
		for _, bad := range []string{"", "x", strings.Repeat("A", 43)} {
			h.wants(errs.Forbidden, finish(bad))
		}
		if p.tenants.Hashed() != before || h.owners() != 0 {
			t.Error("a bad token got as far as hashing")
		}
		_, old, _ := strings.Cut(mustLink(t, h), "#")
		h.clock.Pass(linkLife)
		h.wants(errs.Forbidden, finish(old))
		again, _ := h.started()
		link := mustLink(t, h)
		if strings.HasSuffix(link, old) {
			t.Error("a start leaves a link that has run out")
		}
		made, err := again.NewLink(t.Context())
		h.must(err)
		if made == link || mustLink(t, h) != made {
			t.Error("a new link is not new, or not kept")
		}
		_, void, _ := strings.Cut(link, "#")
		h.wants(errs.Forbidden, finish(void))
		for range 12 {
			err = finish("x")
		}
		h.wants(errs.TooMany, err)
	})
}

func TestALinkThatRanOutUnusedIsRenewedByTheRunningProgram(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p := h.starts()
		h.must(p.RenewLink(t.Context()))
		if _, err := setup.KeptLink(h.dir); !errs.Is(err, errs.NotFound) {
			t.Errorf("before the first start there is a link: %v", err)
		}
		p, _ = h.started()
		first := mustLink(t, h)
		h.must(p.RenewLink(t.Context()))
		if mustLink(t, h) != first {
			t.Error("a link that works was replaced")
		}
		h.clock.Pass(linkLife)
		h.must(p.RenewLink(t.Context()))
		second := mustLink(t, h)
		if second == first {
			t.Fatal("the link that ran out is still there")
		}
		_, token, _ := strings.Cut(second, "#")
		_, err := p.Finish(t.Context(), setup.Owner{Token: token, Name: "Kim", Email: email, Password: password, Workspace: "Bikes"},
			tenant.Visit{Address: "192.0.2.1"})
		h.must(err)
		h.clock.Pass(linkLife)
		h.must(p.RenewLink(t.Context()))
		if _, err := setup.KeptLink(h.dir); !errs.Is(err, errs.NotFound) {
			t.Errorf("with an owner there is a link again: %v", err)
		}
	})
}

func TestALinkOfAnotherAddressIsWrittenAnew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.started()
		h.started(func(o *setup.Options) { o.PublicURL = "https://other.example" })
		if link := mustLink(t, h); !strings.HasPrefix(link, "https://other.example/setup#") {
			t.Errorf("the link is %s", link)
		}
	})
}

func TestTwoFirstStartsAtOnceMakeOneOwner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		const processes = 6
		h.hashKiB = 32 << 10 // so that all of them are at it when the first is done
		results := make([]setup.Result, processes)
		fails := make([]error, processes)
		all := make([]process, processes)
		var begin, done sync.WaitGroup
		begin.Add(1)
		for i := range processes {
			all[i] = h.starts(terminal, number, func(o *setup.Options) { o.AdminEmail = strconv.Itoa(i) + o.AdminEmail })
			done.Go(func() {
				begin.Wait()
				results[i], fails[i] = all[i].FirstStart(t.Context())
			})
		}
		begin.Done()
		done.Wait()
		h.must(errors.Join(fails...))
		id, told := results[0].TenantID, 0
		for _, r := range results {
			if r.TenantID != id {
				t.Errorf("two default workspaces: %s and %s", id, r.TenantID)
			}
			if strings.Contains(said(r), "Password") {
				told++
			}
		}
		if told != 1 || h.owners() != 1 {
			t.Errorf("%d passwords were shown, %d owners made", told, h.owners())
		}
		if n := h.count(id, `SELECT count(*) FROM channels WHERE tenant_id = $1`, id); n != 2 {
			t.Errorf("%d channels were made", n)
		}
		if n := h.count(id, `SELECT count(*) FROM members WHERE tenant_id = $1`, id); n != 1 {
			t.Errorf("%d members were made", n)
		}
	})
}

func TestTheLinkUsedTwiceAtOnceMakesOneOwner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.started()
		_, token, _ := strings.Cut(mustLink(t, h), "#")
		kinds := make([]errs.Kind, 2)
		var done sync.WaitGroup
		for i, who := range []string{"ada@acme.example", "bea@acme.example"} {
			p := h.starts()
			done.Go(func() {
				_, err := p.Finish(t.Context(), setup.Owner{Token: token, Name: "A", Email: who, Password: password, Workspace: "Acme"},
					tenant.Visit{Address: "192.0.2.1"})
				kinds[i] = errs.KindOf(err)
			})
		}
		done.Wait()
		slices.Sort(kinds)
		if kinds[0] != "" || kinds[1] != errs.Forbidden || h.owners() != 1 {
			t.Errorf("got %q, %d owners", kinds, h.owners())
		}
	})
}

func TestTheChannelsAreThere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		_, r := h.started(terminal, number)
		a := actor.ForSystem(r.TenantID)
		channels := func() map[channel.Kind]channel.Channel {
			all, err := channel.List(t.Context(), h.db.As(a), a)
			h.must(err)
			by := map[channel.Kind]channel.Channel{}
			for _, c := range all {
				by[c.Kind] = c
			}
			if len(by) != len(all) {
				t.Errorf("there are %d channels", len(all))
			}
			return by
		}
		demo, own := channels()[channel.Demo], channels()[channel.WhatsApp]
		if demo.ExternalID != r.DemoID || demo.State != channel.Active || demo.ConnectionID != channel.DemoConnection || demo.Mode != "auto" {
			t.Errorf("the demo channel is %+v", demo)
		}
		if own.ExternalID != "111" || own.AccountID != "222" || own.ConnectionID != channel.PlatformConnection || own.Mode != "auto" {
			t.Errorf("the number is %+v", own)
		}
		h.started(number, func(o *setup.Options) { o.WhatsApp.AccountID, o.WhatsApp.Token = "333", "a newer token" })
		again := channels()[channel.WhatsApp]
		token, err := channel.New(h.box, nil).Token(a, again)
		if again.ID != own.ID || again.AccountID != "333" || token != "a newer token" || err != nil {
			t.Errorf("after the settings changed the number is %+v, %v", again, err)
		}
	})
}

func TestWithoutTheDemoThereIsNone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		_, r := h.started(terminal, func(o *setup.Options) { o.Demo = false })
		if r.DemoID != "" || h.count(r.TenantID, `SELECT count(*) FROM channels WHERE tenant_id = $1`, r.TenantID) != 0 {
			t.Errorf("there is a channel: %+v", r)
		}
	})
}

func TestANumberOfAnotherWorkspaceIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p, _ := h.started(terminal)
		id, err := p.tenants.NewID(t.Context())
		h.must(err)
		other := actor.ForSystem(id)
		h.must(h.db.InTx(t.Context(), other, func(tx *db.Tx) error {
			if _, err := p.tenants.Create(t.Context(), tx, other, tenant.NewTenant{Name: "Zeta"}); err != nil {
				return err
			}
			if err := p.Equip(t.Context(), tx, other); err != nil {
				return err
			}
			_, err := channel.New(h.box, nil).Ensure(t.Context(), tx, other, channel.Number{Kind: channel.WhatsApp, ExternalID: "111"})
			return err
		}))
		_, err = h.starts(terminal, number).FirstStart(t.Context())
		h.wants(errs.Conflict, err)
	})
}

func TestAnOwnersAddressMustBeOne(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		for _, how := range []func(*setup.Options){terminal, adminPassword} {
			_, err := h.starts(how, func(o *setup.Options) { o.AdminEmail = "nobody" }).FirstStart(t.Context())
			h.wants(errs.Invalid, err)
		}
		if h.owners() != 0 {
			t.Error("an owner was made")
		}
	})
}

func TestAFolderThatCannotBeWrittenIsSaid(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		file := filepath.Join(h.dir, "file")
		h.must(os.WriteFile(file, nil, 0o600))
		_, err := h.starts(func(o *setup.Options) { o.DataDir = file }).FirstStart(t.Context())
		if err == nil {
			t.Error("nobody says that the link cannot be written")
		}
		h.must(os.Mkdir(filepath.Join(h.dir, "first-sign-in"), 0o700))
		if _, err := h.starts().FirstStart(t.Context()); err == nil {
			t.Error("nobody says that the link cannot be read")
		}
	})
}

func TestMetaSaysWhetherTheNumberIsOurs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p, r := h.started(terminal, number)
		a := actor.ForSystem(r.TenantID)
		asks := func(answer error) (channel.Channel, error) {
			err := p.Prove(t.Context(), r.TenantID, func(_ ctx, id, token string) (string, string, error) {
				if id != "111" || token != "a token" {
					t.Errorf("asked about %s", id)
				}
				return "+49 30 1234", "Acme", answer
			})
			c, look := channel.OfKind(t.Context(), h.db.As(a), a, channel.WhatsApp)
			h.must(look)
			return c, err
		}
		if c, err := asks(errs.New(errs.Unavailable, "")); err == nil || c.State != channel.Unproven {
			t.Errorf("with Meta out of reach it is %s: %v", c.State, err)
		}
		if c, err := asks(errs.New(errs.Forbidden, "The token has expired.")); err != nil || c.State != channel.Broken || c.LastError != "The token has expired." {
			t.Errorf("with a bad token it is %s (%s): %v", c.State, c.LastError, err)
		}
		if c, err := asks(nil); err != nil || c.State != channel.Active || c.DisplayPhone != "+49 30 1234" || c.LastError != "" {
			t.Errorf("with a good token it is %+v: %v", c, err)
		}
		none, _ := h.started()
		h.must(none.Prove(t.Context(), r.TenantID, nil))
		h.wants(errs.NotFound, h.starts(number, func(o *setup.Options) { o.WhatsApp.PhoneNumberID = "999" }).Prove(t.Context(), r.TenantID, nil))
	})
}
