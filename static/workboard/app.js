// The workboard: the whole dialogue after the meetings, one tab a kind of work.
//
// A tab's module exports `mount(place)`. It is called once, with the tab's own empty <section>, the
// first time that somebody goes there, and returns `{draw()}`. `draw` is called at once, and then
// at most once a frame while the tab is shown: when a record has changed, when `redraw` of
// ../staff/desk.js was called, and when somebody comes (back) to the tab. What stands after the
// tab's name in the address is `rest` of tabs.js. Of use to every tab: ../lib/records.js (`get`,
// `keys`), ../staff/line.js (`wish`: sends a command, says a refusal beside the button),
// ../staff/names.js (areas, target groups), ../staff/keyed.js (`keep`), tabs.js (`mayRule`).
import { get, watch } from "../lib/records.js"
import { h } from "../lib/element.js"
import { say, t } from "../lib/words.js"
import { drawn, redraw } from "../staff/desk.js"
import { start, watchLine } from "../staff/line.js"
import { lastChange, undoKeys } from "./undoing.js"
import { refusalInWords } from "./refusals.js"
import { tabInAddress } from "./tabs.js"

const TABS = {
  tavla: { load: () => import("./board.js") },
  hantering: { load: () => import("./dispositions.js"), style: "decide.css" },
  lasning: { load: () => import("./reading.js"), style: "decide.css" },
  matris: { load: () => import("./matrix.js"), style: "views.css" },
  tackning: { load: () => import("./coverage.js"), style: "views.css" },
  mal: { load: () => import("./goals.js"), style: "views.css" },
  process: { load: () => import("./process.js"), style: "views.css" },
  dokument: { load: () => import("./documents.js"), style: "views.css" },
  logg: { load: () => import("./log.js"), style: "decide.css" },
}

const main = document.querySelector("main")
const failed = document.querySelector(".failed")
const links = [...document.querySelectorAll(".views a")]
const mounted = new Map() // name -> {place, tab: a promise of {draw}}
let shown = null // {name, tab}

function show() {
  const name = tabInAddress(Object.keys(TABS))
  for (const link of links) {
    const here = link.hash === `#${name}`
    if (here) link.setAttribute("aria-current", "page")
    else link.removeAttribute("aria-current")
    if (here) link.scrollIntoView({ block: "nearest", inline: "nearest" })
  }
  for (const [other, { place }] of mounted) place.hidden = other !== name
  document.title = `${t(`work_page.tab_${name}`)} – ${t("board.title")}`
  failed.hidden = true
  if (shown && shown.name === name) return redraw()
  shown = { name, tab: null }
  scrollTo(0, 0)
  bring(name)
}

// A tab that could not be fetched is fetched again the next time.
async function bring(name) {
  try {
    if (!mounted.has(name)) mounted.set(name, begin(name))
    const tab = await mounted.get(name).tab
    if (shown.name === name) shown.tab = tab
    draw()
  } catch (error) {
    mounted.get(name).place.remove()
    mounted.delete(name)
    if (shown.name === name) {
      shown = null
      failed.hidden = false
    }
    console.warn(error)
  }
}

function begin(name) {
  const { load, style } = TABS[name]
  const place = h("section", { class: "view", id: `view-${name}`, "data-look": (style || "").replace(".css", ""), "aria-label": t(`work_page.tab_${name}`) })
  main.append(place)
  return { place, tab: Promise.all([load(), styled(style)]).then(([module]) => module.mount(place)) }
}

// A tab's style sheet stays when another tab is shown: its rules begin at its data-look.
function styled(style) {
  if (!style || document.querySelector(`link[data-style="${style}"]`)) return null
  const href = new URL(style, import.meta.url).href
  return new Promise((resolve, reject) => {
    const link = h("link", { rel: "stylesheet", href, "data-style": style })
    link.onload = resolve
    link.onerror = () => {
      link.remove()
      reject(new Error(style))
    }
    document.head.append(link)
  })
}

function draw() {
  const matter = get("matter")
  if (!matter) return
  const about = [say(matter.title).words, matter.record_number, matter.rehearsal ? t("console.rehearsal") : ""]
  document.querySelector(".bar .meeting").textContent = about.filter(Boolean).join(" · ")
  if (shown && shown.tab) shown.tab.draw()
}

document.querySelector(".last-change").append(lastChange())
addEventListener("keydown", undoKeys)
addEventListener("hashchange", show)
drawn(draw)
watch("", redraw)
watchLine(document.querySelector(".line"))
show()
start("workboard", refusalInWords)
