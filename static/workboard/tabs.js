// Which tab the address names: "#tavla", "#tavla/area-2"; and who may change what.
import { config } from "../lib/words.js"

const FIRST = "tavla"
const BOARD = ["facilitator", "presidium"]

// True for those who may sort, decide and read; the others look on, and draft goals.
export const mayRule = BOARD.includes(config.role)

// True for those who may take something back: the working committee what it has done itself.
export const mayUndo = mayRule || config.role === "working-committee"

const parts = () => location.hash.slice(1).split("/").map(decodeURIComponent)

export function tabInAddress(names) {
  const [name] = parts()
  return names.includes(name) ? name : FIRST
}

// What stands after the tab's name, "" for nothing.
export function rest() {
  return parts().slice(1).join("/")
}

// Remembers within the tab, without a new entry in the history.
export function keepRest(words) {
  const [name] = parts()
  history.replaceState(null, "", `#${name || FIRST}/${encodeURIComponent(words)}`)
}
