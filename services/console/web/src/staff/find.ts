// Who is chosen from, found by what people type: a name, its 拼音首字母 or a staff number.

/** Somebody who may be chosen; `text` stands behind the name, without the staff number. */
export interface Choice { id: string; name: string; staffNo?: string; text?: string }

// The first characters of each letter in the order of pinyin: no sound begins with i, u or v.
const firsts = '阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀'
const letters = 'abcdefghjklmnopqrstwxyz'
const order = new Intl.Collator('zh-CN-u-co-pinyin')
const han = /\p{Script=Han}/u

// Surnames whose sound begins with another letter than the character's usual one.
const surnames: Record<string, string> = { 单: 's', 曾: 'z', 仇: 'q', 解: 'x', 区: 'o', 查: 'z', 乐: 'y', 繁: 'p', 折: 's', 翟: 'z', 种: 'c', 召: 's', 秘: 'b', 覃: 'q', 阚: 'k', 祭: 'z', 句: 'g', 尉迟: 'yc', 万俟: 'mq', 单于: 'cy' }

/** The 拼音首字母 of a name (曾国强 → zgq), the surname as surnames sound; of a foreign one its letters. */
export function initials(name: string): string {
  const known = [2, 1].map((n) => name.slice(0, n)).find((s) => name.length > 1 && s in surnames) ?? ''
  return (surnames[known] ?? '') + [...name.slice(known.length)].map((c) => (han.test(c) ? letterOf(c) : c.toLowerCase())).join('')
}

const asked = new Map<string, string>() // thousands of names are made of a few hundred characters

function letterOf(c: string): string {
  let letter = asked.get(c)
  if (letter === undefined) {
    letter = letters[[...firsts].findLastIndex((first) => order.compare(first, c) <= 0)] ?? ''
    asked.set(c, letter)
  }
  return letter
}

/** Those in whose name, initials or number something typed occurs: first those that begin with it, else in their order. */
export function find<P extends { name: string; staffNo?: string }>(people: P[], typed: string): P[] {
  const text = typed.trim().toLowerCase()
  if (!text) return people
  const begin: P[] = []
  const within: P[] = []
  for (const p of people) {
    const places = [p.name.toLowerCase(), initials(p.name), (p.staffNo ?? '').toLowerCase()].map((word) => word.indexOf(text))
    if (places.includes(0)) begin.push(p)
    else if (places.some((at) => at > 0)) within.push(p)
  }
  return [...begin, ...within]
}
