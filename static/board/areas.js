// The goal areas as tabs, each with how many contributions it has.
import { h } from "../lib/element.js"
import { get, keys } from "../lib/records.js"
import { say, t } from "../lib/words.js"
import { keep } from "../staff/keyed.js"
import { areaName, areaNumber, areas } from "../staff/names.js"
import { contributions, desk, putBack, redraw } from "./desk.js"

const tabs = document.querySelector(".areas")
const sheets = document.querySelector("#sheets")

function counts() {
  const found = new Map()
  for (const it of contributions()) found.set(it.area || "", (found.get(it.area || "") || 0) + 1)
  return found
}

// Those of the dialogue; "" for what belongs to no area, if there is any.
function choices(found) {
  const across = found.has("") || keys("group/").some((key) => !get(key).area)
  return [...areas().map((area) => area.id), ...(across || !areas().length ? [""] : [])]
}

// The one in the address, else the one that the step is about, else the first with contributions.
function first(ids, found) {
  const stage = get("stage")
  const wanted = [decodeURIComponent(location.hash.slice(1)), stage && stage.area]
  return [...wanted, ids.find((id) => found.get(id)), ids[0]].find((id) => id && ids.includes(id)) ?? ids[0]
}

export function drawAreas() {
  const found = counts()
  const ids = choices(found)
  if (!ids.includes(desk.area)) desk.area = first(ids, found)
  keep(tabs, ids, (id) => id, tab, (one, id) => drawTab(one, id, found.get(id) || 0))
  sheets.setAttribute("aria-labelledby", `tab-${desk.area}`)
}

function tab(id) {
  const full = areas().find((area) => area.id === id)
  const made = h("button", {
    type: "button", role: "tab", id: `tab-${id}`, "aria-controls": "sheets", "data-area": String(areaNumber(id)),
    title: full ? say(full.name).words : null,
  },
  areaNumber(id) ? h("b", { class: "chip" }, String(areaNumber(id))) : null,
  h("span", {}, areaName(id)),
  h("span", { class: "count numerals" }))
  made.addEventListener("click", () => choose(id))
  return made
}

function drawTab(one, id, n) {
  const chosen = id === desk.area
  one.setAttribute("aria-selected", String(chosen))
  one.tabIndex = chosen ? 0 : -1
  const count = one.querySelector(".count")
  const words = t("console.contributions", { n })
  if (count.textContent !== words) count.textContent = words
}

function choose(id) {
  desk.area = id
  putBack()
  history.replaceState(null, "", `#${encodeURIComponent(id)}`)
  scrollTo(0, 0)
  redraw()
}

tabs.addEventListener("keydown", (event) => {
  const all = [...tabs.children]
  const at = all.indexOf(event.target.closest("[role=tab]"))
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key]
  if (to === undefined || at < 0) return
  event.preventDefault()
  const one = all[(to + all.length) % all.length]
  one.focus()
  one.click()
})
