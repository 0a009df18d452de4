package ownership_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

var update = flag.Bool("update", false, "write testdata/sentences.golden anew")

const sentences = "testdata/sentences.golden"

// said is a sentence, and the evidence beside it.
type said struct {
	of    string // the rule
	text  kernel.Words
	facts []ownership.Fact
}

// decided is a decision's rule and evidence.
type decided struct {
	kind     ownership.Kind
	evidence any
}

// decisions are what every sentence there is of a decision comes of.
func decisions(t require.TestingT) (all []decided) {
	old, came := date(t, "2024-06-01"), date(t, "2025-02-27")
	january := month(t, "2025-01")
	add := func(k ownership.Kind, evidence ...any) {
		for _, e := range evidence {
			all = append(all, decided{k, e})
		}
	}
	add(ownership.KindDormancy, ownership.DormancyEvidence{LastVisit: maybe(t, "2024-11-28"), TieStart: old}, ownership.DormancyEvidence{TieStart: old, Closed: 4})
	add(ownership.KindWakeUp, ownership.WakeUpEvidence{Visit: came, Previous: maybe(t, "2024-11-20")}, ownership.WakeUpEvidence{Visit: came})
	add(ownership.KindShare, ownership.ShareEvidence{Month: january, Visits: 3, Others: 2})
	add(ownership.KindAway, ownership.AwayEvidence{Since: date(t, "2025-02-22")})
	add(ownership.KindAdoption, ownership.AdoptionEvidence{Month: january, Count: 2})
	add(ownership.RuleTied, ownership.AdoptionEvidence{Month: january, Count: 2, Receivers: []kernel.PersonID{wang, li}}, ownership.AdoptionEvidence{Month: january, Count: 2, Receivers: []kernel.PersonID{wang, li, zhao}})
	for _, k := range []ownership.OfferKind{ownership.OfferAdoption, ownership.OfferClaim, ownership.OfferAssignment} {
		add(ownership.KindLapse, ownership.LapseEvidence{Kind: k, OfferedOn: date(t, "2025-02-22"), Days: 7})
	}
	add(ownership.KindLapse, ownership.LapseEvidence{Kind: ownership.OfferAdoption, OfferedOn: date(t, "2025-02-22"), Days: 7, Confirmed: true})
	add(ownership.KindIncomplete, customer.IdleEvidence{Began: old, Days: 60, Step: customer.IdleWarn, Ends: came + 30}, customer.IdleEvidence{Began: old, Days: 90, Step: customer.IdleDelete, Ends: came, Late: 3})
	add(ownership.RuleHandover, ownership.HandoverEvidence{No: 12, Was: old})
	add(ownership.RuleGivenBack, ownership.HandoverEvidence{No: 12, Was: old})
	add(ownership.RuleStoreMove,
		ownership.StoreMoveEvidence{Move: kernel.UUID{1}, From: "友谊店", To: "高新店", Merged: true, Start: old},
		ownership.StoreMoveEvidence{Move: kernel.UUID{1}, From: "友谊店", To: "高新店", Start: old, Gone: true})
	add(ownership.KindAppeal, ownership.AppealEvidence{Rule: string(ownership.KindShare), LostOn: date(t, "2025-02-01"), Since: old, Person: wang, Granted: true, Visits: 2},
		ownership.AppealEvidence{Rule: string(ownership.KindShare), LostOn: date(t, "2025-02-01"), Since: old, Person: wang, Visits: 2})
	for _, e := range []ownership.Effect{ownership.EffectNone, ownership.EffectRestore, ownership.EffectRelease, ownership.EffectOffer, ownership.EffectWithdraw} {
		add(ownership.KindCorrection, ownership.CorrectionEvidence{Month: january, Effect: e, Rules: []ownership.Kind{ownership.KindShare}})
	}
	for _, causes := range lateFacts(t) { // one of each sort, and several
		add(ownership.KindCorrection, ownership.CorrectionEvidence{Month: january, Until: january + 1, Effect: ownership.EffectNone, Rules: []ownership.Kind{ownership.KindShare}, Causes: causes})
	}
	add(ownership.KindMerge, ownership.MergeEvidence{ApprovedOn: old, Before: [2]int32{3, 2}, After: 4}, ownership.MergeEvidence{ApprovedOn: old, Undone: true})
	add(ownership.KindScore, struct{}{}) // of no guest: the label stands for it
	return all
}

// lateFacts are what a correction may come of.
func lateFacts(t require.TestingT) (out [][]ownership.Cause) {
	learned := date(t, "2025-02-03")
	visits := []ownership.Cause{
		{Kind: ownership.CauseVisit, On: date(t, "2025-01-08"), Meal: tenant.Tea, Person: wang, LearnedOn: learned},
		{Kind: ownership.CauseVoid, On: date(t, "2025-01-09"), Meal: tenant.Tea, LearnedOn: learned},
		{Kind: ownership.CauseCredit, On: date(t, "2025-01-10"), Meal: tenant.Tea, LearnedOn: learned},
	}
	for _, c := range append(slices.Clone(visits),
		ownership.Cause{Kind: ownership.CausePost, On: date(t, "2025-01-17"), Person: li, LearnedOn: learned},
		ownership.Cause{Kind: ownership.CausePostEnd, On: date(t, "2025-01-17"), Person: li, LearnedOn: learned},
		ownership.Cause{Kind: ownership.CausePostNext, On: date(t, "2025-01-17"), Person: li, LearnedOn: learned},
		ownership.Cause{Kind: ownership.CauseWorks, On: date(t, "2025-01-17"), To: date(t, "2025-01-20"), LearnedOn: learned},
		ownership.Cause{Kind: ownership.CauseVisit, Merging: visit.FilesMerged, On: date(t, "2025-01-08"), Meal: tenant.Tea, Person: wang, LearnedOn: learned},
		ownership.Cause{Kind: ownership.CauseCredit, Merging: visit.FilesMerged, On: date(t, "2025-01-08"), Meal: tenant.Tea, Person: wang, LearnedOn: learned},
		ownership.Cause{Kind: ownership.CauseVoid, Merging: visit.FilesUnmerged, On: date(t, "2025-01-08"), Meal: tenant.Tea, Person: wang, LearnedOn: learned},
		ownership.Cause{Kind: ownership.CauseCredit, Merging: visit.FilesUnmerged, On: date(t, "2025-01-08"), Meal: tenant.Tea, LearnedOn: learned},
		ownership.Cause{Kind: "of a newer version", LearnedOn: learned},
	) {
		out = append(out, []ownership.Cause{c})
	}
	return append(out, visits, append(slices.Clone(visits), ownership.Cause{Kind: ownership.CausePost, On: date(t, "2025-01-17"), Person: li, LearnedOn: learned}))
}

// lateForScores are what only the correction of a score comes of (QTA-04).
func lateForScores(t require.TestingT) []ownership.Cause {
	learned := date(t, "2025-02-03")
	return []ownership.Cause{
		{Kind: ownership.CauseVisit, Booked: visit.Room, On: date(t, "2025-01-08"), Meal: tenant.Tea, Person: wang, LearnedOn: learned},
		{Kind: ownership.CauseVoid, Booked: visit.Banquet, On: date(t, "2025-01-09"), Meal: tenant.Tea, Person: wang, LearnedOn: learned},
		{Kind: ownership.CauseCredit, Booked: visit.Room, On: date(t, "2025-01-10"), Meal: tenant.Tea, Person: li, LearnedOn: learned},
		{Kind: ownership.CauseLeave, On: date(t, "2025-01-17"), Person: li, LearnedOn: learned},
		{Kind: ownership.CauseLeaveEnd, On: date(t, "2025-01-27"), Person: li, LearnedOn: learned},
		{Kind: ownership.CauseLoss, On: date(t, "2025-01-17"), Person: li, LearnedOn: learned},
	}
}

// everything said of ownership, by people of such names.
func everything(t require.TestingT, from, to string) (out []said) {
	day := date(t, "2025-03-01")
	name := func(p kernel.PersonID) string {
		return map[kernel.PersonID]string{wang: from, li: to, zhao: "赵敏"}[p]
	}
	told := ownership.Told{
		EffectiveOn: day, Months: 3, From: from, To: to, Share: ownership.ShareTerms{Percent: 50, Visits: 1}, Receptions: 2, Days: 7, Name: name,
		Visits: []ownership.Visit{
			{On: date(t, "2025-01-03"), Meal: tenant.Lunch, By: li}, {On: date(t, "2025-01-09"), Meal: tenant.Tea}, {On: date(t, "2025-01-20"), Meal: tenant.Dinner, By: wang}, {On: date(t, "2025-01-21"), Meal: tenant.Supper, By: zhao},
		},
	}
	for _, d := range decisions(t) {
		evidence, err := json.Marshal(d.evidence)
		require.NoError(t, err)
		text, facts := ownership.TellDecision(d.kind, evidence, told)
		out = append(out, said{string(d.kind), text, facts})
		if e, ok := d.evidence.(ownership.DormancyEvidence); ok && e.LastVisit != nil { // kept with its meal
			seen := told
			seen.Visits = []ownership.Visit{{On: *e.LastVisit, Meal: tenant.Dinner, By: wang}}
			text, facts = ownership.TellDecision(d.kind, evidence, seen)
			out = append(out, said{string(d.kind), text, facts})
		}
		if e, ok := d.evidence.(ownership.WakeUpEvidence); ok && e.Previous != nil { // likewise
			seen := told
			seen.Visits = []ownership.Visit{{On: *e.Previous, Meal: tenant.Tea}, {On: e.Visit, Meal: tenant.Lunch, By: wang}}
			text, facts = ownership.TellDecision(d.kind, evidence, seen)
			out = append(out, said{string(d.kind), text, facts})
		}
		if e, ok := d.evidence.(ownership.CorrectionEvidence); ok && e.Effect == ownership.EffectRestore { // of old, or no visits changed
			seen := told
			seen.Visits = nil
			text, facts = ownership.TellDecision(d.kind, evidence, seen)
			out = append(out, said{string(d.kind), text, facts})
		}
		if e, ok := d.evidence.(ownership.StoreMoveEvidence); ok && !e.Gone { // the referrer goes along
			along := told
			along.To = along.From
			text, facts = ownership.TellDecision(d.kind, evidence, along)
			out = append(out, said{string(d.kind), text, facts})
		}
	}
	for _, e := range []ownership.WarnEvidence{
		{Rule: ownership.KindDormancy, ActsOn: day + 14, LastVisit: maybe(t, "2024-12-14"), TieStart: day - 200},
		{Rule: ownership.KindDormancy, ActsOn: day + 14, LastVisit: maybe(t, "2024-12-14"), TieStart: day - 200, Seen: []ownership.Visit{{On: date(t, "2024-12-14"), Meal: tenant.Tea}}},
		{Rule: ownership.KindDormancy, ActsOn: day + 3, TieStart: day - 87},
		{Rule: ownership.KindShare, ActsOn: date(t, "2025-04-01"), Visits: 3, Others: 2, Need: 2},
		{Rule: ownership.KindShare, ActsOn: date(t, "2025-11-01"), Visits: 31, Others: 31, Need: 32, Seen: []ownership.Visit{{On: date(t, "2025-10-30"), Meal: tenant.Tea}, {On: date(t, "2025-10-31"), Meal: tenant.Tea}, {On: date(t, "2025-10-31"), Meal: tenant.Dinner}}},
	} {
		out = append(out, said{string(ownership.KindWarn), e.Words(day), nil})
	}
	came := day - 10
	for _, s := range []ownership.Standing{
		{},
		{Built: true},
		{Former: from, Since: day - 20},
		{Owner: from, Tenure: ownership.Tenure{Start: day - 200, LastVisit: &came}},
		{Owner: from, Tenure: ownership.Tenure{Start: day.MinusMonths(3)}},
		{Owner: from, Tenure: ownership.Tenure{Start: day - 200, LastVisit: maybe(t, "2024-11-30")}, Lost: true},
		{Owner: from, Tenure: ownership.Tenure{Start: day - 200, LastVisit: &came}, Held: true},
	} {
		s.Today, s.Months = day, 3
		text, facts := ownership.TellStanding(s)
		out = append(out, said{"how he stands", text, facts})
	}
	for _, e := range []ownership.Effect{ownership.EffectRestore, ownership.EffectRelease, ownership.EffectOffer, ownership.EffectWithdraw, ownership.EffectNone} {
		for after := range 2 { // the second corrects a correction, in which visits changed
			d := ownership.Difference{Month: month(t, "2025-10"), Effect: e, Person: wang, After: after}
			for _, on := range []string{"2025-10-29", "2025-10-30", "2025-10-31"}[:3*after] {
				d.Now = append(d.Now, ownership.Event{On: date(t, on) + 1, Rule: ownership.KindDormancy, Changed: []ownership.Visit{{On: date(t, on), Meal: tenant.Tea}}})
			}
			out = append(out, said{"proposed by RUL-09", ownership.TellDifference(d, name), []ownership.Fact{{Label: kernel.Words{ZH: "办理", EN: "To be done"}, Value: e.Words()}}})
		}
	}
	for _, causes := range append(lateFacts(t), lateForScores(t)) {
		for _, c := range causes {
			out = append(out, said{"learned late", ownership.TellCause(c, name), nil})
		}
	}
	return append(out, said{"timeline", ownership.TellTie(from), nil}, said{"timeline", ownership.TellAppealed(), nil})
}

// TestEverySentence keeps whatever is said of ownership, in both languages, as one text
// that people review: testdata/sentences.golden. Nothing that the code says is missing
// there, and nothing is longer than 60 Chinese characters, whatever people are called.
func TestEverySentence(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, s := range everything(t, "王五", "李国") {
		fmt.Fprintf(&b, "%s\n  %s\n  %s\n", s.of, s.text.ZH, s.text.EN)
		for _, f := range s.facts {
			fmt.Fprintf(&b, "    %s：%s / %s: %s\n", f.Label.ZH, f.Value.ZH, f.Label.EN, f.Value.EN)
		}
		require.NotRegexp(t, `[^王五李国赵敏友谊高新店\P{Han}]|%!`, s.text.EN)
	}
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(sentences), 0o755))
		require.NoError(t, os.WriteFile(sentences, []byte(b.String()), 0o644))
	}
	golden, err := os.ReadFile(sentences)
	require.NoError(t, err)
	require.Equal(t, string(golden), b.String(), "review what changed, then -update")
	for _, form := range forms(t) {
		require.Regexp(t, form, string(golden), "no sample says this")
	}
	for _, s := range everything(t, longName, longName+"二") {
		require.LessOrEqual(t, utf8.RuneCountInString(s.text.ZH), 60, s.text.ZH)
	}
}

// forms are the Chinese texts in the files of sentences, each as a pattern of what it
// may come to.
func forms(t *testing.T) (out []string) {
	files, err := filepath.Glob("sentence*.go")
	require.NoError(t, err)
	verbs := regexp.MustCompile(`%[sd]`)
	for _, file := range slices.DeleteFunc(files, func(f string) bool { return strings.HasSuffix(f, "_test.go") }) {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			f, ok := call.Fun.(*ast.SelectorExpr)
			text, said := call.Args[0].(*ast.BasicLit)
			if ok && said && f.Sel.Name == "Sayf" {
				zh, err := strconv.Unquote(text.Value)
				require.NoError(t, err)
				out = append(out, strings.ReplaceAll(verbs.ReplaceAllString(regexp.QuoteMeta(zh), ".*"), "%%", "%"))
			}
			return true
		})
	}
	require.Greater(t, len(out), 40)
	return out
}
