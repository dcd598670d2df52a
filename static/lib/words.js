// The page's words: the catalogue that the server put in the page, and texts in many languages.
const element = document.getElementById("config")

export const config = element ? JSON.parse(element.textContent) : {}
export const language = config.language || "sv"

// What `lang` attributes and Intl understand; easy-to-read Swedish is Swedish.
export const tag = language.split("-")[0]

const catalogue = config.catalogue || {}
const plural = new Intl.PluralRules(tag)

export function t(key, params = {}) {
  const found = catalogue[key]
  if (found === undefined) return key
  return chosen(found, params.n).replace(/\{(\w+)\}/g, (whole, name) => name in params ? params[name] : whole)
}

// A Text in the page's language, else in Swedish; `language` is what its words are written in.
export function say(text) {
  if (typeof text === "string") return { words: text, language: "sv" }
  if (language in text) return { words: text[language], language: tag }
  return { words: text.sv || "", language: "sv" }
}

// Fetches the words that the page has left for later; `again` makes another name of the same file.
export async function more(again = "") {
  if (!config.words) return
  Object.assign(catalogue, (await import(config.words + again)).default)
  config.words = ""
}

function chosen(found, n) {
  if (typeof found === "string") return found
  return plural.select(Number(n)) === "one" ? found[0] : found[found.length - 1]
}
