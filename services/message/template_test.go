package message_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/message"
)

func render(t *testing.T, code string, params map[string]string) string {
	t.Helper()
	tpl, err := message.TemplateOf(code)
	require.NoError(t, err)
	clean, err := tpl.Params(params)
	require.NoError(t, err)
	return tpl.Render(clean)
}

func TestRender(t *testing.T) {
	t.Parallel()
	require.Equal(t, "【友谊店】尊敬的王建国贵宾，您已预定11月21日 周五晚市，牡丹厅，8位。接待人：李娜。如有变动请与我们联系，恭候您的光临。",
		render(t, message.BookingNotice, map[string]string{"store": "友谊店", "guest": "王建国", "date": "11月21日 周五", "meal": "晚市", "place": "牡丹厅", "guests": "8位", "host": "李娜"}))
	require.Equal(t, "【友谊店】尊敬的贵宾，您已预定11月21日 周五晚市。如有变动请与我们联系，恭候您的光临。",
		render(t, message.BookingNotice, map[string]string{"store": "友谊店", "date": "11月21日 周五", "meal": "晚市"}))
	require.Equal(t, "【友谊店】尊敬的王建国贵宾，欢迎光临！您11月21日 周五午市的用餐（牡丹厅）已安排妥当，由李娜为您服务。祝您用餐愉快。",
		render(t, message.DiningNotice, map[string]string{"store": "友谊店", "guest": "王建国", "date": "11月21日 周五", "meal": "午市", "place": "牡丹厅", "host": "李娜"}))
}

func TestParams(t *testing.T) {
	t.Parallel()
	tpl, err := message.TemplateOf(message.BookingNotice)
	require.NoError(t, err)
	need := map[string]string{"store": "友谊店", "date": "今天", "meal": "晚市"}
	with := func(k, v string) map[string]string {
		m := map[string]string{k: v}
		for a, b := range need {
			m[a] = b
		}
		return m
	}
	got, err := tpl.Params(with("guest", "王 13812341234\n{host}〔〕"))
	require.NoError(t, err)
	require.Equal(t, "王 ****host", got["guest"], "no number, no line, no gap of its own")
	got, err = tpl.Params(with("guest", strings.Repeat("王", 100)))
	require.NoError(t, err)
	require.Len(t, []rune(got["guest"]), 40)
	_, err = tpl.Params(with("price", "1"))
	require.Error(t, err)
	_, err = tpl.Params(map[string]string{"store": "友谊店"})
	require.Error(t, err)
	_, err = message.TemplateOf("spam")
	require.Error(t, err)
}
