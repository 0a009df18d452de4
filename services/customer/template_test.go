package customer_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel/fault"
)

// own is a template with four fields of the chain's own.
func own() customer.Template {
	t := customer.DefaultTemplate()
	t.Fields = append(t.Fields,
		customer.TemplateField{Name: "x_tea", Stage: 2, Group: customer.GroupTaste, Label: "爱喝的茶", Kind: customer.KindChoice, Choices: []string{"龙井", "普洱"}, Required: true},
		customer.TemplateField{Name: "x_since", Stage: 2, Group: customer.GroupDays, Label: "入会日期", Kind: customer.KindDate},
		customer.TemplateField{Name: "x_parking", Stage: 2, Group: customer.GroupOther, Label: "需要停车位", Kind: customer.KindYesNo},
		customer.TemplateField{Name: "x_plate", Stage: 1, Group: customer.GroupBasic, Label: "车牌", Kind: customer.KindText},
	)
	return t.Clean()
}

func TestDefaultTemplateStands(t *testing.T) {
	t.Parallel()
	d := customer.DefaultTemplate()
	require.True(t, d.Same(d.Clean()))
	require.Empty(t, d.Check(nil))
	require.Empty(t, d.Unused())
	require.Empty(t, own().Check([]customer.Template{d}))
}

func TestTemplateIsRefused(t *testing.T) {
	t.Parallel()
	at := func(tpl customer.Template, name string) *customer.TemplateField {
		i := slices.IndexFunc(tpl.Fields, func(l customer.TemplateField) bool { return l.Name == name })
		return &tpl.Fields[i]
	}
	drop := func(name string) func(customer.Template) customer.Template {
		return func(tpl customer.Template) customer.Template {
			tpl.Fields = slices.DeleteFunc(tpl.Fields, func(l customer.TemplateField) bool { return l.Name == name })
			return tpl
		}
	}
	change := func(name string, how func(*customer.TemplateField)) func(customer.Template) customer.Template {
		return func(tpl customer.Template) customer.Template { how(at(tpl, name)); return tpl }
	}
	for _, c := range []struct {
		part, says string
		change     func(customer.Template) customer.Template
	}{
		{"fields", "“姓名”是建档必需的栏目", drop("name")},
		{"fields", "“号码”是建档必需的栏目", drop("number")},
		{"fields", "“推荐人”是建档必需的栏目", drop("referrer")},
		{"fields", "“如何认识”是建档必需的栏目", drop("how_known")},
		{"name", "没有这个栏目", change("taste", func(l *customer.TemplateField) { l.Name = "salary" })},
		{"name", "没有这个栏目", change("x_tea", func(l *customer.TemplateField) { l.Name = "x_TEA" })},
		{"name", "只能出现一次", change("taste", func(l *customer.TemplateField) { l.Name = "address" })},
		{"stage", "第一步或第二步", change("taste", func(l *customer.TemplateField) { l.Stage = 3 })},
		{"group", "哪一组", change("taste", func(l *customer.TemplateField) { l.Group = "" })},
		{"help", "最多 60 个字", change("taste", func(l *customer.TemplateField) { l.Help = strings.Repeat("字", 61) })},
		{"label", "请填写栏目名称", change("x_tea", func(l *customer.TemplateField) { l.Label = "  " })},
		{"label", "重复", change("x_tea", func(l *customer.TemplateField) { l.Label = "生日" })},
		{"label", "最多 12 个字", change("x_tea", func(l *customer.TemplateField) { l.Label = strings.Repeat("茶", 13) })},
		{"kind", "怎么填", change("x_tea", func(l *customer.TemplateField) { l.Kind = customer.KindNumber })},
		{"kind", "不能改填法", change("x_tea", func(l *customer.TemplateField) { l.Kind = customer.KindText })},
		{"choices", "2 到 20 个选项", change("x_tea", func(l *customer.TemplateField) { l.Choices = []string{"龙井", " "} })},
		{"choices", "“龙井”重复", change("x_tea", func(l *customer.TemplateField) { l.Choices = []string{"龙井", "龙井"} })},
		{"fields", "最多 30 个", func(tpl customer.Template) customer.Template {
			for i := range 27 {
				tpl.Fields = append(tpl.Fields, customer.TemplateField{Name: fmt.Sprint("x_", i), Stage: 2, Group: customer.GroupOther, Label: fmt.Sprint("栏", i), Kind: customer.KindText})
			}
			return tpl
		}},
	} {
		found := c.change(own()).Clean().Check([]customer.Template{own()})
		require.NotEmpty(t, found, c.says)
		require.True(t, slices.ContainsFunc(found, func(v fault.Violation) bool {
			return strings.HasSuffix(v.Field, c.part) && strings.Contains(v.Message, c.says)
		}), "%s: %v", c.says, found)
	}
}

// Whatever is done to a template, its core is asked for in stage 1, and what is
// clean stays as it is, also through the database's form.
func TestTemplateCoreStays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tpl := customer.Template{Version: 7, Fields: rapid.Permutation(own().Fields).Draw(t, "order")}
		for i := range tpl.Fields {
			l := &tpl.Fields[i]
			l.Stage, l.Required = rapid.IntRange(1, 2).Draw(t, "stage"), rapid.Bool().Draw(t, "required")
			l.Help = rapid.SampledFrom([]string{"", " 提示 ", "写全称"}).Draw(t, "help")
		}
		tpl = tpl.Clean()
		require.Empty(t, tpl.Check([]customer.Template{own()}))
		require.True(t, tpl.Same(tpl.Clean()))
		text, err := json.Marshal(tpl.Fields)
		require.NoError(t, err)
		back := customer.Template{}
		require.NoError(t, json.Unmarshal(text, &back.Fields))
		require.True(t, tpl.Same(back))
		require.Equal(t, []string{"name", "sex", "how_known"}, sorted(customer.Fields{}.Missing(tpl, 1), "name", "sex", "how_known"))
	})
}

// sorted gives those of the names that are among all, in the order of the names.
func sorted(all []string, names ...string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(all, name) })
}

func TestOwnFields(t *testing.T) {
	t.Parallel()
	tpl, f := own(), complete()
	require.Equal(t, []string{"x_tea"}, f.Missing(tpl, 2))
	require.Equal(t, customer.Stage1, f.Stage(tpl))
	require.Equal(t, "请填写爱喝的茶。", f.Incomplete(tpl)[0].Message)

	f.Extra = map[string]string{"x_tea": " 龙井 ", "x_since": "2024-02-29", "x_parking": "no", "x_plate": ""}
	f = f.Clean()
	require.Equal(t, map[string]string{"x_tea": "龙井", "x_since": "2024-02-29", "x_parking": "no"}, f.Extra)
	require.Empty(t, f.Check(tpl, today, customer.Fields{}))
	require.Equal(t, customer.Stage2, f.Stage(tpl))
	require.Equal(t, []string{"x_parking", "x_since", "x_tea"}, complete().Changed(f))

	for name, c := range map[string]struct{ value, rule, says string }{
		"x_tea":     {"可乐", "CUS-02", "选项"},
		"x_since":   {"2023-02-29", "CUS-09", "真实的日期"},
		"x_parking": {"也许", "CUS-02", "是"},
		"x_plate":   {strings.Repeat("陕", 201), "CUS-02", "车牌最多 200 个字"},
		"x_gone":    {"有", "CUS-02", "已经没有这一栏"},
	} {
		g := f
		g.Extra = map[string]string{name: c.value}
		found := g.Check(tpl, today, customer.Fields{})
		require.Len(t, found, 1, name)
		require.Equal(t, customer.Finding{Field: name, Rule: c.rule, Message: found[0].Message}, found[0])
		require.Contains(t, found[0].Message, c.says)
	}

	// What a template leaves out is not asked for, and what a file held stays.
	less := tpl
	less.Fields = slices.DeleteFunc(slices.Clone(tpl.Fields), func(l customer.TemplateField) bool { return l.Name == "birthday" || l.Name == "x_tea" })
	g := f
	g.Birthday = nil
	require.Equal(t, customer.Stage2, g.Stage(less))
	require.Empty(t, g.Check(less, today, f), "its tea was there before")
	require.Len(t, g.Check(less, today, customer.Fields{}), 1)
}
