// The goal areas as tabs over a panel, each with how many contributions it has.
import { h } from "../lib/element.js"
import { say, t } from "../lib/words.js"
import { contributions, desk, putBack, redraw } from "./desk.js"
import { keep } from "./keyed.js"
import { areaName, areaNumber, areas } from "./names.js"

// Makes `tabs` choose `desk.area` for `panel`; returns what draws them. `wanted()`: ids to begin
// with, best first. `across()`: is there anything else that belongs to no area? `chose(id)` is
// called with what somebody chose.
export function areaTabs({ tabs, panel, wanted, across, chose }) {
  const choose = (id) => {
    desk.area = id
    putBack()
    chose(id)
    redraw()
  }
  tabs.addEventListener("keydown", (event) => arrows(event, tabs))
  return () => {
    const found = counts()
    const ids = choices(found, across())
    if (!ids.includes(desk.area)) desk.area = first(ids, found, wanted())
    keep(tabs, ids, (id) => id, (id) => tab(id, panel, choose), (one, id) => drawTab(one, id, found.get(id) || 0))
    panel.setAttribute("aria-labelledby", `tab-${desk.area}`)
  }
}

function counts() {
  const found = new Map()
  for (const it of contributions()) found.set(it.area || "", (found.get(it.area || "") || 0) + 1)
  return found
}

// Those of the dialogue; "" for what belongs to no area, if there is any.
function choices(found, across) {
  const more = found.has("") || across || !areas().length
  return [...areas().map((area) => area.id), ...(more ? [""] : [])]
}

function first(ids, found, wanted) {
  return [...wanted, ids.find((id) => found.get(id)), ids[0]].find((id) => id && ids.includes(id)) ?? ids[0]
}

function tab(id, panel, choose) {
  const full = areas().find((area) => area.id === id)
  const made = h("button", {
    type: "button", role: "tab", id: `tab-${id}`, "aria-controls": panel.id, "data-area": String(areaNumber(id)),
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

function arrows(event, tabs) {
  const all = [...tabs.children]
  const at = all.indexOf(event.target.closest("[role=tab]"))
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key]
  if (to === undefined || at < 0) return
  event.preventDefault()
  const one = all[(to + all.length) % all.length]
  one.focus()
  one.click()
}
