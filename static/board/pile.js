// <board-pile>: a sheet with a group, the single voices, or what waits.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { Sheet } from "../staff/sheet.js"
import { GroupHead } from "./group.js"
import { drawSlip, makeSlip } from "./slips.js"

const FIRST = 8

class BoardPile extends Sheet {
  makeLine = makeSlip
  drawLine = drawSlip

  first() {
    return FIRST
  }

  begin({ key, group }, id) {
    this.head = group ? new GroupHead(group, id) : new PlainHead(key, id)
    this.none.textContent = t(group ? "board.empty_group" : `board.no_${key}`)
    this.append(this.head.element, this.none, this.list, this.rest)
    if (this.head.more) this.append(this.head.more)
  }
}

class PlainHead {
  constructor(key, id) {
    this.key = key
    this.heading = h("h3", { id, tabindex: "-1" })
    this.element = h("header", {}, this.heading, h("p", { class: "note" }, t(`board.${key}_help`)))
  }

  show({ all }) {
    const words = t(`board.${this.key}`, { n: all.length })
    if (this.heading.textContent !== words) this.heading.textContent = words
  }
}

customElements.define("board-pile", BoardPile)
