// Keeps the app's own shell on the device, page, scripts and styles, so that a
// tab that is loaded anew without a line shows the console, which says what is
// missing, instead of the browser's error page. Answers of the API never come
// here: they are asked for by POST, which is let through untouched.
const store = 'shell'
const page = '/'

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

// What a tab had loaded before this script was there.
self.addEventListener('message', (event) => {
  const paths = Array.isArray(event.data) ? event.data.filter(isAsset) : []
  event.waitUntil(Promise.all([fetch(page).then(keepPage), ...paths.map((path) => asset(new Request(path)))]).catch(() => {}))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== self.location.origin) return
  if (request.mode === 'navigate') event.respondWith(navigate(request))
  else if (isAsset(pathname)) event.respondWith(asset(request))
})

const isAsset = (path) => typeof path === 'string' && /^\/(assets\/[\w.-]+|favicon\.svg)$/.test(path)

// The server's page whenever there is a line; the kept one only without.
async function navigate(request) {
  try {
    const answer = await fetch(request)
    if (answer.ok) await keepPage(answer.clone())
    return answer
  } catch (lost) {
    const kept = await caches.match(page)
    if (kept) return kept
    throw lost
  }
}

// A page of another build drops what the last one needed. Whatever is not the
// console's page, such as a file to be saved, is not kept.
async function keepPage(answer) {
  if (!answer.headers.get('content-type')?.startsWith('text/html')) return
  const entry = entryOf(await answer.clone().text())
  if (!entry) return
  const kept = await caches.match(page)
  if (kept && entryOf(await kept.text()) !== entry) await caches.delete(store)
  await (await caches.open(store)).put(page, answer)
}

const entryOf = (html) => /\/assets\/index-[\w-]+\.js/.exec(html)?.[0]

// The name of an asset says what is in it: a kept one is never out of date.
async function asset(request) {
  const kept = await caches.match(request)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) await (await caches.open(store)).put(request, answer.clone())
  return answer
}
