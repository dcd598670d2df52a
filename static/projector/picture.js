// Draws what the records say: the head with question and code, one page of the screen, the foot.
import { get } from "../lib/records.js"
import { settle } from "./fit.js"
import { morph } from "./morph.js"
import { move, places } from "./motion.js"
import { Pages } from "./pages.js"
import { clock } from "./parts.js"
import { foot, stand } from "./frame.js"
import { screenOf } from "./screens.js"

const TICK = 250

export class Picture {
  pages = new Pages(() => this.drawSoon())
  status = "connecting"
  presence = { connected: 0, tried: 0 }
  lostAt = null

  constructor() {
    setInterval(() => this.tick(), TICK)
  }

  hear(news) {
    Object.assign(this, news)
    if (this.status === "lost" || this.status === "ended") this.lostAt = this.lostAt || new Date()
    else if (this.status === "online") this.lostAt = null
    this.drawSoon()
  }

  drawSoon() {
    if (this.soon) return
    this.soon = true
    // A timeout and not a frame: a covered window must still let go of hidden words.
    setTimeout(() => {
      this.soon = false
      if (get("meeting") && get("stage")) this.draw()
    })
  }

  draw() {
    const meeting = get("meeting")
    const stage = get("stage")
    const before = places(document.querySelector("main"))
    const { name, pages } = screenOf(this.presence, () => this.drawSoon())
    const isNew = name !== this.name
    if (isNew) this.pages.begin()
    this.name = name
    this.pages.fit(pages.length)
    const isSame = !isNew && this.shown === this.pages.place
    this.shown = this.pages.place
    this.show(meeting, stage, name, pages[this.pages.place]())
    if (isSame) move(document.querySelector("main"), before)
  }

  // From the outside in: what is in the middle fits what the others leave.
  show(meeting, stage, name, page) {
    const main = document.querySelector("main")
    const footer = document.querySelector("footer")
    document.body.dataset.screen = name
    stand(page)
    morph(footer, page.layout === "blank" ? [] : foot({
      meeting,
      stage,
      held: (get("counts") || {}).held || 0,
      lostAt: this.lostAt,
      pages: this.pages,
      note: page.note,
    }))
    settle(footer)
    morph(main, page.body)
    for (const bar of main.querySelectorAll("[data-share]")) bar.style.inlineSize = `${bar.dataset.share}%`
    settle(main)
  }

  // Only the figures of the timer change between records.
  tick() {
    if (!get("timer")) return
    for (const place of document.querySelectorAll("[data-timer]")) morph(place, clock())
  }
}
