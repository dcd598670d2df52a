// <staff-audit>: who of the staff came and went, and what they took out.
import { h } from "../lib/element.js"
import { at, config, t } from "../lib/words.js"
import { moment } from "./names.js"
import { ask, refusal } from "./post.js"
import { button } from "./press.js"

const AT_A_TIME = 100
const HOW = ["link", "device", "provider"]

class StaffAudit extends HTMLElement {
  connectedCallback() {
    if (!["facilitator", "registrar"].includes(config.role)) return
    this.rows = h("tbody", {})
    this.error = h("p", { class: "answer", role: "alert" })
    this.none = h("p", { class: "note", hidden: true }, t("staff.audit_none"))
    this.older = button("staff.audit_older", () => this.fetch(this.oldest), "", "quiet")
    this.older.hidden = true
    const heads = ["when", "who", "what", "about"].map((name) => h("th", { scope: "col" }, t(`staff.audit_${name}`)))
    const table = h("table", {}, h("caption", { class: "visually-hidden" }, t("staff.audit")), h("thead", {}, h("tr", {}, heads)), this.rows)
    const details = h("details", { id: "audit" }, h("summary", {}, t("staff.audit")),
      h("p", { class: "note" }, t("staff.audit_help")), h("div", { class: "scrolls", tabindex: "0", role: "region", "aria-label": t("staff.audit") }, table), this.none, this.older, this.error)
    details.addEventListener("toggle", () => details.open && this.anew())
    this.append(details)
  }

  anew() {
    this.rows.replaceChildren()
    this.fetch()
  }

  async fetch(before) {
    const answer = await ask(at(`/api/staff/audit${before ? `?before=${before}` : ""}`))
    this.error.textContent = answer.ok ? "" : refusal(answer)
    if (!answer.ok) return
    const notes = answer.body
    this.rows.append(...notes.map(row))
    this.none.hidden = this.rows.children.length > 0
    this.older.hidden = notes.length < AT_A_TIME
    if (notes.length) this.oldest = notes[notes.length - 1].at
  }
}

function row({ at, role, seat, what, about, subject }) {
  const who = [t(`staff.role_${role}`), seat ? t("staff.audit_seat", { seat: seat.slice(0, 4) }) : "", subject]
  return h("tr", {},
    h("td", {}, moment(at)),
    h("td", {}, who.filter(Boolean).join(", ")),
    h("td", {}, t(`staff.did_${what}`)),
    h("td", {}, inWords(what, about)))
}

function inWords(what, about) {
  if (what === "signed-in" && HOW.includes(about)) return t(`staff.by_${about}`)
  return what === "links-revoked" ? t(`staff.role_${about}`) : about
}

customElements.define("staff-audit", StaffAudit)
