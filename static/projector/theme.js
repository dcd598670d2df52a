// Light or dark: the computer's own choice until somebody presses T, then theirs.
const dark = matchMedia("(prefers-color-scheme: dark)")

let chosen = localStorage.getItem("projector-theme")

export function startTheme() {
  dark.addEventListener("change", apply)
  apply()
}

export function toggleTheme() {
  chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark"
  localStorage.setItem("projector-theme", chosen)
  apply()
}

function apply() {
  document.documentElement.dataset.theme = chosen || (dark.matches ? "dark" : "light")
}
