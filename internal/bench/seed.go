package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/errs"
)

// Crowd is how much a database is filled with.
type Crowd struct {
	Conversations int
	Messages      int // in all of them together, evenly
}

const (
	seedStep    = 20 // conversations that are written in one step
	seedWriters = 8  // steps at once: they share commits
	seedDays    = 90 // over which the conversations are spread, the newest the closest together
)

// RareWord stands in one message of a seeded workspace, and nowhere else.
const RareWord = "quagga"

// Seed fills a workspace that has no conversations yet with made-up ones; done is told how many there are, now and then.
// Their numbers begin with 999, which is nobody's.
func Seed(ctx context.Context, d *db.DB, tenantID string, c Crowd, done func(conversations int)) error {
	a := actor.ForSystem(tenantID)
	number, err := emptyNumber(ctx, d, a)
	if err != nil {
		return err
	}
	var next, written atomic.Int64
	var all sync.WaitGroup
	failed := make(chan error, seedWriters)
	for range seedWriters {
		all.Go(func() {
			for ctx.Err() == nil {
				from := int(next.Add(seedStep)) - seedStep
				to := min(from+seedStep, c.Conversations)
				if from >= to {
					return
				}
				if err := seedSome(ctx, d, a, number, c, from, to); err != nil {
					failed <- err
					return
				}
				if n := written.Add(int64(to - from)); n%10_000 < seedStep {
					done(int(n))
				}
			}
		})
	}
	all.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return ctx.Err()
	}
}

// emptyNumber is the channel to fill: the workspace's first, when nobody has written to it.
func emptyNumber(ctx context.Context, d *db.DB, a actor.Actor) (id string, err error) {
	q := d.As(a)
	channels, err := channel.List(ctx, q, a)
	if err != nil {
		return "", err
	}
	if len(channels) == 0 {
		return "", errs.New(errs.Conflict, "The workspace has no number yet. Start the program once, then seed.")
	}
	there, err := conversation.List(ctx, q, a, d.Now(), conversation.Filter{View: conversation.ViewAll, Limit: 1})
	if err != nil {
		return "", err
	}
	if len(there) > 0 {
		return "", errs.New(errs.Conflict, "The workspace has conversations already. Seed an empty one: real ones would be hard to tell from made-up ones.")
	}
	return channels[0].ID, nil
}

func seedSome(ctx context.Context, d *db.DB, a actor.Actor, channelID string, c Crowd, from, to int) error {
	return d.InTx(ctx, a, func(tx *db.Tx) error {
		some := make([]conversation.Seeded, 0, to-from)
		for i := from; i < to; i++ {
			chance := rand.New(rand.NewPCG(uint64(i), 1)) // the same each time
			s := contact.Sighting{WaID: fmt.Sprintf("999%09d", i), Name: seedName(chance)}
			who, _, err := contact.See(ctx, tx, a, s)
			if err != nil {
				return err
			}
			one := seedTalk(chance, tx.Now(), i, c)
			one.ChannelID, one.ContactID, one.Lane = channelID, who.ID, s.Lane(channelID)
			some = append(some, one)
		}
		return conversation.Seed(ctx, tx, a, some)
	})
}

// seedTalk makes up the i-th conversation. One in four is open; of those one in four is a person's, handed off or taken.
func seedTalk(chance *rand.Rand, now db.Time, i int, c Crowd) conversation.Seeded {
	one := conversation.Seeded{Status: conversation.Closed, Handler: conversation.AI}
	if chance.IntN(4) == 0 {
		one.Status = conversation.Active
		if chance.IntN(4) == 0 {
			one.Handler, one.HandedOff = conversation.Human, chance.IntN(2) == 0
		}
	}
	ago := time.Duration(chance.Float64() * chance.Float64() * seedDays * 24 * float64(time.Hour))
	lines := max(c.Messages/max(c.Conversations, 1), 1)
	at := now.Add(-ago - time.Duration(lines)*time.Minute)
	for n := range lines {
		line := conversation.SeededLine{Sender: conversation.FromCustomer, Body: seedWords(chance), At: at.Add(time.Duration(n) * time.Minute)}
		switch {
		case n%2 == 1 && one.Handler == conversation.Human:
			line.Sender = conversation.FromAgent
		case n%2 == 1:
			line.Sender = conversation.FromAI
		}
		one.Lines = append(one.Lines, line)
	}
	if i == c.Conversations-1 { // written last, and found by a search of the open ones
		one.Status = conversation.Active
		one.Lines[0].Body = "Do you keep a " + RareWord + "?"
	}
	if one.Status == conversation.Active && one.Lines[lines-1].Sender == conversation.FromCustomer {
		one.Unread = 1
	}
	return one
}

var (
	givenNames  = strings.Fields("Amelia Diego Wei Marta Tunde Chloé Omar Sunita Lukas Grace Priya Jonas Ana Yuki Fatima Peter Olga Ibrahim Lena Noah")
	familyNames = strings.Fields(`Hart Fernández Ling Kowalska Bakare Martin Haddad Sharma Weber Whitfield Nair Wolf Silva Tanaka Khan
		Novak Petrova Diallo Berg Cohen`)
	// Words as customers of a shop use them; one message in ten is in a language that is written without spaces.
	commonWords = strings.Fields(`order delivery price open closed today tomorrow monday size colour return refund invoice shop bike
		brake wheel repair warranty when where how much please thanks hello the a is it my your we can you for of to in on with`)
	spacelessWords = strings.Fields("今天 明天 营业 时间 退款 订单 价格 自行车 刹车 修理 谢谢 你好 请问 多少钱 什么时候 可以 我的 配送 发票 颜色")
)

func seedName(chance *rand.Rand) string {
	return givenNames[chance.IntN(len(givenNames))] + " " + familyNames[chance.IntN(len(familyNames))]
}

// seedWords is what somebody says: mostly words that many say, and one that few do.
func seedWords(chance *rand.Rand) string {
	if chance.IntN(10) == 0 {
		var b strings.Builder
		for range 3 + chance.IntN(6) {
			b.WriteString(spacelessWords[chance.IntN(len(spacelessWords))])
		}
		return b.String()
	}
	words := make([]string, 0, 16)
	for range 4 + chance.IntN(10) {
		words = append(words, commonWords[chance.IntN(len(commonWords))])
	}
	return strings.Join(append(words, fmt.Sprintf("item%d", chance.IntN(20_000))), " ")
}
