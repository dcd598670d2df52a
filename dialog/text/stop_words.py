"""Words that say nothing about the subject of a post."""

from dialog.text.stems import stem

SWEDISH = """
alla allas allra allt alltför alltid alltmer alltså andra andras annan annars annat att av avseende
bakom bara bland blev bli blir blivit borde bort bra bruka brukar bäst bättre bör börja börjar
cirka dagens dags de dej del dem den denna deras dess dessa dessutom det detta dig din dina dit
ditt dock dom du där därför då dålig dåliga dåligt efter eftersom egen eget egna ej eller emot en
ena enda enkelt enkla enligt ens enstaka er era eran ert ett exempel faktiskt fast fem ff fick fin
finna finnas finns fint fler flera flest folk fortfarande fortsätta fortsätter fram framför från
fyra få får fått för förbi före först första förut ge genom ger ges gett gick giv gjord gjorda
gjorde gjort god goda gott grej grejer gällande gäller gärna gå gång gånger går gör göra göras ha
hade haft han har hej hel hela heller hellre helst helt hen henne hennes hit hitta hittar hon honom
hos hur här hålla håller i iaf ibland idag ifall igen ihop ikväll in inga ingen inget innan inne
inom inte istället ja jag ju just jätte kan kanske kolla kom komma kommer kommit kring krävs kunde
kunna kunnat kvar kväll känns lika liksom lite liten litet lägga länge längre längs lätt lättare
lång långa långt låta låter man med medan mej mellan men mer mera mest mig min mina mindre minst
mitt mot mycket månad månader många måste ned nej ner ni nio nog nu ny nya nytt när nära nästa
någon någonting något några nån nånstans nåra nåt nått o oavsett och ock också ofta olika om oss
person personer personers pga på redan riktig riktiga riktigt roll rollen runt räcker rätt sak
saker samma samt samtidigt se sedan sej sen ser ses sex sig sin sina sist sitt sju själv själva ska
skall skriver skulle slippa sluta slutar små snabbt snälla som stor stora stort ställa ställer står
större största svår svåra svårt säga säger särskilt sätt sätta så sådan sådana sådant sådär sån
såna sånt ta tack tagit tar tas till tills tillsammans tio tog tre tror trots två tycka tycker
tyckte typ tyvärr tänk tänka tänker under upp ur ut utan utanför utifrån utom vad vanlig vanligt
var vara varandra varannan vare varför varit varje varken vars vart vecka veckor vem vems verkligen
vet vi via vid vidare vilja vilka vilken vilket vill ville visst vore väl väldigt vänder vår våra
vårt ytterligare ä än ända ännu är även å år åren åt återkomma åtta öppet över överväga
"""

ENGLISH = """
a about after all also am an and any are as at be because been before being but by can could did
do does doing for from get had has have having he her here him his how i if in into is it its just
let me means more most my need no nor not now of on one only or other our out over own please same
she should so some such than that the their them then there these they this those to too under up
us very want was we were what when where which who why will with would you your
"""

FINNISH = """
ei eivät emme en entä että he heidän hyvä hän ja jo joka jos josta jotka kaikki kanssa koska
kuin kuinka kun kyllä lisää me meidän meille mikä miksi milloin minulle minun minä missä miten
mitä mukaan mutta myös ne niin niiden niitä nyt näin nämä on olen olla olisi onko ole ovat
paljon pitää pitäisi saa saada saako sen se sekä siellä siinä sitä tai te tämä tämän tässä vai
vain voi voida voisi vähän yli ettei hän haluan tarvitaan
"""

SOMALI = """
aan aanan aniga annaga ay ayaa badan buu door e ee ka kasta kale ku la leh loo ma maxaa mid
miyaa oo sida sidee si soo u uu uga waa waan wax waxaa waxay waxaan wuxuu xaggee xitaa iyo in
inaan inay isku lagu laga iska ah ahaan aad
"""

ARABIC = """
إذا إلى أن أنا أنت أو أي أين الآن التي الذي الذين الى ان او بعد بين جدا جداً حتى حول ذلك عن عند
على غير في فقط قبل قد كان كانت كل كم كيف لا لكن لكي لم لماذا لن له لها لي ليس ما ماذا مثل مع من
منذ نحن نحتاج نريد هذا هذه هل هم هنا هو هي و وأن ولا يجب يكون يمكن يمكننا
"""

PERSIAN = """
آن آنها آیا است اما اگر این باید با بدون برای بسیار بعد به بود بیشتر تا تر ترین چرا چه چون چگونه
خود خیلی در دارد داریم را روی زیر شد شود شما کجا کنیم که ما من می نیز نیست هر هم همه هیچ و ولی
پس پیش یا یک هستند هست کرد کند کنند باشد دارند
"""

# Words of the meeting itself and of every plan, which stand in posts about anything.
# They stop all their inflections.
PROCESS = """
kommun kommunal politiker politik beslut förslag fråga svar åsikt synpunkt dialog möte mål
målområde åtgärd handlingsplan plan strategi insats satsa satsning arbeta utveckla utveckling
förbättra förbättring öka ökad minska främja verka betyda betyder betydelse innebär innebörd handlar
viktig behov behöver behövs önskar hoppas hållbar hållbarhet tillväxt delaktig delaktighet område
ansvar utreda översyn införa stärka ändra skapa möjliggöra säkerställa möjlighet möjlig underlätta
regeringen riksdagen
"""

LANGUAGES = (SWEDISH, ENGLISH, FINNISH, SOMALI, ARABIC, PERSIAN)
STOP_WORDS = frozenset(word for language in LANGUAGES for word in language.split())
STOP_STEMS = frozenset(stem(word) for word in PROCESS.split())
