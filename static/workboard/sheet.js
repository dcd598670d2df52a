// <work-sheet>: a sheet with a theme, a suggestion of the machine's, or single voices.
import { t } from "../lib/words.js"
import { Sheet } from "../staff/sheet.js"
import { drawCard, makeCard } from "./cards.js"
import { SuggestionHead, ThemeHead, VoicesHead } from "./heads.js"

const FIRST = 6
const FIRST_ALONE = 24

class WorkSheet extends Sheet {
  makeLine = makeCard
  drawLine = drawCard

  first({ theme, group }) {
    return theme || group ? FIRST : FIRST_ALONE
  }

  begin({ theme, group }, id) {
    if (theme) this.dataset.theme = String(theme.theme)
    this.classList.add(theme ? "theme" : group ? "suggestion" : "voices")
    this.head = theme ? new ThemeHead(theme, id) : group ? new SuggestionHead(group, id) : new VoicesHead(id)
    this.none.textContent = t(theme ? "workboard.empty_theme" : "workboard.no_voices")
    this.append(this.head.element, this.none, this.list, this.rest)
  }
}

customElements.define("work-sheet", WorkSheet)
