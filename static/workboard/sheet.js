// <work-sheet>: a sheet with slips on it: a theme, a suggestion of the machine's, or single voices.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { desk } from "../staff/desk.js"
import { keep } from "../staff/keyed.js"
import { button, label } from "../staff/press.js"
import { drawCard, makeCard } from "./cards.js"
import { SuggestionHead, ThemeHead, VoicesHead } from "./heads.js"

const FIRST = 6
const FIRST_ALONE = 24
const FOUND = 50

class WorkSheet extends HTMLElement {
  connectedCallback() {
    if (this.list) return
    this.classList.add("pile")
    this.list = h("ol", { class: "slips" })
    this.none = h("p", { class: "note" })
    this.rest = button("", () => this.unfold(), "", "quiet rest")
    this.list.addEventListener("focusin", (event) => this.reach(event.target.closest(".slip")))
  }

  // Draws `pile`, one of those from work.js.
  show(pile) {
    this.pile = pile
    if (!this.head) this.begin(pile)
    this.head.show(pile)
    const first = pile.theme || pile.group ? FIRST : FIRST_ALONE
    const most = this.open || desk.printing ? Infinity : desk.query ? FOUND : first
    const shown = pile.found.slice(0, most)
    if (!shown.some((it) => it.contribution === this.reached)) this.reached = shown[0] && shown[0].contribution
    keep(this.list, shown, (it) => it.contribution, makeCard, (line, it) =>
      drawCard(line, it, it.contribution === this.reached))
    const hidden = pile.found.length - shown.length
    this.rest.hidden = !hidden && !(this.open && pile.found.length > first)
    if (!this.rest.hidden) {
      label(this.rest, hidden ? t("board.show_all", { n: pile.found.length }) : t("board.show_fewer", { n: first }))
    }
    this.rest.setAttribute("aria-expanded", String(!hidden))
    this.none.hidden = pile.all.length > 0
    this.hidden = Boolean(desk.query) && !pile.found.length
  }

  begin({ key, theme, group }) {
    const id = `pile-${key}`
    this.setAttribute("role", "group")
    this.setAttribute("aria-labelledby", id)
    if (theme) this.dataset.theme = String(theme.theme)
    this.classList.add(theme ? "theme" : group ? "suggestion" : "voices")
    this.head = theme ? new ThemeHead(theme, id) : group ? new SuggestionHead(group, id) : new VoicesHead(id)
    this.none.textContent = t(theme ? "workboard.empty_theme" : "workboard.no_voices")
    this.append(this.head.element, this.none, this.list, this.rest)
  }

  unfold() {
    this.open = !this.open
    this.show(this.pile)
  }

  // One Tab stop a sheet; arrows go from slip to slip.
  reach(line) {
    if (!line || this.reached === line.record.contribution) return
    this.reached = line.record.contribution
    for (const one of this.list.children) drawCard(one, one.record, one === line)
  }
}

customElements.define("work-sheet", WorkSheet)
