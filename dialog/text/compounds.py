"""Swedish writes compounds as one word: a cykelväg is a matter of cycling and of roads."""

from functools import lru_cache

from dialog.text.stems import folded, root

# Plain words that compounds of public life begin or end with, of three letters or more.
# Left out are those that other words merely happen to end with, such as ort in transport.
SIMPLE = """
affär anläggning anställd ansvar arbete asyl avfall avgift avlopp bad badhus bana bank barn batteri
belysning bensin besök betyg bibliotek bidrag bil bilist biljett blomma boende bok bonde bostad
brev brott budget buller buss butik byggnad båt camping centrum cykel dator demokrati diesel
digital djur dryck dörr ekonomi elev energi ensam entré fabrik familj ferie film fisk flicka flyg
flykting fordon forskning fotboll fritid funktion fält fågel förening förskola försäkring förälder
gata gift grupp gruppboende gruva gräns gräs gymnasium gång gård hall hamn handel handling
hastighet hav hem hemtjänst hinder hiss hjälp hotell hund hus hyra hälsa häst hållplats idrott
industri information integration invandring jakt jobb jord järnväg kaffe katt kemikalie kiosk klass
klimat klubb kompetens konst kontor kontroll korsning kostnad kraft kultur kunskap kurs kvinna
kväll kök laddning lampa land landsbygd lastbil lek lekplats linje livsmedel ljud ljus lokal luft
lunch lägenhet läkare lärare lön mark medarbetare media medicin medlem migration miljö morgon
motion museum musik myndighet måltid möte narkotika natt natur nämnd näring nät odling olja omsorg
park parkering pendel pension personal plast plats polis post praktik program prov regel region
renovering resa reservat restaurang rullstol rusning rätt rådgivning röst semester senior service
simhall sjuk sjukhus sjukvård sjö skatt skog skola skydd snö sol sommar sopor spel sport språk spår
stad station stig stolpe strand studie stuga styrelse städning stöd säkerhet tak tandvård teater
teknik telefon tid tidning tillgänglig tillsyn tjänst toalett tolk tomt torg trafik transport
trappa trygghet träd trädgård träff träning tunnel turism tåg underhåll undervisning ungdom
utbildning utsläpp vapen vatten villa vinter vuxen väder väg välfärd värme växel växt våld vård
yrke äldre älv åker ålder
"""

WHOLE = frozenset(root(word) for word in SIMPLE.split())
SHORTEST = 3


def spellings(word: str) -> set[str]:
    """How a word may stand at the front of a compound: gata in gatubelysning, skola in skolgård."""
    plain = folded(word)
    joined = {plain[:-1] + "u"} if plain.endswith("a") else set()
    return {plain} | joined | {part for part in [root(word)] if len(part) > SHORTEST}


FRONT = {spelling: root(word) for word in SIMPLE.split() for spelling in spellings(word)}


@lru_cache(maxsize=100_000)
def compound_parts(form: str) -> tuple[str, ...]:
    """The roots of the plain words that a compound begins and ends with; none for others."""
    if root(form) in WHOLE:
        return ()
    return (*first_part(folded(form)), *last_part(root(form)))


def first_part(form: str) -> tuple[str, ...]:
    """The longest plain word at the front, with enough left for another."""
    for end in range(len(form) - SHORTEST, SHORTEST - 1, -1):
        if form[:end] in FRONT:
            return (FRONT[form[:end]],)
    return ()


def last_part(form: str) -> tuple[str, ...]:
    """The longest plain word at the end. The front may be as short as by in byskola."""
    for start in range(2, len(form) - SHORTEST + 1):
        if form[start:] in WHOLE:
            return (form[start:],)
    return ()
