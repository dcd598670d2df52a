// <staff-links>: the roles, what each may do, and the links that let people in. For the facilitator.
import { h } from "../lib/element.js"
import { at, config, t } from "../lib/words.js"
import { picture } from "./device.js"
import { date } from "./names.js"
import { ask, post, refusal } from "./post.js"
import { button } from "./press.js"

const HALF_A_DAY = 12 * 3600 * 1000 // links end with a day in UTC; its noon is that day in Sweden too

class StaffLinks extends HTMLElement {
  connectedCallback() {
    if (config.role !== "facilitator") return
    this.note = h("p", { class: "note" }, t(config.links ? "staff.links_help" : "staff.links_off"))
    this.until = h("p", { class: "note" })
    this.list = h("ul", { class: "roles" })
    this.error = h("p", { class: "answer", role: "alert" })
    const details = h("details", { id: "links" }, h("summary", {}, t("staff.links")), this.note, this.until, this.list, this.error)
    // Asked for when somebody wants them: an open page holds no secrets otherwise.
    details.addEventListener("toggle", () => details.open ? this.fetch() : this.list.replaceChildren())
    this.append(details)
  }

  async fetch() {
    const answer = await ask(at("/api/staff/links"))
    this.error.textContent = answer.ok ? "" : refusal(answer)
    if (!answer.ok) return
    const { links, end } = answer.body
    this.until.textContent = links.length ? t("staff.links_until", { date: date(end - HALF_A_DAY) }) : ""
    this.list.replaceChildren(...links.map((one) => this.line(one)))
  }

  line({ role, link, qr }) {
    const name = t(`staff.role_${role}`)
    const address = h("input", { type: "text", readonly: true, value: link, "aria-label": t("staff.link_for", { role: name }) })
    const said = h("p", { class: "done", role: "status" })
    const copy = button("staff.copy", () => copied(address, said))
    copy.setAttribute("aria-label", t("staff.copy_for", { role: name }))
    const [revoke, sure] = this.revoking(role, name)
    return h("li", { "data-role": role },
      h("h3", {}, name),
      h("p", { class: "note" }, t("staff.they_may", { what: t(`staff.may_${role}`) })),
      h("div", { class: "link" }, address, copy, revoke),
      sure,
      said,
      h("details", {}, h("summary", {}, t("staff.show_qr")), picture(qr, t("staff.qr_for", { role: name }))))
  }

  revoking(role, name) {
    const sure = h("div", { class: "sure", hidden: true }, h("p", {}, t("staff.revoke_means", { role: name })))
    const no = button("staff.revoke_no", () => {
      sure.hidden = true
      first.focus()
    })
    const yes = button("staff.revoke_yes", () => this.revoke(role, sure), "", "danger")
    const first = button("staff.revoke", () => {
      sure.hidden = false
      no.focus()
    }, "", "quiet danger")
    first.setAttribute("aria-label", t("staff.revoke_for", { role: name }))
    sure.append(h("div", { class: "acts" }, yes, no))
    return [first, sure]
  }

  async revoke(role, sure) {
    const answer = await post(at("/api/staff/revoke"), { role })
    if (!answer.ok) {
      this.error.textContent = refusal(answer)
      return
    }
    if (role === config.role) return location.reload() // they have signed themselves out as well
    await this.fetch()
    const line = this.list.querySelector(`[data-role="${role}"]`)
    line.querySelector(".done").textContent = t("staff.revoked")
    line.querySelector(".link button").focus()
  }
}

async function copied(address, said) {
  address.select()
  try {
    await navigator.clipboard.writeText(address.value)
    said.textContent = t("staff.copied")
  } catch { // over plain HTTP a page may not
    said.textContent = t("staff.copy_yourself")
  }
}

customElements.define("staff-links", StaffLinks)
