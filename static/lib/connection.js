// A WebSocket that comes back, and for phones plain HTTP where sockets cannot get through. It is
// about one session, or with `dialogue` about a dialogue as a whole.
import { patch, position, replace } from "./records.js"
import { at } from "./words.js"

const PROTOCOL = 1
const PING_EVERY = 20000
const ANSWER_WITHIN = 3000
const OPEN_WITHIN = 10000
const POLL_EVERY = 3000
const SOCKET_AGAIN = 60000
const FAILURES_BEFORE_HTTP = 3
const FRAME = 15000 // longer than this goes over HTTP: the server closes sockets that say so much
const FINAL = { 4501: "reload", 4504: "elsewhere" } // and from 4500 on: "ended"
const WAKES = ["online", "offline", "pageshow"]
const NOT_ADMITTED = [401, 403, 404, 410]

let ahead = 0

// The server's clock in ms.
export function serverNow() {
  return Date.now() + ahead
}

const nothing = () => {}

export function connect(options) {
  const connection = new Connection({
    onStatus: nothing,
    onMine: nothing,
    onPresence: nothing,
    onAck: nothing,
    onNack: nothing,
    ...options,
  })
  connection.start()
  return connection
}

class Connection {
  status = ""
  closed = false
  socket = null
  tries = 0 // attempts since we were last welcome
  unopened = 0 // handshakes in a row that never opened
  spread = 0 // seconds over which the server wants reconnects
  pinged = 0
  polling = false

  constructor(options) {
    this.options = options
  }

  start() {
    this.wake = () => {
      if (document.visibilityState !== "hidden") this.probe()
    }
    for (const event of WAKES) addEventListener(event, this.wake)
    document.addEventListener("visibilitychange", this.wake)
    this.heart = setInterval(() => this.isOpen() && this.ping(), PING_EVERY)
    this.tell("connecting")
    this.open()
  }

  // True if it is on its way; false if there is no way just now.
  do(op, command) {
    if (this.status !== "online") return false
    const text = JSON.stringify({ t: "do", op, command })
    if (this.polling || text.length > FRAME) this.post(op, command)
    else this.socket.send(text)
    return true
  }

  close() {
    this.closed = true
    for (const event of WAKES) removeEventListener(event, this.wake)
    document.removeEventListener("visibilitychange", this.wake)
    clearInterval(this.heart)
    this.stopPolling()
    this.drop()
  }

  // Is anybody there? If not, the connection is taken as lost within three seconds.
  probe() {
    if (this.closed) return
    if (this.polling) this.poll()
    else if (this.isOpen()) this.ping()
    else if (!this.socket) this.open()
  }

  // ── the socket ────────────────────────────────────────────────────────────────────────────

  open() {
    if (this.closed) return
    this.drop()
    const { session, dialogue } = this.options
    const about = dialogue ? `dialogue/${dialogue}` : session
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}${at(`/ws/${about}`)}`)
    this.socket = socket
    this.opened = false
    this.deadline = setTimeout(() => this.lost(), OPEN_WITHIN)
    socket.onopen = () => this.hello()
    socket.onmessage = message => this.hear(JSON.parse(message.data))
    socket.onclose = event => this.ended(event.code)
  }

  isOpen() {
    return this.socket !== null && this.socket.readyState === WebSocket.OPEN
  }

  send(frame) {
    this.socket.send(JSON.stringify(frame))
  }

  hello() {
    this.opened = true
    this.unopened = 0
    const { epoch, seq } = position()
    this.send({ t: "hello", v: PROTOCOL, audience: this.options.audience, epoch, since: seq })
  }

  ping() {
    this.pinged = Date.now()
    this.send({ t: "ping" })
    clearTimeout(this.deadline)
    this.deadline = setTimeout(() => this.lost(), ANSWER_WITHIN)
  }

  hear(frame) {
    clearTimeout(this.deadline)
    const { onMine, onPresence, onAck, onNack } = this.options
    switch (frame.t) {
      case "welcome": return this.welcome(frame)
      case "view": return this.show(frame)
      case "patch": return patch(frame) === "gap" && this.lost()
      case "mine": return onMine(frame.own)
      case "ack": return onAck(frame)
      case "nack": return onNack(frame)
      case "presence": return onPresence(frame)
      case "pong": ahead = frame.now - (this.pinged + Date.now()) / 2
    }
  }

  welcome(frame) {
    ahead = frame.now - Date.now()
    this.epoch = frame.epoch
    this.spread = frame.jitter
    this.tries = 0
    this.stopPolling()
    if (position().seq >= 0 && position().epoch === frame.epoch) this.tell("online")
  }

  // Nothing can be done on a page that has no records of this life of the log: it is online with them,
  // also where one of those who draw them fails.
  show({ seq, records }) {
    try {
      replace(seq, records, this.epoch)
    } finally {
      this.tell("online")
    }
  }

  ended(code) {
    if (code >= 4500 && code <= 4999) this.stop(FINAL[code] || "ended")
    else this.lost()
  }

  stop(status) {
    this.close()
    this.tell(status)
  }

  lost() {
    if (!this.opened) this.unopened++
    this.drop()
    if (!this.polling) this.tell("lost")
    this.again = setTimeout(() => this.open(), this.polling ? SOCKET_AGAIN : this.pause())
    if (this.unopened >= FAILURES_BEFORE_HTTP && this.options.audience === "phone") this.poll()
  }

  // Full jitter, so that a whole hall does not come back in the same second.
  pause() {
    const longest = Math.min(30, 0.5 * 2 ** this.tries++)
    return Math.random() * Math.max(longest, this.spread) * 1000
  }

  drop() {
    clearTimeout(this.deadline)
    clearTimeout(this.again)
    if (!this.socket) return
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null
    this.socket.close()
    this.socket = null
  }

  // ── without a socket ──────────────────────────────────────────────────────────────────────

  async poll() {
    clearTimeout(this.pollTimer)
    const answer = await this.fetch("records?audience=phone")
    if (this.closed || (this.opened && this.isOpen())) return
    if (answer && NOT_ADMITTED.includes(answer.status)) return this.stop("ended")
    if (!answer || !answer.ok) return this.notPolled()
    this.polling = true
    const date = Date.parse(answer.headers.get("Date"))
    if (date) ahead = date - Date.now()
    const view = await answer.json()
    replace(view.seq, view.records, view.epoch)
    this.options.onMine(view.own)
    this.tell("online")
    this.pollTimer = setTimeout(() => this.poll(), POLL_EVERY)
  }

  async post(op, command) {
    const answer = await this.fetch("do", { op, command })
    const unreadable = answer && answer.status === 400
    if (!answer || !(answer.ok || unreadable)) return
    const said = await answer.json().catch(() => null)
    if (!said) return // not ours: of something that stands in between
    if (said.t === "ack") this.options.onAck(said)
    else this.options.onNack(unreadable ? { op, refusal: said } : said)
    if (this.polling) this.poll()
  }

  notPolled() {
    this.stopPolling()
    this.tell("lost")
    clearTimeout(this.again)
    this.again = setTimeout(() => this.open(), this.pause())
  }

  stopPolling() {
    clearTimeout(this.pollTimer)
    this.polling = false
  }

  // The answer, or null if there was none within the time.
  async fetch(path, body) {
    const patience = new AbortController()
    const timer = setTimeout(() => patience.abort(), OPEN_WITHIN)
    const options = body && {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }
    try {
      const { session, dialogue } = this.options
      const about = dialogue ? `dialogue/${dialogue}` : `s/${session}`
      return await fetch(at(`/api/${about}/${path}`), { ...options, signal: patience.signal })
    } catch {
      return null
    } finally {
      clearTimeout(timer)
    }
  }

  tell(status) {
    if (status === this.status) return
    this.status = status
    this.options.onStatus(status)
  }
}
