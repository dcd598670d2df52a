// What the machine would put into a theme, shown before anything moves.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { contribution } from "../staff/desk.js"
import { wish } from "../staff/line.js"
import { ask, tickList } from "./asking.js"
import { shortOrigin } from "./about.js"
import { theme } from "./work.js"

export function consider({ theme: it, suggested }) {
  const its = suggested.map(contribution).filter(Boolean)
  const { list, ticked } = tickList(its)
  for (const [at, line] of [...list.children].entries()) line.append(h("p", { class: "note" }, shortOrigin(its[at])))
  ask({
    heading: t("workboard.offer_title", { title: it.title }),
    note: t("workboard.offer_help", { n: its.length, title: it.title }),
    content: [list],
    submit: t("workboard.accept"),
    now: () => (theme(it.theme) ? "" : t("workboard.theme_gone")),
    send: (said, press) => wish({ type: "place-in-theme", contributions: ticked(), theme: it.theme, ...said }, press),
  })
}
