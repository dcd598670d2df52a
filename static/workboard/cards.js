// One contribution on the board: a slip that is picked out, moved, explained, and never changed.
import { h } from "../lib/element.js"
import { drawTranslations } from "../lib/translated.js"
import { t } from "../lib/words.js"
import { desk, pick } from "../staff/desk.js"
import { button } from "../staff/press.js"
import { alsoIn, number, shortOrigin, unseen, wordsOf } from "./about.js"
import { decided, themeTitle } from "./names.js"
import { mayRule } from "./tabs.js"

export function makeCard({ contribution, language }) {
  const id = `pick-${contribution}`
  const tick = h("input", { type: "checkbox", id, tabindex: "-1", "aria-keyshortcuts": "M N T V O" })
  tick.addEventListener("change", () => pick(contribution, tick.checked))
  const more = button("console.more", async () => (await import("./card_dialog.js")).aboutCard(contribution), "", "quiet why")
  more.setAttribute("aria-label", t("workboard.about_number", { number: contribution }))
  more.tabIndex = -1
  return h("li", { class: "slip", "data-answers": "", "data-contribution": String(contribution) },
    tick,
    h("label", { class: "words", for: id, dir: "auto", lang: language }),
    h("div", { class: "beside" }),
    h("p", { class: "about" }, h("strong", {}), h("span", {}), h("span", { class: "tail" }, ` · ${number(contribution)} `, more)),
    mayRule ? h("span", { class: "grip", "aria-hidden": "true" }, "⠿") : null)
}

function marks(it) {
  return [
    unseen(it),
    it.own ? decided(it.disposition) : "",
    !it.theme && it.suggested ? t("workboard.suggested_to", { theme: themeTitle(it.suggested) }) : "",
    alsoIn(it),
    it.note ? t("workboard.has_note") : "",
  ].filter(Boolean).join(" · ")
}

// Draws only what is not as it was.
export function drawCard(line, it, reachable) {
  const picked = desk.picked.has(it.contribution)
  const [tick, text, beside, about] = line.children
  const [mark, words, tail] = about.children
  const [more] = tail.children
  if (tick.checked !== picked) tick.checked = picked
  tick.tabIndex = more.tabIndex = reachable ? 0 : -1
  line.classList.toggle("picked", picked)
  if (line.record === it) return
  line.record = it
  line.classList.toggle("unseen", it.standing !== "visible")
  text.textContent = wordsOf(it)
  mark.textContent = marks(it)
  words.textContent = shortOrigin(it)
  drawTranslations(beside, it)
}
