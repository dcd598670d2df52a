// What stands beside somebody's words: translations, each in its own language, and who made them.
import { h } from "./element.js"
import { t, tag } from "./words.js"

export function translated(it, props = {}) {
  return it ? h("p", { class: "translation", dir: "auto", lang: it.language, ...props },
    h("bdi", { class: "by", lang: tag }, `${t(`translated.${it.by}`)}:`), ` ${it.text}`) : null
}

// All that a record has of them.
export function translations(it) {
  return it.translations || [it.translation].filter(Boolean)
}

// Keeps `place` showing them, and draws only what is not as it was.
export function drawTranslations(place, it) {
  const all = translations(it)
  const told = JSON.stringify(all)
  if (told === (place.told || "[]")) return
  place.told = told
  place.replaceChildren(...all.map((one) => translated(one)))
}
