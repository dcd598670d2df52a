// A dialogue in which one of many places is chosen: by pointer, by writing a part of its name, or
// with the arrows.
import { h } from "../lib/element.js"
import { language } from "../lib/words.js"
import { backToSlips } from "./focus.js"

// Makes `dialog` (a heading, a field, a list, a line for when nothing fits) such a one. Returns
// ask(title, places, choose): a place is {words, about, language?, value}; `choose(value, press)`
// answers whether the dialogue may close.
export function choosing(dialog) {
  const heading = dialog.querySelector("h2")
  const filter = dialog.querySelector("input[type=text]")
  const list = dialog.querySelector("ul")
  const none = dialog.querySelector(".none")
  let places = []
  let choose = () => true

  function draw() {
    const wanted = filter.value.trim().toLocaleLowerCase(language)
    const fitting = places.filter((place) => place.words.toLocaleLowerCase(language).includes(wanted))
    list.replaceChildren(...fitting.map((place) => h("li", { "data-answers": "" }, choice(place))))
    none.hidden = fitting.length > 0
  }

  function choice({ words, about, value, language: lang, area }) {
    const press = h("button", { type: "button", class: "quiet", "data-area": area },
      h("span", { class: "label", dir: "auto", lang }, words), h("span", { class: "note" }, about))
    press.addEventListener("click", async () => {
      if (await choose(value, press)) dialog.close()
    })
    return press
  }

  const presses = () => [...list.querySelectorAll("button")]

  function step(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const all = presses()
    if (!by || !all.length || !(event.target === filter || all.includes(event.target))) return
    event.preventDefault()
    const at = all.indexOf(document.activeElement)
    const to = at + by
    if (to < 0) filter.focus()
    else (all[to] || all[at]).focus()
  }

  // Enter in the field takes the only one left, else goes to the first.
  function enter(event) {
    if (event.key !== "Enter" || event.target !== filter) return
    event.preventDefault()
    const [first, another] = presses()
    if (first && !another) first.click()
    else if (first) first.focus()
  }

  filter.addEventListener("input", draw)
  dialog.addEventListener("keydown", step)
  dialog.addEventListener("keydown", enter)
  dialog.querySelector(".close").addEventListener("click", () => dialog.close())
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close())
  dialog.addEventListener("close", () => requestAnimationFrame(backToSlips))

  return (title, among, chosen) => {
    places = among
    choose = chosen
    heading.textContent = title
    filter.value = ""
    draw()
    dialog.showModal()
    filter.focus()
  }
}
