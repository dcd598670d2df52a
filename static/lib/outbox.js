// What the phone keeps of the person who holds it: what waits to be sent, drafts, a receipt code.
// All of it is about one session, and none of it follows when the phone goes to the next person.
import { draw } from "./element.js"
import { config } from "./words.js"

const LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
const KEPT_FOR = 3 * 24 * 3600 * 1000
const AT_ONCE = 8
const RESEND_AFTER = 5000

// What waits to be sent: put away before it is sent, deleted when it is answered. An entry is
// {op, session, person, order, command, refusal?}; one with a refusal is not sent again, but kept
// with its words until the person changes or discards it.
export class Outbox {
  entries = []
  sent = new Map() // op -> when it was sent
  resting = 0 // not before this time; both by performance.now(), for the phone's clock may be set
  last = 0 // the order of the last entry
  window = AT_ONCE

  // `send(op, command)` -> whether it is on its way; `probe()` when an answer is late;
  // `changed(entry, outcome)` with "put", "ack", "rests", "refused" or "discarded"; `closing()` ->
  // until when (ms since 1970) it may be needed at least.
  constructor({ session, person, send, probe, changed, closing }) {
    Object.assign(this, { session, person, send, probe, changed, closing })
    this.timer = setInterval(() => this.look(), 1000)
  }

  // Brings back what an earlier visit left.
  async open() {
    const ours = it => it.session === this.session && it.person === this.person && !this.find(it.op)
    const found = (await stored()).filter(ours)
    this.entries = [...found, ...this.entries].sort((one, other) => one.order - other.order)
    this.last = Math.max(this.last, ...this.entries.map(it => it.order))
    this.flush()
  }

  waiting() {
    return this.entries.filter(it => !it.refusal)
  }

  find(op) {
    return this.entries.find(it => it.op === op)
  }

  // Resolves when it is put away; only then is it safe to clear the field.
  async put(op, command) {
    this.last = Math.max(this.last + 1, Date.now())
    const entry = { op, session: this.session, person: this.person, order: this.last, until: this.closing(), command }
    await store(entry)
    this.entries.push(entry)
    this.changed(entry, "put")
    this.flush()
  }

  // Sends in order, a few at a time; nothing passes a change of perspective.
  flush() {
    if (this.rests()) return
    for (const entry of this.waiting()) {
      const inFlight = this.sent.has(entry.op)
      if (!inFlight && (this.sent.size >= this.window || !this.send(entry.op, entry.command))) return
      if (!inFlight) this.sent.set(entry.op, performance.now())
      if (entry.command.type === "choose-perspective") return
    }
  }

  // A new connection: whatever was in flight is sent again, under the same id.
  reconnected() {
    this.sent.clear()
    this.flush()
  }

  acknowledged(op) {
    this.settle(op, "ack")
    this.flush()
  }

  refused(op, refusal, retry) {
    this.sent.delete(op)
    const entry = this.find(op)
    if (!entry) return
    if (retry !== null && retry !== undefined) {
      this.rest(retry)
      return this.changed(entry, "rests")
    }
    entry.refusal = refusal
    if (entry.command.type !== "post-contribution") return this.settle(op, "refused")
    this.keep(entry)
    this.changed(entry, "refused")
    this.flush()
  }

  // The server could not read one of those in flight. Alone, we know which it was.
  unreadable(refusal) {
    const [op, another] = this.sent.keys()
    this.window = 1
    this.sent.clear()
    if (op && !another) this.refused(op, refusal)
    this.flush()
  }

  keep(entry) {
    return store(entry)
  }

  discard(op) {
    this.settle(op, "discarded")
  }

  settle(op, outcome) {
    const entry = this.find(op)
    this.sent.delete(op)
    if (!entry) return
    this.entries.splice(this.entries.indexOf(entry), 1)
    forget(entry)
    this.changed(entry, outcome)
  }

  rest(seconds) {
    this.resting = performance.now() + seconds * (0.5 + Math.random()) * 1000
  }

  rests() {
    return performance.now() < this.resting
  }

  // Every second: is an answer late, is a rest over?
  look() {
    const now = performance.now()
    for (const [op, at] of this.sent) {
      if (now - at < RESEND_AFTER) continue
      this.sent.delete(op)
      this.probe()
    }
    this.flush()
  }

  // The person leaves the phone.
  async empty() {
    clearInterval(this.timer)
    await Promise.all(this.entries.splice(0).map(forget))
  }
}

// ── drafts and receipts ─────────────────────────────────────────────────────────────────────────

export class Kept {
  constructor(session) {
    this.session = session
    this.me = read(`me/${session}`) || this.renew()
  }

  // A new person: another name for the outbox, another receipt code.
  renew() {
    this.me = {}
    this.note({ person: draw(LETTERS, 12), code: draw(LETTERS, 16), number: 0 })
    return this.me
  }

  // Something to remember of this person.
  note(it) {
    Object.assign(this.me, it, { at: Date.now() })
    write(`me/${this.session}`, this.me)
  }

  // One code finds all of a person's contributions; what is sent along for each links none.
  // `until`: when the window that they are written in closes, if they are.
  nextReceipt(until) {
    this.note({ number: this.me.number + 1, until })
    return receipt(this.me.code, this.me.number)
  }

  // In fours, as it is read aloud and written down.
  code() {
    return this.me.code.match(/.{4}/g).join("-")
  }

  // `about` tells the fields of one step apart.
  draft(step, about) {
    return read(this.draftKey(step, about))
  }

  keepDraft(step, about, draft) {
    if (draft) write(this.draftKey(step, about), { ...draft, about, at: Date.now() })
    else erase(this.draftKey(step, about))
  }

  drafts() {
    return keys(`draft/${this.session}/`).map(read).filter(Boolean)
  }

  forgetDrafts() {
    keys(`draft/${this.session}/`).forEach(erase)
  }

  draftKey(step, about) {
    return `draft/${this.session}/${step}/${about}`
  }
}

// Of every session that is some days past; to be called before anything is read.
export function forgetOld() {
  for (const key of [...keys("draft/"), ...keys("me/")]) {
    const it = read(key)
    if (!it || isOld(it.at || 0, it.stage ? it.stage.closes_at : it.until)) erase(key)
  }
  stored()
}

// What is needed until a window closes, `until`, is kept for as long after that.
function isOld(at, until) {
  return Date.now() - Math.max(at, until || 0) > KEPT_FOR
}

// ── an entry is put in IndexedDB, else in localStorage, else nowhere but here ─────────────────

let database

function opened() {
  database ??= new Promise(resolve => {
    setTimeout(() => resolve(null), 2000)
    try {
      const request = indexedDB.open(`dialog${config.under}`, 1)
      request.onupgradeneeded = () => request.result.createObjectStore("outbox", { keyPath: "op" })
      request.onsuccess = () => {
        request.result.onclose = () => database = undefined
        resolve(request.result)
      }
      request.onerror = request.onblocked = () => resolve(null)
    } catch {
      resolve(null)
    }
  })
  return database
}

// Runs `work` on the store; resolves when it is on disk, with `work`'s result.
async function within(mode, work) {
  const db = await opened()
  if (!db) throw new Error("no IndexedDB")
  return new Promise((resolve, reject) => {
    const transaction = db.transaction("outbox", mode, { durability: "strict" })
    const request = work(transaction.objectStore("outbox"))
    transaction.oncomplete = () => resolve(request.result)
    transaction.onerror = transaction.onabort = () => reject(transaction.error)
  })
}

async function store(entry) {
  await within("readwrite", box => box.put(entry)).catch(() => write(`outbox/${entry.op}`, entry))
}

async function forget(entry) {
  erase(`outbox/${entry.op}`)
  await within("readwrite", box => box.delete(entry.op)).catch(() => {})
}

async function stored() {
  const found = await within("readonly", box => box.getAll()).catch(() => [])
  const all = [...found, ...keys("outbox/").map(read)]
  const old = all.filter(it => isOld(it.order, it.until))
  old.forEach(forget)
  return all.filter(it => !old.includes(it))
}

// ── localStorage, or memory where it is forbidden or full ─────────────────────────────────────

const memory = new Map()

function read(key) {
  if (memory.has(key)) return memory.get(key)
  try {
    return JSON.parse(localStorage.getItem(key))
  } catch {
    return null
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value))
    memory.delete(key)
  } catch {
    memory.set(key, value)
  }
}

function erase(key) {
  memory.delete(key)
  try {
    localStorage.removeItem(key)
  } catch {
    // It was never there.
  }
}

function keys(prefix) {
  const found = new Set(memory.keys())
  try {
    Object.keys(localStorage).forEach(key => found.add(key))
  } catch {
    // Only memory.
  }
  return [...found].filter(key => key.startsWith(prefix))
}

// The secret of a code's nth contribution. From it nobody can tell the code, or the next.
export function receipt(code, number) {
  return sha256(`${code}:${number}`).slice(0, 32)
}

// ── SHA-256 as hex: our own, because crypto.subtle is missing on plain HTTP ───────────────────

const primes = []
for (let n = 2; primes.length < 64; n++) if (primes.every(prime => n % prime)) primes.push(n)

const fraction = (prime, power) => (prime ** power % 1) * 2 ** 32 | 0
const ROUNDS = primes.map(prime => fraction(prime, 1 / 3))
const START = primes.slice(0, 8).map(prime => fraction(prime, 1 / 2))

const turn = (word, bits) => word >>> bits | word << 32 - bits

function sha256(text) {
  const words = padded(new TextEncoder().encode(text))
  let state = START
  for (let at = 0; at < words.length; at += 16) state = mixed(state, words.slice(at, at + 16))
  return state.map(word => (word >>> 0).toString(16).padStart(8, "0")).join("")
}

function padded(bytes) {
  const words = new Array(((bytes.length + 8 >> 6) + 1) * 16).fill(0)
  bytes.forEach((byte, place) => words[place >> 2] |= byte << 24 - place % 4 * 8)
  words[bytes.length >> 2] |= 0x80 << 24 - bytes.length % 4 * 8
  words[words.length - 1] = bytes.length * 8
  return words
}

function mixed(state, block) {
  const w = [...block]
  let [a, b, c, d, e, f, g, h] = state
  for (let i = 0; i < 64; i++) {
    if (i > 15) {
      const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >>> 3
      const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >>> 10
      w[i] = w[i - 16] + s0 + w[i - 7] + s1 | 0
    }
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)
    const one = h + s1 + (e & f ^ ~e & g) + ROUNDS[i] + w[i] | 0
    const two = s0 + (a & b ^ a & c ^ b & c) | 0
    const next = [one + two | 0, a, b, c, d + one | 0, e, f, g]
    ;[a, b, c, d, e, f, g, h] = next
  }
  return [a, b, c, d, e, f, g, h].map((word, place) => word + state[place] | 0)
}
