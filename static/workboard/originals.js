// "Visa ursprungliga bidrag": what people wrote, as they wrote it, with number, session, standing.
import { h } from "../lib/element.js"
import { translated, translations } from "../lib/translated.js"
import { t } from "../lib/words.js"
import { show, top } from "./asking.js"
import { origin, unseen, wordsOf } from "./about.js"

let shown = 0

// Shows `its` (records of contributions). `about`: what they are the contributions of.
export function showOriginals(its, about = "") {
  const id = `originals-${++shown}`
  show(h("dialog", { "aria-labelledby": id, class: "originals" },
    top(id, t("workboard.originals_of", { n: its.length, about })),
    its.length ? h("ol", {}, its.map(original)) : h("p", { class: "note" }, t("workboard.no_originals"))))
}

export function original(it) {
  return h("li", { class: it.standing === "visible" ? null : "unseen" },
    h("p", { class: "words", dir: "auto", lang: it.language }, wordsOf(it)),
    translations(it).map((one) => translated(one)),
    h("p", { class: "note" }, [unseen(it), origin(it)].filter(Boolean).join(" · ")))
}
