import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import en from './en/index.ts'
import zh from './zh-CN/index.ts'

function flat(words: object, path = ''): Record<string, string> {
  return Object.assign({}, ...Object.entries(words).map(([key, value]) => (typeof value === 'string' ? { [path + key]: value } : flat(value as object, `${path}${key}.`))))
}
const chinese = flat(zh)
const english = flat(en)
const slots = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort()

test('every Chinese word has its English', () => {
  expect(Object.keys(chinese).filter((key) => !english[key])).toEqual([])
})

test('English has nothing of its own but plurals and the words for the server’s reasons', () => {
  const own = Object.keys(english).filter((key) => !(key in chinese) && !(key.endsWith('_one') && key.slice(0, -4) in chinese))
  expect(own.filter((key) => !/^(fault\.reasons|rules\.units|rules\.fields)\./.test(key))).toEqual([])
})

test('both fill the same places', () => {
  for (const [key, text] of Object.entries(chinese)) expect([key, slots(english[key] ?? '')]).toEqual([key, slots(text)])
})

test('no Chinese is mixed into the English, but as an example of what to type', () => {
  const mixed = Object.entries(english).filter(([key, text]) => /\p{Script=Han}/u.test(text) && !/hint/i.test(key))
  expect(mixed).toEqual([])
})

// The server tells what went wrong in Chinese; other languages have their own words by its reason.
test('every reason of the server has its English', () => {
  const services = join(import.meta.dirname, '../../../..')
  const sources = readdirSync(services, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.go') && !path.endsWith('_test.go') && !path.includes('node_modules'))
  const reasons = new Set(sources.flatMap((path) => [...readFileSync(join(services, path), 'utf8').matchAll(/\bfault\.(?:Newf?|Fields)\((?:fault\.\w+, )?"([a-z_.]+)", *"\p{Script=Han}/gu)].map((m) => m[1] ?? '')))
  expect(reasons.size).toBeGreaterThan(300)
  expect([...reasons].filter((reason) => !english[`fault.reasons.${reason.replaceAll('.', '_')}`])).toEqual([])
})
