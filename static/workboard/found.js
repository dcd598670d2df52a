// What is found in the log just now (`/findings`), asked for anew when the records have changed.
import { watch, position } from "../lib/records.js"
import { at, config } from "../lib/words.js"
import { ask, refusal } from "../staff/post.js"

const PAUSE = 700 // ms from a change to asking again

// One scope that a view looks at. `then()` is called when there is something new to draw.
export class Found {
  constructor(then) {
    this.then = then
    this.scope = { sessions: [], edition: "internal" }
    this.findings = null
    this.failed = ""
    this.at = -1
    watch("", () => this.later())
  }

  look(scope) {
    Object.assign(this.scope, scope)
    this.fetch()
  }

  later() {
    this.timer ||= setTimeout(() => {
      this.timer = 0
      if (this.visible() && this.at < position().seq) this.fetch()
    }, PAUSE)
  }

  // Only a view that is seen asks; the others ask when they are.
  visible() {
    return !this.place || this.place.getClientRects().length > 0
  }

  // Asks if the log has gone on since the answer that there is.
  fresh() {
    if (this.at < 0) this.fetch()
    else if (this.at < position().seq) this.later()
  }

  async fetch() {
    const { sessions, edition } = this.scope
    const mine = (this.asking = Symbol())
    this.at = position().seq
    const query = new URLSearchParams({ edition, ...(sessions.length ? { sessions: sessions.join(",") } : {}) })
    const answer = await ask(at(`/api/dialogue/${encodeURIComponent(config.dialogue)}/findings?${query}`))
    if (this.asking !== mine) return
    this.asking = null
    this.failed = answer.ok ? "" : refusal(answer)
    if (answer.ok) this.findings = answer.body
    this.then()
  }
}
