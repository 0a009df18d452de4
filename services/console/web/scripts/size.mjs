// Fails when the first page (login, then 今日, in Chinese) loads more script than a
// phone at a lobby desk should wait for. Run after `vite build`.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const limit = 350_000
const dist = new URL('../dist/app/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))

// Main loads the shell; the two pages and the language are asked for by it.
const first = ['index.html', 'src/staff/Login.tsx', 'src/report/Today.tsx', 'src/i18n/zh-CN/first.ts']
const files = new Set()
const add = (key) => {
  const chunk = manifest[key]
  if (!chunk) throw new Error(`no chunk for ${key}`)
  if (files.has(chunk.file)) return
  files.add(chunk.file)
  for (const next of chunk.imports ?? []) add(next)
}
first.forEach(add)

let total = 0
for (const file of files) {
  const size = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length
  total += size
  console.log(`${(size / 1000).toFixed(1).padStart(7)} kB  ${file}`)
}
console.log(`${(total / 1000).toFixed(1).padStart(7)} kB  first page, gzipped script (limit ${limit / 1000} kB)`)
if (total > limit) {
  console.error('The first page is too heavy: see what was imported into it.')
  process.exit(1)
}
