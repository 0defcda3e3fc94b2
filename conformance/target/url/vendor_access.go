package url

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/conformance/client"
	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/conformance/settings"
)

// accesses are the credentials of the settings, and those that can be made of
// good ones. What was not given is absent.
func accesses(ctx context.Context, s *settings.Vendor) (map[port.Access]client.Credentials, error) {
	all := map[port.Access]client.Credentials{}
	for as, given := range s.Credentials.ByAccess() {
		c, err := printed(ctx, given)
		if err != nil {
			return nil, fmt.Errorf("credentials for %q: %w", as, err)
		}
		all[as] = c
	}
	good := all[port.Good]
	for as, c := range all {
		if c.Key == "" || as == port.OtherPartner { // what does not belong together is what that one is about
			c.Key = good.Key
		}
		all[as] = c
	}
	all[port.NoKey] = client.Credentials{Bearer: good.Bearer}
	all[port.NoBearer] = client.Credentials{Key: good.Key}
	all[port.WrongKey] = client.Credentials{Key: "nobodys-key", Bearer: good.Bearer}
	all[port.WrongBearer] = client.Credentials{Key: good.Key, Bearer: "not.a.token"}
	all[port.AliasHeader] = client.Credentials{Key: good.Key, Bearer: good.Bearer, KeyHeader: "X-Auth-Token"}
	if bad := client.BadlySigned(good.Bearer); bad != good.Bearer {
		all[port.BadlySigned] = client.Credentials{Key: good.Key, Bearer: bad}
	}
	return all, nil
}

// printed are credentials as they stand, or as their command prints them.
func printed(ctx context.Context, c settings.Credential) (client.Credentials, error) {
	if len(c.Command) == 0 {
		return client.Credentials{Key: c.Key, Bearer: c.Bearer}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var said bytes.Buffer
	command := exec.CommandContext(ctx, c.Command[0], c.Command[1:]...)
	command.Stderr = &said
	out, err := command.Output()
	if err != nil {
		return client.Credentials{}, fmt.Errorf("%s: %w: %s", c.Command[0], err, strings.TrimSpace(said.String()))
	}
	if text := bytes.TrimSpace(out); gjson.ValidBytes(text) && gjson.ParseBytes(text).IsObject() {
		if bearer := gjson.GetBytes(text, "bearer").String(); bearer != "" {
			return client.Credentials{Key: gjson.GetBytes(text, "key").String(), Bearer: bearer}, nil
		}
	} else if lines := strings.Fields(string(text)); len(lines) == 2 {
		return client.Credentials{Key: lines[0], Bearer: lines[1]}, nil
	}
	return client.Credentials{}, errors.New(cmp.Or(c.Command[0], "the command") + " printed neither JSON with key and bearer nor two lines")
}
