// The page's words: the catalogue that the server put in the page, and texts in many languages.
const element = document.getElementById("config")

export const config = element ? JSON.parse(element.textContent) : {}
// Where on the host a path of ours is: the app may stand under one.
export const at = path => config.under + path

export const language = config.language || "sv"

// What `lang` attributes and Intl understand; easy-to-read Swedish is Swedish.
export const tag = language.split("-")[0]

// The same for numbers and dates: our digits in Arabic, as authorities in Sweden write it, and our
// calendar in Persian.
export const locale = { en: "en-GB", ar: "ar-u-nu-latn", fa: "fa-u-ca-gregory" }[tag] || tag

const catalogue = config.catalogue || {}
const numbers = new Intl.NumberFormat(locale, { useGrouping: "min2" })
const plural = new Intl.PluralRules(tag)
// The plural forms that the language has, in the order in which the catalogue has them.
const forms = ["zero", "one", "two", "few", "many", "other"].filter(it => plural.resolvedOptions().pluralCategories.includes(it))

export function t(key, params = {}) {
  const found = catalogue[key]
  if (found === undefined) return key
  return chosen(found, params.n).replace(/\{(\w+)\}/g, (whole, name) => name in params ? isolated(written(params[name])) : whole)
}

// Swedish words within Arabic ones keep an order of their own.
function isolated(words) {
  return document.dir === "rtl" && /[A-Za-z]/.test(words) ? `\u2068${words}\u2069` : words
}

// Numbers in the reader's digits; all else as it is.
export function written(value) {
  return typeof value === "number" ? numbers.format(value) : value
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
  return found[forms.indexOf(plural.select(Number(n)))] || found[found.length - 1]
}
