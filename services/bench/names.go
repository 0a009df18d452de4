package main

import (
	"math/rand/v2"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/changke/changke/services/customer"
)

// weighted picks texts as often as their weights say.
type weighted struct {
	texts []string
	upTo  []int
}

func (w *weighted) add(weight int, texts string) {
	for t := range strings.FieldsSeq(texts) {
		last := 0
		if len(w.upTo) > 0 {
			last = w.upTo[len(w.upTo)-1]
		}
		w.texts, w.upTo = append(w.texts, t), append(w.upTo, last+weight)
	}
}

func (w *weighted) pick(r *rand.Rand) string {
	return w.texts[sort.SearchInts(w.upTo, r.IntN(w.upTo[len(w.upTo)-1])+1)]
}

// surnames with their share of mainland China's people in 1/1,000: three of
// them are a fifth of all, so that a search by surname alone finds 70,000 files.
var surnames = func() (w weighted) {
	w.add(70, "王 李 张")
	w.add(50, "刘 陈")
	w.add(22, "杨 黄 赵 吴 周")
	w.add(13, "徐 孙 马 朱 胡 郭 何 林 高 罗")
	w.add(9, "郑 梁 谢 宋 唐 许 韩 邓 冯 曹 彭 曾 肖 田 董")
	w.add(5, "潘 袁 蔡 蒋 余 于 杜 叶 程 魏 苏 吕 丁 任 卢 姚 沈 钟 姜 崔 谭 陆 范 汪 廖 石 金 韦 贾 夏 付 方 邹 熊 白 孟 秦")
	w.add(2, "邱 侯 江 尹 薛 闫 段 雷 龙 史 陶 贺 毛 郝 顾 龚 邵 万 覃 武 钱 戴 严 莫 孔 向 常 汤 单 翟")
	w.add(1, "欧阳 上官 司徒 尉迟 仇 解 区 查 乐 缪 盖 阚 桑 柏 宫 欧 温 乔 赖 文 施 洪 柯 褚 倪 殷")
	return w
}()

// given are characters of given names, common ones more often.
var given = func() (w weighted) {
	w.add(12, "英 华 文 玉 明 兰 秀 金 国 春 红 丽 海 小 建 云 志 平 德 晓 林 军 永 芳")
	w.add(6, "伟 敏 静 强 磊 洋 勇 艳 杰 娟 涛 超 霞 刚 桂 生 荣 梅 燕 龙 成 宇 东 立 辉 峰 福 庆 祥 雪 琴 淑 珍 清 凤 美 洪 学 广")
	w.add(2, "子 梓 涵 欣 怡 浩 轩 宸 雨 泽 佳 琪 诗 思 嘉 俊 博 天 瑞 鑫 睿 昊 妍 彤 萱 语 若 可 心 一 诺 沐 辰 安 然 书 瑶 曦 熙 翰")
	return w
}()

// name makes a guest's name with its initials.
func name(r *rand.Rand) (text, initials string) {
	text = surnames.pick(r) + given.pick(r)
	if r.IntN(100) < 82 {
		text += given.pick(r)
	}
	return text, customer.Initials(text)
}

// beginning is the first n characters of a text.
func beginning(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// characters counts those of a text.
func characters(text string) int { return utf8.RuneCountInString(text) }
