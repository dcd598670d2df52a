// Slips that one key shows together: those that have stood there long enough to have been read.
import { t } from "../lib/words.js"
import { wish } from "../staff/line.js"
import { button, label } from "../staff/press.js"

const READ_AFTER = 1500 // ms

export class Screenful {
  // `slips()`: those that stand there now. `onlyOthers()`: whether there are others, to be decided
  // one by one.
  constructor(slips, key) {
    this.slips = slips
    this.since = new Map()
    this.release = button("", () => this.show(), key, "primary release")
  }

  has(number) {
    return this.since.has(number)
  }

  // To be called when other slips stand there than before.
  update() {
    const now = Date.now()
    const since = this.slips().map(({ contribution: n }) => [n, this.since.get(n) || now])
    if (since.some(([n]) => !this.since.has(n))) setTimeout(() => this.tick(), READ_AFTER + 10)
    this.since = new Map(since)
    this.tick()
  }

  readable() {
    const now = Date.now()
    return [...this.since].filter(([, since]) => now - since >= READ_AFTER).map(([n]) => n)
  }

  tick(words = "") {
    const n = this.readable().length
    this.release.disabled = n === 0
    label(this.release, words || t("console.release", { n: n || this.since.size }))
  }

  show() {
    const contributions = this.readable()
    if (contributions.length) wish({ type: "release-contributions", contributions }, this.release)
  }
}
