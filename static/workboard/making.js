// Making and naming themes: of a suggestion, of what is picked out, of single voices.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { contribution, desk, putBack } from "../staff/desk.js"
import { field } from "../staff/field.js"
import { wish } from "../staff/line.js"
import { ask, tickList } from "./asking.js"
import { theme } from "./work.js"

const MOST = 80

function titleField(value) {
  const title = h("input", { type: "text", required: true, autocomplete: "off", dir: "auto", value })
  return [title, field(t("workboard.theme_title"), title)]
}

// A machine's suggestion becomes a theme, with the title and the contributions that people want.
export function confirm({ group, all }) {
  const [title, titled] = titleField(group.title || "")
  const { list, ticked } = tickList(all)
  const { form } = ask({
    heading: t("workboard.confirm"),
    note: t("workboard.confirm_help"),
    content: [titled, h("details", {}, h("summary", {}, t("workboard.its_contributions", { n: all.length })), list)],
    submit: t("workboard.confirm_short"),
    send: (said, press) => wish({
      type: "make-theme", area: group.area, title: title.value, contributions: ticked(), groups: [group.group], ...said,
    }, press),
  })
  begin(title, form)
}

// A new theme of these contributions, which leave the themes they stood in. `then` is called when
// it has been made.
export function makeTheme(numbers, then = () => {}) {
  const its = numbers.map(contribution).filter(Boolean)
  const [first] = its
  const own = its.length === 1 && first.kind === "keyword" && first.text.length <= MOST ? first.text : ""
  const [title, titled] = titleField(own)
  const leaves = [...new Set(its.map((it) => it.theme).filter(Boolean))].map((number) => theme(number).title)
  const { list, ticked } = tickList(its)
  const { form } = ask({
    heading: t("workboard.new_theme_of", { n: its.length }),
    note: leaves.length ? t("workboard.leaves", { themes: leaves.join(", ") }) : "",
    content: [titled, h("details", {}, h("summary", {}, t("workboard.its_contributions", { n: its.length })), list)],
    submit: t("workboard.make_theme"),
    send: async (said, press) => {
      const made = await wish({ type: "make-theme", area: areaOf(its), title: title.value, contributions: ticked(), ...said }, press)
      if (made) putBack()
      if (made) then()
      return made
    },
  })
  begin(title, form)
}

// Theirs, if they agree; else the one on the desk.
function areaOf(its) {
  const found = new Set(its.map((it) => it.area))
  return (found.size === 1 ? [...found][0] : desk.area) || null
}

export function rename({ theme: number, title: was }) {
  const [title, titled] = titleField(was)
  const { form } = ask({
    heading: t("workboard.rename", { title: was }),
    content: [titled, h("p", { class: "note" }, t("workboard.rename_help"))],
    submit: t("board.save"),
    now: () => {
      const it = theme(number)
      if (!it) return t("workboard.theme_gone")
      return it.title === was ? "" : t("workboard.named_now", { title: it.title })
    },
    send: (said, press) => wish({ type: "name-theme", theme: number, title: title.value, ...said }, press),
  })
  begin(title, form)
}

function begin(title, form) {
  form.querySelector("input[type=text]").focus()
  title.select()
}
