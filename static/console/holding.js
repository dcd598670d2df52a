// <moderation-choice>: whether new contributions wait to be read.
import { h } from "../lib/element.js"
import { get, watch } from "../lib/records.js"
import { t } from "../lib/words.js"
import { wish } from "../staff/line.js"
import { button } from "../staff/press.js"

const MODERATION = ["hold-all", "hold-flagged", "show-all"]

class ModerationChoice extends HTMLElement {
  connectedCallback() {
    this.choices = MODERATION.map((moderation) => {
      const press = button(`console.moderation_${moderation}`, () => wish({ type: "set-moderation", moderation }, press))
      press.dataset.moderation = moderation
      return press
    })
    this.means = h("p", { class: "note" })
    this.append(h("div", { class: "moderation", role: "group", "aria-label": t("console.new_contributions"), "data-answers": "" },
      h("span", { class: "what" }, t("console.new_contributions")),
      h("div", { class: "segments" }, this.choices),
      this.means))
    this.stop = watch("", () => this.update())
    this.update()
  }

  disconnectedCallback() {
    this.stop()
  }

  update() {
    const settings = get("settings")
    if (!settings) return
    this.hidden = Boolean((get("stage") || {}).ended)
    for (const press of this.choices) press.setAttribute("aria-pressed", String(press.dataset.moderation === settings.moderation))
    this.means.textContent = t(`console.means_${settings.moderation}`)
  }
}

customElements.define("moderation-choice", ModerationChoice)
