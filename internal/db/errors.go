package db

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"parley/internal/errs"
)

// ErrNoRows is what Scan returns when there is no row.
var ErrNoRows = errors.New("no rows")

// Found turns a missing row into a NotFound; another tenant's row is missing just the same.
func Found(err error, what string) error {
	if errors.Is(err, ErrNoRows) {
		return errs.New(errs.NotFound, "No such %s.", what)
	}
	return err
}

// One checks that a write touched exactly one row, and is NotFound otherwise.
func One(rows int64, err error, what string) error {
	if err == nil && rows != 1 {
		return errs.New(errs.NotFound, "No such %s.", what)
	}
	return err
}

// SQLite's result codes (https://www.sqlite.org/rescode.html).
const (
	sqliteBusy       = 5
	sqliteLocked     = 6
	sqliteReadOnly   = 8
	sqliteIOErr      = 10
	sqliteFull       = 13
	sqliteCantOpen   = 14
	sqlitePrimaryKey = 1555
	sqliteUnique     = 2067
)

// PostgreSQL's error codes and classes (https://www.postgresql.org/docs/current/errcodes-appendix.html).
const (
	pgConnection      = "08"
	pgResources       = "53"
	pgLockNotHad      = "55P03"
	pgIntervention    = "57"
	pgSystem          = "58"
	pgCanceled        = "57014"
	pgSerialization   = "40001"
	pgDeadlock        = "40P01"
	pgUnique          = "23505"
	pgNoSuchText      = "22021"
	pgDuplicateObject = "42710"
	pgInternal        = "XX000"
)

var sqliteTable = regexp.MustCompile(`UNIQUE constraint failed: (\w+)\.`)

// Unique is a unique index of the schema. PostgreSQL tells a violation by the index's name, SQLite by its columns.
type Unique struct {
	Index   string // its name
	Columns string // "table.column, table.column", in the index's order
}

// Violated reports whether err says that a row would stand twice in this index.
func (u Unique) Violated(err error) bool {
	if pg, is := errors.AsType[*pgconn.PgError](err); is {
		return pg.Code == pgUnique && pg.ConstraintName == u.Index
	}
	lite, is := errors.AsType[*sqlite.Error](err)
	if !is || lite.Code() != sqliteUnique && lite.Code() != sqlitePrimaryKey {
		return false
	}
	_, columns, _ := strings.Cut(lite.Error(), "UNIQUE constraint failed: ")
	columns, _, _ = strings.Cut(columns, " (") // the code follows
	return columns == u.Columns
}

// UniqueViolation reports whether err is a broken unique constraint, and of which table.
func UniqueViolation(err error) (table string, ok bool) {
	if pg, is := errors.AsType[*pgconn.PgError](err); is && pg.Code == pgUnique {
		return pg.TableName, true
	}
	lite, is := errors.AsType[*sqlite.Error](err)
	if !is || lite.Code() != sqliteUnique && lite.Code() != sqlitePrimaryKey {
		return "", false
	}
	if m := sqliteTable.FindStringSubmatch(lite.Error()); m != nil {
		return m[1], true
	}
	return "", true
}

// classed gives the errors that are the database's own, and pass, the kind Unavailable. A text that PostgreSQL cannot
// hold, which SQLite takes, is its sender's mistake.
func classed(err error) error {
	if err == nil {
		return nil
	}
	if pg, is := errors.AsType[*pgconn.PgError](err); is && pg.Code == pgNoSuchText {
		return errs.Wrap(err, errs.Invalid, "A text must be UTF-8 without zero bytes.")
	}
	if _, has := errors.AsType[*errs.Error](err); !has && passes(err) {
		return unavailable(err)
	}
	return err
}

func passes(err error) bool {
	if lite, is := errors.AsType[*sqlite.Error](err); is {
		switch lite.Code() & 0xff {
		case sqliteBusy, sqliteLocked, sqliteReadOnly, sqliteIOErr, sqliteFull, sqliteCantOpen:
			return true
		}
	}
	if pg, is := errors.AsType[*pgconn.PgError](err); is && len(pg.Code) == 5 {
		switch pg.Code[:2] {
		case pgConnection, pgResources, pgIntervention, pgSystem:
			return pg.Code != pgCanceled
		}
		return pg.Code == pgLockNotHad
	}
	return errors.Is(err, errLost)
}

// repeatable reports whether PostgreSQL broke a transaction off that may succeed when run again.
func repeatable(err error) bool {
	pg, is := errors.AsType[*pgconn.PgError](err)
	return is && (pg.Code == pgSerialization || pg.Code == pgDeadlock)
}

func unavailable(err error) error {
	return errs.Wrap(err, errs.Unavailable, "The database cannot take this at the moment. Please try again.")
}

func tooLate(err error) error {
	return errs.Wrap(err, errs.Unavailable, "There was no time left to do this. Please try again.")
}

func stopping() error {
	return errs.New(errs.Unavailable, "The program is stopping. Please try again.")
}

func inUse(path string) error {
	return fmt.Errorf("%s is in use by another Parley process; stop it first, or give this one its own DATA_DIR", path)
}
