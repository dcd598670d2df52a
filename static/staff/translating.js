// Staff put a translation beside a contribution: both stand side by side wherever it is shown.
import { h } from "../lib/element.js"
import { translations } from "../lib/translated.js"
import { t, tag } from "../lib/words.js"
import { field } from "./field.js"
import { wish } from "./line.js"
import { button } from "./press.js"

const LANGUAGES = ["sv", "en", "fi", "ar", "so", "fa", "uk", "pl", "es"]
const BY = ["staff", "interpreter", "author", "machine"]
let opened = 0

// The button that opens it, for what is not in Swedish. `of()`: the record as it is then.
export function translating(of, language) {
  return language === "sv" ? null : button("translate.open", () => translate(of()), "", "quiet translate")
}

// Opens it for a record with {contribution, text, language, translations or translation}.
export function translate(it) {
  const id = `translate-${++opened}`
  const names = new Intl.DisplayNames([tag], { type: "language" })
  const into = select(LANGUAGES.filter((one) => one !== it.language).map((one) => [one, names.of(one)]))
  const by = select(BY.map((one) => [one, t(`translated.${one}`)]))
  const text = h("textarea", { rows: "4", maxlength: "500", dir: "auto" })
  const save = h("button", { type: "submit", class: "primary" }, t("translate.save"))
  const remove = button("translate.remove", () => send("", remove), "", "quiet")
  const form = h("form", { "data-answers": "" },
    h("p", { class: "words original", dir: "auto", lang: it.language }, it.text),
    h("p", { class: "note" }, t("translate.help")),
    field(t("translate.into"), into), field(t("translate.text"), text), field(t("translate.by"), by),
    h("div", { class: "acts" }, save, remove, button("translate.cancel", () => dialog.close(), "", "quiet")))
  const dialog = h("dialog", { "aria-labelledby": id, class: "translating" },
    h("h2", { id }, t("translate.heading", { number: it.contribution })), form)

  function follow() {
    const there = translations(it).find((one) => one.language === into.value)
    text.value = there ? there.text : ""
    text.lang = into.value
    by.value = there ? there.by : "staff"
    remove.hidden = !there
  }

  async function send(words, press) {
    const command = { type: "translate-contribution", contribution: it.contribution, language: into.value, text: words, by: by.value }
    if (await wish(command, press)) dialog.close()
  }

  into.addEventListener("change", follow)
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    if (text.value.trim()) send(text.value, save)
    else text.focus()
  })
  follow()
  show(dialog, text)
}

function show(dialog, first) {
  const before = document.activeElement
  document.body.append(dialog)
  dialog.addEventListener("close", () => {
    dialog.remove()
    if (before && before.isConnected) before.focus()
  })
  dialog.showModal()
  first.focus()
}

function select(options) {
  return h("select", {}, options.map(([value, words]) => h("option", { value }, words)))
}
