import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

// A page's styles stay when one goes on to the next page. A class that two pages
// style therefore looks as the way there was: the year of a birthday was gone for
// whoever came from the bookings. So each class has one sheet, and what all pages
// share is styled in ui and app only.
const root = join(import.meta.dirname, '..')
const sheets = Object.fromEntries(readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.css')).map((path) => [path, readFileSync(join(root, path), 'utf8')]))

/** The selectors of a sheet that hold on screens, each by itself. */
const selectors = (css: string) => css
  .replace(/\/\*[\s\S]*?\*\//g, '')
  .replace(/@media print\s*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, '')
  .replace(/@(?:media|supports|container)[^{]*\{/g, '')
  .split(/\{[^{}]*\}/)
  .flatMap((head) => head.replace(/[{}]/g, '').replace(/:(?:is|not|has|where)\([^)]*\)/g, '').split(','))
  .map((selector) => selector.trim())
  .filter((selector) => selector.includes('.') && !selector.startsWith('@'))

const classes = (selector: string) => [...selector.matchAll(/\.([a-z][\w-]*)/gi)].map((m) => m[1] ?? '')
const shared = (path: string) => /^(?:ui|app)\//.test(path)
const common = new Set(Object.entries(sheets).filter(([path]) => shared(path)).flatMap(([, css]) => selectors(css).flatMap(classes)))

test('no class is styled by two pages', () => {
  const owners = new Map<string, Set<string>>()
  for (const [path, css] of Object.entries(sheets)) {
    if (shared(path)) continue
    for (const selector of selectors(css)) {
      const own = classes(selector).find((name) => !common.has(name) && !name.startsWith('ant-'))
      if (own) owners.set(own, (owners.get(own) ?? new Set()).add(path))
    }
  }
  expect(owners.size).toBeGreaterThan(200)
  expect([...owners].filter(([, paths]) => paths.size > 1).map(([name, paths]) => `.${name} in ${[...paths].join(' and ')}`)).toEqual([])
})

test('no page styles what all pages share', () => {
  const wrong = Object.entries(sheets).filter(([path]) => !shared(path))
    .flatMap(([path, css]) => selectors(css).filter((selector) => classes(selector).every((name) => common.has(name) || name.startsWith('ant-'))).map((selector) => `${selector} in ${path}`))
  expect(wrong).toEqual([])
})
