package db_test

import (
	"context"
	"database/sql"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
)

// BenchmarkStepsShared measures hot steps of four statements from 64 callers, so that steps share commits.
func BenchmarkStepsShared(b *testing.B) { benchmarkSteps(b, 32) }

// BenchmarkStepsAlone measures them one after the other: each pays for a durable commit of its own.
func BenchmarkStepsAlone(b *testing.B) { benchmarkSteps(b, 0) }

func benchmarkSteps(b *testing.B, perCore int) {
	b.Helper()
	for _, kind := range dbtest.Kinds() {
		b.Run(kind, func(b *testing.B) {
			d := dbtest.Open(b, kind)
			acme, zeta := dbtest.Tenants(b, d)
			var n atomic.Int64
			one := func() {
				i := n.Add(1)
				tenant := acme
				if i%4 == 0 {
					tenant = zeta
				}
				if err := d.InTx(context.Background(), actor.ForSystem(tenant), hotStep(strconv.FormatInt(i, 10)), db.InLane(i%65536)); err != nil {
					b.Error(err)
				}
			}
			before := d.Stats()
			b.ResetTimer()
			if perCore == 0 {
				for range b.N {
					one()
				}
			} else {
				b.SetParallelism(perCore)
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						one()
					}
				})
			}
			b.StopTimer()
			after := d.Stats()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "steps/s")
			b.ReportMetric(float64(after.Steps-before.Steps)/float64(after.Commits-before.Commits), "steps/commit")
		})
	}
}

// BenchmarkFloor measures the same four statements by the bare drivers from 64 callers, with one transaction each: what
// the steps are to be compared with.
func BenchmarkFloor(b *testing.B) {
	for _, kind := range dbtest.Kinds() {
		b.Run(kind, func(b *testing.B) {
			o := dbtest.Options(b, kind)
			d := dbtest.Start(b, o) // the schema, and two tenants
			acme, _ := dbtest.Tenants(b, d)
			var one func(id string) error
			if kind == dbtest.Postgres {
				one = barePostgres(b, o.URL, acme)
			} else {
				one = bareSQLite(b, d, o.Path, acme)
			}
			var n atomic.Int64
			b.ResetTimer()
			b.SetParallelism(32)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := one(strconv.FormatInt(n.Add(1), 10)); err != nil {
						b.Error(err)
					}
				}
			})
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "steps/s")
		})
	}
}

func barePostgres(b *testing.B, address, tenant string) func(id string) error {
	b.Helper()
	cfg, err := pgxpool.ParseConfig(address)
	if err != nil {
		b.Fatal(err)
	}
	cfg.MaxConns = 16
	pool, err := pgxpool.NewWithConfig(b.Context(), cfg)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	return func(id string) error {
		batch := &pgx.Batch{} // one round trip, one transaction
		for _, s := range hotStatements(tenant, id, 1) {
			batch.Queue(s.sql, s.args...)
		}
		return pool.SendBatch(context.Background(), batch).Close()
	}
}

func bareSQLite(b *testing.B, d *db.DB, path, tenant string) func(id string) error {
	b.Helper()
	_ = d.Close() // the tenants are there; the file is one process's
	conn, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=synchronous(full)&_pragma=foreign_keys(1)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	conn.SetMaxOpenConns(1)
	b.Cleanup(func() { _ = conn.Close() })
	return func(id string) error {
		tx, err := conn.BeginTx(context.Background(), nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		for _, s := range hotStatements(tenant, id, 1) {
			if _, err := tx.ExecContext(context.Background(), s.sql, s.args...); err != nil {
				return err
			}
		}
		return tx.Commit()
	}
}

type statement struct {
	sql  string
	args []any
}

// hotStep writes a customer who writes for the first time, in one pipeline.
func hotStep(id string) db.Step {
	return func(tx *db.Tx) error {
		p := tx.Pipeline()
		for _, s := range hotStatements(tx.Actor().Tenant(), id, int64(tx.Now())) {
			p.Exec(nil, s.sql, s.args...)
		}
		return p.Run(context.Background())
	}
}

func hotStatements(tenant, id string, now int64) []statement {
	all := []statement{
		{`INSERT INTO contacts (tenant_id, id, name, created_at, updated_at) VALUES ($1, $2, 'Asha', $3, $3)
			ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name`, []any{tenant, id, now}},
		{`INSERT INTO contact_identities (tenant_id, kind, value, contact_id, source, first_seen)
			VALUES ($1, 'wa_id', $2, $2, 'webhook', $3)`, []any{tenant, id, now}},
	}
	for _, term := range []string{"asha", "n" + id} {
		all = append(all, statement{
			`INSERT INTO contact_terms (tenant_id, term, contact_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
			[]any{tenant, term, id},
		})
	}
	return all
}
