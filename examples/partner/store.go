package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Store keeps what the vendor told us. What a method has returned from is on
// the disk, whole; what it has not is not there at all.
type Store struct{ db *sql.DB }

// Times are milliseconds since 1970, NULL for never.
const schema = `
CREATE TABLE IF NOT EXISTS patients (
	id TEXT PRIMARY KEY, -- the vendor's
	program TEXT NOT NULL DEFAULT '', external_id TEXT NOT NULL DEFAULT '', phone TEXT NOT NULL DEFAULT '',
	first_name TEXT NOT NULL DEFAULT '', last_name TEXT NOT NULL DEFAULT '',
	invited_at INTEGER,
	enrolled_at INTEGER, details TEXT,
	opted_at INTEGER, opted_out INTEGER NOT NULL DEFAULT 0,
	infused_at INTEGER, infusion TEXT
);
CREATE TABLE IF NOT EXISTS events (
	seq INTEGER PRIMARY KEY,
	name TEXT NOT NULL, patient TEXT NOT NULL, sent_at INTEGER NOT NULL, value TEXT NOT NULL,
	kind TEXT NOT NULL, body BLOB NOT NULL, received_at INTEGER NOT NULL, times INTEGER NOT NULL DEFAULT 1,
	UNIQUE (patient, name, sent_at, value)
);
CREATE TABLE IF NOT EXISTS files (
	patient TEXT NOT NULL, id TEXT NOT NULL, use TEXT NOT NULL,
	state TEXT NOT NULL, -- waiting, fetched or failed
	tries INTEGER NOT NULL DEFAULT 0, next_at INTEGER, why TEXT NOT NULL DEFAULT '',
	type TEXT NOT NULL DEFAULT '', sha256 TEXT NOT NULL DEFAULT '', content BLOB,
	PRIMARY KEY (patient, id)
);
CREATE INDEX IF NOT EXISTS files_waiting ON files (next_at) WHERE state = 'waiting';
`

// Open opens the file at path and makes it if it is not there.
func Open(ctx context.Context, path string) (*Store, error) {
	pragmas := url.Values{"_pragma": {
		"journal_mode(WAL)",
		"synchronous(FULL)", // an acknowledged webhook is never sent again
		"busy_timeout(5000)",
		"foreign_keys(ON)",
		"temp_store(MEMORY)", // the image has no /tmp
	}, "_txlock": {"immediate"}}
	db, err := sql.Open("sqlite", "file:"+url.PathEscape(path)+"?"+pragmas.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // SQLite has one writer anyway, and ours are quick
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), db.Close())
	}
	return &Store{db}, nil
}

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

// Ping tells whether the file can be read.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return s.db.QueryRowContext(ctx, `SELECT 1 FROM patients UNION SELECT 1`).Scan(&one)
}

// Taken is what became of a webhook.
type Taken struct {
	Seq        int64  // our number of it, which tells nobody who it is about
	Times      int    // how often it came
	ExternalID string // our own id of the patient, if we know it
}

// Take keeps a webhook and does what it says. One that came before is counted
// and changes nothing. One that is late does not undo what happened after it.
//
// The vendor sends no id of an event; name, patient and time stay the same when
// it sends one again. The value is there because STOP and START have one name
// and whole seconds, and may come within one.
func (s *Store) Take(ctx context.Context, n *Notice) (Taken, error) {
	var taken Taken
	err := s.update(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `
			INSERT INTO events (name, patient, sent_at, value, kind, body, received_at) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET times = times + 1
			RETURNING seq, times`,
			n.Name, n.Patient, n.Sent.UnixMilli(), n.Value, n.Kind, n.Body, time.Now().UnixMilli()).Scan(&taken.Seq, &taken.Times)
		if err != nil {
			return err
		}
		if taken.Times == 1 {
			if err := apply(ctx, tx, n); err != nil {
				return err
			}
		}
		return tx.QueryRowContext(ctx, `SELECT external_id FROM patients WHERE id = ?`, n.Patient).Scan(&taken.ExternalID)
	})
	taken.ExternalID = cmp.Or(n.ExternalID, taken.ExternalID)
	return taken, err
}

func apply(ctx context.Context, tx *sql.Tx, n *Notice) error {
	run := func(query string, args ...any) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}
	// Any webhook tells who it is about; an enrollment knows it best.
	err := run(`INSERT INTO patients (id, program, external_id, phone, first_name, last_name) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET
			program = coalesce(nullif(program, ''), excluded.program),
			external_id = coalesce(nullif(external_id, ''), excluded.external_id),
			phone = coalesce(nullif(phone, ''), excluded.phone),
			first_name = coalesce(nullif(first_name, ''), excluded.first_name),
			last_name = coalesce(nullif(last_name, ''), excluded.last_name)`,
		n.Patient, n.Program, n.ExternalID, n.Phone, n.FirstName, n.LastName)
	if err != nil {
		return err
	}
	at := n.Sent.UnixMilli()
	switch n.Kind {
	case Enrollment:
		details, err := json.Marshal(n.Details)
		if err != nil {
			return err
		}
		err = run(`UPDATE patients SET enrolled_at = ?1, details = ?2, phone = ?3, first_name = ?4, last_name = ?5
			WHERE id = ?6 AND (enrolled_at IS NULL OR enrolled_at <= ?1)`,
			at, string(details), n.Phone, n.FirstName, n.LastName, n.Patient)
		if err != nil {
			return err
		}
		for _, f := range n.Files {
			err := run(`INSERT INTO files (patient, id, use, state, next_at) VALUES (?, ?, ?, 'waiting', ?) ON CONFLICT DO NOTHING`,
				n.Patient, f.ID, f.Use, time.Now().UnixMilli())
			if err != nil {
				return err
			}
		}
		return nil
	case OptOut, OptIn:
		return run(`UPDATE patients SET opted_at = ?1, opted_out = ?2 WHERE id = ?3 AND (opted_at IS NULL OR opted_at <= ?1)`,
			at, n.Kind == OptOut, n.Patient)
	case Infusion:
		update, err := json.Marshal(n.Update)
		if err != nil {
			return err
		}
		return run(`UPDATE patients SET infused_at = ?1, infusion = ?2 WHERE id = ?3 AND (infused_at IS NULL OR infused_at <= ?1)`,
			at, string(update), n.Patient)
	}
	return nil // a visit to the tracker is counted where it is kept
}

// Invited keeps that the vendor knows a patient now. Their webhooks may have
// been faster than the answer to the invitation.
func (s *Store) Invited(ctx context.Context, id string, i *Invitation) error {
	_, err := s.db.ExecContext(ctx, `
		INSERT INTO patients (id, program, external_id, phone, first_name, last_name, invited_at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET invited_at = coalesce(invited_at, excluded.invited_at), external_id = excluded.external_id,
			program = excluded.program`,
		id, i.Program, i.ExternalID, i.Phone, i.FirstName, i.LastName, time.Now().UnixMilli())
	return err
}

// Patient is all that we know of a patient.
type Patient struct {
	ID         string          `json:"id"`
	Program    string          `json:"supportProgramId,omitempty"`
	ExternalID string          `json:"externalId,omitempty"`
	Phone      string          `json:"phoneNumber,omitempty"`
	FirstName  string          `json:"firstName,omitempty"`
	LastName   string          `json:"lastName,omitempty"`
	Invited    *time.Time      `json:"invited,omitempty"`
	Enrolled   *time.Time      `json:"enrolled,omitempty"`
	Details    json.RawMessage `json:"details,omitempty"`
	OptedOut   bool            `json:"optedOut"`
	Opted      *time.Time      `json:"opted,omitempty"` // when they last said STOP or START
	Visits     int             `json:"trackerVisits"`
	LastVisit  *time.Time      `json:"lastTrackerVisit,omitempty"`
	Infused    *time.Time      `json:"infused,omitempty"` // when they last told of infusions
	Infusion   json.RawMessage `json:"infusion,omitempty"`
	Files      []KeptFile      `json:"files"`
}

// KeptFile is a file that an enrollment named and what became of it.
type KeptFile struct {
	ID     string `json:"id"`
	Use    string `json:"use"`
	State  string `json:"state"`
	Tries  int    `json:"tries"`
	Why    string `json:"why,omitempty"` // it is not there
	Type   string `json:"type,omitempty"`
	Size   int64  `json:"size,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
}

// Patient returns a patient, or false if nothing was heard of them.
func (s *Store) Patient(ctx context.Context, id string) (Patient, bool, error) {
	p := Patient{Files: []KeptFile{}}
	err := s.update(ctx, func(tx *sql.Tx) error {
		var invited, enrolled, opted, visit, infused sql.NullInt64
		var details, infusion sql.NullString
		err := tx.QueryRowContext(ctx, `
			SELECT id, program, external_id, phone, first_name, last_name, invited_at, enrolled_at, details, opted_at, opted_out,
				infused_at, infusion, v.visits, v.last_at
			FROM patients, (SELECT count(*) AS visits, max(sent_at) AS last_at FROM events WHERE patient = ?1 AND kind = 'tracker') AS v
			WHERE id = ?1`, id).
			Scan(&p.ID, &p.Program, &p.ExternalID, &p.Phone, &p.FirstName, &p.LastName, &invited, &enrolled, &details, &opted, &p.OptedOut,
				&infused, &infusion, &p.Visits, &visit)
		if err != nil {
			return err
		}
		p.Invited, p.Enrolled, p.Opted, p.LastVisit, p.Infused = when(invited), when(enrolled), when(opted), when(visit), when(infused)
		p.Details, p.Infusion = json.RawMessage(details.String), json.RawMessage(infusion.String)
		rows, err := tx.QueryContext(ctx, `SELECT id, use, state, tries, why, type, coalesce(length(content), 0), sha256
			FROM files WHERE patient = ? ORDER BY rowid`, id)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var f KeptFile
			if err := rows.Scan(&f.ID, &f.Use, &f.State, &f.Tries, &f.Why, &f.Type, &f.Size, &f.SHA256); err != nil {
				return err
			}
			p.Files = append(p.Files, f)
		}
		return rows.Err()
	})
	if errors.Is(err, sql.ErrNoRows) {
		return p, false, nil
	}
	return p, err == nil, err
}

func when(ms sql.NullInt64) *time.Time {
	if !ms.Valid {
		return nil
	}
	t := time.UnixMilli(ms.Int64).UTC()
	return &t
}

// Content returns the bytes of a fetched file and their type, or false.
func (s *Store) Content(ctx context.Context, patient, id string) (content []byte, mediaType string, ok bool, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT content, type FROM files WHERE patient = ? AND id = ? AND state = 'fetched'`, patient, id).
		Scan(&content, &mediaType)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, "", false, nil
	}
	return content, mediaType, err == nil, err
}

// Job is a file to be fetched.
type Job struct {
	Patient, ID string
	Tries       int
	At          time.Time
}

// NextJob returns the file whose turn comes first, or false.
func (s *Store) NextJob(ctx context.Context) (Job, bool, error) {
	var j Job
	var at int64
	err := s.db.QueryRowContext(ctx, `SELECT patient, id, tries, next_at FROM files WHERE state = 'waiting' ORDER BY next_at, rowid LIMIT 1`).
		Scan(&j.Patient, &j.ID, &j.Tries, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return j, false, nil
	}
	j.At = time.UnixMilli(at)
	return j, err == nil, err
}

// Keep keeps a file that was fetched.
func (s *Store) Keep(ctx context.Context, j Job, mediaType string, content []byte) error {
	sum := sha256.Sum256(content)
	return s.settle(ctx, j, `state = 'fetched', next_at = NULL, why = '', type = ?, sha256 = ?, content = ?`,
		mediaType, hex.EncodeToString(sum[:]), content)
}

// Later plans another try.
func (s *Store) Later(ctx context.Context, j Job, at time.Time, why string) error {
	return s.settle(ctx, j, `next_at = ?, why = ?`, at.UnixMilli(), why)
}

// GiveUp ends the trying.
func (s *Store) GiveUp(ctx context.Context, j Job, why string) error {
	return s.settle(ctx, j, `state = 'failed', next_at = NULL, why = ?`, why)
}

func (s *Store) settle(ctx context.Context, j Job, set string, args ...any) error {
	_, err := s.db.ExecContext(ctx, `UPDATE files SET tries = tries + 1, `+set+` WHERE patient = ? AND id = ?`,
		append(args, j.Patient, j.ID)...)
	return err
}

func (s *Store) update(ctx context.Context, do func(tx *sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, ignoreDone(tx.Rollback()))
	}
	return tx.Commit()
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}
