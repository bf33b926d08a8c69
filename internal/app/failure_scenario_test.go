package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/app"
	"parley/internal/db/dbtest"
	"parley/internal/llm/llmfake"
	"parley/internal/testkit"
	"parley/internal/whatsapp/metasim"
)

// However the model fails, the documents are quoted when they know, and people are called when they do not.
func TestWhenTheModelFailsTheDocumentsAnswerOrPeopleDo(t *testing.T) {
	t.Parallel()
	for name, reply := range map[string]llmfake.Reply{
		"down":             llmfake.Status(http.StatusInternalServerError),
		"refusing the key": llmfake.Status(http.StatusUnauthorized),
		"empty":            llmfake.Empty(),
		"broken JSON":      llmfake.Broken(),
		"cut off":          llmfake.Cut(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
				w.Knows(w.Acme, "Hours", hours)
				w.Model.Otherwise(reply)
				w.Hears(w.Acme, testkit.Ada, "What time do you open?")
				w.Hears(w.Acme, testkit.Ben, "Can I pay with cryptocurrency?")
				w.Settles()
				if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 || !strings.Contains(got[0], "9:00") {
					t.Errorf("Ada got %q", got)
				}
				if waiting := w.Inbox(w.Acme, "handed_off"); len(waiting) != 1 || waiting[0].Contact.Name != "Ben" {
					t.Errorf("handed off: %+v", waiting)
				}
			})
		})
	}
}

func TestAGraphThatFailsForAMomentIsTriedAgain(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]metasim.Fault{
		"500":                {Code: 2, Status: 500},
		"503":                {Code: 131016, Status: 503},
		"throughput, 130429": faultCode(130429),
		"unknown, 131000":    faultCode(131000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
				w.Model.Otherwise(llmfake.Text("Hello."))
				w.Meta.FailNext(1, fault)
				w.Hears(w.Acme, testkit.Ada, "Hello")
				w.Settles()
				if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 {
					t.Fatalf("Ada got %q", got)
				}
				if again := w.Only(w.Acme).Problem; again != "" {
					t.Fatalf("the inbox shows a problem: %q", again)
				}
			})
		})
	}
}

func TestWhatMetaRefusesForGoodIsShownInPlainWordsAndCanBeSentAgain(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]int{"window closed": 131047, "undeliverable": 131026} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
				w.Model.Otherwise(llmfake.Text("Hello."))
				w.Meta.FailNext(1, faultCode(code))
				w.Hears(w.Acme, testkit.Ada, "Hello")
				w.Settles()
				talk := w.Only(w.Acme)
				m := w.Thread(w.Acme, talk.ID)[1]
				if talk.Problem != "failed" || m.Status != "failed" || m.Error == nil || m.Error.Code != int64(code) ||
					m.Error.Text == "" || m.Error.Todo == "" {
					t.Fatalf("the inbox has %+v, the message %+v", talk, m)
				}
				if code := w.Asks(w.Acme, http.MethodPost, "/api/messages/"+m.ID+"/retry", nil, nil); code != http.StatusOK {
					t.Fatalf("sending again said %d", code)
				}
				w.Settles()
				if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 {
					t.Fatalf("Ada got %q", got)
				}
			})
		})
	}
}

// A page from something before Graph, or a cut connection, does not say whether the message went through: it is not sent
// again before the grace has passed without its status, while other webhooks came through.
func TestASendOfUnknownFateWaitsForItsStatusBeforeItIsSentAgain(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]metasim.Fault{"a proxy's page": faultStatus(502), "connection cut": {Reset: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			waitsForItsStatus(t, fault)
		})
	}
}

func waitsForItsStatus(t *testing.T, fault metasim.Fault) {
	t.Helper()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello."))
		w.Meta.FailNext(1, fault)
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Eventually("the send is over", func() bool { return w.Delivery.Engine().Stats().PutBack == 1 })
		heard := w.Intake.Counted.Heard.Load()
		w.Hears(w.Acme, testkit.Ben, "Hello")
		w.Eventually("Ben is answered", func() bool { return len(w.Answers(w.Acme, testkit.Ben)) == 1 })
		w.Eventually("it is written down that the channel was heard", func() bool { return w.Intake.Counted.Heard.Load() > heard })
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 0 {
			t.Fatalf("it was sent again at once: %q", got)
		}
		w.Later(time.Minute)
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 {
			t.Fatalf("Ada got %q", got)
		}
	})
}

// What Meta delivers late says nothing of what happened since: a message whose status is still in that backlog is not
// sent again for it.
func TestWhatMetaDeliversLateIsNoSignThatAStatusIsMissing(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello."))
		w.Meta.Mischief(metasim.Mischief{NoStatuses: true})
		w.Meta.FailNext(1, metasim.Fault{Lost: true})
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Eventually("the send is over", func() bool { return w.Delivery.Engine().Stats().PutBack == 1 })
		heard := w.Intake.Counted.Heard.Load()
		late := metasim.TextBody(metasim.Number{PhoneNumberID: w.Acme.Number, AccountID: "account-" + w.Acme.Number, DisplayPhone: "15550100000"},
			testkit.Ben, "wamid.late", "Hello", w.Now().Add(-10*time.Second))
		if code := w.Delivers(w.Acme, late); code != http.StatusOK {
			t.Fatalf("the webhook said %d", code)
		}
		w.Eventually("it is written down that the channel was heard", func() bool { return w.Intake.Counted.Heard.Load() > heard })
		w.Later(time.Minute)
		w.Eventually("people see that nobody knows", func() bool {
			return slices.ContainsFunc(w.Inbox(w.Acme, "all"), func(c testkit.Conversation) bool { return c.Problem == "unknown" })
		})
		for id, times := range w.Meta.Arrivals() {
			if times != 1 {
				t.Errorf("message %s arrived %d times", id, times)
			}
		}
	})
}

// What Graph took and we could not write down has left all the same: it is not sent again for that.
func TestASendThatCouldNotBeWrittenDownIsNotSentAgain(t *testing.T) {
	t.Parallel()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			var taken atomic.Value // an id that is another message's
			var sends atomic.Int64
			graph := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var asked struct{ Type, Status string }
				if json.NewDecoder(r.Body).Decode(&asked) == nil && asked.Status == "" && asked.Type != "" {
					sends.Add(1)
				}
				_ = json.NewEncoder(w).Encode(map[string]any{"messages": []map[string]any{{"id": taken.Load()}}})
			}))
			t.Cleanup(graph.Close)
			w := testkit.New(t, kind, testkit.Options{Change: func(o *app.Options) { o.Graph.BaseURL = graph.URL }})
			w.Model.Otherwise(llmfake.Text("Hello."))
			w.Model.Hold()
			taken.Store(w.Hears(w.Acme, testkit.Ada, "Hello"))
			w.Model.Release()
			w.Eventually("the send is over", func() bool { return w.Delivery.Engine().Stats().PutBack == 1 })
			w.Later(2 * time.Minute)
			w.Settles()
			if m := w.Thread(w.Acme, w.Only(w.Acme).ID)[1]; m.Status != "unknown" || sends.Load() != 1 {
				t.Fatalf("after %d sends the message is %+v", sends.Load(), m)
			}
		})
	}
}

// Statuses may say "failed" after the 200, and a number whose token is dead is shown as broken, with the rest waiting.
func TestAFailureReportedLaterIsShown(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello."))
		w.Meta.FailNext(1, metasim.Fault{Later: 131026})
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Settles()
		if m := w.Thread(w.Acme, w.Only(w.Acme).ID)[1]; m.Status != "failed" || m.Error == nil || m.Error.Code != 131026 {
			t.Fatalf("the message is %+v", m)
		}
	})
}

func TestADeadTokenBreaksTheChannelAndSaysSo(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello."))
		w.Meta.FailNext(1, faultCode(190))
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Settles()
		var channels struct {
			Items []struct{ ID, State, LastError string } `json:"items"`
		}
		w.Asks(w.Acme, http.MethodGet, "/api/channels", nil, &channels)
		for _, c := range channels.Items {
			if c.ID == w.Acme.Channel && (c.State != "broken" || c.LastError == "") {
				t.Fatalf("the channel is %+v", c)
			}
		}
		if talk := w.Only(w.Acme); talk.Problem != "failed" {
			t.Fatalf("the conversation is %+v", talk)
		}
	})
}

func TestThePairLimitMakesOneRecipientWaitAndNobodyElse(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello."))
		w.Meta.FailNext(1, metasim.Fault{Code: 131056, Customer: testkit.Ada.Key()})
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Hears(w.Acme, testkit.Ben, "Hello")
		w.Eventually("Ben is answered", func() bool { return len(w.Answers(w.Acme, testkit.Ben)) == 1 })
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 {
			t.Fatalf("Ada got %q", got)
		}
	})
}

// A send whose answer was lost is neither sent again blindly nor forgotten: before the grace of 45 s is over nothing
// happens, although other webhooks come through; its status settles it.
func TestALostAnswerIsSettledByItsStatus(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello."))
		w.Hears(w.Acme, testkit.Ben, "Hello")
		w.Settles()
		w.Model.Hold()
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Meta.Mischief(metasim.Mischief{Withhold: true}) // of the statuses; what is delivered comes through
		w.Meta.FailNext(1, metasim.Fault{Lost: true})
		w.Model.Release()
		w.Eventually("the send is uncertain", func() bool { return uncertainSends(t, w) == 1 })
		w.Delivers(w.Acme, w.Body(w.Acme, testkit.Ben, "wamid.ben.1", "Hello again"))
		heard := w.Intake.Counted.Heard.Load()
		w.Eventually("it is written down that the channel was heard", func() bool { return w.Intake.Counted.Heard.Load() > heard })

		w.Later(40 * time.Second)
		w.Meta.FailNext(1, faultCode(131016)) // for now: it is put back, and claimed when it is due
		w.Delivers(w.Acme, w.Body(w.Acme, testkit.Ben, "wamid.ben.2", "Hello once more"))
		w.Eventually("what is due was looked for", func() bool { return len(w.Answers(w.Acme, testkit.Ben)) == 3 })
		if n := uncertainSends(t, w); n != 1 {
			t.Errorf("%d sends are uncertain before the grace is over", n)
		}

		w.Meta.Heal() // the statuses come now
		w.Settles()
		w.Later(2 * time.Minute)
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 {
			t.Fatalf("Ada got %q", got)
		}
		for _, talk := range w.Inbox(w.Acme, "all") {
			if m := w.Thread(w.Acme, talk.ID)[1]; m.Status == "queued" || m.Status == "unknown" || m.Status == "failed" {
				t.Fatalf("the message is %+v, %+v", m, m.Error)
			}
		}
		for id, times := range w.Meta.Arrivals() {
			if times != 1 {
				t.Fatalf("message %s arrived %d times", id, times)
			}
		}
	})
}

// uncertainSends is how many messages may have left and wait for their status.
func uncertainSends(t *testing.T, w *testkit.World) (n int64) {
	t.Helper()
	q := w.DB.As(actor.ForSystem(""))
	must(t, q.QueryRow(t.Context(), `SELECT count(*) FROM outbox WHERE claimed_by = 'uncertain'`).Scan(&n))
	return n
}

func TestStatusesInAnyOrderAndBeforeThe200NeverGoBack(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello."))
		w.Meta.Mischief(metasim.Mischief{Shuffle: true, Double: true, EarlyStatuses: true})
		for range 5 {
			w.Hears(w.Acme, testkit.Ada, "Hello")
			w.Settles()
		}
		for _, m := range w.Thread(w.Acme, w.Only(w.Acme).ID) {
			if m.Sender == "ai" && m.Status != "read" {
				t.Fatalf("the message is %+v, %+v", m, m.Error)
			}
		}
	})
}
