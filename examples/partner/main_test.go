package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestWrongUsageIsTold(t *testing.T) {
	for _, c := range []struct {
		args []string
		env  map[string]string
		code int
		says string
	}{
		{[]string{"--help"}, nil, 0, "ADMIN_TOKEN"},
		{[]string{"--nonsense"}, nil, 2, "nonsense"},
		{[]string{"invite"}, nil, 2, `unknown argument "invite"`},
		{nil, map[string]string{"VENDOR_URL": "vendor.example"}, 2, "https://vendor.example"},
		{[]string{"--db", "/nowhere/at/all.db"}, nil, 1, "/nowhere/at/all.db"},
	} {
		var stderr strings.Builder
		code := run(t.Context(), c.args, func(name string) string { return c.env[name] }, &stderr)
		if code != c.code || !strings.Contains(stderr.String(), c.says) {
			t.Errorf("%q: got %d and %s, want %d and %s", c.args, code, stderr.String(), c.code, c.says)
		}
	}
}

func TestItServesUntilItIsToldToStop(t *testing.T) {
	db := filepath.Join(t.TempDir(), "partner.db")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	log, stderr := io.Pipe()
	code := make(chan int, 1)
	go func() {
		env := map[string]string{"LISTEN": "127.0.0.1:0", "DB": db, "ADMIN_TOKEN": "our-own"}
		code <- run(ctx, nil, func(name string) string { return env[name] }, stderr)
		_ = stderr.Close()
	}()
	address := ""
	lines := json.NewDecoder(log)
	for address == "" {
		var line struct{ Address string }
		if err := lines.Decode(&line); err != nil {
			t.Fatal(err)
		}
		address = line.Address
	}
	go func() { _, _ = io.Copy(io.Discard, log) }()

	// A webhook of which half has come when the end comes.
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	text := "POST /webhook/user-action HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: " +
		strconv.Itoa(len(printedStop)) + "\r\n\r\n" + printedStop
	if _, err := io.WriteString(c, text[:200]); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond) // until the request is under way
	stop()
	time.Sleep(50 * time.Millisecond) // until it is being ended
	if resp, err := http.Get("http://" + address + "/healthz"); err == nil {
		resp.Body.Close()
		t.Error("a new request was taken after the end")
	}
	if _, err := io.WriteString(c, text[200:]); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(c)
	if err != nil || !strings.Contains(string(answer), `"success":true`) {
		t.Errorf("got %q, %v, want an acknowledgement", answer, err)
	}
	equal(t, "exit code", <-code, 0)
	if p := known(t, open(t, db), maya); !strings.Contains(p, `"optedOut":true`) {
		t.Errorf("got %s, want them opted out", p)
	}
}
