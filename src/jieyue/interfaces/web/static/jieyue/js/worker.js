// The service worker of one library's reader pages (reader/app.py puts CONFIG before it).
//
// Pages come from the network. Without one, or when it takes too long, a reader's home, loans, card
// and reservations are shown as they were last seen, and say when that was. Nothing is sent later
// than somebody sent it, and copies are of one reader only: another's page, or none, clears them.
// On a device of many, which its reader said when signing in, nothing is kept.
/* global CONFIG, importScripts */
const SHELL = `jieyue-shell-${CONFIG.slug}-`;
const MINE = `jieyue-mine-${CONFIG.slug}-`;
const LIMIT_MS = 4_000; // then the copy is shown, if there is one
const FRESH_MS = 10 * 60_000; // a copy younger than this is not fetched anew by itself
const SHARED = "shared";
const DOWN = 502; // and above: the server behind the proxy is away
const shellName = SHELL + CONFIG.version;
// Not those of a library whose name begins with ours: what follows ours has no hyphen, or is one.
const of = (prefix) => (name) =>
  name.startsWith(prefix) && /^(-|[^-]*)$/.test(name.slice(prefix.length));
const isShell = of(SHELL);
const isMine = of(MINE);
const shell = new Set(CONFIG.shell);
const kept = new Set(CONFIG.kept);

if (CONFIG.push) importScripts(CONFIG.push);

self.addEventListener("install", (event) => {
  // What carries a version may come from the browser's own store; the rest is asked for.
  const wanted = CONFIG.shell.map((address) => {
    return new Request(address, { cache: address.includes("?v=") ? "default" : "no-cache" });
  });
  event.waitUntil(
    caches.open(shellName).then((cache) => cache.addAll(wanted)).then(() => self.skipWaiting()),
  );
});

async function drop(isOurs) {
  const names = await caches.keys();
  await Promise.all(names.filter(isOurs).map((name) => caches.delete(name)));
}

self.addEventListener("activate", (event) => {
  const isOld = (name) => isShell(name) && name !== shellName;
  event.waitUntil(drop(isOld).then(() => self.clients.claim()));
});

const late = () => new Promise((_, fail) => setTimeout(() => fail(new Error("late")), LIMIT_MS));
const inShell = async (address) => (await caches.open(shellName)).match(address);

async function asset(request, address) {
  const copy = await inShell(address);
  if (!copy) return fetch(request);
  if (address.includes("?v=")) return copy;
  return Promise.race([fetch(request), late()]).catch(() => copy);
}

async function copyOf(path) {
  if (!kept.has(path)) return undefined;
  const names = (await caches.keys()).filter(isMine);
  return names.length === 1 ? (await caches.open(names[0])).match(path) : undefined;
}

// A copy says by itself that it is one: the page brings the words, hidden (offline.html).
async function dated(copy) {
  const text = (await copy.text())
    .replace("<html ", "<html data-kept ")
    .replace('id="kept" hidden', 'id="kept"');
  const headers = new Headers(copy.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  return new Response(text, { headers });
}

const offline = async (address) => (await inShell(address)) ?? Response.error();

async function keep(path, answer, whom) {
  const type = answer.headers.get("Content-Type") ?? "";
  if (!answer.ok || answer.redirected || !type.startsWith("text/html")) return;
  if (kept.has(path)) await (await caches.open(MINE + whom)).put(path, answer);
}

// What else a reader may want once the network is gone.
async function keepRest(whom) {
  const cache = await caches.open(MINE + whom);
  for (const path of CONFIG.kept) {
    const copy = await cache.match(path);
    const at = Date.parse(copy?.headers.get("Date") ?? "");
    if (Date.now() - at < FRESH_MS) continue;
    const answer = await fetch(path, { headers: { "Jieyue-Live": "1" } });
    if (!(await caches.has(MINE + whom))) return; // they signed out meanwhile
    if (answer.headers.get("Jieyue-For") === whom) await keep(path, answer, whom);
  }
}

async function note(url, answer) {
  const whom = answer.headers.get("Jieyue-For");
  if (!whom) return;
  await drop((name) => isMine(name) && name !== MINE + whom);
  const tongue = answer.headers.get("Content-Language");
  const page = await inShell(CONFIG.offline);
  if (page && tongue !== page.headers.get("Content-Language")) {
    await (await caches.open(shellName)).addAll([CONFIG.offline, CONFIG.unsent]);
  }
  if (whom === SHARED) return;
  if (!url.search) await keep(url.pathname, answer, whom);
  if (whom !== "-" && url.pathname === CONFIG.scope) await keepRest(whom);
}

async function page(event, url) {
  const asked = fetch(event.request);
  event.waitUntil(asked.then((answer) => note(url, answer.clone())).catch(() => {}));
  const copy = url.search ? undefined : await copyOf(url.pathname);
  try {
    const answer = await (copy ? Promise.race([asked, late()]) : asked);
    return copy && answer.status >= DOWN ? dated(copy) : answer;
  } catch {
    return copy ? dated(copy) : offline(CONFIG.offline);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const address = url.pathname + url.search;
  if (url.origin !== location.origin) return;
  if (request.method === "GET" && shell.has(address) && request.mode !== "navigate") {
    event.respondWith(asset(request, address));
    return;
  }
  const isPage = request.mode === "navigate" && url.pathname.startsWith(CONFIG.scope);
  if (!isPage || url.pathname.startsWith(CONFIG.staff) || request.headers.has("HX-Request")) return;
  if (request.method === "GET") event.respondWith(page(event, url));
  else event.respondWith(fetch(request).catch(() => offline(CONFIG.unsent)));
});
