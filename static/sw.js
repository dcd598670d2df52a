// The shell of the phone, so that it opens without a network and shows what waits to be sent.
// Network first, within four seconds; never the API, never anything but our own files and pages.
const UNDER = location.pathname.replace(/\/sw\.js$/, "") // what else is on the host is not ours
const SHELL = `shell${UNDER}`
const PATIENCE = 4000

addEventListener("install", () => skipWaiting())
addEventListener("activate", event => event.waitUntil(clients.claim()))

// The page tells what it is made of; what an older version was made of goes.
addEventListener("message", event => event.waitUntil(keep(event.data)))

addEventListener("fetch", event => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== "GET" || origin !== location.origin || !pathname.startsWith(`${UNDER}/`)) return
  const path = pathname.slice(UNDER.length)
  if (path.startsWith("/static/") || (request.mode === "navigate" && /^\/(s|j)\//.test(path))) {
    event.respondWith(answer(request))
  }
})

async function answer(request) {
  const fromNetwork = fetch(request)
  const soon = new Promise((resolve, reject) => setTimeout(reject, PATIENCE))
  try {
    return await Promise.race([fromNetwork, soon])
  } catch {
    return await kept(request) || fromNetwork
  }
}

async function kept(request) {
  const shell = await caches.open(SHELL)
  return shell.match(request, { ignoreSearch: true, ignoreVary: true })
}

async function keep(addresses) {
  const shell = await caches.open(SHELL)
  await shell.addAll(addresses)
  const wanted = new Set(addresses)
  for (const request of await shell.keys()) {
    if (request.url.includes("/static/") && !wanted.has(request.url)) await shell.delete(request)
  }
}
