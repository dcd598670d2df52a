// Two versions side by side, or the room's grouping beside what the presidium made of it.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { labelled, part, press, select } from "./views.js"

export class Differences {
  constructor() {
    this.element = h("section", { class: "differences" })
  }

  draw(versions) {
    part(this.element, versions.map(({ version, of }) => [version, of]), () => [])
  }
}
