package customer_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/customer"
)

func TestNameMasksItself(t *testing.T) {
	t.Parallel()
	for full, masked := range map[string]string{
		"张伟": "张*", "张建国": "张*", "欧阳锋": "欧阳*", "欧阳": "欧阳*", "张": "张*", "买买提·艾则孜": "买*", "王先生": "王*", "王tony": "王*",
		"John Smith": "J*** S***", "J. Smith": "J*** S***", "Élodie Durand": "É*** D***", "Madonna": "M***", "": "",
	} {
		n := customer.Name(full)
		require.Equal(t, masked, n.Masked(), full)
		require.Equal(t, full, n.Full())
	}
}

// A name of at least one character more than its surname shows in nothing that
// is printed.
func TestNamesAndFieldsAreNotPrinted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := customer.Name(rapid.SampledFrom([]string{"张", "欧阳", "Ann "}).Draw(t, "surname") + rapid.SampledFrom([]string{"麒麟", "鹏", "Qqq"}).Draw(t, "given"))
		f := customer.Fields{Name: name, Address: "科技路 88 号", Employer: "麒麟科技"}
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("seen", "name", name, "fields", f, "row", customer.Row{Name: name}, "both", []any{name, &f})
		asJSON, err := json.Marshal(map[string]any{"name": name, "list": []customer.Name{name}, "row": customer.Row{Name: name}})
		if err != nil {
			t.Fatal(err)
		}
		all := fmt.Sprintf("%v %+v %#v %s %q %v %+v %#v %v %s %s", name, name, name, name, name, f, &f, f, customer.Row{Name: name}, log.String(), asJSON)
		for _, secret := range []string{"麒麟", "鹏", "Qqq", "科技路"} {
			if bytes.Contains([]byte(all), []byte(secret)) {
				t.Fatalf("%q is printed: %s", secret, all)
			}
		}
	})
}
