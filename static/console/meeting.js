// <console-meeting>: what belongs to the whole evening: codes, closing, screens, papers, languages,
// the end.
import { serverNow } from "../lib/connection.js"
import { h } from "../lib/element.js"
import { get, watch } from "../lib/records.js"
import { at, config, t } from "../lib/words.js"
import { wish } from "../staff/line.js"
import { codeInParts, hour } from "../staff/names.js"
import { button } from "../staff/press.js"
import { newCode } from "../staff/switches.js"
import { Closing } from "./closing.js"
import { link, printing } from "./printing.js"
import { Seats } from "./seats.js"

// [language, places] of what will be shown in Swedish because it is not translated.
export function untranslated() {
  const settings = get("settings")
  return Object.entries((settings && settings.untranslated) || {}).filter(([, places]) => places.length)
}

class ConsoleMeeting extends HTMLElement {
  connectedCallback() {
    this.code = h("b", { class: "code" })
    this.expires = h("span", { class: "note" })
    this.missing = h("div", { class: "missing" })
    this.phone = link(at("/"), "console.open_phone")
    const fresh = button("console.new_code", () => newCode(fresh), "", "quiet for-leads")
    this.shared = h("section", { "data-answers": "" },
      h("h3", {}, t("console.code")), h("p", {}, this.code, " ", this.expires), fresh)
    this.seats = new Seats()
    this.closing = new Closing()
    this.printed = h("p", { class: "note" })
    this.append(
      this.shared,
      this.seats.section,
      this.closing.section,
      h("section", {},
        h("h3", {}, t("console.links")),
        h("ul", { class: "links" },
          [link(at("/projector"), "console.open_projector"), link(at(`/board/${config.session}`), "console.to_groups"), link(at(`/moderate/${config.session}`), "console.to_moderate"), link(at("/staff"), "console.overview"), this.phone].map((one) => h("li", {}, one)))),
      printing(this.printed),
      this.missing,
      config.secure ? "" : h("section", {}, h("h3", {}, "HTTPS"), h("p", {}, t("console.insecure"))),
      this.ending())
    this.stop = watch("", () => this.update())
    this.update()
  }

  disconnectedCallback() {
    this.stop()
  }

  ending() {
    this.unread = h("p", {})
    const sure = h("div", { class: "sure", hidden: true }, this.unread, h("p", {}, t("console.end_means")))
    const yes = button("console.end_yes", async () => {
      if (!await wish({ type: "end-session" }, yes)) return
      sure.hidden = true
      document.querySelector("console-now h2").focus()
    }, "", "danger")
    const no = button("console.end_no", () => {
      sure.hidden = true
      this.end.focus()
    })
    sure.append(h("div", { class: "acts" }, yes, no))
    this.end = button("console.end", () => {
      sure.hidden = false
      no.focus()
    }, "", "quiet danger")
    this.ended = h("section", { class: "for-leads", "data-answers": "" }, h("h3", {}, t("console.end_heading")), this.end, sure)
    return this.ended
  }

  update() {
    const meeting = get("meeting")
    const settings = get("settings")
    const stage = get("stage")
    if (!meeting || !settings || !stage) return
    this.seats.update()
    this.closing.update()
    const { held } = get("queue") || { held: 0 }
    this.unread.hidden = !held
    this.unread.textContent = held ? t("console.end_waiting", { n: held }) : ""
    const own = settings.entry === "personal"
    this.shared.hidden = own || Boolean(stage.ended)
    this.printed.hidden = Boolean(stage.ended)
    this.printed.textContent = t(own ? "console.print_help_own" : "console.print_help")
    this.code.textContent = codeInParts(meeting.code)
    const isGood = settings.code_expires > serverNow()
    this.expires.textContent = isGood ? t("console.code_expires", { time: hour(settings.code_expires) }) : t("console.code_expired")
    this.phone.href = meeting.code ? at(`/j/${meeting.code}`) : at("/")
    this.ended.hidden = Boolean(stage.ended)
    const missing = untranslated()
    const drawn = JSON.stringify(missing)
    if (drawn === this.drawn) return
    this.drawn = drawn
    this.missing.replaceChildren(...(missing.length ? missingTexts(missing) : []))
  }
}

function missingTexts(missing) {
  return [
    h("h3", {}, t("console.untranslated")),
    h("p", { class: "note" }, t("console.untranslated_help")),
    ...missing.map(([language, places]) =>
      h("details", {},
        h("summary", {}, t("console.untranslated_in", { language: t(`language.${language}`), n: places.length })),
        h("ul", { class: "places" }, places.map((place) => h("li", {}, place))))),
  ]
}

customElements.define("console-meeting", ConsoleMeeting)
