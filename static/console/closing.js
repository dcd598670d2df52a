// When a window on the web closes: Swedish time, wherever this computer stands.
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { at, config, t } from "../lib/words.js"
import { field } from "../staff/field.js"
import { post, refusal } from "../staff/post.js"
import { answer } from "../staff/line.js"
import { moment, swedishInput } from "../staff/names.js"
import { button } from "../staff/press.js"

export class Closing {
  constructor() {
    this.now = h("p", {})
    this.past = h("p", { class: "note" })
    this.time = h("input", { type: "datetime-local", required: true })
    const change = h("button", { type: "submit" }, t("console.set_closing"))
    this.never = button("console.no_closing", () => this.set("", this.never), "", "quiet")
    const form = h("form", { class: "closing" }, field(t("console.closing_time"), this.time), h("div", { class: "acts" }, change, this.never))
    form.addEventListener("submit", (event) => {
      event.preventDefault()
      this.set(this.time.value, change)
    })
    this.section = h("section", { class: "for-leads", "data-answers": "", hidden: true }, h("h3", {}, t("console.closing")), this.now, this.past, form)
  }

  async set(closes, pressed) {
    const done = await post(at(`/api/s/${config.session}/closing`), { closes: closes.slice(0, 16) })
    const late = done.body.kind === "not-now" ? t("console.closing_past") : refusal(done)
    answer(pressed, done.ok ? "" : late)
  }

  update() {
    const stage = get("stage")
    const settings = get("settings")
    this.section.hidden = !settings || !settings.window || Boolean(stage.ended)
    if (this.section.hidden) return
    const at = stage.closes_at
    this.now.textContent = at ? t("console.closes", { time: moment(at) }) : t("console.never_closes")
    this.past.textContent = settings.past_closing ? t("console.past_closing", { time: settings.past_closing.replace("T", " ") }) : ""
    this.never.hidden = !at
    if (at !== this.shown && document.activeElement !== this.time) this.time.value = at ? swedishInput(at) : ""
    this.shown = at
  }
}
