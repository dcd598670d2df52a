// Advice before sending, as dialog/domain/personal_data.py decides on the server: a test holds the
// two to each other. Nothing of the text leaves this file. No pattern looks behind itself: Safari
// 15 could not read them.
import { t, tag } from "../lib/words.js"

const LONGEST = 1000
const UNDISTINGUISHED = "person" // no kind of its own: a hint, where the others are named

// What to say of the text: {stop, kinds, words}. `stop`: it will be refused as it is.
export function advice(text) {
  const seen = text.slice(0, LONGEST).normalize("NFC")
  const stop = personalNumber(seen)
  const kinds = stop ? ["personal-number"] : flags(seen)
  const named = kinds.filter(kind => kind !== UNDISTINGUISHED).map(kind => t(`found.${kind}`))
  const words = [
    named.length && t("post.pii_warning", { kind: new Intl.ListFormat(tag).format(named) }),
    kinds.includes(UNDISTINGUISHED) && t("post.pii_person_hint"),
  ]
  return { stop, kinds, words: words.filter(Boolean).join(" ") }
}

export function personalNumber(text) {
  return candidates(asDigits(plain(text))).some(isNumber)
}

// Who learned to write on an old typewriter has no other nought and one.
function asDigits(text) {
  return text.replace(TYPED, word => (/\d/.test(word) ? word.replace(/o/gi, "0").replace(/[lI]/g, "1") : word))
}

function isNumber(digits) {
  return isDate(digits) && luhn(digits)
}

// What a moderator will be asked to look at.
export function flags(text) {
  const it = plain(text)
  const withoutEmail = it.replace(EMAIL, " ")
  const found = {
    phone: PHONES.some(pattern => all(it, pattern).length),
    email: withoutEmail !== it,
    address: ADDRESSES.some(pattern => pattern.test(it)),
    url: URL.test(withoutEmail),
    person: isAboutSomebody(withoutEmail) || isAlmostNumber(it),
  }
  return Object.keys(found).filter(name => found[name])
}

// ── characters ────────────────────────────────────────────────────────────────────────────────

// With ordinary digits, signs and spaces; white space of any length is one blank or one new line.
function plain(text) {
  const written = [...text].map(c => c < "\x80" ? c : plainCharacter(c)).join("")
  return written.replace(/\s+/g, white => white.includes("\n") ? "\n" : " ")
}

function plainCharacter(c) {
  const digit = digitOf(c)
  if (digit) return digit
  if (/[\p{Cf}\p{Mn}\p{Me}\p{DI}]/u.test(c)) return ""
  if (/[\p{Pd}\u2212\u2043]/u.test(c)) return "-"
  if (/[\p{Zs}\u2800]/u.test(c)) return " "
  const written = c.normalize("NFKC")
  return written.length === 1 && written < "\x80" ? written : c
}

// Every script has its digits in a row, from nought to nine.
function digitOf(c) {
  const written = c.normalize("NFKC")
  if (/^\d$/.test(written)) return written
  let first = c.codePointAt(0)
  const last = first
  while (/\p{Nd}/u.test(String.fromCodePoint(first))) first--
  return first < last ? String((last - first - 1) % 10) : ""
}

// ── patterns, each with what it may not stand right behind ────────────────────────────────────

const W = "[\\p{L}\\p{N}_]"
const START = "(?:^|[^\\p{L}\\p{N}_])"
const END = `(?!${W})`

const BEHIND = 4 // characters, at the most

function all(text, { behind, pattern }) {
  const found = []
  for (let at = 0; at < text.length; at++) {
    pattern.lastIndex = at
    const match = behind.test(text.slice(Math.max(0, at - BEHIND), at)) ? null : pattern.exec(text)
    if (!match) continue
    found.push(match)
    at += match[0].length - 1
  }
  return found
}

// ── identity numbers ──────────────────────────────────────────────────────────────────────────

const NUMBER = {
  behind: /\d$/,
  pattern: /(18|19|20)?(\d\d)([-/. ]?)\d\d\3\d\d([^\p{L}\p{N}]{0,4})(\d{4}|\d\d(?=[^\p{L}\p{N}_\s]\d)\4\d\d)(?![-./:]?\d)/uy,
}
const SPACED = { // but no day with an hour
  behind: /\d[ -]?$/,
  pattern: /(?!20\d\d(-?)\d\d\1\d\d[ -]{1,3}\d\d[.:]\d\d(?!\d))\d(?:[ -]{0,3}\d){9}(?:(?:[ -]{0,3}\d){2})?(?![ -]?\d)/y,
}
const ONE_BY_ONE = {
  behind: /\d[^\p{L}\p{N}]{0,3}$/u,
  pattern: /\d([^\p{L}\p{N}]{1,3})\d(?:\1\d){8}(?:(?:\1\d){2})?(?!\1?\d)/uy,
}
const LIKELY = [
  { behind: /\d$/, pattern: /(?:18|19|20)?\d{6}[-+]?\d{4}(?=[-./:]\d)/y },
  {
    behind: /\d[^\p{L}\p{N}]{0,3}$/u,
    pattern: /\d(?:[^\p{L}\p{N}]{1,3}\d){9}(?:(?:[^\p{L}\p{N}]{1,3}\d){2})?(?![^\p{L}\p{N}]{0,3}\d)/uy,
  },
  { behind: /\d[\n_]?$/, pattern: /\d\d([\n_])\d\d(?:\1\d\d){3,4}(?![\n_]?\d)/y },
]
const ALMOST = {
  behind: /\d$/,
  pattern: /(?:(?:18|19|20)?(\d{6})[-+](?:\d\d-?\d\d|[A-Z]\d{3}|\d{0,3}[xX*]{1,4})|(?:18|19|20)(\d{6})(?:\d{4}|[xX*]{4}))(?![\p{L}\p{N}_*-])/uy,
}
const TYPED = new RegExp(`${START}[oOlI\\d]+${END}`, "gu")
const LAST_FOUR_APART = {
  behind: /\d$/,
  pattern: new RegExp(
    `(?:18|19|20)?(\\d\\d)[-/. ]?(\\d\\d)[-/. ]?(\\d\\d)${END}`
    + `\\D{0,39}[^\\p{L}\\p{N}_](?:sista|fyra|slutsiffror(?:na)?)${END}\\D{0,30}(\\d\\d)[-/. ]?(\\d\\d)(?!\\d)`,
    "iuy",
  ),
}

function candidates(text) {
  const numbers = all(text, NUMBER).flatMap(([it, century, year, between, gap, last]) => {
    const asAPhone = !century && year === "07" && (!between && !gap || last.length > 4)
    const dateAndNumber = between && /\s/.test(gap) && /[^+/_\s-]/.test(gap)
    return asAPhone || dateAndNumber ? [] : [it.replace(/\D/g, "").slice(-10)]
  })
  const apart = all(text, LAST_FOUR_APART).map(parts => parts.slice(1).join(""))
  return [...numbers, ...runs(text, [SPACED, ONE_BY_ONE]), ...apart]
}

// Ten digits each, of runs of ten or twelve that are no phone number.
function runs(text, patterns) {
  return patterns.flatMap(pattern => all(text, pattern)).flatMap(([run]) => {
    const digits = run.replace(/\D/g, "")
    if (digits.length === 12) return /^(18|19|20)/.test(digits) ? [digits.slice(2)] : []
    return digits.startsWith("07") || /^0\d{1,3}[ -]/.test(run) ? [] : [digits]
  })
}

// Mistyped, masked, interim, or written as other numbers are too.
function isAlmostNumber(text) {
  return all(text, ALMOST).some(match => isDate(match[1] || match[2]))
    || runs(text, LIKELY).some(isNumber)
}

// A day in any century; 60 is added to the day in a coordination number.
function isDate(digits) {
  const [year, month, day] = [0, 2, 4].map(at => Number(digits.slice(at, at + 2)))
  const it = new Date(Date.UTC(2000 + year, month - 1, day > 60 ? day - 60 : day))
  return it.getUTCMonth() === month - 1 && it.getUTCDate() === (day > 60 ? day - 60 : day)
}

function luhn(digits) {
  const doubled = [...digits].map((digit, place) => digit * (2 - place % 2))
  return doubled.reduce((sum, n) => sum + Math.floor(n / 10) + n % 10, 0) % 10 === 0
}

// ── what a moderator will look at ─────────────────────────────────────────────────────────────

const PHONES = [
  { behind: /\d$/, pattern: /07\d(?:[ ./-]{0,3}\d){7}(?!\d)/y },
  {
    behind: /\d[-/]?$/,
    pattern: /0[1-9]\d{0,2}(?:[ /-]{1,3}(?:\d{3} \d{2,3}|\d{2} \d{3}|\d{2,3}(?: \d{2,3}){2,3}|\d{5,8})|\d{6,8})(?!\d)(?!\s*(?:kr|mkr|:-))/y,
  },
  { behind: /[\d+]$/, pattern: /(?:\+|00)[1-9]\d{0,2}[ -]{0,2}(?:\(0\))?[ -]{0,2}\d(?:[ /-]?\d){6,10}(?!\d)/y },
  {
    behind: /[\p{L}\p{N}_]$/u,
    pattern: new RegExp(
      `(?:tel|telefon|telefonnummer|tfn|mobil|ring|sms|smsa)${END}[.: ]{0,3}(?:mig )?(?:på )?`
      + "(?!11[0-9 ])\\d(?:[ -]?\\d){4,8}(?!\\d)(?!\\s*(?:kr|mkr|:-))",
      "iuy",
    ),
  },
]

const EMAIL = new RegExp(
  `[\\p{L}\\p{N}_.+-]+(?:@|\\s@\\s)[\\p{L}\\p{N}_-]+(?:\\s?\\.\\s?[\\p{L}\\p{N}_-]+)+`
  + `|(?:[\\p{L}\\p{N}_.+-]+\\s*[([{]\\s?(?:at|ät|a|snabel-? ?a)\\s?[)\\]}]`
  + `|(?:[\\p{L}\\p{N}_.+-]*[.+-]|[\\p{L}\\p{N}_.+-]+\\s+)snabel-? ?a${END})\\s*[\\p{L}\\p{N}_-]+`
  + `(?:(?:\\s*\\.|(?:\\s+|\\s*[([{]|-)(?:punkt|dot)${END}[)\\]}]?)\\s*[\\p{L}\\p{N}_-]+)+`
  + `|[\\p{L}\\p{N}_+-]+\\s(?:at|ät)\\s[\\p{L}\\p{N}_-]+\\s(?:punkt|dot)\\s[a-z]{2,}${END}`,
  "giu",
)

const URL = new RegExp(
  `https?://\\S|${START}www\\.${W}`
  + `|(?:^|[^\\p{L}\\p{N}_-])-*${W}[\\p{L}\\p{N}_-]+\\.(?:se|nu|com|org|net|eu|info|fi|no|dk)${END}`,
  "iu",
)

const UNIT = `(?!\\s?(?:(?:km|m|mil|meter|kilometer|år|gånger|min|minuter|timmar|kr|st|bilar)${END}|%(?=${W})))`
const WAYS = "väg|gata|gränd|stig|torg|allé|plan|backe"
const ADDRESSES = [
  new RegExp(
    `${START}(?!riks|läns|motor|europa|cykel|gång|skolväg)${W}{2,}`
    + `(?:gatan|vägen|stigen|gränden|gränd|torget|allén|backen|slingan|liden)\\s\\d{1,3}(?!\\d)${UNIT}`,
    "iu",
  ),
  new RegExp(`${START}[A-ZÅÄÖ]${W}+s\\s(?:${WAYS})\\s\\d{1,3}(?!\\d)`, "u"),
  new RegExp(`${START}(?:lgh|lägenhet)\\.?\\s?\\d{4}${END}`, "iu"),
  /(?:^ ?|[^\d ]|\D )[1-9]\d\d \d\d\s{1,2}[A-ZÅÄÖ][a-zåäö]{2,}/,
]

const WHOSE = "(?:min|mitt|vår|vårt|hans|hennes|deras)\\s+"
const RELATED = "(?:son|dotter|barn|barnbarn|pojke|flicka|man|fru|sambo|mamma|pappa|mor|far|farmor|farfar|"
  + "mormor|morfar|bror|syster|kusin|kompis|vän|granne|chef|lärare|elev|kollega|klasskamrat)"
const KIN = `${WHOSE}(?:${W}+\\s)?${RELATED}${END}`
const ROLE = `(?:grann(?:e|en)|${W}{0,12}lärare?n?|fröken|magister|rektorn?|${W}{0,12}chefe?n?|`
  + `${W}{0,12}handläggaren?|${W}{0,8}sekreteraren?|tränaren?|ledaren|kommunalrådet|oppositionsrådet|`
  + `${W}{0,8}ordföranden?|politikern|tjänstemannen|tjänstepersonen|doktorn?|sköterskan|`
  + "vaktmästaren|kuratorn?)"
const CUES = [`(?:${ROLE}|herr|fru)`, WHOSE + RELATED, `${WHOSE}${W}+\\s${RELATED}`]
  .map(cue => new RegExp(`${START}${cue}(?=\\s)`, "giu"))
const NAME = /^\s(?:som\s)?(?:heter\s)?[A-ZÅÄÖ][a-zåäöé]+/
const SENSITIVE = `(?:adhd|autis${W}*|asperger${W}*|epilepsi|cancer|depression|deprimerad|psykisk${W}* sjuk${W}*|`
  + `diagnos${W}*|dement|demens|missbruk${W}*|alkoholist|knark${W}*|langar|hiv|schizofreni|bipolär|`
  + `självmord${W}*|gravid|homosexuell|bisexuell|lesbisk|transperson|muslim${W}*|jude|judinna|judisk|`
  + `hindu|rom|romsk|misshandl${W}*|våldt${W}*|dömd|åtalad|kriminell|tjuv|pedofil${W}*|`
  + `(?:med i|medlem i) (?:facket|moskén|kyrkan)|fackligt ansluten)${END}`
const NEAR = `.{0,39}(?!${W}).`
const FIRST_NAMES = "Adam|Agneta|Ahmed|Alexander|Ali|Alice|Amanda|Amina|Anders|Andreas|Anette|Anita|Anna|Ann|"
  + "Annika|Anton|Arne|Astrid|Axel|Barbro|Bengt|Berit|Birgitta|Björn|Bo|Börje|Britt|Camilla|"
  + "Carina|Carl|Caroline|Cecilia|Charlotte|Christer|Christina|Daniel|David|Ebba|Elias|Elin|"
  + "Elisabeth|Ella|Elsa|Emelie|Emil|Emma|Erik|Eva|Fatima|Filip|Fredrik|Gun|Gunilla|Gunnar|"
  + "Gustav|Göran|Hanna|Hans|Hassan|Helena|Henrik|Hugo|Håkan|Ida|Inga|Inger|Ingrid|Isak|Jan|"
  + "Jenny|Jessica|Joakim|Johan|Johanna|John|Jonas|Josefin|Julia|Kalle|Karin|Karl|Katarina|Kent|"
  + "Kerstin|Khadija|Kjell|Klara|Kristina|Kurt|Lars|Leif|Lena|Lennart|Liam|Linda|Linnea|Lisa|"
  + "Lovisa|Lucas|Madeleine|Magnus|Maja|Malin|Margareta|Maria|Marianne|Marie|Marcus|Markus|"
  + "Martin|Mats|Mattias|Michael|Mikael|Mohamed|Mohammed|Monica|Mona|Moa|Mustafa|Niklas|Nils|"
  + "Noah|Olle|Olof|Omar|Oscar|Oskar|Patrik|Per|Peter|Petra|Pia|Rickard|Robert|Roger|Rolf|Sara|"
  + "Sebastian|Simon|Siv|Sofia|Sonja|Stefan|Sten|Stig|Susanne|Sven|Thomas|Tomas|Therese|Tobias|"
  + "Tommy|Ulf|Ulla|Ulrika|Viktor|Vilma|William|Yusuf|Zahra|Åke|Åsa|Örjan"
const PERSONS = [
  new RegExp(`${START}(?:${FIRST_NAMES})\\s(?!${W}+s\\s(?:${WAYS})${END})[A-ZÅÄÖ][a-zåäöé]{2,}`, "u"),
  new RegExp(`${START}[A-ZÅÄÖ][a-zåäöé]+\\s[A-ZÅÄÖ][a-zåäöé]+sson${END}`, "u"),
  new RegExp(`${START}(?:${FIRST_NAMES})\\s${W}{2,}sson${END}`, "iu"),
  new RegExp(`${START}(?:jag|han|hon|hen|${KIN}|${ROLE})\\s(?:som\\s)?heter\\s${W}`, "iu"),
  new RegExp(`${START}(?:${KIN}|(?:jag|han|hon|hen)\\s(?:har|är|lider)${END})${NEAR}${SENSITIVE}`, "iu"),
  new RegExp(`${START}${SENSITIVE}${NEAR}${KIN}`, "iu"),
  new RegExp(
    `${START}${ROLE}\\s(?:(?:${W}+\\s){0,3}(?:är|var|har|lider av)\\s(?:${W}+\\s)?${SENSITIVE}`
    + "|(?:misshandla|våldt|knarka|lang|missbruka))",
    "iu",
  ),
  new RegExp(`${START}(?:insta|instagram|snap|snapchat|tiktok|facebook|fb)\\s?:\\s?@?${W}`, "iu"),
  new RegExp(`${START}(?:bil(?:en)?|reg\\.?\\s?nr|registreringsnummer)\\s[a-z]{3} ?\\d\\d[a-z\\d]${END}`, "iu"),
  /(?:^|[^\p{L}\p{N}_.])@[a-z][\p{L}\p{N}_.]{2,}/iu,
  /(?:^|[^\p{L}\p{N}_-])(?!SOS|GPS|USB|DNA|PCB|LTE)[A-HJ-PR-UW-Z]{3} ?\d\d[A-HJ-PR-UW-Z0-9](?![\p{L}\p{N}_-])/u,
]

function isAboutSomebody(text) {
  const named = cue => [...text.matchAll(cue)].some(match => NAME.test(text.slice(match.index + match[0].length)))
  return PERSONS.some(pattern => pattern.test(text)) || CUES.some(named)
}
