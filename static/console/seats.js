// Codes of one's own for a closed meeting: drawn, printed with the names that are typed here, and
// drawn anew for a seat. The names go into the paper and nowhere else: not even this page keeps them.
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { at, config, t } from "../lib/words.js"
import { field } from "../staff/field.js"
import { ask, post, refusal } from "../staff/post.js"
import { answer } from "../staff/line.js"
import { button } from "../staff/press.js"

const MOST = 200
const PATIENCE = 60000

export class Seats {
  constructor() {
    this.taken = { used: 0, total: 0 }
    this.asked = null
    this.count = h("p", { role: "status" })
    this.section = h("section", { class: "seats for-leads", hidden: true },
      h("h3", {}, t("console.seats")), this.count, this.drawing(), this.again())
  }

  drawing() {
    this.number = h("input", { type: "number", min: "1", max: String(MOST), value: "25", required: true, inputmode: "numeric" })
    this.names = h("textarea", { rows: "5", autocomplete: "off", spellcheck: "false" })
    this.draw = h("button", { type: "submit", class: "primary" }, t("console.draw_codes"))
    this.replaced = h("p", { class: "note" })
    const form = h("form", { class: "form", "data-answers": "" },
      field(t("console.seats_number"), this.number),
      field(t("console.seats_names"), this.names, "wide"),
      h("p", { class: "note wide" }, t("console.seats_names_help")),
      h("div", { class: "wide" }, this.replaced, this.draw))
    form.addEventListener("submit", (event) => {
      event.preventDefault()
      this.roster()
    })
    return form
  }

  again() {
    const seat = h("input", { type: "number", min: "1", max: String(MOST), required: true, inputmode: "numeric" })
    const make = h("button", { type: "submit" }, t("console.another_code"))
    const shown = h("div", { class: "remote" })
    const form = h("form", { class: "form", "data-answers": "" },
      field(t("console.seat"), seat), h("div", { class: "wide" }, make), h("div", { class: "wide" }, shown))
    form.addEventListener("submit", async (event) => {
      event.preventDefault()
      const made = await post(at(`/api/s/${config.session}/another-code`), { seat: Number(seat.value) })
      const missing = made.status === 404 ? t("console.no_such_seat") : refusal(made)
      answer(make, made.ok ? "" : missing)
      if (!made.ok) return
      const hide = button("console.hide_code", () => {
        shown.replaceChildren()
        seat.focus()
      }, "", "quiet")
      shown.replaceChildren(
        h("p", {}, t("console.code_for_seat", { number: seat.value }), " ", h("b", { class: "code" }, made.body.code)),
        h("img", { src: made.body.qr, alt: t("console.code_qr"), width: "150", height: "150" }),
        hide)
      this.refresh()
    })
    return h("details", {}, h("summary", {}, t("console.lost_code")), form)
  }

  // The paper is kept by the browser, as a file: nobody can ask for it again.
  async roster() {
    if (this.draw.getAttribute("aria-busy") === "true") return
    this.draw.setAttribute("aria-busy", "true")
    const names = this.names.value.split("\n").map((name) => name.trim())
    const seats = Math.max(Number(this.number.value), names.findLastIndex((name) => name) + 1)
    const made = await file(at(`/api/s/${config.session}/roster`), { seats, names: names.slice(0, seats) })
    this.draw.removeAttribute("aria-busy")
    answer(this.draw, made.ok ? "" : refusal(made))
    if (!made.ok) return
    save(made.blob)
    this.names.value = ""
    this.refresh()
  }

  update() {
    const settings = get("settings")
    const { people } = get("counts") || {}
    const { ended } = get("stage") || {}
    this.section.hidden = !settings || settings.entry !== "personal" || Boolean(ended)
    if (this.section.hidden || this.asked === people) return
    this.asked = people
    this.refresh()
  }

  async refresh() {
    const found = await ask(at(`/api/s/${config.session}/seats`))
    if (!found.ok) return
    this.count.textContent = found.body.total ? t("console.seats_used", found.body) : t("console.no_codes")
    this.replaced.textContent = found.body.total ? t("console.draw_again_means") : ""
  }
}

async function file(url, body) {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    })
    if (response.ok) return { ok: true, blob: await response.blob() }
    return { ok: false, status: response.status, body: await response.json().catch(() => ({})) }
  } catch {
    return { ok: false, status: 0, body: {} }
  }
}

function save(blob) {
  const href = URL.createObjectURL(blob)
  h("a", { href, download: "kodlista.pdf" }).click()
  setTimeout(() => URL.revokeObjectURL(href), 60000)
}
