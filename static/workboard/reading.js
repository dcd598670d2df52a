// Läsning: every contribution is read by a person, one at a time, one key each.
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { config, t } from "../lib/words.js"
import { contribution, redraw } from "../staff/desk.js"
import { field } from "../staff/field.js"
import { answer, wish } from "../staff/line.js"
import { areaChip } from "../staff/names.js"
import { button } from "../staff/press.js"
import { origin, wordsOf } from "./about.js"
import { ask } from "./asking.js"
import { themeTitle } from "./names.js"
import { move } from "./moving.js"
import { showOriginals } from "./originals.js"
import { mayRule } from "./tabs.js"
import { inTheme } from "./work.js"

const KEPT = `dialog-reader-${config.dialogue}`
const MOST = 20
const MINUTE = 60

export const mount = (place) => new Reading(place)

class Reading {
  marked = [] // what this page has marked, in order; the server's word may come later
  reader = kept()

  constructor(place) {
    this.readers = h("input", { type: "number", min: "1", max: String(MOST), value: "1" })
    this.who = h("select", {})
    this.deal = button("workboard.deal", () => this.dealOut(), "", "quiet")
    this.progress = h("progress", { max: "1", value: "0", "aria-label": t("workboard.read_so_far") })
    this.told = h("p", { class: "told numerals", role: "status" })
    this.all = h("p", { class: "note numerals" })
    this.text = h("p", { class: "words", dir: "auto", "aria-live": "polite" })
    this.about = h("p", { class: "note" })
    this.where = h("p", { class: "where" })
    this.fits = button("workboard.fits", () => this.mark("fits"), "j", "primary")
    this.moves = button("workboard.move_it", () => this.move(), "f")
    this.notes = button("workboard.note_it", () => this.note(), "a")
    this.back = button("workboard.one_back", () => this.goBack(), "b", "quiet")
    this.look = button("workboard.see_theme", () => this.seeTheme(), "o", "quiet")
    this.card = h("article", { class: "reading-card", tabindex: "-1", "aria-label": t("workboard.being_read"), "data-answers": "" },
      this.where, this.text, this.about,
      mayRule ? h("div", { class: "verdicts" }, this.fits, this.moves, this.notes) : null,
      h("div", { class: "acts" }, this.look, mayRule ? this.back : null))
    this.done = h("p", { class: "empty", tabindex: "-1", hidden: true })
    place.append(
      h("h2", {}, t("work_page.tab_lasning")),
      h("p", { class: "note" }, t(mayRule ? "workboard.reading_help" : "work_page.only_look")),
      h("div", { class: "reading-top" },
        h("div", { class: "who-reads", "data-answers": "" }, field(t("workboard.i_am"), this.who),
          mayRule ? [field(t("workboard.readers"), this.readers), this.deal] : null),
        h("div", { class: "how-far" }, this.told, this.progress, this.all)),
      this.card, this.done)
    this.who.addEventListener("change", () => {
      this.reader = Number(this.who.value)
      keep(this.reader)
      redraw()
    })
    this.card.addEventListener("keydown", (event) => this.key(event))
    // Who has pressed beside the card has the focus nowhere.
    addEventListener("keydown", (event) => event.target === document.body && !place.hidden && this.key(event))
    addEventListener("hashchange", () => (this.begun = false))
  }

  get record() {
    return get("reading") || { readers: 1, shares: [], total: 0, read: 0, seconds: 0 }
  }

  get share() {
    return this.record.shares.find((one) => one.reader === this.reader) || this.record.shares[0]
  }

  // What is next and has not been marked here a moment ago.
  queue() {
    const share = this.share
    return share ? share.next.filter((number) => !this.marked.includes(number)) : []
  }

  draw() {
    const { readers, shares, total, read, seconds } = this.record
    // The server has heard: what it says is next is so again.
    this.marked = this.marked.filter((number) => (contribution(number) || {}).read == null || this.fresh(number))
    if (this.reader > readers) this.reader = 1
    this.drawReaders(readers)
    const share = this.share
    if (!share) return
    const pending = this.marked.filter((number) => share.next.includes(number)).length
    const mine = Math.min(share.dealt, share.read + pending)
    const left = share.dealt - mine
    this.progress.max = share.dealt || 1
    this.progress.value = mine
    const minutes = Math.ceil((left * seconds) / MINUTE)
    this.told.textContent = t("workboard.mine", { read: mine, left, minutes: left ? t("workboard.minutes_left", { n: minutes }) : t("workboard.no_minutes") })
    this.all.textContent = shares.length > 1 ? t("workboard.of_all", { read: read + pending, total }) : ""
    this.show(this.held || this.queue()[0] || null, left)
  }

  fresh(number) {
    return this.share && this.share.next.includes(number)
  }

  drawReaders(readers) {
    if (this.drawnFor !== readers) {
      this.drawnFor = readers
      this.who.replaceChildren(...Array.from({ length: readers }, (_, at) => h("option", { value: String(at + 1) }, t("workboard.reader_n", { n: at + 1 }))))
      this.readers.value = String(readers)
    }
    this.who.value = String(this.reader)
  }

  show(number, left) {
    const it = number && contribution(number)
    this.card.hidden = !it
    this.done.hidden = Boolean(it)
    if (!it) {
      this.done.textContent = t(left ? "workboard.fetching" : this.share.dealt ? "workboard.reading_done" : "workboard.nothing_to_read")
      if (this.number) this.done.focus()
      this.number = null
      return
    }
    this.back.hidden = !this.marked.length && !this.last
    this.look.hidden = !it.theme
    this.where.replaceChildren(areaChip(it.area), h("span", {}, it.theme ? t("workboard.stands_in", { title: themeTitle(it.theme) }) : t("workboard.stands_alone")))
    this.about.textContent = origin(it)
    this.begin()
    // Said aloud when another is read, and when somebody masks or hides this one.
    if (this.number !== number || this.text.textContent !== wordsOf(it)) this.text.textContent = wordsOf(it)
    this.number = number
    this.text.lang = it.language
  }

  // The keys work where the focus is, so it begins at what is read.
  begin() {
    if (!this.begun) this.card.focus({ preventScroll: true })
    this.begun = true
  }

  // The next one is shown at once; if the server will not have it, it comes back with the words.
  async mark(verdict, more = {}) {
    const { number } = this
    if (!number) return false
    this.held = null
    this.marked.push(number)
    this.last = number
    answer(this.fits, "")
    this.draw()
    const did = await wish({ type: "mark-read", contribution: number, reader: this.reader, verdict, ...more }, mute(this.card))
    if (!did) {
      this.marked = this.marked.filter((it) => it !== number)
      this.held = number
      redraw()
    }
    return did
  }

  move() {
    if (this.number) move([this.number], () => this.mark("move"))
  }

  note() {
    const it = contribution(this.number)
    const text = h("textarea", { rows: "4", maxlength: "2000", required: true, dir: "auto" })
    text.value = it.note || ""
    ask({
      heading: t("workboard.note"),
      content: [h("p", { class: "words original", dir: "auto", lang: it.language }, it.text), field(t("workboard.note"), text)],
      submit: t("workboard.save_note"),
      reason: false,
      send: (said, press) => this.noted(it.contribution, text.value, said, press),
    })
    text.focus()
  }

  async noted(number, note, said, press) {
    const did = await wish({ type: "mark-read", contribution: number, reader: this.reader, verdict: "note", note, ...said }, press)
    if (did) {
      this.marked.push(number)
      this.last = number
      this.held = null
      redraw()
    }
    return did
  }

  // Shows the last one again, to be marked anew.
  goBack() {
    if (!this.last) return
    this.held = this.last
    this.marked = this.marked.filter((number) => number !== this.last)
    this.last = this.marked[this.marked.length - 1] || null
    redraw()
  }

  seeTheme() {
    const { theme } = contribution(this.number)
    if (theme) showOriginals(inTheme(theme), themeTitle(theme))
  }

  async dealOut() {
    const readers = Math.min(MOST, Math.max(1, Math.round(Number(this.readers.value)) || 1))
    if (await wish({ type: "deal-out", readers }, this.deal)) this.card.focus({ preventScroll: true })
  }

  key(event) {
    if (!this.number || event.ctrlKey || event.metaKey || event.altKey) return
    const key = event.key.toLowerCase()
    if (key === "enter" && event.target.closest("button")) return
    const act = (mayRule && { j: () => this.mark("fits"), enter: () => this.mark("fits"), f: () => this.move(), a: () => this.note(), b: () => this.goBack() }[key]) || { o: () => this.seeTheme() }[key]
    if (!act) return
    event.preventDefault()
    act()
  }
}

// Several may be on their way at once: each has a place of its own that is never busy.
function mute(card) {
  const place = h("span", { hidden: true })
  card.append(place)
  setTimeout(() => place.remove(), 10000)
  return place
}

function kept() {
  try {
    return Number(localStorage.getItem(KEPT)) || 1
  } catch {
    return 1
  }
}

function keep(reader) {
  try {
    localStorage.setItem(KEPT, String(reader))
  } catch {
    // The choice holds as long as the page does.
  }
}
