// <hidden-counts>: how much has been hidden, and why.
import { h } from "../lib/element.js"
import { get, watch } from "../lib/records.js"
import { t } from "../lib/words.js"

class HiddenCounts extends HTMLElement {
  connectedCallback() {
    this.list = h("ul", { class: "counted" })
    this.none = h("p", { class: "note" }, t("moderator.no_hidden"))
    this.append(this.list, this.none)
    watch("counts", () => this.update())
    this.update()
  }

  update() {
    const counted = Object.entries((get("counts") || {}).hidden_by_reason || {}).sort((one, other) => other[1] - one[1])
    this.none.hidden = counted.length > 0
    this.list.replaceChildren(...counted.map(([reason, n]) =>
      h("li", {}, h("span", {}, t(`reason.${reason}`)), h("b", { class: "numerals" }, String(n)))))
  }
}

customElements.define("hidden-counts", HiddenCounts)
